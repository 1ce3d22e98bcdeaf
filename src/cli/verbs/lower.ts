import { Option, type Command } from "commander";

import { encode } from "../../encoder/index.js";
import { KERNELS, lower as lowerBtf, type Externs, type Kernel, type KernelName } from "../../kernel/index.js";
import { decodeFile } from "../../node/btf-file.js";
import { detectFeatures } from "../../node/detect-features.js";
import { errorIn } from "../../node/file-error.js";
import { FILE_HELP, readInput } from "../input.js";
import type { Io } from "../io.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import { formatRewrites } from "../rewrite-table.js";
import type { Verb } from "../verb.js";

interface LowerOptions {
  readonly kernel: KernelName | typeof RUNNING;
  readonly externs: Externs;
  readonly output?: string;
  readonly explain?: true;
}

const RUNNING = "running";
const WAYS: readonly Externs[] = ["libbpf", "int", "drop", "keep"];

function lowerFile(io: Io, file: string, { kernel: name, externs, output, explain }: LowerOptions): void {
  const input = readInput(io, file);
  const kernel: Kernel = name === RUNNING ? detectFeatures() : name;
  const graph = decodeFile(input, undefined);
  const { sections, symbols } = input.elf ?? {};
  const facts = { ...(sections && { sections }), ...(symbols && { symbols }) };
  let lowered: ReturnType<typeof lowerBtf>;
  try {
    lowered = lowerBtf(graph, { kernel, externs, ...facts });
  } catch (error) {
    throw errorIn(input.name, error);
  }
  const bytes = encode(lowered.graph);
  if (output !== undefined) writeOutput(io, output, (write) => write(bytes));
  if (explain !== true) return;
  const table = formatRewrites(lowered.rewrites);
  if (output === "-") io.err(table);
  else io.out(Buffer.from(table));
}

/** `btfkit lower FILE --kernel 5.4 [--externs libbpf] -o OUT [--explain]` */
export const lower: Verb = {
  define(command: Command, io) {
    const kernels = [...KERNELS.map(({ kernel }) => kernel), RUNNING];
    command
      .argument("<file>", FILE_HELP)
      .addOption(
        new Option("--kernel <release>", "the kernel that is to take it; running is this machine's")
          .choices(kernels)
          .default("6.18"),
      )
      .addOption(new Option("--externs <way>", "what becomes of externs").choices(WAYS).default("libbpf"))
      .option("-o, --output <file>", OUTPUT_HELP)
      .option("--explain", "print what was rewritten, and why; to stderr with -o -")
      .action((file: string, options: LowerOptions) => {
        if (options.output === undefined && options.explain !== true) {
          command.error("error: required option '-o, --output <file>' not specified");
        }
        lowerFile(io, file, options);
      });
  },
};

import { Option } from "commander";

import type { Btf } from "../../model/btf.js";
import type { Write } from "../../node/write-file-whole.js";
import { BASE_HELP, FILE_HELP, readGraph } from "../input.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

type Format = (graph: Btf, write: Write) => void;

/** What `--format` takes. Each is loaded when it is asked for. */
const FORMATS: Readonly<Record<string, () => Promise<Format>>> = {
  raw: async () => (await import("../../text/format-raw.js")).writeRaw,
};

interface DumpOptions {
  readonly format: string;
  readonly base?: string;
  readonly output: string;
}

/** `btfkit dump FILE [--format raw] [--base FILE] [-o OUT]` */
export const dump: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .addOption(new Option("--format <format>", "how to print them").choices(Object.keys(FORMATS)).default("raw"))
      .option("--base <file>", BASE_HELP)
      .option("-o, --output <file>", OUTPUT_HELP, "-")
      .action(async (file: string, { format, base, output }: DumpOptions) => {
        const print = await FORMATS[format]!();
        const graph = readGraph(io, file, base);
        writeOutput(io, output, (write) => print(graph, write));
      });
  },
};

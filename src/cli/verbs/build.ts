import { Option } from "commander";

import { encode } from "../../encoder/encode.js";
import { BtfError, isBtfError } from "../../model/errors.js";
import type { SourceDiagnostic } from "../../model/diagnostic.js";
import type { Btf } from "../../model/btf.js";
import { readBytes } from "../../node/btf-file.js";
import { readBtf } from "../../node/read-btf.js";
import { DATA_MODELS, type TargetName } from "../../spelling/index.js";
import { formatDiagnostic, fromJson, parseC, type ParseCOptions } from "../../text/index.js";
import type { Io } from "../io.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

interface BuildOptions {
  readonly target?: TargetName;
  readonly into?: string;
  readonly emit: "all" | "clang";
  readonly output: string;
}

/** Reads C; errors are printed as compilers print them, and then the file is told to be refused. */
function parse(io: Io, name: string, source: string, options: ParseCOptions): Btf {
  const print = (diagnostics: readonly SourceDiagnostic[]): void => {
    for (const each of diagnostics) io.err(`${formatDiagnostic(each, name)}\n`);
  };
  try {
    const graph = parseC(source, options);
    print(graph.diagnostics as readonly SourceDiagnostic[]);
    return graph;
  } catch (error) {
    if (!isBtfError(error) || error.diagnostics === undefined) throw error;
    print(error.diagnostics);
    const count = error.diagnostics.filter(({ severity }) => severity === "error").length;
    throw new BtfError(`${name}: ${count === 1 ? "1 error" : `${count} errors`}`, {
      code: error.code,
      rule: error.rule,
    });
  }
}

/** `btfkit build FILE -o OUT [--target bpf] [--into FILE] [--emit clang]` */
export const build: Verb = {
  define(command, io) {
    command
      .argument("<file>", "C declarations, as a header has them, or - for stdin; or the .json that btfkit gen wrote")
      .requiredOption("-o, --output <file>", OUTPUT_HELP)
      .addOption(
        new Option("--target <target>", "whose sizes, alignments and byte order; bpf unless told").choices(
          Object.keys(DATA_MODELS),
        ),
      )
      .option("--into <file>", "add to this BTF, and look up there what the source does not declare")
      .addOption(
        new Option("--emit <what>", "all that is declared, or what clang's .BTF would hold")
          .choices(["all", "clang"])
          .default("all"),
      )
      .action((file: string, { target, into, emit, output }: BuildOptions) => {
        const name = file === "-" ? "stdin" : file;
        const source = Buffer.from(file === "-" ? io.in() : readBytes(file)).toString("utf8");
        if (file.endsWith(".json")) {
          if (target !== undefined || into !== undefined) command.error("error: --target and --into are for C");
          const made = fromJson(source);
          writeOutput(io, output, (write) => write(encode(made)));
          return;
        }
        const graph = parse(io, name, source, {
          emit,
          ...(target !== undefined && { target }),
          ...(into !== undefined && { into: readBtf(into) }),
        });
        writeOutput(io, output, (write) => write(encode(graph)));
      });
  },
};

import { Option } from "commander";

import { BtfError } from "../../model/errors.js";
import type { Btf } from "../../model/btf.js";
import { diff as diffGraphs } from "../../text/diff.js";
import type { GraphDiff } from "../../text/diff/diff-types.js";
import { formatDiff } from "../../text/format-diff.js";
import { formatDiffMarkdown } from "../../text/format-diff-markdown.js";
import { BASE_HELP, FILE_HELP, readBase, readInput } from "../input.js";
import { decodeFile } from "../../node/btf-file.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

interface DiffVerbOptions {
  readonly format: keyof typeof FORMATS;
  readonly base?: string;
  readonly color?: boolean;
  readonly output: string;
}

/** JSON has no numbers of 64 bits: values of ENUM64s are strings of digits. */
function toJson(diff: GraphDiff): string {
  const text = JSON.stringify(diff, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value), 2);
  return `${text}\n`;
}

const FORMATS: Readonly<Record<"text" | "markdown" | "json", (diff: GraphDiff, color: boolean) => string>> = {
  text: (diff, color) => formatDiff(diff, { color }),
  markdown: formatDiffMarkdown,
  json: toJson,
};

/** A terminal is shown colours unless its user says otherwise: https://no-color.org */
function isColored({ color, output }: DiffVerbOptions): boolean {
  return color ?? (output === "-" && process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "");
}

/** `btfkit diff A B [--format text|markdown|json] [--base FILE] [--color] [-o OUT]` */
export const diff: Verb = {
  define(command, io) {
    command
      .argument("<a>", `before: ${FILE_HELP}`)
      .argument("<b>", "after: the same")
      .addOption(new Option("--format <format>", "how to print it").choices(Object.keys(FORMATS)).default("text"))
      .option("--base <file>", `${BASE_HELP}, of both`)
      .option("--color", "colours, also when stdout is no terminal")
      .option("--no-color", "no colours; as the variable NO_COLOR")
      .option("-o, --output <file>", OUTPUT_HELP, "-")
      .addHelpText("after", "\nExit code: 0 when nothing differs, 1 when something does or a file is no BTF.")
      .action((a: string, b: string, options: DiffVerbOptions) => {
        const base = readBase(options.base);
        const read = (file: string): Btf => decodeFile(readInput(io, file), base);
        const found = diffGraphs(read(a), read(b));
        const text = FORMATS[options.format](found, isColored(options));
        writeOutput(io, options.output, (write) => write(Buffer.from(text)));
        const { added, removed, changed } = found;
        if (added.length + removed.length + changed.length === 0) return;
        throw new BtfError(
          `${a} and ${b} differ: ${added.length} types added, ${removed.length} removed, ${changed.length} changed`,
          { code: "EINVAL", rule: "diff" },
        );
      });
  },
};

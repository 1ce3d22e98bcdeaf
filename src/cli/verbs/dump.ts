import { Option } from "commander";

import type { Btf } from "../../model/btf.js";
import type { Write } from "../../node/write-file-whole.js";
import { RAW_STYLES, type RawStyle } from "../../model/raw-lines.js";
import type { PictureOptions } from "../../text/graph-picture/picture.js";
import type { TextStyle } from "../../text/style.js";
import { BASE_HELP, FILE_HELP, readGraph } from "../input.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

/** What formats are told beside the graph; each takes what concerns it. */
interface FormatOptions {
  readonly pretty?: boolean;
  readonly style?: RawStyle;
  readonly root?: readonly string[];
  readonly depth?: number;
}

type Format = (graph: Btf, write: Write, options: FormatOptions) => void;

/** What `--format` takes. Each is loaded when it is asked for. */
const FORMATS: Readonly<Record<string, () => Promise<Format>>> = {
  raw: async () => {
    const { writeRaw } = await import("../../text/format-raw.js");
    return (graph, write, { style }) => writeRaw(graph, write, style === undefined ? {} : { style });
  },
  c: async () => {
    const { writeC } = await import("../../text/format-c.js");
    return (graph, write, { style, root }) => {
      writeC(graph, { ...ownStyle(style), ...(root !== undefined && { root: root.map(idOrName) }) }, write);
    };
  },
  dot: async () => {
    const { formatDot } = await import("../../text/format-dot.js");
    return (graph, write, options) => write(Buffer.from(formatDot(graph, pictureOptions(options))));
  },
  mermaid: async () => {
    const { formatMermaid } = await import("../../text/format-mermaid.js");
    return (graph, write, options) => write(Buffer.from(formatMermaid(graph, pictureOptions(options))));
  },
  json: async () => {
    const { writeJson } = await import("../../text/format-json.js");
    return (graph, write, { pretty, style }) => {
      writeJson(graph, { ...(pretty !== undefined && { pretty }), ...ownStyle(style) }, write);
    };
  },
};

/** Styles of the raw dump that others have not are refused by these. */
function ownStyle(style: RawStyle | undefined): { readonly style?: TextStyle } {
  return style === undefined ? {} : { style: style as TextStyle };
}

/** What pictures of a graph are told. */
function pictureOptions({ root, depth }: FormatOptions): PictureOptions {
  return { ...(root !== undefined && { root: root.map(idOrName) }), ...(depth !== undefined && { depth }) };
}

/** A root as the command line has it: digits are an id. */
function idOrName(root: string): number | string {
  return /^\d+$/.test(root) ? Number(root) : root;
}

interface DumpOptions extends FormatOptions {
  readonly format: string;
  readonly base?: string;
  readonly output: string;
}

/** `btfkit dump FILE [--format raw] [--pretty] [--style STYLE] [--root TYPE...] [--depth N] [--base FILE] [-o OUT]` */
export const dump: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .addOption(new Option("--format <format>", "how to print them").choices(Object.keys(FORMATS)).default("raw"))
      .option("--pretty", "JSON with line breaks and indents")
      .option("--root <type...>", "print C or a picture of these types and what they need; names or ids")
      .option("--depth <steps>", "how many steps from a root a picture goes", Number)
      .addOption(new Option("--style <style>", "whose text to equal where versions differ").choices(RAW_STYLES))
      .option("--base <file>", BASE_HELP)
      .option("-o, --output <file>", OUTPUT_HELP, "-")
      .action(async (file: string, { format, base, output, ...options }: DumpOptions) => {
        const print = await FORMATS[format]!();
        const graph = readGraph(io, file, base);
        writeOutput(io, output, (write) => print(graph, write, options));
      });
  },
};

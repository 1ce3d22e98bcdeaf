import { Option } from "commander";

import { BtfError } from "../../model/errors.js";
import type { Btf } from "../../model/btf.js";
import { formatLayout } from "../../text/format-layout.js";
import { formatLayoutSvg } from "../../text/format-layout-svg.js";
import type { LayoutTheme } from "../../text/layout/svg-theme.js";
import { BASE_HELP, FILE_HELP, readGraph } from "../input.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

interface LayoutVerbOptions {
  readonly svg?: true;
  readonly theme: LayoutTheme;
  readonly cacheLine: number;
  readonly base?: string;
  readonly output: string;
}

/** The STRUCT or UNION that a word of the command line names: an id, a spelling, or a name alone. */
function typeOf(graph: Btf, type: string): number {
  if (/^\d+$/.test(type)) return Number(type);
  return graph.find(type, "STRUCT") ?? graph.find(type, "UNION") ?? graph.id(type);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new BtfError(`--cache-line ${text}: a whole number of bytes expected`, { code: "EINVAL", rule: "cache-line" });
}

/** `btfkit layout FILE TYPE [--svg] [--theme auto] [--cache-line 64] [--base FILE] [-o OUT]` */
export const layout: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .argument("<type>", "a struct or union: its name, C spelling or id")
      .option("--svg", "draw a picture of the bytes")
      .addOption(
        new Option("--theme <theme>", "colours of the picture").choices(["auto", "light", "dark"]).default("auto"),
      )
      .option("--cache-line <bytes>", "bytes of a cache line", wholeNumber, 64)
      .option("--base <file>", BASE_HELP)
      .option("-o, --output <file>", OUTPUT_HELP, "-")
      .action((file: string, type: string, { svg, theme, cacheLine, base, output }: LayoutVerbOptions) => {
        const graph = readGraph(io, file, base);
        const found = typeOf(graph, type);
        const id = graph.type(found).kind === "TYPEDEF" ? graph.resolve(found) : found;
        const text = svg ? formatLayoutSvg(graph, id, { theme, cacheLine }) : formatLayout(graph, id, { cacheLine });
        writeOutput(io, output, (write) => write(Buffer.from(text)));
      });
  },
};

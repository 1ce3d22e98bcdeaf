import { hexLines } from "../../text/format-hex.js";
import { BASE_HELP, FILE_HELP, readBase, readInput } from "../input.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

interface HexdumpOptions {
  readonly base?: string;
  readonly output: string;
}

/** Characters that are collected before they are written. */
const PIECE = 1 << 16;

/** `btfkit hexdump FILE [--base FILE] [-o OUT]` */
export const hexdump: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .option("--base <file>", BASE_HELP)
      .option("-o, --output <file>", OUTPUT_HELP, "-")
      .action((file: string, { base: baseFile, output }: HexdumpOptions) => {
        const { bytes } = readInput(io, file);
        const base = readBase(baseFile);
        writeOutput(io, output, (write) => {
          let piece = "";
          for (const line of hexLines(bytes, base === undefined ? {} : { base })) {
            piece += line;
            if (piece.length < PIECE) continue;
            write(Buffer.from(piece));
            piece = "";
          }
          write(Buffer.from(piece));
        });
      });
  },
};

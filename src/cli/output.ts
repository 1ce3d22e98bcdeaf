import { writeFileWhole, type Write } from "../node/write-file-whole.js";
import type { Io } from "./io.js";

/** What the help says of `-o`. */
export const OUTPUT_HELP = "write to this file, whole or not at all; - is stdout";

/** Writes what `produce` gives to the file that `-o` names; `-` is stdout. */
export function writeOutput(io: Io, output: string, produce: (write: Write) => void): void {
  if (output === "-") produce((piece) => io.out(piece));
  else writeFileWhole(output, produce);
}

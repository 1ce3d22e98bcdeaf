import type { Row } from "../harness/row.js";
import { openCopying } from "./open.js";

/** What a program that opens the kernel's BTF takes beyond a program that does nothing. */
export const memory: Row = {
  id: "memory",
  title: "memory: open and check, beside bare Node",
  ours: { by: "op", op: openCopying },
  peer: "node",
  theirs: { by: "program", program: { command: () => [process.execPath, "-e", "0"] } },
  targets: [{ figure: "mbMore", most: 25 }],
  agrees: false,
};

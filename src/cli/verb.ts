import type { Command } from "commander";

import type { Io } from "./io.js";

/** A command's file: it says what it takes and what it does. It fails by throwing a BtfError. */
export interface Verb {
  define(command: Command, io: Io): void;
}

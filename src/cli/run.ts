import { Command, CommanderError } from "commander";

import { isBtfError } from "../model/errors.js";
import { isBrokenPipe, type Io } from "./io.js";
import { VERBS } from "./verbs.js";

/** Exit codes: done; refused or unreadable; misuse. */
const EXIT = { done: 0, refused: 1, misuse: 2 } as const;

/** An error as one line. */
function errorLine(message: string): string {
  return `btfkit: ${message.trim().replaceAll(/\s*[\n\r]+\s*/g, " ")}\n`;
}

async function createProgram(argv: readonly string[], io: Io, version: string): Promise<Command> {
  const program = new Command("btfkit")
    .description("Build, read, check and rewrite BTF, the BPF Type Format")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(Buffer.from(text)),
      writeErr: (text) => io.err(text),
      outputError: (text, write) => write(errorLine(text.replace(/^error: /, ""))),
    });
  // The verb is the first word, or the second after `help`.
  const wanted = new Set(argv.slice(0, 2));
  for (const [name, entry] of Object.entries(VERBS)) {
    const command = program.command(name).description(entry.summary);
    if (wanted.has(name)) (await entry.load()).define(command, io);
  }
  return program;
}

/**
 * Runs the command `btfkit`.
 *
 * @param argv the words after the command's name
 * @returns the exit code: 0; 1 for what is refused or can't be read; 2 for misuse
 */
export async function run(argv: readonly string[], io: Io, version: string): Promise<number> {
  const program = await createProgram(argv, io, version);
  try {
    await program.parseAsync(argv, { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misuse;
    if (isBrokenPipe(error)) return EXIT.done;
    if (!isBtfError(error)) throw error;
    io.err(errorLine(error.message));
    return EXIT.refused;
  }
}

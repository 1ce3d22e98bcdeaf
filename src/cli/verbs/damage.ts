import type { Command } from "commander";

import { damage as damageBtf, DAMAGES, type DamageName } from "../../damage/index.js";
import { errorIn } from "../../node/file-error.js";
import { formatDamages } from "../damage-table.js";
import { FILE_HELP, readInput } from "../input.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

interface DamageOptions {
  readonly recipe?: string;
  readonly output?: string;
  readonly list?: true;
}

/** `btfkit damage FILE --recipe NAME -o OUT`, `btfkit damage --list` */
export const damage: Verb = {
  define(command: Command, io) {
    command
      .argument("[file]", FILE_HELP)
      .option("--recipe <name>", `what to break, as ${DAMAGES.find(({ live }) => live)!.name}; --list names them all`)
      .option("-o, --output <file>", OUTPUT_HELP)
      .option(
        "--list",
        "print every recipe: its name, the errno, the kernels that refuse it, the message, what it breaks",
      )
      .action((file: string | undefined, { recipe, output, list }: DamageOptions) => {
        if (list === true) {
          io.out(Buffer.from(formatDamages()));
          return;
        }
        if (file === undefined) command.error("error: missing required argument 'file'");
        if (recipe === undefined) command.error("error: required option '--recipe <name>' not specified");
        if (output === undefined) command.error("error: required option '-o, --output <file>' not specified");
        const { name, bytes } = readInput(io, file);
        let damaged: Uint8Array;
        try {
          damaged = damageBtf(bytes, recipe as DamageName);
        } catch (error) {
          throw errorIn(name, error);
        }
        writeOutput(io, output, (write) => write(damaged));
      });
  },
};

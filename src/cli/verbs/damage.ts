import { InvalidArgumentError, Option, type Command } from "commander";

import { damage as damageBtf, type DamageName, type RawDamage } from "../../damage/index.js";
import { errorIn } from "../../node/file-error.js";
import { formatDamages } from "../damage-table.js";
import { FIELD_HELP, joinFields, parseField } from "../damage-field.js";
import { FILE_HELP, readInput } from "../input.js";
import { OUTPUT_HELP, writeOutput } from "../output.js";
import type { Verb } from "../verb.js";

interface DamageOptions {
  readonly recipe?: string;
  readonly set: readonly RawDamage[];
  readonly output?: string;
  readonly list?: true;
}

/** One more field that `--set` names. */
function collect(text: string, fields: readonly RawDamage[] = []): readonly RawDamage[] {
  const field = parseField(text);
  if (field === undefined) throw new InvalidArgumentError(`Expected FIELD=VALUE, where FIELD is ${FIELD_HELP}.`);
  return [...fields, field];
}

/** `btfkit damage FILE [--recipe NAME] [--set FIELD=VALUE]... -o OUT`, `btfkit damage --list` */
export const damage: Verb = {
  define(command: Command, io) {
    command
      .argument("[file]", FILE_HELP)
      .option("--recipe <name>", "what to break, as pointer-dangling; --list names them all")
      .addOption(
        new Option(
          "--set <field=value>",
          `after the recipe, a field by hand: ${FIELD_HELP}; +4 and -4 add; can be repeated`,
        )
          .argParser(collect)
          .default([], "none"),
      )
      .option("-o, --output <file>", OUTPUT_HELP)
      .option(
        "--list",
        "print every recipe: its name, the errno, the kernels that refuse it, the message, what it breaks",
      )
      .action((file: string | undefined, { recipe, set, output, list }: DamageOptions) => {
        if (list === true) {
          io.out(Buffer.from(formatDamages()));
          return;
        }
        if (file === undefined) command.error("error: missing required argument 'file'");
        if (recipe === undefined && set.length === 0) {
          command.error("error: required option '--recipe <name>' or '--set <field=value>' not specified");
        }
        if (output === undefined) command.error("error: required option '-o, --output <file>' not specified");
        const { name, bytes } = readInput(io, file);
        let damaged = bytes;
        try {
          if (recipe !== undefined) damaged = damageBtf(damaged, recipe as DamageName);
          if (set.length > 0) damaged = damageBtf(damaged, joinFields(set));
        } catch (error) {
          throw errorIn(name, error);
        }
        writeOutput(io, output, (write) => write(damaged));
      });
  },
};

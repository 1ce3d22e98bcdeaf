import { release } from "node:os";

import { BtfError } from "../../model/errors.js";
import { loadBtf } from "../../node/load-btf.js";
import { errorIn } from "../../node/file-error.js";
import { FILE_HELP, readInput } from "../input.js";
import type { Verb } from "../verb.js";

interface LoadOptions {
  readonly log?: true;
}

/** The line of a kernel's log that says what is wrong, its last. */
function lastLine(log: string): string {
  return log.trimEnd().split("\n").at(-1)!.trim();
}

/** `btfkit load FILE [--log]` */
export const load: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .option("--log", "print the kernel's log")
      .action((file: string, { log: showLog }: LoadOptions) => {
        const { name, bytes } = readInput(io, file);
        const answer = ask(name, bytes);
        if (showLog) io.out(answer.logBytes);
        if (!answer.ok) {
          const reason = lastLine(answer.log);
          const why = reason === "" ? answer.errno : `${answer.errno}: ${reason}`;
          throw new BtfError(`${name}: Linux ${release()} refuses it: ${why}`, {
            code: answer.errno === 0 ? "EINVAL" : answer.errno,
            rule: "load-refused",
          });
        }
        if (!showLog) io.out(Buffer.from(`${name}: Linux ${release()} takes it\n`));
      });
  },
};

function ask(name: string, bytes: Uint8Array): ReturnType<typeof loadBtf> {
  try {
    return loadBtf(bytes);
  } catch (error) {
    throw errorIn(name, error);
  }
}

import { InvalidArgumentError, Option } from "commander";

import { BtfError } from "../../model/errors.js";
import { lastLine } from "../../kernel/last-line.js";
import {
  explain,
  KERNELS,
  verify as verifyBtf,
  WHAT_IFS,
  type KernelName,
  type KernelToken,
} from "../../kernel/index.js";
import { FILE_HELP, readInput } from "../input.js";
import type { Io } from "../io.js";
import type { Verb } from "../verb.js";

const ALL = "all";

interface VerifyOptions {
  readonly kernel: KernelName | typeof ALL;
  readonly with: readonly KernelToken[];
  readonly log?: true;
}

const NEWLINE = 0x0a;

const CHANGES = [...KERNELS.filter(({ from }) => from === undefined).flatMap(({ changes }) => changes), ...WHAT_IFS];

/** One more change that `--with` names. */
function collect(token: string, tokens: readonly KernelToken[] = []): readonly KernelToken[] {
  const change = CHANGES.find((known) => known.token === token);
  if (change !== undefined) return [...tokens, change.token];
  throw new InvalidArgumentError(`Allowed choices are ${CHANGES.map((known) => known.token).join(", ")}.`);
}

/** What `--with` takes, in the help. */
function changesHelp(): string {
  const width = Math.max(...CHANGES.map(({ token }) => token.length));
  const lines = CHANGES.map(({ token, text }) => `  ${token.padEnd(width)}  ${text}`);
  return `\nChanges:\n${lines.join("\n")}`;
}

/** A line for each kernel: accepted, or the errno and what it says. The number of those that refuse. */
function verifyAll(io: Io, bytes: Uint8Array, tokens: readonly KernelToken[]): number {
  let refusals = 0;
  for (const { kernel } of KERNELS) {
    const verdict = verifyBtf(bytes, { kernel, with: tokens });
    if (!verdict.ok) refusals++;
    const said = verdict.ok ? "accepted" : `${verdict.errno} ${lastLine(verdict)}`;
    io.out(Buffer.from(`${kernel.padEnd(11)} ${said}\n`));
  }
  return refusals;
}

const refused = (message: string, code: BtfError["code"]): BtfError =>
  new BtfError(message, { code, rule: "verify-refused" });

/** `btfkit verify FILE [--kernel 6.18|all] [--with X]... [--log]` */
export const verify: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .addOption(
        new Option("--kernel <release>", "a kernel's release, or all of them")
          .choices([...KERNELS.map(({ kernel }) => kernel), ALL])
          .default("6.18"),
      )
      .addOption(
        new Option("--with <change>", "a backport or what-if, as extern-func-in-datasec; can be repeated")
          .argParser(collect)
          .default([], "none"),
      )
      .option("--log", "print the kernel's log")
      .addHelpText("after", changesHelp())
      .action((file: string, { kernel, with: tokens, log: showLog }: VerifyOptions) => {
        const { name, bytes } = readInput(io, file);
        if (kernel === ALL) {
          const refusals = verifyAll(io, bytes, tokens);
          if (refusals === 0) return;
          throw refused(`${name}: ${refusals} of ${KERNELS.length} kernels refuse it`, "EINVAL");
        }
        const verdict = verifyBtf(bytes, { kernel, with: tokens });
        if (showLog) {
          io.out(verdict.logBytes);
          if (verdict.logBytes.at(-1) !== NEWLINE) io.out(Uint8Array.of(NEWLINE));
        }
        if (verdict.errno === 0) {
          if (!showLog) io.out(Buffer.from(`${name}: Linux ${kernel} accepts it\n`));
          return;
        }
        io.out(Buffer.from(`${explain(verdict, bytes)}\n`));
        throw refused(`${name}: Linux ${kernel} refuses it: ${verdict.errno}`, verdict.errno);
      });
  },
};

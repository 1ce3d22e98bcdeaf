import { BtfError } from "../../model/errors.js";
import { lastLine } from "../../kernel/last-line.js";
import { explain, KERNELS, verify as verifyBtf, type KernelName, type KernelToken } from "../../kernel/index.js";
import { FILE_HELP, readInput } from "../input.js";
import type { Io } from "../io.js";
import type { Verb } from "../verb.js";

interface VerifyOptions {
  readonly kernel: string;
  readonly with: readonly string[];
  readonly log?: true;
}

const NEWLINE = 0x0a;

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

/** `btfkit verify FILE [--kernel 6.18|all] [--with X] [--log]` */
export const verify: Verb = {
  define(command, io) {
    command
      .argument("<file>", FILE_HELP)
      .option("--kernel <release>", "4.18 to 7.1, bpf-next, debian-6.1, debian-6.12, or all", "6.18")
      .option(
        "--with <change>",
        "a backport or what-if, as extern-func-in-datasec; can be repeated",
        (token: string, tokens: readonly string[]) => [...tokens, token],
        [] as readonly string[],
      )
      .option("--log", "print the kernel's log")
      .action((file: string, { kernel, with: tokens, log: showLog }: VerifyOptions) => {
        const { name, bytes } = readInput(io, file);
        const changes = tokens as readonly KernelToken[];
        if (kernel === "all") {
          const refusals = verifyAll(io, bytes, changes);
          if (refusals === 0) return;
          throw new BtfError(`${name}: ${refusals} of ${KERNELS.length} kernels refuse it`, {
            code: "EINVAL",
            rule: "verify-refused",
          });
        }
        const verdict = verifyBtf(bytes, { kernel: kernel as KernelName, with: changes });
        if (showLog) {
          io.out(verdict.logBytes);
          if (verdict.logBytes.at(-1) !== NEWLINE) io.out(Uint8Array.of(NEWLINE));
        }
        if (verdict.errno === 0) {
          if (!showLog) io.out(Buffer.from(`${name}: Linux ${kernel} accepts it\n`));
          return;
        }
        io.out(Buffer.from(`${explain(verdict, bytes)}\n`));
        throw new BtfError(`${name}: Linux ${kernel} refuses it: ${verdict.errno}`, {
          code: verdict.errno,
          rule: "verify-refused",
        });
      });
  },
};

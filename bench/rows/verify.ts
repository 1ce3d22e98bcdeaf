import { verify, type Verdict } from "btfkit/kernel";

import type { Op, Row } from "../harness/row.js";

/** As bench/libbpf.c gives the kernel: the log of a whole kernel's types is longer than 16 MiB. */
const LOG_SIZE = 2 ** 26;

function verifyOp(name: string, logLevel: number, check: (verdict: Verdict) => number): Op {
  return {
    name,
    prepare({ bytes }) {
      let verdict: Verdict | undefined;
      const options = logLevel === 0 ? { logLevel } : { logLevel, logSize: LOG_SIZE };
      return {
        reset: () => (verdict = undefined),
        run: () => (verdict = verify(bytes, options)),
        check: () => check(verdict!),
        ...(logLevel !== 0 && { output: () => verdict!.logBytes }),
      };
    },
  };
}

/** The verdict beside the kernel's own: the time of the system call alone. */
export const verifies: readonly Row[] = [
  {
    id: "verify",
    title: "verify, log off",
    ours: { by: "op", op: verifyOp("verify", 0, ({ ok }) => (ok ? 1 : 0)) },
    peer: "kernel",
    theirs: { by: "libbpf", op: "kernelload" },
    targets: [{ figure: "ratio", most: 1.5 }],
  },
  {
    id: "verify-log",
    title: "verify with the whole log",
    ours: { by: "op", op: verifyOp("verify-log", 1, ({ logBytes }) => logBytes.length) },
    peer: "kernel",
    theirs: { by: "libbpf", op: "kernelloadlog" },
    targets: [{ figure: "ratio", most: 2 }],
  },
];

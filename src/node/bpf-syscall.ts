import { createRequire } from "node:module";

import { BtfError, type Errno } from "../model/errors.js";

/** The number of bpf(2) by `process.arch`. */
const BPF_SYSCALL: Readonly<Record<string, number>> = {
  arm: 386,
  arm64: 280,
  ia32: 357,
  loong64: 280,
  ppc64: 361,
  riscv64: 280,
  s390x: 351,
  x64: 321,
};

/** The parts of koffi that are used. */
interface Koffi {
  load(path: null): { func(prototype: string): (...args: unknown[]) => number };
  address(value: Uint8Array): bigint;
  errno(): number;
}

/** bpf(2), ready to be called. */
export interface BpfSyscall {
  /**
   * Calls bpf(2) and gives what it returns, or the negative errno. `first` and `second` are what `attributes` hold the
   * addresses of: they are passed along, past the arguments that the kernel looks at, so that they live until it returns.
   */
  call(command: number, attributes: Uint8Array, first: Uint8Array, second: Uint8Array): number;
  /** The address of the bytes. */
  address(bytes: Uint8Array): bigint;
}

/** The errors of {@link bpfSyscall} and of the calls made with it have rules that begin so. */
export function unavailable(rule: string, message: string, code: Errno = "EOPNOTSUPP", cause?: unknown): BtfError {
  return new BtfError(`bpf(2): ${message}`, { code, rule: `bpf-${rule}` }, { cause });
}

let opened: BpfSyscall | undefined;

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch (error) {
    const message = "calling the kernel needs the package koffi, which can't be loaded here; npm install koffi helps";
    throw unavailable("koffi", message, "EOPNOTSUPP", error);
  }
}

/**
 * Opens the way to bpf(2), once.
 *
 * @throws BtfError EOPNOTSUPP `bpf-platform` outside Linux, `bpf-arch` on a machine whose number of bpf(2) is not known,
 * `bpf-koffi` when koffi can't be loaded
 */
export function bpfSyscall(): BpfSyscall {
  if (opened !== undefined) return opened;
  if (process.platform !== "linux") {
    throw unavailable("platform", `this is ${process.platform}, and only Linux has it; run this on Linux`);
  }
  const number = BPF_SYSCALL[process.arch];
  if (number === undefined) {
    const known = Object.keys(BPF_SYSCALL).join(", ");
    throw unavailable("arch", `its number on ${process.arch} is not known; run this on one of ${known}`);
  }
  const koffi = loadKoffi();
  // The C library that Node itself runs on, glibc or musl.
  const syscall = koffi
    .load(null)
    .func("long syscall(long number, int command, void *attributes, unsigned int size, void *first, void *second)");
  opened = {
    call(command, attributes, first, second) {
      const result = syscall(number, command, attributes, attributes.length, first, second);
      return result === -1 ? -koffi.errno() : result;
    },
    address: (bytes) => koffi.address(bytes),
  };
  return opened;
}

import { closeSync } from "node:fs";

import { BtfError, ERRNO, isBtfError, type Errno } from "../model/errors.js";
import { decodeName } from "../wire/names.js";
import { HOST_ENDIAN } from "../wire/words.js";
import { bpfSyscall, unavailable } from "./bpf-syscall.js";

const BPF_BTF_LOAD = 18;

/** `struct { … } btf` of `union bpf_attr`, up to and with `btf_log_true_size`: byte offsets. */
const ATTRIBUTES = { btf: 0, logBuf: 8, size: 16, logSize: 20, logLevel: 24, logTrueSize: 28, bytes: 32 } as const;

/** The first try's log buffer: most logs fit. */
const FIRST_LOG = 1 << 16;

/** The log buffer for what is longer. */
const LONGEST_LOG = 1 << 24;

/** The longest log buffer of kernels before 6.4, which don't say how long a log is; `UINT32_MAX >> 8`. */
const LONGEST_LOG_BEFORE_6_4 = LONGEST_LOG - 1;

/** Options of {@link loadBtf}. */
export interface LoadBtfOptions {
  /** Log level from 0 (none) to 15; 1 unless given. Any level but 0 gives the same text for BTF. */
  readonly logLevel?: number | undefined;
  /**
   * Bytes of the log buffer, closing NUL included. A log that is longer makes the kernel answer ENOSPC. Unless given it
   * is as long as the log, up to 16 MiB.
   */
  readonly logSize?: number | undefined;
  /** Keeps the kernel's object and gives its file descriptor as `fd`; else it is freed at once. */
  readonly keepOpen?: boolean | undefined;
}

/** What the kernel answered. */
export interface LoadResult {
  readonly ok: boolean;
  /** Why it refused, or 0. */
  readonly errno: 0 | Errno;
  /** What it logged, without the closing NUL; a byte that is no valid UTF-8 is U+DC80 to U+DCFF. */
  readonly log: string;
  readonly logBytes: Uint8Array;
  /** With `keepOpen`, when it accepted: the descriptor, to be closed with {@link closeFd}. */
  readonly fd?: number;
}

interface Answer {
  /** A descriptor, or a negative errno. */
  readonly result: number;
  readonly log: Uint8Array;
  /** Bytes that the whole log takes; 0 from kernels before 6.4. */
  readonly trueSize: number;
}

function ask(bytes: Uint8Array, logLevel: number, logSize: number): Answer {
  const bpf = bpfSyscall();
  const log = new Uint8Array(new ArrayBuffer(logSize));
  const attributes = new DataView(new ArrayBuffer(ATTRIBUTES.bytes));
  const little = HOST_ENDIAN === "little";
  attributes.setBigUint64(ATTRIBUTES.btf, bpf.address(bytes), little);
  if (logSize > 0) attributes.setBigUint64(ATTRIBUTES.logBuf, bpf.address(log), little);
  attributes.setUint32(ATTRIBUTES.size, bytes.length, little);
  attributes.setUint32(ATTRIBUTES.logSize, logSize, little);
  attributes.setUint32(ATTRIBUTES.logLevel, logLevel, little);
  const result = bpf.call(BPF_BTF_LOAD, new Uint8Array(attributes.buffer), bytes, log);
  const end = log.indexOf(0);
  return {
    result,
    log: log.subarray(0, end === -1 ? log.length : end),
    trueSize: attributes.getUint32(ATTRIBUTES.logTrueSize, little),
  };
}

/** Asks with a log buffer that grows to what the log needs. */
function askForWholeLog(bytes: Uint8Array, logLevel: number): Answer {
  const answer = ask(bytes, logLevel, FIRST_LOG);
  if (answer.result !== -ERRNO.ENOSPC || (answer.trueSize > 0 && answer.trueSize <= FIRST_LOG)) return answer;
  const size = answer.trueSize === 0 ? LONGEST_LOG_BEFORE_6_4 : Math.min(answer.trueSize, LONGEST_LOG);
  return ask(bytes, logLevel, size);
}

/** The word for the errno that the kernel gave. */
function errnoWord(errno: number): Errno {
  for (const [word, number] of Object.entries(ERRNO)) if (number === errno) return word as Errno;
  throw new BtfError(`bpf(2): errno ${errno} is none that BPF_BTF_LOAD is known to give`, {
    code: "EINVAL",
    rule: "bpf-errno",
  });
}

const ENOSYS = 38;

function refuseWhatIsNoVerdict(errno: number): void {
  if (errno === ERRNO.EPERM) {
    const message = "this process may not load BTF; run it as root or with CAP_BPF, in a container with that allowed";
    throw unavailable("permission", message, "EPERM");
  }
  if (errno === ENOSYS)
    throw unavailable("kernel", "this kernel is built without it; one with CONFIG_BPF_SYSCALL helps");
}

/** Refuses what is no whole number of 32 bits. */
function checkWord(value: number, field: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return;
  throw new BtfError(`loadBtf: ${field} ${value} is not a whole number from 0 to 4294967295`, {
    code: "EINVAL",
    rule: "load-option",
    field,
  });
}

/**
 * Asks the running kernel to load BTF: bpf(2) with `BPF_BTF_LOAD`. It needs Linux, permission (root or CAP_BPF) and the
 * package koffi. That the kernel refuses the BTF is an answer and not an error.
 *
 * @param bytes BTF as `encode` writes it, in the byte order of this machine; a split BTF can't be loaded
 * @throws BtfError when the kernel can't be asked, in one sentence with what would help: EOPNOTSUPP `bpf-platform`,
 * `bpf-arch`, `bpf-koffi`, `bpf-kernel`; EPERM `bpf-permission`
 *
 * @example
 * ```ts
 * loadBtf(encode(btf().addInt("int", 4, "signed").build()));
 * // { ok: true, errno: 0, log: "magic: 0xeb9f\nversion: 1\n… [1] INT int size=4 …" }
 * loadBtf(encode(btf().addInt("int", 4, "signed").addPtr(7).build({ dangling: true })));
 * // { ok: false, errno: "EINVAL", log: "… [2] PTR (anon) type_id=7 Invalid type_id\n" }
 * ```
 */
export function loadBtf(bytes: Uint8Array, options: LoadBtfOptions = {}): LoadResult {
  const { logLevel = 1, logSize, keepOpen = false } = options;
  checkWord(logLevel, "logLevel");
  if (logSize !== undefined) checkWord(logSize, "logSize");
  const grows = logLevel !== 0 && logSize === undefined;
  const { result, log } = grows ? askForWholeLog(bytes, logLevel) : ask(bytes, logLevel, logSize ?? 0);
  if (result < 0) refuseWhatIsNoVerdict(-result);
  const ok = result >= 0;
  if (ok && !keepOpen) closeFd(result);
  return {
    ok,
    errno: ok ? 0 : errnoWord(-result),
    log: decodeName(log, 0, log.length),
    logBytes: log.slice(),
    ...(ok && keepOpen && { fd: result }),
  };
}

/** Closes the descriptor that {@link loadBtf} gave with `keepOpen`; the kernel then frees its object. */
export function closeFd(fd: number): void {
  closeSync(fd);
}

/** The smallest BTF that every kernel loads: one INT without a name, in the byte order of this machine. */
function smallestBtf(): Uint8Array {
  const words = [24, 0, 16, 16, 1, 0, 0x01000000, 4, 32];
  const view = new DataView(new ArrayBuffer(4 + words.length * 4 + 1));
  const little = HOST_ENDIAN === "little";
  view.setUint16(0, 0xeb9f, little);
  view.setUint8(2, 1);
  for (const [i, word] of words.entries()) view.setUint32(4 + i * 4, word, little);
  return new Uint8Array(view.buffer);
}

/** Whether {@link loadBtf} can ask the kernel here, and if not why and what would help. */
export type CanLoad = { readonly ok: true } | { readonly ok: false; readonly reason: string; readonly error: BtfError };

/**
 * Whether {@link loadBtf} can ask the running kernel, found out by loading one INT.
 *
 * @example
 * ```ts
 * const able = canLoad();
 * test.skipIf(!able.ok)("the kernel takes it", () => …);
 * ```
 */
export function canLoad(): CanLoad {
  try {
    const { ok, errno } = loadBtf(smallestBtf(), { logLevel: 0 });
    if (!ok) throw unavailable("kernel", `this kernel refuses a BTF of one INT with ${errno}`);
    return { ok: true };
  } catch (error) {
    if (!isBtfError(error)) throw error;
    return { ok: false, reason: error.message, error };
  }
}

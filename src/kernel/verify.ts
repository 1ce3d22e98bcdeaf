import type { Endian } from "../wire/header.js";
import { encode } from "../encoder/index.js";
import type { Btf } from "../model/btf.js";
import type { Errno } from "../model/errors.js";
import type { KindName } from "../wire/kinds.js";
import { checkChains } from "./chains.js";
import type { KernelToken } from "./changes.js";
import { checkHeader } from "./header.js";
import { Load, type Fault } from "./load.js";
import { Log } from "./log.js";
import { logText } from "./log-text.js";
import { checkMetas } from "./meta.js";
import type { Profile } from "./profile.js";
import { refuse } from "./refuse.js";
import { profileOf, type Kernel } from "./releases.js";
import { resolveTypes } from "./resolve.js";
import { RULES, type VerifyRule } from "./rules.js";
import { checkSections } from "./sections.js";
import { checkSpecialFields } from "./special-fields.js";

/** The most bytes that BPF_BTF_LOAD takes, `BTF_MAX_SIZE`: 16 MiB. */
const MAX_BYTES = 1 << 24;
const DEFAULT_LOG_BYTES = 1 << 24;
/** Log levels are bits; this one keeps the log's start where it does not fit. */
const LEVEL_FIXED = 8;
const OLD_LOG_MIN = 128;

/** Options of {@link verify}. */
export interface VerifyOptions {
  /** The kernel to ask: a mainline release, `"bpf-next"`, a distribution's kernel, or what `detectFeatures` found; `"6.18"` when left out. */
  readonly kernel?: Kernel;
  /** Changes to that kernel: backports, and what-ifs as `"extern-func-in-datasec"`. */
  readonly with?: readonly KernelToken[];
  /**
   * `btf_log_level`: 0 is no log, which is fastest; every other level gives the same text, and 8 (`BPF_LOG_FIXED`)
   * keeps the start of a log that does not fit in place of its end. 1 when left out.
   */
  readonly logLevel?: number;
  /** `btf_log_size` in bytes; 16 MiB when left out, less a byte before 5.16, which takes no more. */
  readonly logSize?: number;
  /** The running kernel's types, which decide about kptrs to its structs; without them such kptrs pass. */
  readonly vmlinux?: Btf;
  /** Byte order of the machine that the kernel runs on; BTF of the other order is refused. */
  readonly host?: Endian;
}

/** Where a kernel found the fault, and how to mend it. */
export interface VerdictPlace {
  /** The stable name of the rule that was broken. */
  readonly rule: VerifyRule;
  readonly typeId?: number;
  readonly kind?: KindName;
  /** The member, parameter, enumerator or entry, from 0. */
  readonly index?: number;
  /** Offset in bytes from the start of the BTF. */
  readonly byteOffset?: number;
  /** One sentence that says how to mend it. */
  readonly hint: string;
}

/** What a kernel says of a BTF. */
export interface Verdict {
  readonly ok: boolean;
  /** 0 when accepted, else the errno's word, as `"EINVAL"`. */
  readonly errno: 0 | Errno;
  /** The log as text, decoded as names are; BtfError EFBIG `log-text` where it is longer than a string can be. */
  readonly log: string;
  /** The log's bytes, without the closing NUL. */
  readonly logBytes: Uint8Array<ArrayBuffer>;
  /** `btf_log_true_size`: bytes that the whole log with its NUL takes; 0 without a log. */
  readonly logTrueSize: number;
  /** Where it was refused; undefined when it was accepted. */
  readonly at?: VerdictPlace;
}

/** What {@link judge} says beside the verdict. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The running kernel would print a warning at this data and be tainted: keep it off live machines. */
  readonly warns: boolean;
}

/** A log's decoded text is made when somebody asks for it: it can be many times the input. */
class KernelVerdict implements Verdict {
  readonly ok: boolean;
  readonly errno: 0 | Errno;
  readonly logBytes: Uint8Array<ArrayBuffer>;
  readonly logTrueSize: number;
  declare readonly at?: VerdictPlace;
  #text: string | undefined;

  constructor(errno: 0 | Errno, logBytes: Uint8Array<ArrayBuffer>, logTrueSize: number, at: VerdictPlace | undefined) {
    this.ok = errno === 0;
    this.errno = errno;
    this.logBytes = logBytes;
    this.logTrueSize = logTrueSize;
    if (at !== undefined) this.at = at;
  }

  get log(): string {
    this.#text ??= logText(this.logBytes);
    return this.#text;
  }
}

/** How the log is kept, or undefined when the kernel refuses the call for its size or level. */
function openLog(
  profile: Profile,
  level: number,
  size: number | undefined,
): { log?: Log; capacity: number } | undefined {
  const wanted = size ?? (level === 0 ? 0 : Math.min(DEFAULT_LOG_BYTES, profile.maxLogSize));
  if (level === 0) return wanted === 0 ? { capacity: 0 } : undefined;
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > profile.maxLogSize) return undefined;
  if (!Number.isInteger(level) || level < 0 || level > profile.maxLogLevel) return undefined;
  if (profile.log === "head") {
    if (wanted < OLD_LOG_MIN) return undefined;
    return { log: new Log("fixed", wanted - 1), capacity: wanted };
  }
  const mode = (level & LEVEL_FIXED) === 0 ? "rotating" : "fixed";
  return { log: new Log(mode, Math.max(wanted - 1, 0)), capacity: wanted };
}

/** All passes, in the kernel's order. */
function run(load: Load): boolean {
  const header = checkHeader(load);
  if (header === undefined || !checkSections(load, header)) return false;
  return checkMetas(load) && resolveTypes(load) && checkChains(load) && checkSpecialFields(load);
}

const OTHER_ORDER = "the BTF is in the other byte order than the host's: encode it with the host's endian";
const SPLIT = "BPF_BTF_LOAD sees a split BTF's own part alone, while its ids and names go on from its base's";

/** Whether the data begin with the magic number in the byte order that the host has not. */
function isSwapped(bytes: Uint8Array, host: Endian): boolean {
  const swapped = host === "little" ? [0xeb, 0x9f] : [0x9f, 0xeb];
  return bytes[0] === swapped[0] && bytes[1] === swapped[1];
}

function placeOf({ bytes, endian }: Load, fault: Fault): VerdictPlace {
  return { ...fault, hint: isSwapped(bytes, endian) ? OTHER_ORDER : RULES[fault.rule].hint };
}

/** The verdict on bytes, and whether a live kernel would warn. */
export function judge(
  bytes: Uint8Array,
  { kernel = "6.18", with: tokens = [], logLevel = 1, logSize, vmlinux, host = "little" }: VerifyOptions = {},
): Judgement {
  const profile = profileOf(kernel, tokens);
  const opened = openLog(profile, logLevel, logSize);
  const load = new Load(bytes, profile, host, opened?.log, vmlinux);
  if (bytes.length > MAX_BYTES) refuse(load, "size-limit");
  else if (opened === undefined) refuse(load, "log-arguments");
  else run(load);

  const { fault, log } = load;
  let errno: 0 | Errno = fault === undefined ? 0 : RULES[fault.rule].errno;
  let at = fault === undefined ? undefined : placeOf(load, fault);
  const trueSize = log === undefined || fault?.rule === "size-limit" ? 0 : log.total + 1;
  if (log !== undefined && opened !== undefined && opened.capacity > 0) {
    // An old kernel hides only its consent behind a full log, a new one whatever it had to say.
    const full = profile.log === "head" ? errno === 0 && log.total >= opened.capacity - 1 : trueSize > opened.capacity;
    if (full) {
      errno = "ENOSPC";
      at = { rule: "log-full", hint: RULES["log-full"].hint };
    }
  }
  const verdict = new KernelVerdict(errno, log?.finish() ?? new Uint8Array(0), trueSize, at);
  return { verdict, warns: load.warns };
}

/**
 * Says what a Linux kernel would say of BTF, without one: the verdict of `BPF_BTF_LOAD`, its errno and its whole log,
 * byte for byte. A graph is judged as the bytes that `encode` writes of it; of a split graph the kernel sees its own
 * part alone.
 *
 * @throws BtfError ENOENT `unknown-kernel` for a kernel or a token that is none.
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4).addFuncProto("int").addFunc("f", "extern", 2).build();
 * const verdict = verify(graph, { kernel: "6.1" });
 * verdict.errno; // "EINVAL"
 * verdict.log.split("\n").at(-2); // "[3] FUNC f type_id=2 Invalid func linkage"
 * verdict.at?.hint; // "FUNC linkage extern is refused by every kernel; lower() makes it global"
 * ```
 */
export function verify(x: Btf | Uint8Array, options: VerifyOptions = {}): Verdict {
  const { verdict } = judge(bytesOf(x), options);
  if (verdict.at === undefined || x instanceof Uint8Array || x.base === undefined) return verdict;
  const { errno, logBytes, logTrueSize, at } = verdict;
  return new KernelVerdict(errno, logBytes, logTrueSize, { ...at, hint: SPLIT });
}

/** The bytes that a kernel is given for a graph. */
export function bytesOf(x: Btf | Uint8Array): Uint8Array {
  return x instanceof Uint8Array ? x : encode(x);
}

import type { KindName } from "../wire/kinds.js";
import type { SourceDiagnostic } from "./diagnostic.js";

/** The errno words that btfkit's errors and verdicts carry, with their Linux numbers. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EIO: 5,
  E2BIG: 7,
  EBADF: 9,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  EPIPE: 32,
  ERANGE: 34,
  ENOSYS: 38,
  ELOOP: 40,
  ENODATA: 61,
  EPROTO: 71,
  EOPNOTSUPP: 95,
  ENOTSUPP: 524,
} as const;

/** An errno by its word, as `"EINVAL"`. */
export type Errno = keyof typeof ERRNO;

/** Where an error happened and what kind of error it is; every part of it is a property of {@link BtfError}. */
export interface BtfErrorDetails {
  /** The errno that libbpf or the kernel gives for the same fault. */
  readonly code: Errno;
  /** A stable slug for the rule that was broken, as `"type-id-range"`: what a program tests for. */
  readonly rule: string;
  readonly typeId?: number | undefined;
  readonly kind?: KindName | undefined;
  /** The argument, member or header field that is at fault. */
  readonly field?: string | undefined;
  /** Offset in bytes from the start of the BTF, or of the file that was read. */
  readonly byteOffset?: number | undefined;
  /** Every error and warning of a source text, in the order of the text. */
  readonly diagnostics?: readonly SourceDiagnostic[] | undefined;
}

/**
 * The one error that btfkit throws for bad BTF, bad arguments and bad files. The message starts with its subject and
 * says what was expected; the same facts are properties.
 *
 * @example
 * ```ts
 * try {
 *   btf().addPtr(-1);
 * } catch (error) {
 *   if (isBtfError(error)) console.log(error.code, error.message);
 * }
 * // EINVAL addPtr: type id -1 is not a whole number from 0 to 2147483647
 * ```
 */
export class BtfError extends Error {
  override readonly name = "BtfError";
  readonly code: Errno;
  readonly rule: string;
  readonly typeId?: number;
  readonly kind?: KindName;
  readonly field?: string;
  readonly byteOffset?: number;
  readonly diagnostics?: readonly SourceDiagnostic[];

  constructor(message: string, details: BtfErrorDetails, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = details.code;
    this.rule = details.rule;
    if (details.typeId !== undefined) this.typeId = details.typeId;
    if (details.kind !== undefined) this.kind = details.kind;
    if (details.field !== undefined) this.field = details.field;
    if (details.byteOffset !== undefined) this.byteOffset = details.byteOffset;
    if (details.diagnostics !== undefined) this.diagnostics = details.diagnostics;
  }
}

/**
 * True for a {@link BtfError}, also for one thrown by another copy of btfkit.
 *
 * @example
 * ```ts
 * isBtfError(new Error("no")); // false
 * ```
 */
export function isBtfError(value: unknown): value is BtfError {
  return value instanceof Error && value.name === "BtfError" && "code" in value && "rule" in value;
}

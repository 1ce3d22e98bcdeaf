import { BtfError, isBtfError, ERRNO, type Errno } from "../model/errors.js";

/** What the common errors of the file system mean to who reads the message. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
};

/** An error of the file system about `path` as a {@link BtfError} that begins with it. */
export function fileError(path: string, what: string, error: unknown): BtfError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  const errno: Errno = code in ERRNO ? (code as Errno) : "EINVAL";
  return new BtfError(`${path}: ${what}: ${reason}`, { code: errno, rule: "file" }, { cause: error });
}

/** The same error about the file it came from: its message begins with `path`. Others than BtfErrors stay as they are. */
export function errorIn(path: string, error: unknown): unknown {
  if (!isBtfError(error)) return error;
  const { code, rule, typeId, kind, field, byteOffset } = error;
  return new BtfError(`${path}: ${error.message}`, { code, rule, typeId, kind, field, byteOffset }, { cause: error });
}

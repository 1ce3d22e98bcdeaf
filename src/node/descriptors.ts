import { readSync, writeSync } from "node:fs";

const CHUNK = 1 << 16;

/** True for an error of the file system with this code, as `"ENOENT"`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Calls `f` until it does what it does without EAGAIN, which a pipe that does not block gives when it can't yet. */
function patiently<T>(f: () => T): T {
  for (;;) {
    try {
      return f();
    } catch (error) {
      if (!hasCode(error, "EAGAIN")) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Writes all of `bytes`. @throws the file system's errors, as EPIPE */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += patiently(() => writeSync(fd, bytes, at));
}

/** Reads up to the end. @throws the file system's errors */
export function readAll(fd: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const length = patiently(() => {
      try {
        return readSync(fd, chunk);
      } catch (error) {
        // So Windows says that a pipe is closed.
        if (hasCode(error, "EOF")) return 0;
        throw error;
      }
    });
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
  }
}

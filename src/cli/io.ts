import { readSync } from "node:fs";

import { fileError } from "../node/file-error.js";
import { writeAll } from "../node/write-file-whole.js";

/** What a command reads and writes beside files. */
export interface Io {
  out(bytes: Uint8Array): void;
  err(text: string): void;
  /** All of stdin. */
  in(): Uint8Array;
}

const CHUNK = 1 << 16;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** True when the reader of a pipe went away, as `head` does when it has enough. */
export function isBrokenPipe(error: unknown): boolean {
  return hasCode(error, "EPIPE") || (error instanceof Error && hasCode(error.cause, "EPIPE"));
}

function readStdin(): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    let length: number;
    try {
      length = readSync(0, chunk);
    } catch (error) {
      if (hasCode(error, "EOF")) break;
      if (!hasCode(error, "EAGAIN")) throw fileError("stdin", "can't be read", error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      continue;
    }
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
  }
  return Buffer.concat(chunks);
}

/** The process's own streams, by their descriptors: nothing is queued, and Node's streams need not be loaded. */
export const processIo: Io = {
  out: (bytes) => writeAll(1, bytes),
  err(text) {
    try {
      writeAll(2, Buffer.from(text));
    } catch (error) {
      if (!isBrokenPipe(error)) throw error;
    }
  },
  in: readStdin,
};

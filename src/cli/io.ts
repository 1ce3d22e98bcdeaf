import { hasCode, readAll, writeAll } from "../node/descriptors.js";
import { fileError } from "../node/file-error.js";

/** What a command reads and writes beside files. */
export interface Io {
  out(bytes: Uint8Array): void;
  err(text: string): void;
  /** All of stdin. */
  in(): Uint8Array;
}

/** True when the reader of a pipe went away, as `head` does when it has enough. */
export function isBrokenPipe(error: unknown): boolean {
  return hasCode(error, "EPIPE") || (error instanceof Error && hasCode(error.cause, "EPIPE"));
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
  in() {
    try {
      return readAll(0);
    } catch (error) {
      throw fileError("stdin", "can't be read", error);
    }
  },
};

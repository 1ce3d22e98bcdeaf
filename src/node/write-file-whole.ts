import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
} from "node:fs";
import { dirname, join } from "node:path";

import { hasCode, writeAll } from "./descriptors.js";
import { fileError } from "./file-error.js";

/** Passes pieces of output on. */
export type Write = (piece: Uint8Array) => void;

/** Opens a new file beside `target`. */
function openBeside(target: string, mode: number): { readonly path: string; readonly fd: number } {
  for (let attempt = 0; ; attempt++) {
    const path = join(dirname(target), `.btfkit-${process.pid}-${attempt}.tmp`);
    try {
      return { path, fd: openSync(path, "wx", mode) };
    } catch (error) {
      if (!hasCode(error, "EEXIST") || attempt > 100) throw error;
    }
  }
}

/** Writes beside `target` and puts the new file in its place when all is written. */
function replace(target: string, old: Stats | undefined, produce: (write: Write) => void): void {
  if (old !== undefined) accessSync(target, constants.W_OK);
  const { path, fd } = openBeside(target, old === undefined ? 0o666 : old.mode & 0o777);
  let isOpen = true;
  try {
    produce((piece) => writeAll(fd, piece));
    closeSync(fd);
    isOpen = false;
    if (old !== undefined) chmodSync(path, old.mode & 0o7777);
    renameSync(path, target);
  } catch (error) {
    if (isOpen) closeSync(fd);
    rmSync(path, { force: true });
    throw error;
  }
}

/** Writes to what is no regular file: a device, a pipe. */
function writeThrough(path: string, produce: (write: Write) => void): void {
  const fd = openSync(path, "w");
  try {
    produce((piece) => writeAll(fd, piece));
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes a file whole or not at all: to a new file in the same folder that then takes its place. A file that is there
 * keeps its mode, and a symbolic link stays one. What is no regular file, as `/dev/stdout`, is written to directly.
 *
 * @param content the bytes, or a function that passes them on piece by piece
 * @throws BtfError `file` whose message begins with the path; the old file is then as it was. What `content` throws
 * is thrown on.
 *
 * @example
 * ```ts
 * writeFileWhole("out.btf", encode(graph));
 * ```
 */
export function writeFileWhole(path: string, content: Uint8Array | ((write: Write) => void)): void {
  const produce = content instanceof Uint8Array ? (write: Write) => write(content) : content;
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    if (old === undefined || old.isFile()) replace(old === undefined ? path : realpathSync(path), old, produce);
    else writeThrough(path, produce);
  } catch (error) {
    throw error instanceof Error && "syscall" in error ? fileError(path, "can't be written", error) : error;
  }
}

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { fileError } from "./file-error.js";

/** Folders that hold no sources of the project. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", ".git"]);

/**
 * The files below a folder whose names fit, in the order of their paths; a path that is a file stands for itself.
 *
 * @throws BtfError `file` for a path that can't be read
 */
export function findFiles(path: string, fits: (name: string) => boolean): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const found: string[] = [];
    const folders = [path];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const at = join(folder, entry.name);
        if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(at);
        else if (entry.isFile() && fits(entry.name)) found.push(at);
      }
    }
    return found.sort();
  } catch (error) {
    throw fileError(path, "can't be read", error);
  }
}

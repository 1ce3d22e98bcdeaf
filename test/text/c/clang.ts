import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Btf } from "btfkit";
import { readBtf } from "btfkit/node";

export const CLANG = "clang-19";

const CORPUS = fileURLToPath(new URL("../../corpus/c/", import.meta.url));

/** The programs of test/corpus/c. */
export const CORPUS_FILES = readdirSync(CORPUS).filter((file) => file.endsWith(".c"));

/** A folder for what compilers write, until the tests of a file are done. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "btfkit-parse-c-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A program of the corpus as the preprocessor leaves it. */
export function preprocessed(file: string): string {
  return execFileSync(CLANG, ["-target", "bpf", "-mcpu=v3", "-E", join(CORPUS, file)], { encoding: "utf8" });
}

/** The object file that clang makes of a program of the corpus. */
export function compiled(file: string, folder: string): string {
  const object = join(folder, `${file}.o`);
  execFileSync(CLANG, ["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-w", "-c", join(CORPUS, file), "-o", object]);
  return object;
}

/** The types that an object file holds; undefined for one without. */
export function objectBtf(object: string): Btf | undefined {
  try {
    return readBtf(object);
  } catch (error) {
    if (error instanceof Error && error.message.includes("no .BTF section")) return undefined;
    throw error;
  }
}

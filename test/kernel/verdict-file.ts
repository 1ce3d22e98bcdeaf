import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { fileURLToPath } from "node:url";

import type { KernelName } from "btfkit/kernel";

/** What a file of recorded verdicts says of itself. */
export interface VerdictHead {
  readonly source: string;
  readonly kernel: KernelName;
}

/** A BTF, the options of the call and what the kernel said. */
export interface VerdictRow {
  readonly name: string;
  readonly blob: Uint8Array;
  readonly errno: string;
  readonly logBytes: Uint8Array;
  readonly options: { readonly logLevel?: number; readonly logSize?: number };
}

type Line = readonly [name: string, blob: string, errno: string, log: string, options: VerdictRow["options"]];

const FOLDER = fileURLToPath(new URL("../vectors/", import.meta.url));
const ENDING = ".jsonl.br";

const latinOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const bytesOf = (latin: string): Uint8Array => new Uint8Array(Buffer.from(latin, "latin1"));

/**
 * Writes verdicts under test/vectors: lines of JSON, compressed; the first is the head. A blob is Latin-1 and not
 * base64, which compresses to two thirds.
 */
export function writeVerdicts(name: string, head: VerdictHead, rows: readonly VerdictRow[]): string {
  const lines = rows.map(({ name: row, blob, errno, logBytes, options }): Line => {
    return [row, latinOf(blob), errno, latinOf(logBytes), options];
  });
  const text = [head, ...lines].map((line) => JSON.stringify(line)).join("\n");
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 };
  const path = `${FOLDER}${name}${ENDING}`;
  writeFileSync(path, brotliCompressSync(text, { params }));
  return path;
}

/** The names of all files of recorded verdicts. */
export function verdictFiles(): string[] {
  return readdirSync(FOLDER).flatMap((file) =>
    file.startsWith("kernel-") && file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : [],
  );
}

/** Reads what {@link writeVerdicts} wrote. */
export function readVerdicts(name: string): { head: VerdictHead; rows: VerdictRow[] } {
  const text = brotliDecompressSync(readFileSync(`${FOLDER}${name}${ENDING}`)).toString("utf8");
  const [head, ...lines] = text.split("\n").map((line) => JSON.parse(line) as unknown);
  return {
    head: head as VerdictHead,
    rows: (lines as Line[]).map(([row, blob, errno, log, options]) => {
      return { name: row, blob: bytesOf(blob), errno, logBytes: bytesOf(log), options };
    }),
  };
}

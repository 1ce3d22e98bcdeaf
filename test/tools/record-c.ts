/**
 * Records what a bpftool prints as C: `npx tsx test/tools/record-c.ts BPFTOOL`, with a bpftool of 7.8. It writes
 * test/vectors/bpftool-7.8-c.json.br, which the file beside it describes.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

import fc from "fast-check";

import { cGraphSpec } from "../property/c-graph.js";
import { writeGraph } from "../property/word-graph.js";

const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const OUT = fileURLToPath(new URL("../vectors/bpftool-7.8-c.json.br", import.meta.url));
const RANDOM_GRAPHS = 500;
const SEED = 7_8;
/** Its C dump hangs on some loops. */
const TIMEOUT_MS = 2000;

const tool = process.argv[2];
if (tool === undefined) throw new Error("usage: record-c.ts BPFTOOL");
const folder = mkdtempSync(join(tmpdir(), "btfkit-record-"));
const records: { name: string; btf: string; sorted: string; unsorted: string }[] = [];

function print(path: string, ...more: string[]): string | undefined {
  const { status, stdout } = spawnSync(tool!, ["btf", "dump", "file", path, "format", "c", ...more], {
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    maxBuffer: 1 << 24,
  });
  // Names may be no UTF-8: a character a byte.
  return status === 0 ? stdout.toString("latin1") : undefined;
}

function record(name: string, path: string): void {
  const sorted = print(path);
  const unsorted = print(path, "unsorted");
  if (sorted === undefined || unsorted === undefined) return;
  records.push({ name, btf: readFileSync(path).toString("base64"), sorted, unsorted });
}

for (const source of readdirSync(CORPUS).filter((name) => name.endsWith(".c") && name !== "43-nothing.c")) {
  const object = join(folder, "object.o");
  const btf = join(folder, "object.btf");
  execFileSync("clang-19", ["-target", "bpf", "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
  execFileSync("llvm-objcopy-19", [`--dump-section=.BTF=${btf}`, object]);
  record(source, btf);
}
for (const [i, spec] of fc.sample(cGraphSpec, { numRuns: RANDOM_GRAPHS, seed: SEED }).entries()) {
  const path = join(folder, "random.btf");
  writeFileSync(path, writeGraph(spec).bytes);
  record(`random ${i}`, path);
}
rmSync(folder, { recursive: true });
writeFileSync(OUT, brotliCompressSync(JSON.stringify(records)));
console.log(`${records.length} recorded`);

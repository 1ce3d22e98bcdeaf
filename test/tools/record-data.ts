/**
 * Records what libbpf prints of types and values: `npx tsx test/tools/record-data.ts PROGRAM`, PROGRAM being
 * test/conformance/libbpf-dump.c compiled with -DEMIT_STRINGS and libbpf 1.8. It writes
 * test/vectors/libbpf-1.8-data.json.br, which the file beside it describes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

import { decode } from "btfkit";
import { askLibbpf, questionsOf, randomNumbers } from "../conformance/libbpf-dump.js";

const vector = (name: string): string => fileURLToPath(new URL(`../vectors/${name}`, import.meta.url));
const SEED = 18;
const ALL_FLAGS = 16;
const VALUES = 4;

const program = process.argv[2];
if (program === undefined) throw new Error("usage: record-data.ts PROGRAM");
const folder = mkdtempSync(join(tmpdir(), "btfkit-record-"));
const random = randomNumbers(SEED);
const corpus = JSON.parse(brotliDecompressSync(readFileSync(vector("bpftool-7.8-c.json.br"))).toString()) as {
  readonly name: string;
  readonly btf: string;
}[];
const records = corpus
  // libbpf looks at each of the two billion elements of an array there.
  .filter(({ name }) => name.endsWith(".c") && name !== "51-limits-offset.c")
  .map(({ name, btf }) => {
    const path = join(folder, "file.btf");
    writeFileSync(path, Buffer.from(btf, "base64"));
    const questions = questionsOf(decode(Buffer.from(btf, "base64")), random, ALL_FLAGS, VALUES);
    return { name, questions, answers: askLibbpf(program, path, questions).map(({ code, text }) => code || [text]) };
  });
rmSync(folder, { recursive: true });
writeFileSync(vector("libbpf-1.8-data.json.br"), brotliCompressSync(JSON.stringify(records)));
console.log(`${records.reduce((sum, { answers }) => sum + answers.length, 0)} recorded`);

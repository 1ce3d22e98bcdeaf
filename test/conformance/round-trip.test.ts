/** `encode(decode(x))` is `x`, for what the kernel, clang and pahole write; and through the other byte order and back. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode, encode, type Btf } from "btfkit";
import { readElf } from "btfkit/elf";
import { KERNEL_BTF } from "btfkit/node";
import { oracle } from "../oracles.js";

const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const NO_KERNEL = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;

function missing(...names: string[]): string {
  const absent = names.map(oracle).find(({ available }) => !available);
  return absent === undefined ? "" : ` (skipped: ${absent.reason})`;
}

const NO_CLANG = missing("clang-19");
const NO_PAHOLE = missing("clang-19", "pahole");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-round-trip-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Checks bytes of one BTF and gives the graph that they are. */
function roundTrip(bytes: Uint8Array, base?: Btf): Btf {
  const options = base === undefined ? {} : { base };
  const graph = decode(bytes, options);
  expect(Buffer.compare(encode(graph), bytes)).toBe(0);
  expect(Buffer.compare(encode(decode(bytes, { ...options, borrow: true })), bytes)).toBe(0);
  const other = graph.endian === "little" ? "big" : "little";
  const flipped = decode(encode(graph, { endian: other }), options);
  expect(flipped.endian).toBe(other);
  expect(flipped.equals(graph)).toBe(true);
  const back = encode(flipped, { endian: graph.endian });
  expect(decode(back, options).equals(graph)).toBe(true);
  expect(Buffer.compare(encode(decode(back, options), { endian: other }), encode(flipped))).toBe(0);
  return graph;
}

function compile(name: string, source: string, ...options: string[]): string {
  const path = join(folder, `${name}.c`);
  writeFileSync(path, source);
  execFileSync("clang-19", ["-g", "-c", ...options, path, "-o", join(folder, `${name}.o`)]);
  return join(folder, `${name}.o`);
}

const btfOf = (object: string): Uint8Array => readElf(readFileSync(object)).btf!;

it.skipIf(NO_KERNEL)(`the running kernel's${NO_KERNEL}`, () => {
  expect(roundTrip(readFileSync(KERNEL_BTF)).typeCount).toBeGreaterThan(10_000);
});

describe.skipIf(NO_CLANG)(`objects of clang${NO_CLANG}`, () => {
  it.each(["bpf", "bpfeb"])("every file of the corpus, %s", (target) => {
    let count = 0;
    for (const source of readdirSync(CORPUS).filter((name) => name.endsWith(".c"))) {
      const object = join(folder, `${source}.${target}.o`);
      execFileSync("clang-19", ["-target", target, "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
      const { btf, endian } = readElf(readFileSync(object));
      if (btf === undefined) continue;
      expect(roundTrip(btf).endian).toBe(endian);
      count++;
    }
    expect(count).toBeGreaterThan(30);
  });
});

describe.skipIf(NO_PAHOLE)(`split BTF of pahole${NO_PAHOLE}`, () => {
  it("a module on a kernel", () => {
    const kernel = compile(
      "kernel",
      "struct task { int pid; struct task *next; } init; long ticks(void) { return 0; }",
    );
    const module = compile(
      "module",
      `struct task { int pid; struct task *next; }; struct list { struct task *first; int count; } all;
       enum size { NONE, SOME = 7 } size; union { long whole; char parts[8]; } both;`,
    );
    const baseFile = join(folder, "base.btf");
    execFileSync("pahole", [`--btf_encode_detached=${baseFile}`, kernel]);
    execFileSync("pahole", ["-J", "--btf_base", baseFile, module]);
    const base = roundTrip(readFileSync(baseFile));
    const split = roundTrip(btfOf(module), base);
    expect(split.startId).toBe(base.typeCount);
    expect(split.sizeOf(split.id("struct list"))).toBe(16);
  });

  it.skipIf(NO_KERNEL)(`a module on the running kernel${NO_KERNEL}`, () => {
    const module = compile("own", "struct task_struct; struct own { struct task_struct *task; int count; } own;");
    execFileSync("pahole", ["-J", "--btf_base", KERNEL_BTF, module]);
    const base = decode(readFileSync(KERNEL_BTF), { borrow: true });
    const split = roundTrip(btfOf(module), base);
    expect(split.startId).toBe(base.typeCount);
    expect(split.sizeOf(split.id("struct own"))).toBe(16);
  });
});

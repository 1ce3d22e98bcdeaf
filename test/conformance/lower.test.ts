/** lower beside libbpf: what it has of an object's BTF once it has opened the object, byte for byte. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode, encode, type Btf } from "btfkit";
import { readElf, type ElfFile } from "btfkit/elf";
import { KERNELS, lower, verify } from "btfkit/kernel";
import { loadBtf } from "btfkit/node";
import { formatRaw } from "btfkit/text";
import { kernelOracle } from "../kernel-oracle.js";
import { libbpfProgram } from "../oracle/libbpf.js";
import { oracle } from "../oracles.js";
import { profileOfRelease, runningRelease } from "../tools/judges.js";
import { OBJECTS } from "./lower-objects.js";

const CLANG = "clang-19";
const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const sources = readdirSync(CORPUS).filter((name) => name.endsWith(".c"));

const openObject = libbpfProgram("open-object");
const clang = oracle(CLANG);
const missing = [clang, openObject].find(({ available }) => !available);
const why = missing === undefined ? "" : ` (skipped: ${missing.reason})`;
const kernel = kernelOracle();
const noKernel = kernel.available ? "" : ` (skipped: ${kernel.reason})`;

/** What libbpf 1.1.2 does not open, with the reason, or has no BTF of. */
const NOT_OPENED: Readonly<Record<string, string>> = {
  "23-var-linkage.c": "2, ENOENT: an extern variable in no section",
  "29-weak-externs.c": "2, ENOENT: externs in no section",
  "43-nothing.c": "no btf",
  "47-arena-addrspace.c": "4005, LIBBPF_ERRNO__FORMAT: a relocation that it does not know",
};

/** What no kernel takes even so, with the last line of its log; the kernel that refuses first. */
const REFUSED: Readonly<Record<string, { readonly log: RegExp; readonly since: string }>> = {
  "51-limits-offset.c": { log: /\tlast type_id=3 .*exceeds/, since: "4.18" },
  "55-enum64-bitfield.c": {
    log: /\te type_id=2 bitfield_size=40 bits_offset=0 Invalid member bitfield_size\n$/,
    since: "6.0",
  },
  "57-atomic.c": { log: / type_id=0 (?:bits_offset=0|linkage=1) Invalid type_id\n$/, since: "4.18" },
  "61-empty-var.c": { log: /\t type_id=2 offset=0 size=0 Invalid size\n$/, since: "5.2" },
  // A kptr beside one to a struct that is only declared: an errno, and no word in the log.
  "65-kptr-fwd.c": { log: /\[22\] TYPE_TAG kptr type_id=18\n$/, since: "6.12" },
};

let folder: string;
const answers = new Map<string, string>();

beforeAll(() => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "btfkit-lower-"));
  const objects: string[] = [];
  const compile = (name: string, source: string): void => {
    const object = join(folder, `${name}.o`);
    execFileSync(CLANG, ["-target", "bpf", "-g", "-O2", "-c", source, "-o", object]);
    objects.push(object, join(folder, `${name}.btf`));
  };
  for (const name of sources) compile(name, join(CORPUS, name));
  for (const [name, source] of Object.entries(OBJECTS)) {
    writeFileSync(join(folder, name), source);
    compile(name, join(folder, name));
  }
  const lines = openObject
    .run(...objects)
    .trim()
    .split("\n");
  [...sources, ...Object.keys(OBJECTS)].forEach((name, i) => answers.set(name, lines[i]!));
}, 60_000);

afterAll(() => {
  if (missing === undefined) rmSync(folder, { recursive: true });
});

function readObject(name: string): { readonly graph: Btf; readonly elf: ElfFile } {
  const elf = readElf(readFileSync(join(folder, `${name}.o`)));
  return { graph: decode(elf.btf!), elf };
}

/** What libbpf has; undefined when it did not open the object. */
function libbpfHas(name: string): Uint8Array | undefined {
  const path = join(folder, `${name}.btf`);
  return existsSync(path) ? readFileSync(path) : undefined;
}

function expectSame(ours: Btf, theirs: Uint8Array): void {
  if (Buffer.compare(encode(ours), theirs) === 0) return;
  expect(formatRaw(ours)).toBe(formatRaw(decode(theirs)));
  expect(encode(ours)).toEqual(theirs);
}

describe.skipIf(missing !== undefined)(`objects of clang as libbpf opens them${why}`, () => {
  it("libbpf opens all but a few", () => {
    const refused = sources.filter((name) => answers.get(name) !== "ok");
    expect(refused).toEqual(Object.keys(NOT_OPENED));
    for (const name of refused) expect(NOT_OPENED[name]).toMatch(new RegExp(`^${answers.get(name)}`));
    expect(sources.length - refused.length).toBeGreaterThanOrEqual(30);
    for (const name of Object.keys(OBJECTS)) expect(`${name} ${answers.get(name)}`).toBe(`${name} ok`);
  });

  it.each([...sources, ...Object.keys(OBJECTS)].filter((name) => !(name in NOT_OPENED)))("%s", (name) => {
    const { graph, elf } = readObject(name);
    const before = encode(graph);
    const { graph: lowered } = lower(graph, { externs: "libbpf", sections: elf.sections, symbols: elf.symbols });
    expectSame(lowered, libbpfHas(name)!);
    expect(encode(graph)).toEqual(before);
    expect(lower(lowered).graph).toBe(lowered);
  });

  it.each(["23-var-linkage.c", "29-weak-externs.c", "47-arena-addrspace.c"])(
    "%s, which libbpf does not open",
    (name) => {
      const { graph, elf } = readObject(name);
      const { graph: lowered } = lower(graph, { sections: elf.sections, symbols: elf.symbols });
      expect(verify(lowered)).toMatchObject({ ok: true });
    },
  );

  it("where there is no INT of 32 bits libbpf writes type 0, which no kernel takes, and lower adds one", () => {
    const source = `extern const long there __attribute__((section(".ksyms")));
      __attribute__((section("socket"), used)) long prog(void *ctx) { return (long)&there; }`;
    writeFileSync(join(folder, "no-int.c"), source);
    const object = join(folder, "no-int.c.o");
    execFileSync(CLANG, ["-target", "bpf", "-g", "-O2", "-c", join(folder, "no-int.c"), "-o", object]);
    openObject.run(object, join(folder, "no-int.c.btf"));
    expect(verify(libbpfHas("no-int.c")!)).toMatchObject({
      errno: "EINVAL",
      at: { rule: "type-id-range", kind: "VAR" },
    });
    const { graph, elf } = readObject("no-int.c");
    const { graph: lowered, rewrites } = lower(graph, { sections: elf.sections, symbols: elf.symbols });
    expect(verify(lowered).ok).toBe(true);
    expect(rewrites.map(({ rule }) => rule)).toContain("int-added");
  });
});

describe.skipIf(missing !== undefined)(`objects of clang for every release${why}`, () => {
  it.each(sources.filter((name) => name !== "43-nothing.c"))("%s", (name) => {
    const { graph, elf } = readObject(name);
    const facts = { sections: elf.sections, symbols: elf.symbols };
    const first = REFUSED[name]?.since;
    const order = KERNELS.map(({ kernel: each }) => each);
    for (const { kernel: each, from } of KERNELS) {
      const { graph: lowered } = lower(graph, { kernel: each, ...facts });
      const { ok, log } = verify(lowered, { kernel: each });
      const isRefused = first !== undefined && order.indexOf(from ?? each) >= order.indexOf(first as typeof each);
      if (isRefused) expect(log).toMatch(REFUSED[name]!.log);
      expect({ each, ok }).toEqual({ each, ok: !isRefused });
      expect(lower(lowered, { kernel: each }).graph).toBe(lowered);
    }
  });
});

describe.skipIf(missing !== undefined || !kernel.available)(
  `objects of clang and the running kernel${why}${noKernel}`,
  () => {
    const profile = kernel.available ? profileOfRelease(runningRelease()) : undefined;

    it.skipIf(profile === undefined)(
      "the whole corpus, lowered for it: taken, or refused in the verifier's words",
      () => {
        for (const name of sources.filter((each) => each !== "43-nothing.c")) {
          const { graph, elf } = readObject(name);
          const { graph: lowered } = lower(graph, { kernel: profile!, sections: elf.sections, symbols: elf.symbols });
          const { ok, errno, log } = loadBtf(encode(lowered));
          const ours = verify(lowered, { kernel: profile! });
          expect({ name, errno, log }).toEqual({ name, errno: ours.errno, log: ours.log });
          expect({ name, ok }).toEqual({ name, ok: !(name in REFUSED) });
        }
      },
    );
  },
);

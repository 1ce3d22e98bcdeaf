/** The raw dump beside bpftool's: byte for byte, for whatever bpftool reads. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode } from "btfkit";
import { KERNEL_BTF, kernelBtf, readBtf } from "btfkit/node";
import { formatRaw, formatRawBytes, writeRaw } from "btfkit/text";
import { oracle } from "../oracles.js";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";
import { info, rawBtf, type Words } from "../raw-btf.js";

const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const CLANG = "clang-19";
const NO_KERNEL = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;

/** Why a test can't ask all these programs, for its title. */
function missing(...names: string[]): string {
  const absent = names.map(oracle).find(({ available }) => !available);
  return absent === undefined ? "" : ` (skipped: ${absent.reason})`;
}

const NO_BPFTOOL = missing("bpftool");
const NO_CLANG = missing("bpftool", CLANG);
const NO_PAHOLE = missing("bpftool", CLANG, "pahole", "llvm-objcopy-19");

/** Kinds up to ENUM64, the last that bpftool 7.1 knows. */
const LAST_KIND = 19;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-raw-dump-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function bpftool(path: string, base?: string): Buffer {
  const args = [...(base === undefined ? [] : ["-B", base]), "btf", "dump", "file", path];
  return execFileSync("bpftool", args, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
}

/** What bpftool prints of a BTF; undefined when it refuses it. */
function bpftoolDump(bytes: Uint8Array): Buffer | undefined {
  const path = join(folder, "odd.btf");
  writeFileSync(path, bytes);
  const { status, stdout } = spawnSync("bpftool", ["btf", "dump", "file", path], { maxBuffer: 1 << 28 });
  return status === 0 ? stdout : undefined;
}

/** Fails with the first line that differs, and not with 12 MB of both. */
function expectSame(ours: Uint8Array, theirs: Uint8Array): void {
  if (Buffer.compare(ours, theirs) === 0) return;
  const [a, b] = [ours, theirs].map((bytes) => Buffer.from(bytes).toString("latin1").split("\n"));
  const line = a!.findIndex((text, i) => text !== b![i]);
  expect(`line ${line}: ${a![line]}`).toBe(`line ${line}: ${b![line]}`);
  expect(a!.length).toBe(b!.length);
}

describe.skipIf(NO_BPFTOOL)(`the running kernel${NO_BPFTOOL}`, () => {
  it.skipIf(NO_KERNEL)(`whole, as bytes, as text and in pieces${NO_KERNEL}`, () => {
    const graph = kernelBtf();
    const theirs = bpftool(KERNEL_BTF);
    expectSame(formatRawBytes(graph), theirs);
    expect(formatRaw(graph) === theirs.toString("latin1")).toBe(true);
    const pieces: Buffer[] = [];
    writeRaw(graph, (piece) => pieces.push(Buffer.from(piece)));
    expect(pieces.length).toBeGreaterThan(1);
    expectSame(Buffer.concat(pieces), theirs);
  });

  const modules = NO_KERNEL ? [] : readdirSync("/sys/kernel/btf").filter((name) => name !== "vmlinux");
  const noModules = modules.length > 0 ? "" : " (skipped: no module with BTF is loaded)";
  it.skipIf(noModules)(`every module on it${noModules}`, () => {
    const base = kernelBtf();
    for (const name of modules) {
      const path = `/sys/kernel/btf/${name}`;
      expectSame(formatRawBytes(readBtf(path, { base })), bpftool(path, KERNEL_BTF));
    }
  });
});

describe.skipIf(NO_CLANG)(`objects of clang${NO_CLANG}`, () => {
  const sources = readdirSync(CORPUS).filter((name) => name.endsWith(".c"));

  it.each(["bpf", "bpfeb"])("every file of the corpus, %s", (target) => {
    const without: string[] = [];
    for (const source of sources) {
      const object = join(folder, `${source}.${target}.o`);
      execFileSync(CLANG, ["-target", target, "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
      if (source === "43-nothing.c") {
        // Nothing in it has a type, so clang writes no .BTF, and neither reads one.
        expect(() => readBtf(object)).toThrow(expect.objectContaining({ rule: "no-btf", code: "ENODATA" }));
        without.push(source);
        continue;
      }
      expectSame(formatRawBytes(readBtf(object)), bpftool(object));
    }
    expect(sources.length).toBeGreaterThan(30);
    expect(without).toEqual(["43-nothing.c"]);
  });
});

describe.skipIf(NO_PAHOLE)(`split BTF of pahole${NO_PAHOLE}`, () => {
  it("a module's types on a kernel's, from the object and from raw BTF", () => {
    const compile = (name: string, source: string): string => {
      writeFileSync(join(folder, `${name}.c`), source);
      execFileSync(CLANG, ["-g", "-c", join(folder, `${name}.c`), "-o", join(folder, `${name}.o`)]);
      return join(folder, `${name}.o`);
    };
    const kernel = compile(
      "kernel",
      "struct task { int pid; struct task *next; } init; long ticks(void) { return 0; }",
    );
    const module = compile(
      "module",
      "struct task { int pid; struct task *next; }; struct list { struct task *first; int count; } all; enum { NO, YES = 7 } e;",
    );
    const baseFile = join(folder, "base.btf");
    execFileSync("pahole", [`--btf_encode_detached=${baseFile}`, kernel]);
    execFileSync("pahole", ["-J", "--btf_base", baseFile, module]);
    const base = readBtf(baseFile);
    const split = readBtf(module, { base });
    expect(split.startId).toBe(base.typeCount);
    expect(formatRaw(split)).toContain("STRUCT 'list' size=16 vlen=2");
    expectSame(formatRawBytes(split), bpftool(module, baseFile));

    const raw = join(folder, "split.btf");
    execFileSync("llvm-objcopy-19", [`--dump-section=.BTF=${raw}`, module]);
    expectSame(formatRawBytes(readBtf(raw, { base })), bpftool(raw, baseFile));
    expect(() => readBtf(raw)).toThrow(expect.objectContaining({ rule: "base-missing" }));
  });
});

const NAMES = "\0int\0x\0a longer name, with 'quotes' and a tab\t\0";
const INT = [1, info(1), 4, 0x01000020];

/** Types that no compiler writes and bpftool reads. */
const ODD: Readonly<Record<string, Words>> = {
  "no types": [],
  "every encoding of an INT, and every offset and width": Array.from({ length: 16 }, (_, encoding) => [
    1,
    info(1),
    encoding,
    (((encoding << 24) | ((encoding * 17) << 16) | (encoding * 16 + 15)) & 0xffffffff) >>> 0,
  ]).flat(),
  "bits of an INT's word that mean nothing": [1, info(1), 4, 0xf1ff_ff20],
  linkages: [0, 1, 2, 3, 255, 65535].flatMap((linkage) => [5, info(12, linkage), 1]),
  "linkages of a VAR": [INT, [0, 1, 2, 3, 4, 0xffffffff].map((linkage) => [5, info(14), 1, linkage])].flat(),
  "a FUNC of no FUNC_PROTO": [...INT, 5, info(12, 1), 1],
  "a name beyond the strings": [0xffffff, info(1), 4, 32, NAMES.length, info(1), 4, 32, 0xffffffff, info(1), 4, 32],
  "the name of the last NUL, and the middle of a name": [NAMES.length - 1, info(1), 4, 32, 2, info(1), 4, 32],
  "members and values with such names": [
    [0, info(4, 2), 8, 0, 1, 0, 0xfffffe, 1, 32],
    [0, info(6, 2), 4, 0, 1, 0xfffffe, 2],
    [0, info(13, 2), 0, 0xfffffe, 1, 0, 0],
  ],
  "ids beyond the last": [0, info(2), 0xffffffff, 0, info(3), 0, 0x80000000, 99, 0xffffffff],
  "names where there are none": [2, 10, 9, 11, 13].flatMap((kind) => [5, info(kind), 0]),
  "kind_flag where it means nothing": [1, 2, 3, 8, 9, 10, 11, 12, 13, 16].flatMap((kind) => [
    [0, info(kind, 0, 1), 0],
    ...(kind === 1 ? [32] : kind === 3 ? [0, 0, 0] : []),
  ]),
  "vlen where it means nothing": [2, 7, 8, 9, 10, 11, 16, 18].flatMap((kind) => [5, info(kind, 7), 0]),
  FWDs: [5, info(7), 0, 5, info(7, 0, 1), 0, 0, info(7), 77],
  "bit-fields": [
    [5, info(4, 5, 1), 0xffffffff],
    [5, 0, 0, 5, 0, 0x01000000, 5, 0, 0xff000000, 5, 0, 0x00ffffff, 5, 0, 0xffffffff],
  ],
  "offsets of 32 bits without kind_flag": [5, info(5, 2), 0, 5, 0, 0xffffffff, 5, 0, 0x80000000],
  "an empty STRUCT, UNION, ENUM, ENUM64, DATASEC": [4, 5, 6, 19, 15].flatMap((kind) => [0, info(kind), 0]),
  "values of an ENUM": [0, 1].flatMap((sign) => [
    [5, info(6, 6, sign), 4],
    [5, 0, 5, 1, 5, 0x7fffffff, 5, 0x80000000, 5, 0xffffffff, 5, 999_999],
  ]),
  "values of an ENUM64": [0, 1].flatMap((sign) => [
    [5, info(19, 5, sign), 8],
    [5, 0, 0, 5, 0xffffffff, 0, 5, 0, 0x80000000, 5, 0xffffffff, 0xffffffff, 5, 0x89abcdef, 0x01234567],
  ]),
  "numbers of every length": [
    [5, info(4, 21), 10],
    ...Array.from({ length: 21 }, (_, i) => [5, (10 ** (i >> 1) - (i & 1)) >>> 0, 0]).flat(),
  ],
  "a DATASEC of anything": [
    ...INT,
    [5, info(14), 1, 1],
    [5, info(12, 2), 1],
    [0, info(2), 1],
    [5, info(15, 7), 0xffffffff],
    [2, 0, 4, 3, 0, 0, 4, 1, 1, 0, 0, 0, 5, 0, 0, 77, 0xffffffff, 0xffffffff, 1, 0, 0],
  ],
  DECL_TAGs: [-1, 0, 1, 2147483647, -2147483648].flatMap((index) => [5, info(17), 1, index >>> 0]),
  attributes: [5, info(17, 0, 1), 1, 0, 5, info(18, 0, 1), 1],
  FLOATs: [0, 2, 16, 0xffffffff].flatMap((size) => [5, info(16), size]),
  "65,535 members": [5, info(4, 65535), 0, ...Array.from({ length: 65535 }, (_, i) => [5, i, i]).flat()],
};

/** What bpftool 7.1 makes nothing or something else of, and why. */
const REFUSED: Readonly<Record<string, Words>> = {
  "LOC_PARAM, a kind of bpf-next": [0, info(20, 1), 8, 0, 1],
  "LOC_PROTO, a kind of bpf-next": [0, info(21, 1), 0, 0],
  "LOCSEC, a kind of bpf-next": [5, info(22, 1), 0, 0, 0, 0],
  "a vlen of more than 16 bits, of which it reads 16": [
    [5, info(4, 65536), 0],
    ...Array.from({ length: 65536 }, () => [5, 0, 0]).flat(),
  ],
};

it.skipIf(NO_BPFTOOL)(
  `random graphs${NO_BPFTOOL}`,
  () => {
    let compared = 0;
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const types = spec.types.filter(({ kind }) => kind <= LAST_KIND);
        const { bytes } = writeGraph({ ...spec, types, headerLength: 24, layoutEntries: 0, gaps: [0, 0, 0] });
        const theirs = bpftoolDump(bytes);
        if (theirs === undefined) return;
        compared++;
        expectSame(formatRawBytes(decode(bytes)), theirs);
      }),
      { numRuns: 300, seed: SEED },
    );
    expect(compared).toBeGreaterThan(200);
  },
  120_000,
);

describe.skipIf(NO_BPFTOOL)(`BTF made by hand${NO_BPFTOOL}`, () => {
  describe.each([
    ["little", true],
    ["big", false],
  ])("%s endian", (_, little) => {
    it.each(Object.entries(ODD))("%s", (_name, words) => {
      const bytes = rawBtf(words, NAMES, little);
      const theirs = bpftoolDump(bytes);
      expect(theirs).toBeDefined();
      expectSame(formatRawBytes(decode(bytes, { lenient: true })), theirs!);
    });
  });

  it("names that are not UTF-8, and long ones", () => {
    const strings = Buffer.concat([
      Buffer.from([0, 0xff, 0xfe, 0, 0x80, 0x41, 0]),
      Buffer.alloc(100_000, "é"),
      Buffer.of(0),
    ]);
    const words = [1, 4, 7, 8].flatMap((name) => [name, info(1), 4, 32]);
    const graph = decode(rawBtf(words, strings));
    expectSame(formatRawBytes(graph), bpftoolDump(rawBtf(words, strings))!);
    const lines = formatRaw(graph).split("\n");
    expect(lines[0]).toBe("[1] INT '\udcff\udcfe' size=4 bits_offset=0 nr_bits=32 encoding=(none)");
    expect(lines[1]).toContain("'\udc80A'");
    expect(lines[2]).toContain(`'${"é".repeat(50_000)}'`);
    expect(lines[3]).toContain(`'\udca9${"é".repeat(49_999)}'`);
  });

  it.each(Object.entries(REFUSED))("bpftool 7.1 refuses %s", (_, words) => {
    const bytes = rawBtf(words, NAMES);
    expect(bpftoolDump(bytes)).toBeUndefined();
    expect(formatRaw(decode(bytes))).toMatch(/^\[1\] (?:LOC|STRUCT)/);
  });
});

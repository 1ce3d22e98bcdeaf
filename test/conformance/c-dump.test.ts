/** C headers beside bpftool's, byte for byte, and before compilers. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

import fc from "fast-check";
/** A declaration of each of four names. */
const four = (declare: (name: string) => string): string => ["a", "b", "c", "d"].map(declare).join(" ");

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode, isBtfError, type Btf } from "btfkit";
import { KERNEL_BTF, kernelBtf, readBtf } from "btfkit/node";
import { formatC, formatCBytes, writeC } from "btfkit/text";
import { cGraphSpec } from "../property/c-graph.js";
import { SEED, writeGraph } from "../property/word-graph.js";
import { bpftool, expectSame, missing } from "./bpftool.js";
import { layoutAssertions } from "./layout-assertions.js";
import { differentLayouts, variablesOf } from "./same-layouts.js";

const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));
const RECORDED = new URL("../vectors/bpftool-7.8-c.json.br", import.meta.url);
const CLANG = "clang-19";
const STYLE = { style: "bpftool-7.1" } as const;
const NO_KERNEL = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;
const NO_BPFTOOL = missing("bpftool");
const NO_CLANG = missing(CLANG);
const NO_PAHOLE = missing("bpftool", CLANG, "pahole");
const NO_COMPILERS = missing(CLANG, "gcc");

const SOURCES = readdirSync(CORPUS).filter((name) => name.endsWith(".c") && name !== "43-nothing.c");

/** Types of the corpus that no header can be made of by their BTF alone, for libbpf neither. */
const EXCEPT: Readonly<Record<string, ReadonlySet<string>>> = {
  // Packed, but all of its members are bit-fields, which stand at any bit.
  "07-bitfields-straddle.c": new Set(["struct st1", "struct st2", "struct st7"]),
  // Wider than their members need, by an attribute that BTF does not keep.
  "11-aligned.c": new Set(["struct a11", "union au"]),
  // Sizes and offsets that a word of BTF does not hold.
  "51-limits-offset.c": new Set(["struct huge", "struct huge2", "struct hugebf"]),
  // clang gives an _Atomic member the type void.
  "57-atomic.c": new Set(["struct at"]),
};

/** How many random graphs are printed; BTFKIT_RUNS asks for more. */
const RUNS = Number(process.env["BTFKIT_RUNS"] ?? 400);
const RANDOM_TIMEOUT_MS = 500;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-c-dump-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function compileCorpus(source: string, target: string): string {
  const object = join(folder, `${source}.${target}.o`);
  execFileSync(CLANG, ["-target", target, "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
  return object;
}

function formatCArgs(path: string): string[] {
  return ["btf", "dump", "file", path, "format", "c"];
}

describe.skipIf(NO_BPFTOOL)(`as bpftool 7.1${NO_BPFTOOL}`, () => {
  it.skipIf(NO_KERNEL)(`the running kernel, whole, as text and in pieces${NO_KERNEL}`, () => {
    const graph = kernelBtf();
    const theirs = bpftool(formatCArgs(KERNEL_BTF))!;
    expectSame(formatCBytes(graph, STYLE), theirs);
    expect(formatC(graph, STYLE) === theirs.toString("latin1")).toBe(true);
    const pieces: Buffer[] = [];
    writeC(graph, STYLE, (piece) => pieces.push(Buffer.from(piece)));
    expect(pieces.length).toBeGreaterThan(1);
    expectSame(Buffer.concat(pieces), theirs);
  });

  it.skipIf(NO_CLANG).each(["bpf", "bpfeb"])(`every file of the corpus, %s${NO_CLANG}`, (target) => {
    expect(SOURCES.length).toBeGreaterThan(30);
    for (const source of SOURCES) {
      const object = compileCorpus(source, target);
      expectSame(formatCBytes(readBtf(object), STYLE), bpftool(formatCArgs(object)));
    }
  });

  it.skipIf(NO_CLANG)(`types that many members and parameters have${NO_CLANG}`, () => {
    const long = "a".repeat(150);
    const path = join(folder, "again.c");
    writeFileSync(
      path,
      [
        `struct ${long} { int x; };`,
        "typedef int (*callback)(const char *, int (*)[3], int (*)[3], int (*)[3], int (*)[3]);",
        "struct again {",
        four((name) => `int (*f${name})(int, char *[3]);`),
        four((name) => `const char (*volatile p${name})[4][2];`),
        four((name) => `struct ${long} *l${name}, m${name}[2];`),
        four((name) => `callback c${name};`),
        four((name) => `unsigned b${name} : 3;`),
        "enum { ONE, TWO } e1, e2, e3, e4; struct { int in; } s1, s2[2], *s3, s4;",
        "int (*g)(int (*)[3], int (*)[3], int (*)(void), int (*)(void), int (*)(void), int (*named)(void));",
        "} again;",
      ].join("\n"),
    );
    for (const target of ["bpf", "bpfeb"]) {
      const object = join(folder, `again.${target}.o`);
      execFileSync(CLANG, ["-target", target, "-g", "-c", path, "-o", object]);
      const ours = formatCBytes(readBtf(object), STYLE);
      expectSame(ours, bpftool(formatCArgs(object)));
      expect(Buffer.from(ours).toString()).toContain("const char (* volatile pd)[4][2];");
    }
  });

  it.skipIf(NO_PAHOLE)(`split BTF: the base's types and its own${NO_PAHOLE}`, () => {
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
      "struct task { int pid; struct task *next; }; struct list { struct task *first; int count; } all;",
    );
    const baseFile = join(folder, "base.btf");
    execFileSync("pahole", [`--btf_encode_detached=${baseFile}`, kernel]);
    execFileSync("pahole", ["-J", "--btf_base", baseFile, module]);
    const split = readBtf(module, { base: readBtf(baseFile) });
    const theirs = bpftool(["-B", baseFile, ...formatCArgs(module)]);
    expectSame(formatCBytes(split, STYLE), theirs);
    expect(theirs!.toString()).toContain("struct task {");
  });

  it(`${RUNS} random graphs: the same where it exits 0, an error where it finds a loop`, () => {
    const count = { same: 0, loops: 0, neither: 0 };
    fc.assert(
      fc.property(cGraphSpec, (spec) => {
        const { bytes } = writeGraph(spec);
        const path = join(folder, "random.btf");
        writeFileSync(path, bytes);
        const theirs = bpftool(formatCArgs(path), RANDOM_TIMEOUT_MS);
        let ours: Uint8Array | undefined;
        try {
          ours = formatCBytes(decode(bytes), STYLE);
        } catch (error) {
          expect(isBtfError(error) && error.rule).toBe("type-cycle");
        }
        if (theirs === undefined) {
          // It crashes on a loop, goes on for ever, or divides by the alignment of what has none.
          if (ours === undefined) count.loops++;
          else count.neither++;
          return;
        }
        expect(ours).toBeDefined();
        expectSame(ours!, theirs);
        count.same++;
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(`C dump of random graphs, seed ${SEED}: ${JSON.stringify(count)}`);
    expect(count.same).toBeGreaterThan(RUNS / 2);
    expect(count.neither).toBeLessThan(RUNS / 10);
  }, 600_000);
});

interface Recording {
  readonly name: string;
  readonly btf: string;
  readonly sorted: string;
  readonly unsorted: string;
}

describe("as bpftool 7.8, recorded", () => {
  const records = JSON.parse(brotliDecompressSync(readFileSync(RECORDED)).toString()) as Recording[];
  const graphOf = ({ btf }: Recording): Btf => decode(Buffer.from(btf, "base64"));

  it("the corpus", () => {
    const corpus = records.filter(({ name }) => name.endsWith(".c"));
    expect(corpus.map(({ name }) => name)).toEqual(SOURCES);
    for (const record of corpus) {
      expect(formatC(graphOf(record))).toBe(record.sorted);
      expect(formatC(graphOf(record), { order: "unsorted" })).toBe(record.unsorted);
    }
  });

  it("random graphs", () => {
    const random = records.filter(({ name }) => name.startsWith("random"));
    expect(random.length).toBeGreaterThan(300);
    for (const record of random) {
      const graph = graphOf(record);
      expectSame(formatCBytes(graph), Buffer.from(record.sorted, "latin1"));
      expectSame(formatCBytes(graph, { order: "unsorted" }), Buffer.from(record.unsorted, "latin1"));
    }
  });
});

/** What a compiler says of a header with what it should hold after it; "" when it takes it. */
function syntaxErrors(compiler: string, args: readonly string[], name: string, text: readonly Uint8Array[]): string {
  const path = join(folder, `${name}.h`);
  writeFileSync(path, Buffer.concat(text));
  const { stderr, status } = spawnSync(compiler, [...args, "-fsyntax-only", "-w", "-x", "c", path]);
  return status === 0 ? "" : stderr.toString();
}

/** What clang makes of a header of a graph and variables of its types. */
function compileHeader(name: string, graph: Btf, except: ReadonlySet<string> | undefined): Btf {
  const path = join(folder, `${name}.header.c`);
  writeFileSync(path, Buffer.concat([formatCBytes(graph), Buffer.from(`${variablesOf(graph, except)}int __last;\n`)]));
  const object = join(folder, `${name}.header.o`);
  execFileSync(CLANG, ["-target", "bpf", "-g", "-w", "-c", path, "-o", object]);
  return readBtf(object);
}

describe.skipIf(NO_COMPILERS)(`compilers take it, and lay it out as the BTF says${NO_COMPILERS}`, () => {
  // clang's own BTF of a whole kernel takes it half a minute: test/tools/compare-dumps.ts looks at that.
  it.skipIf(NO_KERNEL)(
    `the running kernel${NO_KERNEL}`,
    () => {
      const graph = kernelBtf();
      // Only a va_list makes it as wide as it is, and clang gives that no alignment of its own.
      const { source, count } = layoutAssertions(graph, new Set(["struct warn_args"]));
      expect(count).toBeGreaterThan(50_000);
      const text = [formatCBytes(graph), Buffer.from(source)];
      expect(syntaxErrors(CLANG, ["-target", "bpf"], "vmlinux", text)).toBe("");
      expect(syntaxErrors("gcc", [], "vmlinux", text)).toBe("");
    },
    300_000,
  );

  it("the corpus, and clang's BTF of it", () => {
    let total = 0;
    for (const source of SOURCES) {
      const graph = readBtf(compileCorpus(source, "bpf"));
      const except = EXCEPT[source];
      const { different, compared } = differentLayouts(graph, compileHeader(source, graph, except), except);
      expect({ source, different }).toEqual({ source, different: [] });
      total += compared;
      // gcc lays it out for this machine.
      expect(syntaxErrors("gcc", [], source, [formatCBytes(graph)])).toBe("");
    }
    expect(total).toBeGreaterThan(70);
  }, 300_000);
});

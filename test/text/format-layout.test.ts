import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { btf, decode, isBtfError, type Btf } from "btfkit";
import { KERNEL_BTF, kernelBtf, readBtf } from "btfkit/node";
import { formatLayout, formatLayoutSvg, layoutOf } from "btfkit/text";
import { oracle } from "../oracles.js";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";
import { asPahole, normalizedText, paholeTexts, parsePahole } from "./pahole.js";

const graph = btf()
  .addStruct("s", 80)
  .addField("c", "char", 0)
  .addField("p", "void *", 64)
  .addField("a", "unsigned int", 128, 3)
  .addField("b", "unsigned int", 133, 2)
  .addUnion("", 8)
  .as("u")
  .addField("x", "int", 0)
  .addField("y", "long", 0)
  .addStruct("outer", 152)
  .addField("first", "struct s", 0)
  .addField("", "u", 640)
  .addField("pairs", "u", 704)
  .build();

describe("formatLayout", () => {
  it("shows offsets, sizes, holes, bit-fields, cache lines and a summary", () => {
    expect(formatLayout(graph, graph.id("struct s"))).toBe(
      [
        "struct s {",
        "\tchar                       c;                    /*     0     1 */",
        "",
        "\t/* XXX 7 bytes hole, try to pack */",
        "",
        "\tvoid *                     p;                    /*     8     8 */",
        "\tunsigned int               a:3;                  /*    16: 0  4 */",
        "",
        "\t/* XXX 2 bits hole, try to pack */",
        "",
        "\tunsigned int               b:2;                  /*    16: 5  4 */",
        "",
        "\t/* size: 80, cachelines: 2, members: 4 */",
        "\t/* sum members: 9, holes: 1, sum holes: 7 */",
        "\t/* sum bitfield members: 5 bits, bit holes: 1, sum bit holes: 2 bits */",
        "\t/* padding: 60 */",
        "\t/* bit_padding: 25 bits */",
        "\t/* last cacheline: 16 bytes */",
        "};",
        "",
      ].join("\n"),
    );
  });

  it("writes anonymous structs out, and says where cache lines end", () => {
    const text = formatLayout(graph, graph.id("struct outer"));
    expect(text).toContain(
      "\t/* --- cacheline 1 boundary (64 bytes) was 16 bytes ago --- */\n\tunion {\n\t\tint                x;",
    );
    expect(text).toContain("\t/* XXX last struct has 60 bytes of padding */\n\n\t/* --- cacheline");
    expect(text).toContain("\t/* paddings: 1, sum paddings: 60 */\n");
    expect(text).toContain("\t} pairs;                                         /*    88     8 */");
    expect(text).toContain("/* padding: 56 */");
    expect(formatLayout(graph, graph.id("struct outer"), { cacheLine: 32 })).toContain("cachelines: 5");
  });

  it("writes enums without a name out, says what is packed, and ends in arrays without an end", () => {
    const packed = btf()
      .addEnum("", 4)
      .as("options")
      .addEnumValue("A", 1)
      .addEnumValue("B", 2)
      .addStruct("p", 17)
      .addField("choice", "options", 0)
      .addField("c", "const char", 32)
      .addField("count", "int", 40)
      .addField("act", "int (*)(void *)", 72)
      .addField("end", "char *[0]", 136)
      .build();
    expect(formatLayout(packed, packed.id("struct p"))).toBe(
      [
        "struct p {",
        "\tenum {",
        "\t\tA = 1,",
        "\t\tB = 2,",
        "\t} choice;                                        /*     0     4 */",
        "\tconst char                 c;                    /*     4     1 */",
        "\tint                        count;                /*     5     4 */",
        "\tint                        (*act)(void *);       /*     9     8 */",
        "\tchar *                     end[];                /*    17     0 */",
        "",
        "\t/* size: 17, cachelines: 1, members: 5 */",
        "\t/* last cacheline: 17 bytes */",
        "} __attribute__((__packed__));",
        "",
      ].join("\n"),
    );
    expect(layoutOf(packed, packed.id("struct p")).packed).toBe(true);
    expect(layoutOf(graph, graph.id("struct s")).packed).toBe(false);
  });

  it("takes structs and unions alone", () => {
    expect(() => formatLayout(graph, graph.id("int"))).toThrow(
      expect.objectContaining({ rule: "layout-kind", code: "EINVAL" }),
    );
    expect(() => formatLayout(graph, 999)).toThrow(expect.objectContaining({ rule: "type-id-range" }));
  });

  it("comes to an end for structs that are made of themselves", () => {
    const endless = btf().addStruct("", 4).addField("", 2, 0).addStruct("", 4).addField("", 1, 0).addField("", 2, 0);
    expect(formatLayout(endless.build(), 1)).toContain("struct {…}");
    let doubling = btf().widen();
    for (let i = 0; i < 40; i++)
      doubling = doubling
        .addStruct("", 4)
        .addField("", i + 2, 0)
        .addField("", i + 2, 0);
    expect(layoutOf(doubling.addStruct("", 0).build(), 1).rows.length).toBeLessThan(1_000_000);
  });

  it("takes whatever a graph holds", () => {
    let structs = 0;
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const random = decode(writeGraph(spec).bytes);
        for (const [id, type] of random.types()) {
          if (type.kind !== "STRUCT" && type.kind !== "UNION") continue;
          structs++;
          expect(formatLayout(random, id)).toContain("/* size: ");
          try {
            expect(formatLayoutSvg(random, id)).toMatch(/^<svg [^]*<\/svg>\n$/);
          } catch (error) {
            expect(isBtfError(error) && error.rule).toBe("layout-size");
          }
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
    expect(structs).toBeGreaterThan(20);
  });
});

describe("formatLayoutSvg", () => {
  it("draws every member, hole and padding, in colours of both themes", () => {
    const svg = formatLayoutSvg(graph, graph.id("struct s"));
    for (const title of [
      "char c\noffset 0, 1 byte",
      "hole of 7 bytes",
      "void *p\n",
      "unsigned int b:2\nbit 133, 2 bits",
    ]) {
      expect(svg).toContain(`<title>${title}`);
    }
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(formatLayoutSvg(graph, graph.id("struct s"), { theme: "dark" })).not.toContain("prefers-color-scheme");
    expect(svg.match(/<path class/g)).toHaveLength(layoutOf(graph, graph.id("struct s")).rows.length);
  });

  it("draws a member that goes over many rows as one, and what a union's members hold", () => {
    const long = formatLayoutSvg(graph, graph.id("struct outer"));
    expect(long.match(/<title>struct s first\n/g)).toHaveLength(1);
    expect(long).toContain(">union { x, y }</text>");
    const choice = btf()
      .addStruct("", 8)
      .as("inner")
      .addField("a", "int", 0)
      .addField("b", "int", 32)
      .addUnion("u", 8)
      .addField("named", "inner", 0)
      .addField("wide", "long", 0)
      .build();
    const svg = formatLayoutSvg(choice, choice.id("union u"));
    expect([...svg.matchAll(/text-anchor="middle">(\w+)</g)].map(([, label]) => label)).toEqual(["a", "b", "wide"]);
    expect(svg).toContain(">struct {…} named</text>");
  });

  it("is XML whatever names hold", () => {
    const odd = btf().addInt("int", 4).addStruct('<&"\u0001\udcff', 4).addField("]]></text>", "int", 0).build();
    const svg = formatLayoutSvg(odd, 2);
    expect(svg).toContain("&lt;&amp;&quot;\\u0001\\xff");
    const open: string[] = [];
    const text = svg.replaceAll(
      /<(\/?)([a-z]+)(?: [\w:-]+="[^"<]*")*(\/?)>/gi,
      (_, end: string, name: string, alone: string) => {
        if (end !== "") expect(open.pop()).toBe(name);
        else if (alone === "") open.push(name);
        return "";
      },
    );
    expect(open).toEqual([]);
    expect(text.replaceAll(/&(?:amp|lt|gt|quot);/g, "")).not.toMatch(/[<>&]/);
  });
});

const pahole = oracle("pahole");
const clang = oracle("clang-19");
const CORPUS = fileURLToPath(new URL("../corpus/c/", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-layout-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const PAHOLE: ExecFileSyncOptions = { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] };

const ordered = (numbers: Readonly<Record<string, number>>): unknown =>
  Object.keys(numbers)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((key) => [key, numbers[key]]);

/** What pahole and we say of a file's structs where it is not the same, and how many there are. */
function differences(file: string, from: Btf): { count: number; differing: string[] } {
  const text = execFileSync("pahole", ["-F", "btf", file], PAHOLE);
  let count = 0;
  const differing: string[] = [];
  for (const theirs of parsePahole(text.toString())) {
    const ids = from.findAll(theirs.name).filter((id) => ["STRUCT", "UNION"].includes(from.type(id).kind));
    if (ids.length !== 1) continue;
    count++;
    const ours = asPahole(layoutOf(from, ids[0]!));
    const same = [ours, theirs].map(({ rows, numbers }) => JSON.stringify([rows, ordered(numbers)]));
    // Behind a pointer to an anonymous struct pahole lists that struct's members as well; we name the pointer.
    const { rows } = layoutOf(from, ids[0]!);
    const leavesOut = rows.some((row) => row.kind === "member" && /^(?:struct|union) \{…\} \*/.test(row.text));
    if (same[0] !== same[1] && !leavesOut) differing.push(theirs.name);
  }
  return { count, differing };
}

/**
 * Where pahole 1.24 says something else: it counts the bits of a bit-field that begins off its type's alignment from the
 * byte before it; its offsets overflow from 512 MB on; it leaves out a member of type void; it doesn't sum up the
 * holes of a struct that has bit-fields alone; and 1,024 holes are none to it.
 */
const OTHERWISE = new Set(["st8", "huge2", "hugebf", "at", "a8", "large"]);

const why = [pahole, clang].find(({ available }) => !available)?.reason;

describe.skipIf(why)(`the numbers of pahole${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  it("for every file of the corpus", () => {
    let structs = 0;
    for (const source of readdirSync(CORPUS).filter((name) => name.endsWith(".c") && name !== "43-nothing.c")) {
      const object = join(folder, `${source}.o`);
      execFileSync("clang-19", ["-target", "bpf", "-g", "-O2", "-c", join(CORPUS, source), "-o", object]);
      const { count, differing } = differences(object, readBtf(object));
      expect({ source, differing: differing.filter((name) => !OTHERWISE.has(name)) }).toEqual({
        source,
        differing: [],
      });
      structs += count;
    }
    expect(structs).toBeGreaterThan(20);
  });

  const noKernel = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;
  it.skipIf(noKernel)(`for the running kernel${noKernel}`, { timeout: 120_000 }, () => {
    const kernel = kernelBtf();
    const { count, differing } = differences(KERNEL_BTF, kernel);
    expect(count).toBeGreaterThan(1000);
    expect(differing).toEqual([]);
  });

  it.skipIf(noKernel)(`in nearly the same words, for the running kernel${noKernel}`, { timeout: 120_000 }, () => {
    const kernel = kernelBtf();
    const text = execFileSync("pahole", ["-F", "btf", KERNEL_BTF], PAHOLE).toString();
    let count = 0;
    const differing: string[] = [];
    for (const theirs of paholeTexts(text)) {
      const ids = kernel.findAll(theirs.name).filter((id) => kernel.type(id).kind === theirs.kind);
      if (ids.length !== 1) continue;
      count++;
      const ours = normalizedText(formatLayout(kernel, ids[0]!));
      if (ours !== normalizedText(theirs.text)) differing.push(theirs.name);
    }
    // It has `const` of a pointer before the pointer, values of signed enums without a sign, and bit-fields of its own.
    expect(count).toBeGreaterThan(1000);
    expect(differing.length / count).toBeLessThan(0.02);
  });
});

import { existsSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, edit, type Btf } from "btfkit";
import { KERNEL_BTF, kernelBtf } from "btfkit/node";
import { diff, formatDiff, formatDiffMarkdown, type DiffChange, type GraphDiff } from "btfkit/text";
import { Random } from "../fuzz/random.js";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";
import { renumbered, shuffledIds } from "./renumber.js";
import { slowDiff, type Counts } from "./slow-diff.js";

const shuffled = (graph: Btf, random: Random): Btf =>
  renumbered(graph, shuffledIds(random, graph.startId, graph.typeCount));

const countsOf = ({ added, removed, changed, counts }: GraphDiff): Counts => ({
  added: added.length,
  removed: removed.length,
  changed: changed.length,
  same: Object.values(counts).reduce((sum, { same }) => sum + same, 0),
});

const isEmpty = (found: GraphDiff): boolean => found.added.length + found.removed.length + found.changed.length === 0;

/** The changes of the one type that differs. */
function changesOf(a: Btf, b: Btf): readonly DiffChange[] {
  const found = diff(a, b);
  expect(countsOf(found)).toMatchObject({ added: 0, removed: 0, changed: 1 });
  return found.changed[0]!.changes;
}

const ints = btf().addInt("int", 4, "signed").addInt("long", 8, "signed").addInt("unsigned char", 1);

const withInner = (field: string): Btf =>
  ints
    .addUnion("", 8)
    .as("inner")
    .addField(field, "int", 0)
    .addField("wide", "long", 0)
    .addStruct("s", 32)
    .addField("first", "long", 0)
    .addField("", "inner", 64)
    .addField("u", "inner", 128)
    .addArray("int", "inner", 1)
    .build();

const sockGraph = (field: "int" | "long"): Btf =>
  ints
    .addStruct("sock", 8)
    .addField("x", field, 0)
    .addTypedef("sock_t", "struct sock")
    .addStruct("holder", 8)
    .addField("sk", "const struct sock *", 0)
    .addFunc("f", "global", "int (struct sock *sk, sock_t **all)")
    .build();

const funcGraph = (prototype: string): Btf => ints.widen().addFunc("f", "global", prototype).build();

const sectionGraph = (type: "int" | "long", size: number): Btf =>
  ints
    .addTypedef("t", type)
    .addVar("v", type === "int" ? "static" : "global", type)
    .addDatasec(".data", size)
    .addDatasecVarInfo("v", 0, size)
    .build();

const typedefGraph = (size: number): Btf =>
  ints
    .addStruct("", size)
    .as("inner")
    .addField("counter", size === 4 ? "int" : "long", 0)
    .addTypedef("atomic_t", "inner")
    .build();

const union = (first: string, second: string): Btf =>
  ints.addUnion("u", 4).addField(first, "int", 0).addField(second, "int", 0).build();

const module = (on: Btf, type: string): Btf =>
  btf({ base: on }).widen().addFunc("f", "global", `int (${type} sk)`).build();

const ring = (length: number, kind: "addPtr" | "addConst"): Btf =>
  defineBtf((b) => {
    for (let i = 0; i < length; i++) b[kind](1 + ((i + 1) % length));
    b.addVar("v", "global", 1);
  });

const endless = (name: string): Btf =>
  defineBtf((b) => {
    b.addStruct("", 4);
    b.addField("self", 1, 0);
    b.addField(name, 0, 0);
    b.addVar("v", "global", 1);
    b.addTypedef("t", 1);
  });

const deep = (end: string): Btf =>
  defineBtf((b) => {
    let id: number = b.addInt(end, 4);
    for (let i = 0; i < 200_000; i++) id = b.addPtr(id);
    b.addVar("v", "global", id);
  });

const twins = (count: number, size: number): Btf =>
  defineBtf((b) => {
    for (let i = 0; i < count; i++) b.addStruct("s", size + i);
  });

const longNames = (): Btf =>
  defineBtf((b) => {
    const start = b.addString("x".repeat(200_000));
    for (let i = 0; i < 100_000; i++) b.addRaw({ name: start + i, info: 4 << 24, sizeOrType: 0, extra: [] });
  });

const mapOf = (key: "int" | "long"): Btf =>
  ints.addStruct("", 8).as("map").addField("key", `${key} *`, 0).addVar("events", "global", "map").build();

/** The changes of a signature: what, path, and the values before and after. */
const signatureChanges = (before: string, after: string): unknown[] =>
  changesOf(funcGraph(before), funcGraph(after)).map((change) => {
    const { what, path } = change;
    return [what, path, ...("before" in change ? [change.before] : []), ...("after" in change ? [change.after] : [])];
  });

describe("diff", () => {
  it("says which members came, went, moved and are another type", () => {
    const a = ints
      .addStruct("s", 16)
      .addField("a", "int", 0)
      .addField("b", "int", 32)
      .addField("c", "long", 64)
      .build();
    const b = ints.addStruct("s", 24).addField("b", "long", 0).addField("new", "int", 64).addField("c", "long", 128);
    expect(changesOf(a, b.build())).toEqual([
      { what: "changed", part: "type", path: "size", name: "", field: "size", before: 16, after: 24 },
      {
        what: "removed",
        part: "member",
        path: "members.a",
        name: "a",
        before: { type: "int", bitsOffset: 0, bitfieldSize: 0 },
      },
      {
        what: "changed",
        part: "member",
        path: "members.b.type",
        name: "b",
        field: "type",
        before: "int",
        after: "long",
      },
      {
        what: "changed",
        part: "member",
        path: "members.b.bitsOffset",
        name: "b",
        field: "bitsOffset",
        before: 32,
        after: 0,
      },
      {
        what: "added",
        part: "member",
        path: "members.new",
        name: "new",
        after: { type: "int", bitsOffset: 64, bitfieldSize: 0 },
      },
      {
        what: "changed",
        part: "member",
        path: "members.c.bitsOffset",
        name: "c",
        field: "bitsOffset",
        before: 64,
        after: 128,
      },
    ]);
  });

  it("has members of anonymous structs as members of the struct around", () => {
    const paths = changesOf(withInner("x"), withInner("y")).map(({ what, path }) => `${what} ${path}`);
    expect(paths).toEqual(["removed members.x", "added members.y", "removed members.u.x", "added members.u.y"]);
    const [removed] = changesOf(withInner("x"), withInner("y"));
    expect(removed).toMatchObject({ before: { type: "int", bitsOffset: 64 } });
  });

  it("tells bit-fields from others, but not how the struct is flagged", () => {
    const flagged = ints.addStruct("s", 8).addField("a", "int", 0, 3).addField("b", "int", 32).build();
    const unflagged = ints.addStruct("s", 8).addField("a", "int", 0).addField("b", "int", 32).build();
    expect(changesOf(flagged, unflagged)).toEqual([
      expect.objectContaining({ path: "members.a.bitfieldSize", before: 3, after: 0 }),
    ]);
    const member = defineBtf((b) => {
      const name = b.addString("m");
      b.addInt("int", 4);
      b.addRaw({ name: "s", info: 0x84000001, sizeOrType: 4, extra: [name, 1, 0] });
    });
    expect(member.type(2)).toMatchObject({ kind: "STRUCT", kindFlag: true });
    expect(isEmpty(diff(member, btf().addInt("int", 4).addStruct("s", 4).addField("m", "int", 0).build()))).toBe(true);
  });

  it("compares what types refer to by kind and name", () => {
    const found = diff(sockGraph("int"), sockGraph("long"));
    expect(found.changed.map(({ after }) => after.text)).toEqual(["struct sock"]);
    expect(found.counts.FUNC).toEqual({ added: 0, removed: 0, changed: 0, same: 1 });
  });

  it("tells kinds of one name apart", () => {
    const typedef = ints.addTypedef("u64", "long").addStruct("s", 8).addField("x", "u64", 0).build();
    const int = ints.addInt("u64", 8).addStruct("s", 8).addField("x", "u64", 0).build();
    const found = diff(typedef, int);
    expect(countsOf(found)).toMatchObject({ added: 1, removed: 1, changed: 1 });
    expect(found.changed[0]!.changes).toEqual([
      expect.objectContaining({ path: "members.x.type", before: "u64 (TYPEDEF)", after: "u64 (INT)" }),
    ]);
  });

  it("says how signatures differ", () => {
    expect(signatureChanges("int (int a, long b)", "long (int a, long b)")).toEqual([
      ["changed", "returnType", "int", "long"],
    ]);
    expect(signatureChanges("int (int a, long b)", "int (long first, int a, long b)")).toEqual([
      ["added", "params.first", { index: 0, type: "long" }],
    ]);
    expect(signatureChanges("int (int a, long b)", "int (int a)")).toEqual([
      ["removed", "params.b", { index: 1, type: "long" }],
    ]);
    expect(signatureChanges("int (int a, long b)", "int (int a, long c)")).toEqual([
      ["changed", "params.b.name", "b", "c"],
    ]);
    expect(signatureChanges("int (int a, long b)", "int (int *a, long b)")).toEqual([
      ["changed", "params.a.type", "int", "int *"],
    ]);
    expect(signatureChanges("int (int a, ...)", "int (int a)")).toEqual([
      ["removed", "params....", { index: 1, type: "..." }],
    ]);
    expect(signatureChanges("int (int a, int b)", "int (int b, int a)")).toEqual([
      ["changed", "params.a.index", 0, 1],
      ["changed", "params.b.index", 1, 0],
    ]);
    expect(signatureChanges("int (int, long)", "int (int, int)")).toEqual([
      ["changed", "params.1.type", "long", "int"],
    ]);
  });

  it("says which values of enums are others, an ENUM64's too", () => {
    const a = btf().addEnum("e", 4).addEnumValue("A", 0).addEnumValue("B", 1).addEnumValue("C", 2).build();
    const b = btf()
      .addEnum64("e", 8)
      .addEnum64Value("A", 0n)
      .addEnum64Value("B", 1n << 40n)
      .addEnum64Value("D", 3n)
      .build();
    expect(changesOf(a, b)).toEqual([
      expect.objectContaining({ path: "kind", before: "ENUM", after: "ENUM64" }),
      expect.objectContaining({ path: "size", before: 4, after: 8 }),
      { what: "changed", part: "value", path: "values.B.val", name: "B", field: "val", before: 1, after: 1n << 40n },
      { what: "removed", part: "value", path: "values.C", name: "C", before: { val: 2 } },
      { what: "added", part: "value", path: "values.D", name: "D", after: { val: 3n } },
    ]);
  });

  it("knows enums without a name by their first value", () => {
    const a = btf()
      .addEnum("", 4)
      .addEnumValue("A", 0)
      .addEnumValue("B", 1)
      .addEnum("", 4)
      .addEnumValue("X", 0)
      .build();
    const b = btf()
      .addEnum("", 4)
      .addEnumValue("A", 0)
      .addEnumValue("B", 7)
      .addEnum("", 4)
      .addEnumValue("Y", 0)
      .build();
    const found = diff(a, b);
    expect(found.changed.map(({ after, changes }) => [after.text, changes.map(({ path }) => path)])).toEqual([
      ["enum { A, … }", ["values.B.val"]],
    ]);
    expect([found.removed[0]!.text, found.added[0]!.text]).toEqual(["enum { X }", "enum { Y }"]);
  });

  it("takes a FWD for what it promises", () => {
    const fwd = btf().addFwd("s", "struct").addPtr(1).addVar("p", "global", 2).build();
    const full = btf().addStruct("s", 0).addPtr(1).addVar("p", "global", 2).build();
    expect(changesOf(fwd, full)).toEqual([
      { what: "changed", part: "type", path: "kind", name: "", field: "kind", before: "FWD", after: "STRUCT" },
    ]);
    expect(countsOf(diff(fwd, btf().addUnion("s", 0).build()))).toMatchObject({ added: 1, removed: 2 });
  });

  it("takes gcc's names of INTs for clang's", () => {
    const clang = btf().addInt("unsigned long", 8).addVar("v", "global", 1).build();
    const gcc = btf().addInt("long unsigned int", 8).addVar("v", "global", 1).build();
    expect(changesOf(clang, gcc)).toEqual([
      expect.objectContaining({ path: "name", before: "unsigned long", after: "long unsigned int" }),
    ]);
  });

  it("says what typedefs, variables and sections are", () => {
    const found = diff(sectionGraph("int", 4), sectionGraph("long", 8));
    const paths = found.changed.flatMap(({ after, changes }) => changes.map(({ path }) => `${after.kind} ${path}`));
    expect(paths).toEqual(["TYPEDEF type", "VAR linkage", "VAR type", "DATASEC size", "DATASEC vars.v.size"]);
  });

  it("says what a typedef's struct without a name holds", () => {
    expect(changesOf(typedefGraph(4), typedefGraph(8)).map(({ path }) => path)).toEqual([
      "size",
      "members.counter.type",
    ]);
  });

  it("says what a map's definition holds", () => {
    const found = diff(mapOf("int"), mapOf("long"));
    expect(found.changed.map(({ after, changes }) => [after.text, changes])).toEqual([
      ["struct {…} events", [expect.objectContaining({ path: "members.key.type", before: "int *", after: "long *" })]],
    ]);
  });

  it("sees DECL_TAGs of types, members and parameters", () => {
    const plain = ints.addStruct("s", 4).addField("x", "int", 0).addFunc("f", "global", "int (int a)");
    const tagged = plain
      .addDeclTag("struct_tag", "struct s", -1)
      .addDeclTag("member_tag", "struct s", 0)
      .addDeclTag("kfunc", "f", -1)
      .addDeclTag("param_tag", "f", 0);
    const found = diff(plain.build(), tagged.build());
    expect(found.changed.map(({ changes }) => changes.map(({ what, path }) => `${what} ${path}`))).toEqual([
      ["added tags.struct_tag", "added members.x.tags.member_tag"],
      ["added tags.kfunc", "added params.a.tags.param_tag"],
    ]);
  });

  it("says when only order or nesting differ", () => {
    expect(changesOf(union("a", "b"), union("b", "a"))).toEqual([{ what: "rearranged", path: "" }]);
  });

  it("pairs several types of one name: equal ones, then those most alike", () => {
    const one = (b: typeof ints) => b.addStruct("s", 4).addField("x", "int", 0);
    const two = (b: typeof ints, size: number) =>
      b.addStruct("s", size).addField("p", "int", 0).addField("q", "int", 32);
    const a = two(one(ints) as never, 8).build();
    const b = one(two(ints, 12) as never).build();
    expect(changesOf(a, b)).toEqual([expect.objectContaining({ path: "size", before: 8, after: 12 })]);
    expect(countsOf(diff(a, one(ints).build()))).toMatchObject({ removed: 1, changed: 0 });
  });

  it("compares the own types of split graphs", () => {
    const base = ints.addStruct("sock", 4).addField("x", "int", 0).build();
    const other = btf({ from: base }).addTypedef("more", "int").build();
    expect(isEmpty(diff(module(base, "struct sock *"), module(other, "struct sock *")))).toBe(true);
    expect(changesOf(module(base, "struct sock *"), module(base, "const struct sock *"))).toEqual([
      expect.objectContaining({ path: "params.sk.type", before: "struct sock *", after: "const struct sock *" }),
    ]);
  });

  it("finds nothing where types have another order", () => {
    const random = new Random(SEED);
    let types = 0;
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const graph = decode(writeGraph(spec).bytes);
        const found = diff(graph, shuffled(graph, random));
        expect(countsOf(found)).toMatchObject({ added: 0, removed: 0, changed: 0 });
        types += countsOf(found).same;
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(types).toBeGreaterThan(500);
  });

  it("finds the same from both sides, and at least one change of each type", () => {
    let changed = 0;
    fc.assert(
      fc.property(graphSpec, fc.nat(), (spec, pick) => {
        const types = spec.types.map((type, i) =>
          (i + pick) % 3 === 0 ? { ...type, third: type.third + 1, elements: type.elements.slice(1) } : type,
        );
        const [a, b] = [decode(writeGraph(spec).bytes), decode(writeGraph({ ...spec, types }).bytes)];
        const [there, back] = [diff(a, b), diff(b, a)];
        const counts = countsOf(there);
        expect(countsOf(back)).toEqual({ ...counts, added: counts.removed, removed: counts.added });
        for (const { changes } of there.changed) expect(changes.length).toBeGreaterThan(0);
        expect(formatDiff(there).split("\n", 1)[0]).toBe(
          `${counts.added} added, ${counts.removed} removed, ${counts.changed} changed, ${counts.same} the same`,
        );
        expect(formatDiffMarkdown(there)).toContain("| kind |");
        changed += counts.changed;
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(changed).toBeGreaterThan(100);
  });

  it("comes to an end for types that refer to themselves without a name", () => {
    expect(isEmpty(diff(ring(5, "addPtr"), ring(5, "addPtr")))).toBe(true);
    expect(countsOf(diff(ring(5, "addPtr"), ring(5, "addConst"))).changed).toBe(1);
    expect(diff(endless("a"), endless("b")).changed.map(({ after }) => after.name)).toEqual(["t", "v"]);
  });

  it("takes deep and large graphs", { timeout: 120_000 }, () => {
    expect(countsOf(diff(deep("x"), deep("y")))).toEqual({ added: 1, removed: 1, changed: 1, same: 0 });
    expect(countsOf(diff(twins(50_000, 0), twins(50_000, 10)))).toEqual({
      added: 0,
      removed: 0,
      changed: 10,
      same: 49_990,
    });
    // Every name lies in one long string.
    expect(countsOf(diff(longNames(), longNames())).same).toBe(100_000);
  });
});

describe("formatDiff", () => {
  const a = ints
    .addStruct("s", 16)
    .addField("a", "int", 0)
    .addField("b", "int", 32)
    .addField("c", "long", 64)
    .addFunc("f", "global", "int (int a)")
    .addEnum("e", 4)
    .addEnumValue("A", 0)
    .addEnumValue("B", 1)
    .addEnumValue("C", 2)
    .build();
  const b = ints
    .addStruct("s", 24)
    .addField("new", "unsigned char", 0)
    .addField("a", "int", 64)
    .addField("b", "int", 96)
    .addField("c", "long", 128)
    .addFunc("f", "global", "int (int a, long b)")
    .addFunc("g", "global", "void (void)")
    .addEnum("e", 4)
    .addEnumValue("A", 0)
    .addEnumValue("B", 2)
    .addEnumValue("C", 3)
    .build();

  it("sums up, and lists what changed, came and went", () => {
    expect(formatDiff(diff(a, b))).toBe(
      [
        "1 added, 0 removed, 3 changed, 3 the same",
        "",
        "              added  removed  changed     same",
        "  STRUCT          0        0        1        0",
        "  ENUM            0        0        1        0",
        "  FUNC            1        0        1        0",
        "  INT             0        0        0        3",
        "",
        "STRUCT: 1 changed",
        "",
        "~ struct s, 16 -> 24 bytes",
        "  + new: unsigned char at 0",
        "  ~ 3 members moved by +8 bytes: a, b, c",
        "",
        "ENUM: 1 changed",
        "",
        "~ enum e",
        "  ~ 2 values changed by +1: B, C",
        "",
        "FUNC: 1 changed, 1 added",
        "",
        "~ f",
        "  - int f(int a)",
        "  + int f(int a, long b)",
        "+ void g(void)",
        "",
      ].join("\n"),
    );
  });

  it("has colours when asked for", () => {
    const colored = formatDiff(diff(a, b), { color: true });
    expect(colored).toContain("\u001b[32m+ void g(void)\u001b[0m\n");
    expect(colored.replaceAll(SGR, "")).toBe(formatDiff(diff(a, b)));
  });

  it("keeps to one line whatever names hold", () => {
    const odd = btf()
      .unchecked((u) => u.addStruct("a\n```\u001b[31m", 0))
      .build();
    const text = formatDiff(diff(btf().build(), odd));
    expect(text).toContain("+ struct a\\u000a```\\u001b[31m\n");
    expect(formatDiffMarkdown(diff(btf().build(), odd))).toContain(
      "\n````diff\n+ struct a\\u000a```\\u001b[31m\n````\n",
    );
  });

  it("is Markdown that says the same", () => {
    const text = formatDiffMarkdown(diff(a, b));
    expect(text).toContain("**1 added, 0 removed, 3 changed, 3 the same**\n");
    expect(text).toContain("| FUNC | 1 | 0 | 1 | 0 |\n");
    expect(text).toContain("```diff\n@@ struct s, 16 -> 24 bytes @@\n+ new: unsigned char at 0\n! 3 members moved");
    expect(formatDiffMarkdown(diff(btf().build(), manyStructs))).toContain("<summary>30 added</summary>");
  });
});

const manyStructs = defineBtf((b) => {
  for (let i = 0; i < 30; i++) b.addStruct(`s${i}`, 0);
});

// oxlint-disable-next-line no-control-regex
const SGR = /\u001b\[\d+m/g;

const noKernel = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;

describe.skipIf(noKernel)(`the running kernel's BTF${noKernel}`, () => {
  it("differs from an edited copy in as many types as a slow count says", { timeout: 120_000 }, () => {
    const kernel = kernelBtf();
    const random = new Random(SEED);
    const ids = Array.from({ length: 1000 }, () => kernel.startId + random.below(kernel.typeCount - kernel.startId));
    const edited = edit(kernel, (draft) => {
      for (const [i, id] of [...new Set(ids)].entries()) {
        const type = draft.type(id);
        switch (type.kind) {
          case "STRUCT":
          case "UNION":
            if (i % 4 === 0) type.size += 8;
            else if (i % 4 === 1) type.name = `renamed_${i}`;
            else if (type.members.length > 0) type.members.at(-1)!.bitsOffset += 64;
            break;
          case "ENUM":
            type.values.push({ name: `VALUE_${i}`, val: i });
            break;
          case "FUNC_PROTO":
            type.params.unshift({ name: `first_${i}`, typeId: 1 });
            break;
          case "FUNC":
            if (i % 2 === 0) type.name = `function_${i}`;
            else type.linkage = "global";
            break;
          case "TYPEDEF":
          case "PTR":
            type.typeId = 1;
            break;
          default:
        }
      }
    });
    const found = countsOf(diff(kernel, edited));
    expect(found).toEqual(slowDiff(kernel, edited));
    expect(Math.min(found.added, found.removed, found.changed)).toBeGreaterThan(20);
    expect(isEmpty(diff(kernel, kernel))).toBe(true);
  });
});

/** What becomes of externs, each way. Beside libbpf itself see test/conformance/lower.test.ts. */
import { describe, expect, it } from "vitest";

import { btf, encode, isBtfError, type Btf } from "btfkit";
import { KERNELS, lower, toLoadShape, verify, type Externs, type LowerOptions } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";

/** The graph of the thread of 2021: an extern FUNC in `.ksyms`. */
const thread = btf()
  .addInt("int", 4, "signed")
  .addStruct("sock", 4)
  .addField("family", "int", 0)
  .addKsym("int foo(struct sock *)")
  .build();

const dump = (graph: Btf, from = 1): string =>
  formatRaw(graph)
    .split(/\n(?=\[)/)
    .slice(from - 1)
    .join("\n")
    .trimEnd();

const rulesOf = (graph: Btf, options?: LowerOptions): string[] =>
  lower(graph, options).rewrites.map(({ rule }) => rule);

/** Size and entries of `.data`. */
const entriesOf = (graph: Btf): unknown => {
  const section = graph.type(graph.find(".data")!);
  if (section.kind !== "DATASEC") return undefined;
  const names = section.vars.map(({ typeId, offset, size }) => [
    (graph.type(typeId) as { name: string }).name,
    offset,
    size,
  ]);
  return [section.size, ...names];
};

function refusal(act: () => unknown): { code: string; rule: string; message: string } {
  try {
    act();
  } catch (error) {
    if (isBtfError(error)) return { code: error.code, rule: error.rule, message: error.message };
    throw error;
  }
  throw new Error("it was not refused");
}

describe("an extern FUNC in .ksyms", () => {
  it("is what a compiler writes, and no kernel takes it", () => {
    expect(dump(thread, 4)).toBe(
      [
        "[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'(anon)' type_id=3",
        "[5] FUNC 'foo' type_id=4 linkage=extern",
        "[6] DATASEC '.ksyms' size=0 vlen=1\n\ttype_id=5 offset=0 size=0 (FUNC 'foo')",
      ].join("\n"),
    );
    for (const { kernel } of KERNELS) expect(verify(thread, { kernel, logLevel: 0 }).ok).toBe(false);
    expect(verify(thread, { kernel: "5.12", with: ["extern-func-in-datasec"] }).ok).toBe(true);
  });

  it("libbpf: one VAR stands for it", () => {
    const { graph, rewrites } = lower(thread);
    expect(dump(graph, 4)).toBe(
      [
        "[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'dummy_ksym' type_id=3",
        "[5] FUNC 'foo' type_id=4 linkage=global",
        "[6] DATASEC '.ksyms' size=4 vlen=1\n\ttype_id=7 offset=0 size=4 (VAR 'dummy_ksym')",
        "[7] VAR 'dummy_ksym' type_id=1, linkage=global",
      ].join("\n"),
    );
    expect(
      rewrites.map(({ id, kind, index, was, became, rule, before }) => ({
        id,
        kind,
        index,
        was,
        became,
        rule,
        before,
      })),
    ).toEqual([
      { id: 7, rule: "dummy-added", was: "", became: "VAR 'dummy_ksym' type_id=1 linkage=global" },
      {
        id: 6,
        kind: "DATASEC",
        index: 0,
        rule: "extern-entry",
        was: "DATASEC '.ksyms' entry 0 type_id=5 offset=0 size=0",
        became: "DATASEC '.ksyms' entry 0 type_id=7 offset=0 size=4",
      },
      {
        id: 6,
        kind: "DATASEC",
        rule: "extern-datasec",
        was: "DATASEC '.ksyms' size=0 vlen=1",
        became: "DATASEC '.ksyms' size=4 vlen=1",
      },
      {
        id: 5,
        kind: "FUNC",
        rule: "extern-func",
        was: "FUNC 'foo' type_id=4 linkage=extern",
        became: "FUNC 'foo' type_id=4 linkage=global",
      },
      {
        id: 4,
        kind: "FUNC_PROTO",
        index: 0,
        rule: "extern-param",
        was: "FUNC_PROTO '(anon)' parameter 0 '(anon)' type_id=3",
        became: "FUNC_PROTO '(anon)' parameter 0 'dummy_ksym' type_id=3",
      },
    ]);
    expect(toLoadShape(thread).equals(graph)).toBe(true);
  });

  it("int: a VAR with its name stands for it", () => {
    const { graph } = lower(thread, { externs: "int" });
    expect(dump(graph, 5)).toBe(
      [
        "[5] FUNC 'foo' type_id=4 linkage=global",
        "[6] DATASEC '.ksyms' size=4 vlen=1\n\ttype_id=7 offset=0 size=4 (VAR 'foo')",
        "[7] VAR 'foo' type_id=1, linkage=global",
      ].join("\n"),
    );
  });

  it("drop: its section goes, and it stays by itself", () => {
    const { graph } = lower(thread, { externs: "drop" });
    expect(dump(graph, 5)).toBe("[5] FUNC 'foo' type_id=4 linkage=global\n[6] CONST '(anon)' type_id=0");
  });

  it("keep: nothing is done to it, and it is judged as it was", () => {
    const { graph, rewrites } = lower(thread, { externs: "keep" });
    expect(graph).toBe(thread);
    expect(rewrites).toEqual([]);
    expect(verify(graph).log).toBe(verify(thread).log);
  });

  it.each(["libbpf", "int", "drop"] as const)("%s is taken by every kernel, and stays as it is", (externs) => {
    const before = encode(thread);
    for (const { kernel } of KERNELS) {
      const { graph } = lower(thread, { kernel, externs });
      expect({ kernel, ...verify(graph, { kernel }) }).toMatchObject({ kernel, ok: true });
      const again = lower(graph, { kernel, externs });
      expect(again.graph).toBe(graph);
      expect(again.rewrites).toEqual([]);
    }
    expect(encode(thread)).toEqual(before);
  });
});

describe("several externs", () => {
  it("libbpf: functions share a VAR, entries have 4 bytes each, and VARs become INTs", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addKsym("void f(void)")
      .addKsym("const long var")
      .addKsym("int g(long, char *named, ...)")
      .addKsym("struct rq per_cpu")
      .build();
    const { graph: lowered } = lower(graph);
    const text = formatRaw(lowered);
    expect(text).toContain(
      [
        "DATASEC '.ksyms' size=16 vlen=4",
        "\ttype_id=15 offset=0 size=4 (VAR 'dummy_ksym')",
        "\ttype_id=6 offset=4 size=4 (VAR 'var')",
        "\ttype_id=15 offset=8 size=4 (VAR 'dummy_ksym')",
        "\ttype_id=12 offset=12 size=4 (VAR 'per_cpu')",
      ]
        .join("\n")
        .replaceAll("type_id=15", `type_id=${lowered.typeCount - 1}`)
        .replace("type_id=6", `type_id=${graph.find("var")}`)
        .replace("type_id=12", `type_id=${graph.find("per_cpu")}`),
    );
    expect(text).toMatch(/VAR 'var' type_id=1, linkage=global/);
    expect(text).toMatch(/VAR 'per_cpu' type_id=1, linkage=global/);
    // The vararg has no name, and needs none.
    expect(text).toMatch(/\t'dummy_ksym' type_id=\d+\n\t'named' type_id=\d+\n\t'\(anon\)' type_id=0/);
    expect(verify(lowered).ok).toBe(true);
  });

  it(".kconfig is sorted by alignment, size and name, and laid out by type", () => {
    const graph = btf()
      .addKconfig("CONFIG_B", "bool")
      .addKconfig("CONFIG_A", "bool")
      .addKconfig("CONFIG_NAME", "char[10]")
      .addKconfig("CONFIG_HZ", "int")
      .addKconfig("CONFIG_LONG", "unsigned long")
      .build();
    const { graph: lowered } = lower(graph);
    const section = lowered.type(lowered.find(".kconfig")!);
    expect(section).toMatchObject({ kind: "DATASEC", size: 24 });
    const entries = section.kind === "DATASEC" ? section.vars : [];
    const shown = entries.map(({ typeId, offset, size }) => [
      (lowered.type(typeId) as { name: string }).name,
      offset,
      size,
    ]);
    expect(shown).toEqual([
      ["CONFIG_LONG", 0, 8],
      ["CONFIG_HZ", 8, 4],
      ["CONFIG_A", 12, 1],
      ["CONFIG_B", 13, 1],
      ["CONFIG_NAME", 14, 10],
    ]);
    expect(lowered.type(lowered.find("CONFIG_LONG")!)).toEqual({
      ...graph.type(graph.find("CONFIG_LONG")!),
      linkage: "global",
    });
    expect(verify(lowered).ok).toBe(true);
  });

  it("the same function in two sections gets an entry in both", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addFunc("foo", "extern", "void (void)")
      .addDatasec(".ksyms", 0)
      .addDatasecVarInfo("foo", 0, 0)
      .addDatasec(".ksyms.more", 0)
      .addDatasecVarInfo("foo", 0, 0)
      .build();
    for (const externs of ["libbpf", "int", "drop"] as const) {
      expect({ externs, ...verify(lower(graph, { externs }).graph) }).toMatchObject({ externs, ok: true });
    }
    expect(dump(lower(graph).graph, 4)).toBe(
      [
        "[4] DATASEC '.ksyms' size=4 vlen=1\n\ttype_id=6 offset=0 size=4 (VAR 'dummy_ksym')",
        "[5] DATASEC '.ksyms.more' size=4 vlen=1\n\ttype_id=6 offset=0 size=4 (VAR 'dummy_ksym')",
        "[6] VAR 'dummy_ksym' type_id=1, linkage=global",
      ].join("\n"),
    );
  });

  it("a graph without an INT of 32 bits gets one", () => {
    const graph = btf().addKsym("void foo(void)").build();
    expect(rulesOf(graph)).toContain("int-added");
    const { graph: lowered } = lower(graph);
    expect(dump(lowered, 4)).toBe(
      "[4] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[5] VAR 'dummy_ksym' type_id=4, linkage=global",
    );
    expect(verify(lowered).ok).toBe(true);
  });
});

describe("externs that libbpf does not open an object with", () => {
  /** `.data` holds an allocated variable of 8 bytes and two externs. */
  const mixed = btf()
    .addInt("int", 4, "signed")
    .addVar("mine", "global", "long")
    .addVar("theirs", "extern", "short")
    .addFunc("foo", "extern", "void (void)")
    .addDatasec(".data", 0)
    .addDatasecVarInfo("theirs", 0, 0)
    .addDatasecVarInfo("mine", 0, 8)
    .addDatasecVarInfo("foo", 0, 0)
    .build();
  it.each([
    ["libbpf", [16, ["mine", 0, 8], ["theirs", 8, 2], ["dummy_ksym", 12, 4]]],
    ["int", [16, ["mine", 0, 8], ["theirs", 8, 4], ["foo", 12, 4]]],
    ["drop", [8, ["mine", 0, 8]]],
  ] as [Externs, unknown][])("a section of both: %s", (externs, expected) => {
    const { graph } = lower(mixed, { externs });
    expect(entriesOf(graph)).toEqual(expected);
    for (const { kernel } of KERNELS) {
      const { graph: each } = lower(mixed, { kernel, externs });
      expect({ kernel, ...verify(each, { kernel }) }).toMatchObject({ kernel, ok: true });
    }
  });

  it("keep leaves a section of both as it is", () => {
    expect(lower(mixed, { externs: "keep" }).graph).toBe(mixed);
    expect(
      verify(mixed, { kernel: "bpf-next", with: ["extern-func-in-datasec", "extern-var", "datasec-all-or-no-externs"] })
        .ok,
    ).toBe(false);
  });

  it("those outside any section become global", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addVar("variable", "extern", "int")
      .addVar("unknown", "extern", "const void")
      .addFunc("func", "extern", "int (int)")
      .build();
    const { graph: lowered } = lower(graph);
    expect(formatRaw(lowered)).toMatch(/VAR 'variable' type_id=1, linkage=global/);
    // What has no size can't be a variable.
    expect(formatRaw(lowered)).toMatch(/VAR 'unknown' type_id=1, linkage=global/);
    expect(formatRaw(lowered)).toMatch(/FUNC 'func' type_id=\d+ linkage=global/);
    expect(verify(lowered).ok).toBe(true);
    expect(verify(lower(graph, { externs: "drop" }).graph).ok).toBe(true);
  });

  it("a FUNC in .kconfig is resolved as one in .ksyms", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addFunc("foo", "extern", "void (void)")
      .addDatasec(".kconfig", 0)
      .addDatasecVarInfo("foo", 0, 0)
      .build();
    expect(verify(lower(graph).graph).ok).toBe(true);
  });
});

describe("an object's symbols", () => {
  const symbol = { value: 0, size: 0, type: "notype", bind: "global", visibility: "default" } as const;

  it("weak externs have them too", () => {
    const symbols = [{ ...symbol, name: "foo", section: null, bind: "weak" as const }];
    expect(verify(lower(thread, { symbols, sections: [] }).graph).ok).toBe(true);
  });

  it.each([
    ["no symbol", []],
    ["a symbol that is defined", [{ ...symbol, name: "foo", section: "tc" }]],
    ["a symbol of another type", [{ ...symbol, name: "foo", section: null, type: "func" as const }]],
    ["a local one", [{ ...symbol, name: "foo", section: null, bind: "local" as const }]],
  ])("an entry for what has %s is ESRCH, as libbpf says", (_, symbols) => {
    expect(refusal(() => lower(thread, { symbols, sections: [] }))).toEqual({
      code: "ESRCH",
      rule: "extern-symbol",
      message: expect.stringContaining("DATASEC [6] '.ksyms' has an entry for 'foo' [5]") as string,
    });
  });

  const data = btf()
    .addInt("int", 4, "signed")
    .addVar("a", "global", "int")
    .addVar("b", "global", "int")
    .addVar("c", "static", "int")
    .addDatasec(".data", 0)
    .addDatasecVarInfo("a", 0, 4)
    .addDatasecVarInfo("b", 0, 4)
    .addDatasecVarInfo("c", 8, 4)
    .build();
  const object = { ...symbol, section: ".data", type: "object" } as const;
  const symbols = [
    { ...object, name: "a", value: 4 },
    { ...object, name: "b", value: 0, visibility: "hidden" },
  ] as const;

  it("give variables their offsets; a section its size; what is hidden becomes static", () => {
    const { graph } = lower(data, { symbols, sections: [{ name: ".data", size: 12 }] });
    expect(dump(graph, 3)).toBe(
      [
        "[3] VAR 'b' type_id=1, linkage=static",
        "[4] VAR 'c' type_id=1, linkage=static",
        "[5] DATASEC '.data' size=12 vlen=3",
        "\ttype_id=3 offset=0 size=4 (VAR 'b')",
        "\ttype_id=2 offset=4 size=4 (VAR 'a')",
        "\ttype_id=4 offset=8 size=4 (VAR 'c')",
      ].join("\n"),
    );
    expect(verify(graph).ok).toBe(true);
  });

  it("a section or a symbol that is missing is ENOENT, as libbpf says", () => {
    const found = refusal(() => lower(data, { symbols, sections: [] }));
    expect(found).toMatchObject({ code: "ENOENT", rule: "datasec-section" });
    const noSymbol = refusal(() => lower(data, { symbols: [], sections: [{ name: ".data", size: 12 }] }));
    expect(noSymbol).toMatchObject({ code: "ENOENT", rule: "var-symbol" });
    expect(noSymbol.message).toContain("VAR [2] 'a'");
  });

  it("without them variables are laid out by their types", () => {
    const { graph } = lower(data);
    expect(graph.type(5)).toMatchObject({ size: 12, vars: [{ offset: 0 }, { offset: 4 }, { offset: 8 }] });
    expect(verify(graph).ok).toBe(true);
  });
});

describe("what lower does not take", () => {
  it("says so", () => {
    const split = btf({ base: thread }).addPtr("struct sock").build();
    expect(refusal(() => lower(split))).toMatchObject({ code: "EINVAL", rule: "split" });
    const odd = btf()
      .addRaw({ info: 30 << 24 })
      .build({ dangling: true });
    expect(refusal(() => lower(odd))).toMatchObject({ code: "EINVAL", rule: "unknown-kind" });
    expect(refusal(() => lower(thread, { externs: "gone" as Externs }))).toMatchObject({
      code: "EINVAL",
      rule: "externs",
    });
    expect(refusal(() => lower(thread, { kernel: "3.10" as "4.18" }))).toMatchObject({
      code: "ENOENT",
      rule: "unknown-kernel",
    });
  });
});

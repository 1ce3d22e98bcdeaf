/** addKsym and addKconfig: the shape that a compiler gives externs. */
import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, encode, isBtfError } from "btfkit";

function refusal(act: () => unknown): { code: string; rule: string } {
  try {
    act();
  } catch (error) {
    if (isBtfError(error)) return { code: error.code, rule: error.rule };
    throw error;
  }
  throw new Error("it was not refused");
}

const lines = (graph: { toString(): string }): string[] => String(graph).trimEnd().split("\n");

describe("addKsym", () => {
  it("adds a FUNC from a declaration, and its section at the end", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addStruct("sock", 0)
      .addKsym("extern int foo(struct sock *sk);")
      .addFloat("f", 4)
      .build();
    expect(lines(graph)).toEqual([
      "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
      "[2] STRUCT 'sock' size=0 vlen=0",
      "[3] PTR '(anon)' type_id=2",
      "[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1",
      "\t'sk' type_id=3",
      "[5] FUNC 'foo' type_id=4 linkage=extern",
      "[6] FLOAT 'f' size=4",
      "[7] DATASEC '.ksyms' size=0 vlen=1",
      "\ttype_id=5 offset=0 size=0 (FUNC 'foo')",
    ]);
  });

  it("adds a VAR with the size that clang writes: of its type, 1 for void, 0 for what is only declared", () => {
    const graph = btf()
      .addKsym("const int sized")
      .addKsym("const void untyped")
      .addKsym("struct rq declared")
      .addKsym("unsigned long array[4]")
      .build();
    expect(lines(graph).slice(-5)).toEqual(
      [
        "[11] DATASEC '.ksyms' size=0 vlen=4",
        "\ttype_id=3 offset=0 size=4 (VAR 'sized')",
        "\ttype_id=5 offset=0 size=1 (VAR 'untyped')",
        "\ttype_id=7 offset=0 size=0 (VAR 'declared')",
        "\ttype_id=10 offset=0 size=32 (VAR 'array')",
      ]
        .map((line) => line.replace(/\d+(?=\] DATASEC)/, String(graph.typeCount - 1)))
        .map((line) => {
          const name = /\(VAR '(\w+)'\)/.exec(line)?.[1];
          return name === undefined ? line : line.replace(/type_id=\d+/, `type_id=${graph.find(name)}`);
        }),
    );
  });

  it("declares structs and unions that are not there, and uses those that are or are promised", () => {
    const graph = btf()
      .addStruct("known", 4)
      .forward("struct later")
      .addKsym("struct known *f(struct later *, union fresh *, struct fresh2 **[2], int (*)(struct deep *))")
      .addStruct("later", 8)
      .build();
    const named = (name: string): string[] => graph.findAll(name).map((id) => graph.type(id).kind);
    expect(named("known")).toEqual(["STRUCT"]);
    expect(named("later")).toEqual(["STRUCT"]);
    expect(graph.type(graph.find("fresh")!)).toMatchObject({ kind: "FWD", fwdKind: "union" });
    for (const name of ["fresh2", "deep"]) expect(named(name)).toEqual(["FWD"]);
  });

  it.each([
    ["int foo(", "EINVAL", "spelling"],
    ["int", "EINVAL", "spelling"],
    ["static int foo(void)", "EINVAL", "extern-storage"],
    ["typedef int foo", "EINVAL", "extern-storage"],
    ["int taken(void)", "EEXIST", "extern-name"],
    ["enum unknown foo(void)", "ENOENT", "unknown-type"],
    ["unknown_t foo(void)", "ENOENT", "unknown-type"],
  ])("refuses '%s', and nothing is added", (declaration, code, rule) => {
    const before = btf().addKsym("void taken(void)");
    expect(refusal(() => before.addKsym(declaration))).toEqual({ code, rule });
    expect(lines(before.build())).toEqual(lines(btf().addKsym("void taken(void)").build()));
  });

  it("refuses a second section of that name", () => {
    const graph = btf().addKsym("void f(void)").build();
    expect(refusal(() => btf({ from: graph }).addKsym("void g(void)"))).toEqual({
      code: "EEXIST",
      rule: "extern-section",
    });
    expect(refusal(() => btf().addDatasec(".kconfig", 0).addKconfig("CONFIG_A", "int"))).toEqual({
      code: "EEXIST",
      rule: "extern-section",
    });
  });
});

describe("addKconfig", () => {
  it("adds a VAR, and .kconfig comes before .ksyms", () => {
    const graph = btf()
      .addKsym("void f(void)")
      .addKconfig("CONFIG_HZ", "int")
      .addKconfig("CONFIG_NAME", "char[16]")
      .build();
    const text = lines(graph);
    const at = text.findIndex((line) => line.includes("DATASEC '.kconfig' size=0 vlen=2"));
    expect(text.slice(at)).toEqual([
      "[9] DATASEC '.kconfig' size=0 vlen=2",
      "\ttype_id=4 offset=0 size=4 (VAR 'CONFIG_HZ')",
      "\ttype_id=8 offset=0 size=16 (VAR 'CONFIG_NAME')",
      "[10] DATASEC '.ksyms' size=0 vlen=1",
      "\ttype_id=2 offset=0 size=0 (FUNC 'f')",
    ]);
  });

  it("takes an id too", () => {
    const graph = btf().addInt("int", 4).addKconfig("CONFIG_HZ", 1).build();
    expect(graph.type(2)).toMatchObject({ kind: "VAR", linkage: "extern", typeId: 1 });
  });
});

describe("values", () => {
  it("stay as they were, built or not", () => {
    const first = btf().addInt("int", 4).addKsym("int f(int)");
    const once = first.build();
    const more = first.addKsym("int g(int)");
    const other = first.addFloat("float", 4).addKconfig("CONFIG_A", "int");
    expect(first.build().equals(once)).toBe(true);
    expect(String(first)).toBe(String(once).trimEnd());
    expect(lines(more.build()).at(-3)).toBe(
      "[5] DATASEC '.ksyms' size=0 vlen=2".replace("5", String(more.build().typeCount - 1)),
    );
    expect(lines(other.build()).filter((line) => line.includes("DATASEC"))).toHaveLength(2);
    expect(lines(first.build())).toEqual(lines(once));
    expect(decode(encode(once)).equals(once)).toBe(true);
  });

  it("labels mean the FUNC or VAR", () => {
    expect(btf().addKsym("void f(void)").as("f").build().ids["f"]).toBe(2);
  });

  it("as() and recipes: each call gives the id of the FUNC or VAR", () => {
    const ids: number[] = [];
    const graph = defineBtf((b) => {
      for (let i = 0; i < 1_000; i++) ids.push(b.addKsym(`void f${i}(void)`));
      ids.push(b.addKconfig("CONFIG_HZ", "int"));
    });
    expect(ids.map((id) => graph.type(id).kind)).toEqual([...Array.from({ length: 1_000 }, () => "FUNC"), "VAR"]);
    expect(graph.type(graph.find(".ksyms")!)).toMatchObject({ size: 0, vars: { length: 1_000 } });
    const chain = btf().addKsym("void f0(void)").addKconfig("CONFIG_HZ", "int").build();
    const recipe = defineBtf((b) => {
      b.addKsym("void f0(void)");
      b.addKconfig("CONFIG_HZ", "int");
    });
    expect(encode(chain)).toEqual(encode(recipe));
  });

  it("nothing is left of a recipe that throws", () => {
    expect(() =>
      defineBtf((b) => {
        b.addKsym("void f(void)");
        throw new Error("no");
      }),
    ).toThrow("no");
  });
});

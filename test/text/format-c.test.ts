/** What needs no bpftool; the comparison with it is in test/conformance. */

import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, type Btf } from "btfkit";
import { formatC, formatCBytes, formatTypeDecl, writeC, type COptions } from "btfkit/text";
import { info, rawBtf } from "../raw-btf.js";

/** The declarations alone, without what bpftool puts around them. */
function body(graph: Btf, options: COptions = {}): string {
  const text = formatC(graph, { style: "bpftool-7.1", ...options });
  return text.slice(text.indexOf("#endif\n\n") + 8, text.lastIndexOf("#ifndef"));
}

describe("formatC", () => {
  const lists = btf()
    .addInt("int", 4, "signed")
    .addStruct("list", 16)
    .addField("next", "struct list *", 0)
    .addField("count", "int", 64)
    .addStruct("other", 8)
    .addField("list", "struct list *", 0)
    .addTypedef("list_t", "struct list")
    .build();

  it("prints definitions in the order that C needs", () => {
    expect(body(lists)).toBe(
      [
        "struct list {\n\tstruct list *next;\n\tint count;\n};\n",
        "struct other {\n\tstruct list *list;\n};\n",
        "typedef struct list list_t;\n\n",
      ].join("\n"),
    );
  });

  it("prints roots with what they need, by name, spelling or id", () => {
    const list = "struct list {\n\tstruct list *next;\n\tint count;\n};\n\n";
    expect(body(lists, { root: "list" })).toBe(list);
    expect(body(lists, { root: ["struct list"] })).toBe(list);
    expect(body(lists, { root: lists.id("struct list") })).toBe(list);
    expect(body(lists, { root: ["list_t", "list"] })).toBe(`${list}typedef struct list list_t;\n\n`);
    expect(body(lists, { root: "other" })).toBe("struct list;\n\nstruct other {\n\tstruct list *list;\n};\n\n");
    expect(body(lists, { root: [] })).toBe("");
    expect(() => formatC(lists, { root: "absent" })).toThrow(
      expect.objectContaining({ code: "ENOENT", rule: "root", message: expect.stringContaining('"absent"') }),
    );
    expect(() => formatC(lists, { root: 99 })).toThrow(expect.objectContaining({ rule: "type-id-range" }));
  });

  it("numbers names that clash, enumerators and typedefs in one space, tags in another", () => {
    const graph = btf()
      .addEnum("e", 4)
      .addEnumValue("x", 0)
      .addStruct("e", 0)
      .addTypedef("x", "struct e")
      .addTypedef("e", "x")
      .build({});
    expect(body(graph)).toBe(
      "enum e {\n\tx = 0,\n};\n\nstruct e___2 {};\n\ntypedef struct e___2 x___2;\n\ntypedef x___2 e;\n\n",
    );
  });

  it("cuts numbered names off where libbpf does, and no others", () => {
    const name = "n".repeat(300);
    const graph = btf().addStruct(name, 0).addUnion(name, 0).build();
    expect(body(graph)).toBe(`struct ${name} {};\n\nunion ${`${name}___2`.slice(0, 255)} {};\n\n`);
  });

  it("sorts by kind and name in style 7.8, and by id on demand", () => {
    const graph = btf()
      .addStruct("b", 0)
      .addStruct("a", 0)
      .addEnum("first", 4)
      .addEnumValue("X", 1)
      .addEnum("e", 4)
      .addEnumValue("Y", 2)
      .build();
    const order = (options: COptions): string[] => body(graph, options).match(/(?:struct|enum) \w+/g)!;
    expect(order({ style: "bpftool-7.8" }).slice(-2)).toEqual(["struct a", "struct b"]);
    expect(order({ order: "unsorted" })).toEqual(["struct b", "struct a", "enum first", "enum e"]);
    expect(order({ style: "bpftool-7.1", order: "sorted" })).toEqual(["enum first", "struct a", "struct b"]);
  });

  it("leaves out the first of the sorted types, as bpftool 7.8", () => {
    const graph = btf().addStruct("only", 0).build();
    expect(body(graph, { style: "bpftool-7.8" })).not.toContain("struct only");
    expect(body(graph, { style: "bpftool-7.8", order: "unsorted" })).toContain("struct only {}");
    expect(body(graph, { style: "bpftool-7.8", root: "only" })).toContain("struct only {}");
  });

  it("declares kfuncs in style 7.8", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addFuncProto("int")
      .addFuncParam("task", "void *")
      .addFunc("zeta", "static", 2)
      .addFunc("alpha", "static", 2)
      .addDeclTag("bpf_kfunc", "zeta", -1)
      .addDeclTag("bpf_kfunc", "alpha", -1)
      .addDeclTag("bpf_fastcall", "alpha", -1)
      .build();
    expect(formatC(graph)).toContain(
      [
        "/* BPF kfuncs */",
        "#ifndef BPF_NO_KFUNC_PROTOTYPES",
        "extern __bpf_fastcall int alpha(void *task) __weak __ksym;",
        "extern int zeta(void *task) __weak __ksym;",
        "#endif",
      ].join("\n"),
    );
    expect(formatC(graph, { style: "bpftool-7.1" })).not.toContain("alpha");
    expect(formatC(graph, { root: "int" })).not.toContain("alpha");
  });

  it("gives the same in pieces, and leaves the graph as it was", () => {
    const before = formatCBytes(lists);
    const pieces: Buffer[] = [];
    writeC(lists, {}, (piece) => pieces.push(Buffer.from(piece)));
    expect(Buffer.concat(pieces).equals(before)).toBe(true);
    expect(formatCBytes(lists)).toEqual(before);
  });

  it("keeps names that are not UTF-8, and has room for long ones", () => {
    const strings = Buffer.concat([Buffer.from([0, 0xff, 0x41, 0]), Buffer.alloc(1 << 20, "n"), Buffer.of(0)]);
    const graph = decode(rawBtf([[1, info(4), 0, 4, info(4), 0, 4, info(8), 1]], strings));
    expect(body(graph)).toBe(
      `struct \udcffA {};\n\nstruct ${"n".repeat(1 << 20)} {};\n\ntypedef struct \udcffA ${"n".repeat(1 << 20)};\n\n`,
    );
  });

  it("refuses what C can't say, and a style that there is not", () => {
    const own = decode(rawBtf([[1, info(4, 1), 4, 1, 1, 0]], "\0s\0"));
    expect(() => formatC(own, { order: "unsorted" })).toThrow(
      expect.objectContaining({ code: "ELOOP", rule: "type-cycle", typeId: 1, kind: "STRUCT" }),
    );
    const loop = decode(rawBtf([0, info(10), 2, 0, info(9), 1, 1, info(8), 1], "\0t\0"));
    expect(() => formatC(loop)).toThrow(expect.objectContaining({ rule: "type-cycle" }));
    expect(() => formatTypeDecl(loop, 1)).toThrow(expect.objectContaining({ rule: "type-cycle" }));
    expect(() => formatC(own, { style: "bpftool-9" as "bpftool-7.1" })).toThrow(
      expect.objectContaining({ rule: "text-style" }),
    );
    const dangling = decode(rawBtf([1, info(8), 77], "\0t\0"), { lenient: true });
    expect(() => formatC(dangling)).toThrow(expect.objectContaining({ rule: "type-id-range", typeId: 1 }));
  });
});

describe("depth", () => {
  const DEPTH = 100_000;

  it(`prints chains of ${DEPTH} pointers, qualifiers, arrays and prototypes`, () => {
    const chain = (add: (b: Parameters<Parameters<typeof defineBtf>[0]>[0], id: number) => number): Btf =>
      defineBtf((b) => {
        let id: number = b.addInt("int", 4, "signed");
        for (let i = 0; i < DEPTH; i++) id = add(b, id);
        b.addTypedef("t", id);
      });
    expect(body(chain((b, id) => b.addPtr(id)))).toBe(`typedef int ${"*".repeat(DEPTH)}t;\n\n`);
    expect(body(chain((b, id) => b.addConst(id)))).toBe(`typedef ${"const ".repeat(DEPTH)}int t;\n\n`);
    expect(body(chain((b, id) => b.addArray(1, id, 2)))).toBe(`typedef int t${"[2]".repeat(DEPTH)};\n\n`);
    const protos = body(chain((b, id) => b.addPtr(b.addFuncProto(id))));
    expect(protos.startsWith("typedef int (* (* (*")).toBe(true);
    expect(protos.endsWith(")(void))(void))(void);\n\n")).toBe(true);
  });

  it(`prints ${DEPTH} typedefs of each other, and structs in structs`, () => {
    const typedefs = defineBtf((b) => {
      let id: number = b.addInt("int", 4, "signed");
      for (let i = 0; i < DEPTH; i++) id = b.addTypedef(`t${i}`, id);
    });
    expect(body(typedefs).split("\n\n").length).toBe(DEPTH + 1);
    const structs = defineBtf((b) => {
      let id: number = b.addInt("int", 4, "signed");
      for (let i = 0; i < DEPTH; i++) {
        id = b.addStruct(i === DEPTH - 1 ? "outer" : "", 4);
        b.addField("", id - 1, 0);
      }
    });
    const text = body(structs);
    expect(text.startsWith("struct outer {\n\tstruct {\n\t\tstruct {\n")).toBe(true);
    expect(text.split("int;").length).toBe(2);
  });
});

describe("formatTypeDecl", () => {
  const graph = btf()
    .addInt("int", 4, "signed")
    .addStruct("sock", 0)
    .addStruct("", 8)
    .addField("a", "int", 0)
    .addField("b", "const int", 32)
    .as("anonymous")
    .addPtr("anonymous")
    .as("pointer")
    .build();
  const decl = (spelling: string, name = "x"): string => {
    const one = btf({ from: graph }).addTypedef("t", spelling).build();
    const { typeId } = one.type(one.id("t")) as { typeId: number };
    return formatTypeDecl(one, typeId, { name });
  };

  it("puts types and names around each other", () => {
    expect(decl("int")).toBe("int x");
    expect(decl("int *")).toBe("int *x");
    expect(decl("const int *const")).toBe("const int * const x");
    expect(decl("int[2][3]")).toBe("int x[2][3]");
    expect(decl("int (*[4])(struct sock *, ...)")).toBe("int (*x[4])(struct sock *, ...)");
    expect(decl("int (*)[5]")).toBe("int (*x)[5]");
    expect(decl("int (*)(void)", "")).toBe("int (*)(void)");
  });

  it("writes anonymous structs out, indented, and leaves out qualifiers on demand", () => {
    const id = graph.ids["pointer"];
    expect(formatTypeDecl(graph, id, { name: "p" })).toBe("struct {\n\tint a;\n\tconst int b;\n} *p");
    expect(formatTypeDecl(graph, id, { name: "p", indentLevel: 1, stripMods: true })).toBe(
      "struct {\n\t\tint a;\n\t\tint b;\n\t} *p",
    );
  });

  it("knows void, and refuses ids out of range", () => {
    expect(formatTypeDecl(graph, 0, { name: "v" })).toBe("void v");
    expect(() => formatTypeDecl(graph, 99)).toThrow(expect.objectContaining({ rule: "type-id-range" }));
  });
});

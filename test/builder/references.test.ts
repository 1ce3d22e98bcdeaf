import { btf, BtfError, decode, defineBtf, encode, type Btf } from "btfkit";
import { formatRaw } from "btfkit/text";
import { describe, expect, test } from "vitest";

const lines = (graph: Btf): string[] => formatRaw(graph).trimEnd().split("\n");

function refusal(f: () => unknown): BtfError {
  try {
    f();
  } catch (error) {
    if (error instanceof BtfError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("spellings", () => {
  test("the graph of the 2021 thread: implied types get the next ids", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addStruct("sock", 4)
      .addField("family", "int", 0)
      .addFuncProto("int")
      .addFuncParam("", "struct sock *")
      .addFunc("foo", "extern", 3)
      .addDatasec(".ksyms", 0)
      .addDatasecVarInfo("foo", 0, 0)
      .build();
    expect(lines(graph)).toEqual([
      "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
      "[2] STRUCT 'sock' size=4 vlen=1",
      "\t'family' type_id=1 bits_offset=0",
      "[3] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1",
      "\t'(anon)' type_id=4",
      "[4] PTR '(anon)' type_id=2",
      "[5] FUNC 'foo' type_id=3 linkage=extern",
      "[6] DATASEC '.ksyms' size=0 vlen=1",
      "\ttype_id=5 offset=0 size=0 (FUNC 'foo')",
    ]);
    expect(decode(encode(graph)).equals(graph)).toBe(true);
  });

  test("an implied type is added once, also while a type is open and after it closed", () => {
    const graph = btf()
      .addStruct("s", 24)
      .addField("a", "int *", 0)
      .addField("b", "int *", 64)
      .addField("c", "const int *", 128)
      .addPtr("int *")
      .addPtr("int *")
      .build();
    expect(lines(graph).filter((line) => line.startsWith("["))).toEqual([
      "[1] STRUCT 's' size=24 vlen=3",
      "[2] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
      "[3] PTR '(anon)' type_id=2",
      "[4] CONST '(anon)' type_id=2",
      "[5] PTR '(anon)' type_id=4",
      "[6] PTR '(anon)' type_id=3",
      "[7] PTR '(anon)' type_id=3",
    ]);
  });

  test("a spelling in a call that opens a type is added before it", () => {
    const graph = btf().addStruct("s", 4).addFuncProto("struct s *").as("proto").build();
    expect(graph.ids["proto"]).toBe(3);
    expect(graph.type(3)).toEqual({ kind: "FUNC_PROTO", name: "", retTypeId: 2, params: [] });
  });

  test("look-ups are by meaning: gcc's names and bool find what is there", () => {
    const graph = btf()
      .addInt("long unsigned int", 8)
      .addInt("_Bool", 1, "bool")
      .addPtr("unsigned long")
      .addPtr("long unsigned")
      .addPtr("bool")
      .build();
    expect([3, 4, 5].map((id) => graph.references(id))).toEqual([[1], [1], [2]]);
  });

  test("arrays count with __ARRAY_SIZE_TYPE__, as clang's do", () => {
    const graph = btf().addTypedef("u32", "unsigned int").addVar("v", "global", "u32[4][2]").build();
    expect(lines(graph)).toEqual([
      "[1] INT 'unsigned int' size=4 bits_offset=0 nr_bits=32 encoding=(none)",
      "[2] TYPEDEF 'u32' type_id=1",
      "[3] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)",
      "[4] ARRAY '(anon)' type_id=2 index_type_id=3 nr_elems=2",
      "[5] ARRAY '(anon)' type_id=4 index_type_id=3 nr_elems=4",
      "[6] VAR 'v' type_id=5, linkage=global",
    ]);
  });

  test("a prototype names its parameters and its ellipsis", () => {
    const graph = btf().addFunc("printk", "global", "int (const char *fmt, ...)").build();
    expect(graph.type(graph.find("printk", "FUNC")!)).toMatchObject({ linkage: "global", typeId: 5 });
    expect(graph.type(5)).toEqual({
      kind: "FUNC_PROTO",
      name: "",
      retTypeId: 1,
      params: [
        { name: "fmt", typeId: graph.id("const char *") },
        { name: "", typeId: 0 },
      ],
    });
  });

  test("a struct that is promised by a FWD is found, and the STRUCT before it once it is there", () => {
    const graph = btf().addFwd("s", "struct").addPtr("struct s").addStruct("s", 4).addConst("struct s").build();
    expect([graph.references(2), graph.references(4)]).toEqual([[1], [3]]);
  });

  test("an unknown name tells the nearest ones", () => {
    const builder = btf().addStruct("sock", 4).addStruct("socket", 8).addTypedef("u32", "unsigned int");
    const error = refusal(() => builder.widen().addPtr("struct sokc"));
    expect(error).toMatchObject({ code: "ENOENT", rule: "unknown-type" });
    expect(error.message).toContain("type 'struct sokc': there is no such type; the nearest known: 'struct sock'");
    expect(refusal(() => builder.widen().addPtr("struct sokc *")).message).toContain("in 'struct sokc *'");
  });

  test("what is no C type says where", () => {
    expect(refusal(() => btf().widen().addPtr("int foo"))).toMatchObject({ code: "EINVAL", rule: "spelling" });
    expect(refusal(() => btf().widen().addPtr("strct sock")).message).toContain("at character 7");
  });

  test("a call that is refused adds nothing, not even what its spellings imply", () => {
    const builder = btf().addStruct("s", 8).widen();
    refusal(() => builder.addField("a", "int *", 3));
    refusal(() => builder.addArray("int", "struct nothing", 4));
    expect(lines(builder.addField("b", "char", 0).build())).toEqual([
      "[1] STRUCT 's' size=8 vlen=1",
      "\t'b' type_id=2 bits_offset=0",
      "[2] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=SIGNED",
    ]);
  });

  test("a name that lies where a refused call had another is read as it is", () => {
    const graph = defineBtf((b) => {
      for (let i = 0; i < 300; i++) b.addStruct(`struct_${i}`, 4);
      // What comes near to the unknown name is looked for in all names, those that the call adds included.
      expect(() => b.addArray("unsigned long", "struct struct_", 3)).toThrow(BtfError);
      b.addFloat("f", 4);
      b.addFloat("double", 8);
    });
    expect(graph.type(301)).toMatchObject({ name: "f" });
    expect(graph.type(302)).toMatchObject({ name: "double" });
  });

  test("a chain of 20,000 stars", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .widen()
      .addTypedef("deep", `int ${"*".repeat(20_000)}`)
      .build();
    expect(graph.typeCount).toBe(20_003);
    expect(graph.resolve(20_002)).toBe(20_001);
  });

  test("also while a type is open", () => {
    const graph = btf()
      .addStruct("s")
      .widen()
      .addField("deep", `int ${"*".repeat(20_000)}`)
      .build();
    expect(graph.typeCount).toBe(20_003);
    expect(graph.type(1)).toMatchObject({ size: 8, members: [{ typeId: 20_002 }] });
  });
});

describe("labels", () => {
  test("name anonymous types and types of one name", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addStruct("", 4)
      .addField("a", "int", 0)
      .as("inner")
      .addStruct("outer", 4)
      .addField("", "inner", 0)
      .as("outer")
      .build();
    expect({ ...graph.ids }).toEqual({ inner: 2, outer: 3 });
    expect(graph.id("inner")).toBe(2);
  });

  test("as() and lastId mean the type a method was named for, never an implied one", () => {
    const open = btf().addStruct("s", 8).addField("a", "int *", 0);
    expect(open.lastId).toBe(1);
    const graph = open.as("s").addPtr("s").as("p").build();
    expect({ ...graph.ids }).toEqual({ s: 1, p: 4 });
  });

  test("win over names, and clash with one another", () => {
    const builder = btf().addTypedef("x", "int").addPtr(1).as("x");
    expect(builder.addConst("x").build().references(4)).toEqual([3]);
    expect(refusal(() => builder.addPtr(1).as("x"))).toMatchObject({ code: "EEXIST", rule: "label-clash", typeId: 3 });
  });

  test("any word can be one", () => {
    const graph = btf().addInt("int", 4).as("__proto__").addPtr("__proto__").as("constructor").build();
    expect(Object.keys(graph.ids)).toEqual(["__proto__", "constructor"]);
    expect(graph.id("constructor")).toBe(2);
    expect(refusal(() => btf().addInt("int", 4).build().id("toString")).rule).toBe("unknown-type");
  });
});

describe("promises", () => {
  test("are kept by build(), wherever they were used", () => {
    const graph = btf()
      .forward("struct node", "list")
      .addPtr("struct node")
      .addStruct("node", 16)
      .addField("next", 1, 0)
      .addField("all", "list", 64)
      .addPtr("struct node *")
      .as("list")
      .build();
    expect(lines(graph)).toEqual([
      "[1] PTR '(anon)' type_id=2",
      "[2] STRUCT 'node' size=16 vlen=2",
      "\t'next' type_id=1 bits_offset=0",
      "\t'all' type_id=4 bits_offset=64",
      "[3] PTR '(anon)' type_id=2",
      "[4] PTR '(anon)' type_id=3",
    ]);
  });

  test("that come to nothing are named", () => {
    const error = refusal(() => btf().forward("struct a", "b").widen().addPtr("struct a").build());
    expect(error).toMatchObject({ code: "ENOENT", rule: "forward-undefined" });
    expect(error.message).toContain("'struct a', 'b'");
  });

  test("are ids in a recipe", () => {
    const graph = defineBtf((b) => {
      const node = b.forward("struct node");
      const pointer = b.addPtr(node);
      b.addStruct("node", 8);
      b.addField("next", pointer, 0);
    });
    expect(graph.references(1)).toEqual([2]);
  });
});

describe("ids beyond the last type", () => {
  test("are refused by build() with who refers to them, unless they are wanted", () => {
    const builder = btf().addInt("int", 4).addStruct("s", 4).addField("a", 9, 0);
    const error = refusal(() => builder.build());
    expect(error).toMatchObject({ code: "EINVAL", rule: "dangling", typeId: 2 });
    expect(error.message).toContain("type [2] STRUCT 's'");
    expect(builder.build({ dangling: true }).references(2)).toEqual([9]);
  });

  test("are fine when the type comes later, as with libbpf", () => {
    expect(btf().addPtr(2).addInt("int", 4).build().references(1)).toEqual([2]);
  });
});

describe("a bit offset of 2^24 or more beside a bit-field", () => {
  test("is refused in either order, where libbpf corrupts it", () => {
    const plainFirst = btf()
      .addInt("int", 4)
      .addStruct("s", 4_000_000)
      .addField("a", 1, 2 ** 24);
    expect(refusal(() => plainFirst.addField("b", 1, 0, 4))).toMatchObject({ code: "EINVAL", rule: "bitfield-offset" });
    const bitfieldFirst = btf().addInt("int", 4).addStruct("s", 4_000_000).addField("b", 1, 0, 4);
    expect(refusal(() => bitfieldFirst.addField("a", 1, 2 ** 24))).toMatchObject({ rule: "bitfield-offset" });
    expect(
      bitfieldFirst
        .addField("a", 1, 2 ** 24 - 8)
        .build()
        .type(2),
    ).toMatchObject({ kindFlag: true });
  });
});

describe("unchecked and raw", () => {
  test("unchecked takes what libbpf refuses, and only inside", () => {
    const inside = btf().unchecked((b) => b.addInt("odd", 3).addVar("", 7, 1).addPtr(4_000_000_000));
    expect(inside.build({ dangling: true }).type(2)).toEqual({ kind: "VAR", name: "", linkage: 7, typeId: 1 });
    expect(refusal(() => inside.addInt("odd", 3)).rule).toBe("int-size");
  });

  test("unchecked in a recipe ends with its function, also when that throws", () => {
    defineBtf((b) => {
      b.unchecked(() => b.addInt("odd", 3));
      expect(() =>
        b.unchecked(() => {
          throw new Error("mine");
        }),
      ).toThrow("mine");
      expect(refusal(() => b.addInt("odd", 3)).rule).toBe("int-size");
    });
  });

  test("addRaw writes any words", () => {
    const graph = btf()
      .addRaw({ name: "x", info: 0x7f000002, sizeOrType: 5, extra: [1, 2, 3] })
      .addInt("int", 4)
      .build();
    expect([...graph.raw(1)]).toEqual([1, 0x7f000002, 5, 1, 2, 3]);
    expect(graph.find("int", "INT")).toBe(2);
  });

  test("a raw type whose vlen is beyond its words does not hurt those who read it", () => {
    const graph = btf()
      .addInt("int", 4)
      .addRaw({ name: "s", info: 0x04ffffff, sizeOrType: 4, extra: [1, 1, 0] })
      .build({ dangling: true });
    expect(graph.type(2)).toMatchObject({ kind: "STRUCT" });
    expect(graph.references(2).every((id) => Number.isInteger(id))).toBe(true);
    expect(refusal(() => decode(encode(graph))).rule).toBe("type-length");
  });
});

describe("options", () => {
  test("the target gives byte order, pointer size and base types", () => {
    expect(encode(btf({ target: "bpfeb" }).addInt("int", 4).build())[0]).toBe(0xeb);
    const arm = btf({ target: "arm32" }).addVar("p", "global", "long *").build();
    expect([arm.sizeOf(1), arm.sizeOf(arm.id("long *"))]).toEqual([4, 4]);
    expect(refusal(() => btf({ target: "vax" as "bpf" })).message).toContain('target is "vax"');
  });

  test("a split graph stands on its base, of any depth", () => {
    const first = btf().addInt("int", 4, "signed").addStruct("a", 4).addField("x", "int", 0).build();
    const second = btf({ base: first }).addStruct("b", 8).addField("a", "struct a", 0).build();
    const third = btf({ base: second }).addStruct("c", 8).addField("b", "struct b *", 0).build();
    expect([third.startId, third.typeCount, third.find("b"), third.find("int")]).toEqual([4, 6, 3, 1]);
    const bytes = [first, second, third].map((graph) => encode(graph));
    const one = decode(bytes[0]!);
    const two = decode(bytes[1]!, { base: one });
    const three = decode(bytes[2]!, { base: two });
    expect(three.equals(third)).toBe(true);
    expect(encode(three)).toEqual(bytes[2]);
  });

  test("widening, calling helpers and adding whole graphs keep a chain going", () => {
    const source = btf().addInt("int", 4).addPtr(1).build();
    const graph = btf()
      .addInt("long", 8)
      .call((b) => b.addBtf(source))
      .build();
    expect(graph.references(3)).toEqual([2]);
  });
});

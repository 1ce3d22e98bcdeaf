import { btf, defineBtf, encode, type Btf } from "btfkit";
import { loadBtf } from "btfkit/node";
import { describe, expect, test } from "vitest";
import { KIND_NAMES } from "../../src/wire/kinds.js";
import { kernelOracle } from "../kernel-oracle.js";

const kernel = kernelOracle();

/** Graphs that the builder makes, which between them have every kind that a 6.18 kernel knows. */
const graphs: Readonly<Record<string, () => Btf>> = {
  "ints of every size and encoding": () =>
    defineBtf((b) => {
      for (const size of [1, 2, 4, 8, 16]) {
        for (const encoding of ["none", "signed", "char", "bool"] as const)
          b.addInt(`i${size}_${encoding}`, size, encoding);
      }
    }),
  "floats of every size": () =>
    defineBtf((b) => {
      for (const size of [2, 4, 8, 12, 16]) b.addFloat(`f${size}`, size);
    }),
  "pointers, qualifiers and tags": () =>
    btf()
      .addVar("v", "global", "const volatile int *restrict")
      .addTypeTag("user", "int")
      .as("int in user memory")
      .addPtr("int in user memory")
      .addTypeAttr("address_space(1)", "int")
      .addTypedef("t", "int[2][3]")
      .build(),
  "structs, unions, bit-fields and a struct that points at itself": () =>
    btf()
      .addStruct("node")
      .addField("next", "struct node *")
      .addField("a", "unsigned int", undefined, 3)
      .addField("b", "unsigned int", undefined, 29)
      .addField("c", "char[3]")
      .addUnion("u")
      .addField("n", "struct node")
      .addField("l", "long")
      .build(),
  "enums of every size and sign": () =>
    btf()
      .addEnum("e1", 1)
      .addEnumValue("A", 1)
      .addEnum("e4", 4)
      .addEnumValue("B", -1)
      .addEnum64("e8", 8, true)
      .addEnum64Value("C", -(1n << 62n))
      .addEnum64("u8", 8)
      .addEnum64Value("D", (1n << 64n) - 1n)
      .build(),
  "forward declarations and typedefs": () =>
    btf().addFwd("s", "struct").addFwd("u", "union").addFwd("e", "enum").addTypedef("t", "struct s").build(),
  "functions with every sound linkage, tags on them and their parameters": () =>
    btf()
      .addFunc("one", "global", "int (int a, char *b, ...)")
      .as("one")
      .addFunc("two", "static", "void (void)")
      .addDeclTag("kfunc", "one")
      .addDeclTag("arg:nonnull", "one", 1)
      .addDeclAttr("noinline", "two")
      .build(),
  "variables in sections": () =>
    btf()
      .addVar("a", "global", "int")
      .addVar("b", "static", "long[4]")
      .addDatasec(".data")
      .addDatasecVarInfo("a")
      .addDatasecVarInfo("b")
      .addDatasec("?.data.optional", 16)
      .addDatasecVarInfo("a", 4, 4)
      .build(),
  "a promise kept later": () =>
    btf().forward("struct late").addPtr("struct late").addStruct("late", 8).addField("self", 1, 0).build(),
};

describe.skipIf(!kernel.available)(`the running kernel${kernel.available ? "" : ` (${kernel.reason})`}`, () => {
  test.each(Object.entries(graphs))("loads %s", (_, build) => {
    const { ok, errno, log } = loadBtf(encode(build()));
    expect({ ok, errno, log: ok ? "" : log }).toEqual({ ok: true, errno: 0, log: "" });
  });
});

test("between them the graphs have every kind from 1 to 19", () => {
  const kinds = new Set(Object.values(graphs).flatMap((build) => [...build()].map(([, type]) => type.kind)));
  expect([...kinds].sort()).toEqual(KIND_NAMES.slice(1, 20).sort());
});

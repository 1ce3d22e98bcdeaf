import { describe, expect, it } from "vitest";

import { compiler } from "./compile.js";

const compile = compiler();

function messagesOf(program: string): readonly string[] {
  return compile(`import { btf, defineBtf, decode, type BtfBuilder } from "btfkit";\n${program}`).messages;
}

/** A chain of `calls` calls that names what it added before, ten different calls after one another. */
function longChain(calls: number): string {
  const steps: string[] = [];
  for (let i = 0; i < calls / 10; i++) {
    steps.push(
      `.addInt("i${i}", 4, "signed")`,
      `.addTypedef("t${i}", "i${i}")`,
      `.addStruct("s${i}")`,
      `.addField("value", "t${i}")`,
      `.addField("next", "struct s${i} *")`,
      `.addFuncProto("int").as("p${i}")`,
      `.addFunc("f${i}", "global", "p${i}")`,
      `.addDatasec(".d${i}")`,
      `.addDatasecVarInfo("f${i}", 0, 0)`,
      "",
    );
  }
  return `import { btf } from "btfkit";\nexport const graph = btf()${steps.join("\n")}.build();`;
}

describe("the compiler takes", () => {
  it.each([
    ["spellings of what was added", `btf().addStruct("s", 4).addPtr("struct s").addConst("const struct s *const[4]");`],
    ["base types", `btf().addPtr("long unsigned int").addPtr("bool").addVar("v", "global", "unsigned char[16]");`],
    ["prototypes", `btf().addFunc("f", "extern", "int (struct sk_buff *)").addPtr("int (*)(void)");`],
    ["labels", `btf().addFuncProto("int").as("p").addFunc("f", "static", "p").addPtr("p");`],
    ["plain numbers", `const id: number = 4; btf().addFunc("f", "global", id).addFunc("g", 1, id + 1).addPtr(0);`],
    ["ids of the right kind", `const b = btf().addFuncProto(0); b.addFunc("f", "global", b.lastId).addPtr(b.lastId);`],
    ["VARs and FUNCs in a DATASEC", `btf().addVar("v", 1, "int").addDatasec(".bss").addDatasecVarInfo("v");`],
    ["labels in a DATASEC", `btf().addVar("v", 1, "int").as("w").addDatasec(".bss").addDatasecVarInfo("w");`],
    ["promises that are kept", `btf().forward("struct s", "u8").addStruct("s").addTypedef("u8", "char").build();`],
    ["promised labels", `btf().forward("p").addFunc("f", "global", "p").addFuncProto(0).as("p").build();`],
    ["declarations", `btf().addStruct("s").addDeclTag("t", "struct s").addVar("v", 1, "int").addDeclTag("t", "v");`],
    ["any name after widen()", `btf().widen().addPtr("struct elsewhere").addFunc("f", "global", "proto").build();`],
    ["any name on a graph", `btf({ from: decode(new Uint8Array()) }).addPtr("struct elsewhere");`],
    ["any name after addBtf", `btf().addBtf(decode(new Uint8Array())).addPtr("struct elsewhere");`],
    ["loops", `let b: BtfBuilder = btf(); for (let i = 0; i < 9; i++) b = b.addStruct(\`s\${i}\`).as(\`l\${i}\`);`],
    ["helpers", `const f = (b: BtfBuilder) => b.addPtr("struct s"); btf().addStruct("s").as("l").call(f).build();`],
    ["elements of unchecked types", `btf().addRaw({ info: 0x04000000 }).addField("f", 1, 0).addInt("i", 4).build();`],
    ["what libbpf refuses", `btf().unchecked((b) => b.addInt("odd", 3).addVar("v", 7, 1)).addPtr(1).build();`],
    ["labels as properties", `const id: number = btf().addStruct("s").as("label").build().ids.label; void id;`],
    ["enum forwards with values", `btf().addFwd("e", "enum").addEnumValue("A", 1).addPtr("enum e");`],
    [
      "ids of recipes",
      `defineBtf((b) => { b.addFunc("f", "global", b.addFuncProto(b.addInt("int", 4, "signed"))); });`,
    ],
  ])("%s", (_, program) => {
    expect(messagesOf(program)).toEqual([]);
  });
});

describe("the compiler refuses", () => {
  it.each([
    ["an unknown struct", `btf().addStruct("sock").addPtr("struct sokc *");`, "unknown type 'struct sokc *': add it"],
    [
      "an unknown struct beside many that are known",
      `btf()${Array.from({ length: 100 }, (_, i) => `.addStruct("a_long_name_${i}")`).join("")}.addPtr("struct sokc");`,
      "unknown type 'struct sokc': add it",
    ],
    ["a struct without its tag", `btf().addStruct("sock").addPtr("sock");`, "unknown type 'sock'"],
    ["a typedef that isn't there yet", `btf().addPtr("u32").addTypedef("u32", "unsigned int");`, "unknown type 'u32'"],
    ["an unknown FUNC_PROTO", `btf().addFunc("f", "global", "proto");`, "unknown FUNC_PROTO 'proto': give one"],
    [
      "a label of a STRUCT as prototype",
      `btf().addStruct("s").as("l").addFunc("f", 1, "l");`,
      "unknown FUNC_PROTO 'l'",
    ],
    ["a name of a type as prototype", `btf().addInt("int", 4).addFunc("f", 1, "int");`, "unknown FUNC_PROTO 'int'"],
    ["an id of another kind", `const b = btf().addInt("i", 4); b.addFunc("f", 1, b.lastId);`, `TypeId<"INT">`],
    ["a FUNC as a value's type", `const b = btf().addFunc("f", 1, 0); b.addPtr(b.lastId);`, `TypeId<"FUNC">`],
    ["a type in a DATASEC", `btf().addInt("i", 4).addDatasec("d").addDatasecVarInfo("i");`, "unknown VAR or FUNC 'i'"],
    [
      "a promise not kept",
      `btf().forward("struct a", "b").addPtr("struct a").build();`,
      "promised with forward() and never",
    ],
    [
      "a member of an INT",
      `btf().addInt("i", 4).addField("f", "i");`,
      "addField: a STRUCT or UNION expected; the newest",
    ],
    [
      "a parameter of a STRUCT",
      `btf().addStruct("s").addFuncParam("f", "int");`,
      "a FUNC_PROTO expected; the newest type is",
    ],
    ["a value of an ENUM64 for an ENUM", `btf().addEnum("e").addEnum64Value("A", 1n);`, "an ENUM64 expected"],
    [
      "a DATASEC's variable in a VAR",
      `btf().addVar("v", 1, 1).addDatasecVarInfo("v");`,
      "a DATASEC expected; the newest type is",
    ],
    ["another linkage", `btf().addVar("v", "public", 1);`, `"public"`],
    ["another encoding", `btf().addInt("i", 4, "unsigned");`, `"unsigned"`],
    ["an unknown declaration", `btf().addDeclTag("tag", "struct s");`, "unknown VAR or FUNC 'struct s'"],
    ["an INT as a recipe's prototype", `defineBtf((b) => { b.addFunc("f", 1, b.addInt("i", 4)); });`, `TypeId<"INT">`],
    ["a VAR as a recipe's pointee", `defineBtf((b) => { b.addPtr(b.addVar("v", 1, 1)); });`, `TypeId<"VAR">`],
  ])("%s", (_, program, expected) => {
    const messages = messagesOf(program);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(expected);
  });
});

it("checks a chain of 200 calls in at most 20,000 instantiations", () => {
  const { messages, instantiations } = compile(longChain(200));
  expect(messages).toEqual([]);
  expect(instantiations).toBeLessThanOrEqual(20_000);
});

/** Chains of one habit each, by the call at a place in them. */
const HABITS: readonly (readonly [habit: string, call: (i: number) => string])[] = [
  ["pointers to structs", (i) => (i % 2 === 0 ? `.addStruct("s${i}", 4)` : `.addPtr("const struct s${i - 1} *")`)],
  ["typedefs of base types", (i) => `.addTypedef("t${i}", "unsigned int")`],
  ["pointers of many depths", (i) => `.addPtr("int ${"*".repeat(i)}")`],
  [
    "typedefs, arrays and variables of them",
    (i) =>
      [`.addTypedef("t${i}", "int")`, `.addArray("int", "t${i - 1} *", 2)`, `.addVar("v${i}", 1, "t${i - 2}[4]")`][
        i % 3
      ]!,
  ],
  ["functions by prototype", (i) => `.addFunc("f${i}", "extern", "int (int a${i}, ...)")`],
  ["labels", (i) => (i % 2 === 0 ? `.addFuncProto("int").as("p${i}")` : `.addFunc("f${i}", "global", "p${i - 1}")`)],
  [
    "sections",
    (i) => (i % 2 === 0 ? `.addVar("v${i}", 1, "int").addDatasec(".d${i}")` : `.addDatasecVarInfo("v${i - 1}")`),
  ],
];

it.each(HABITS)("takes few instantiations for 200 calls: %s", (_, call) => {
  const calls = Array.from({ length: 200 }, (__, i) => call(i)).join("\n");
  const { messages, instantiations } = compile(
    `import { btf } from "btfkit";\nexport const graph = btf()${calls}.build();`,
  );
  expect(messages).toEqual([]);
  expect(instantiations).toBeLessThanOrEqual(20_000);
});

it("takes time in proportion to the length of a chain", () => {
  const [none, half, whole] = [0, 200, 400].map((calls) => compile(longChain(calls)).instantiations);
  expect(whole! - none!).toBeLessThanOrEqual((half! - none!) * 2.2);
});

import * as prettier from "prettier";
import { describe, expect, it } from "vitest";
import { btf, BtfError, decode, defineBtf, encode } from "btfkit";
import { formatTypeScript, parseC } from "btfkit/text";
import { strictMessages } from "./compile.js";
import { calledGraphs, corpusGraphs, plainGraphs, randomGraphs } from "./graphs.js";

const some = [
  ...calledGraphs().slice(0, 25),
  ...plainGraphs().slice(0, 25),
  ...randomGraphs().slice(0, 25),
  ...corpusGraphs(),
];

/** Programs of all graphs that have one, in both forms, by file name. */
const programs = new Map<string, string>();
for (const { name, graph } of some) {
  for (const form of ["fluent", "recipe"] as const) {
    for (const exact of [true, false]) {
      try {
        programs.set(`${name}.${form}.${exact}.ts`, formatTypeScript(graph, { form, exact }));
      } catch (error) {
        if (!(error instanceof BtfError && error.rule === "not-expressible")) throw error;
      }
    }
  }
}

const SOCK = `struct sock { int family; struct sock *next; unsigned int state : 3; char name[16]; };
  extern int foo(struct sock *sk) __attribute__((section(".ksyms")));
  int f(struct sock *s) { return 0; }
  struct sock first;`;

describe("formatTypeScript", () => {
  it("writes what a person would", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addStruct("sock", 16)
      .addField("family", "int", 0)
      .addField("next", 3, 64)
      .addPtr("struct sock")
      .addFuncProto("int")
      .addFuncParam("sk", "struct sock *")
      .addFunc("foo", "extern", 4)
      .addDatasec(".ksyms", 0)
      .addDatasecVarInfo("foo", 0, 0)
      .build();
    expect(formatTypeScript(decode(encode(graph)))).toBe(`import { btf } from "btfkit";

export const graph = btf()
  .addInt("int", 4, "signed") // [1]
  .addStruct("sock", 16) // [2]
  .addField("family", "int", 0)
  .addField("next", 3, 64)
  .addPtr("struct sock") // [3]
  .addFuncProto("int") // [4]
  .addFuncParam("sk", "struct sock *")
  .addFunc("foo", "extern", "int (struct sock *sk)") // [5]
  .addDatasec(".ksyms", 0) // [6]
  .addDatasecVarInfo("foo", 0, 0)
  .build();
`);
  });

  it("names what calls refuse as such", () => {
    const graph = btf()
      .unchecked((b) => b.addInt("odd", 3, "signed"))
      .addRaw({ name: "e", info: 0x86000000, sizeOrType: 4 })
      .addPtr(9)
      .build({ dangling: true });
    const body = formatTypeScript(graph, { name: "broken", comment: ["Wrong in\nthree ways."] });
    expect(body).toBe(`// Wrong in
// three ways.
import { btf } from "btfkit";

export const broken = btf()
  .unchecked((b) => b.addInt("odd", 3, "signed")) // [1]
  .addRaw({ name: "e", info: 0x86000000, sizeOrType: 4 }) // [2]
  .addPtr(9) // [3]
  .build({ dangling: true });
`);
  });

  it("takes ids where a spelling means another type, or one that is still to come", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addInt("int", 4, "signed")
      .addPtr(2)
      .addPtr(1)
      .addTypedef("t", 6)
      .addStruct("s", 0)
      .build();
    const program = formatTypeScript(graph);
    expect(program).toContain('  .addPtr(2) // [3]\n  .addPtr("int") // [4]\n  .addTypedef("t", 6) // [5]');
  });

  it("exports bytes where encode() needs to be told of them", () => {
    const graph = btf().addInt("int", 4).build();
    const long = formatTypeScript(decode(encode(graph, { header: 32 })));
    expect(long).toContain("export const bytes = encode(graph, { header: 32 });");
    expect(formatTypeScript(decode(encode(graph, { layout: true })))).toContain("encode(graph, { layout: true });");
    expect(formatTypeScript(decode(encode(graph, { endian: "big" })))).toContain('btf({ target: "bpfeb" })');
  });

  it("makes split BTF a function of its base", () => {
    const base = btf().addInt("int", 4, "signed").build();
    const graph = btf({ base }).addPtr("int").addStruct("s", 4).addField("a", "int", 0).build();
    expect(formatTypeScript(graph)).toBe(`import { btf, type Btf } from "btfkit";

export function graph(base: Btf): Btf {
  return btf({ base })
    .addPtr("int") // [2]
    .addStruct("s", 4) // [3]
    .addField("a", "int", 0)
    .build();
}
`);
  });

  it("refuses what no program can write, and takes it when only the types count", () => {
    const bytes = encode(btf().addInt("int", 4).addTypedef("t", 1).build());
    const twice = new Uint8Array([...bytes, 0x74, 0]);
    new DataView(twice.buffer).setUint32(20, bytes.length - 24 - 28 + 2, true);
    const graph = decode(twice);
    expect(() => formatTypeScript(graph)).toThrow(
      "formatTypeScript: the string section cannot be written by calls: the string at offset 7 is there at 5 already",
    );
    expect(formatTypeScript(graph, { exact: false })).toContain('.addTypedef("t", "int") // [2]');
    expect(() => formatTypeScript(graph, { name: "a b" })).toThrow("expected an identifier");
  });

  it("makes a recipe of a large graph, in functions that the compiler can take", () => {
    const graph = defineBtf((b) => {
      for (let i = 0; i < 3000; i++) b.addInt(`i${i}`, 4);
    });
    const program = formatTypeScript(graph);
    expect(program.match(/^function types\d\(b: BtfRecipe\): void \{$/gm)).toHaveLength(3);
    expect(program).toMatch(/export const graph = defineBtf\(types\);\n$/);
    expect(formatTypeScript(graph, { form: "fluent" }).match(/^const part\d+ = /gm)).toHaveLength(19);
  });
});

describe("programs", () => {
  it("are as prettier leaves them", async () => {
    for (const [file, program] of programs) {
      expect([file, await prettier.format(program, { parser: "typescript", printWidth: 120 })]).toEqual([
        file,
        program,
      ]);
    }
    expect(programs.size).toBeGreaterThan(150);
  });

  it("satisfy the strict compiler", () => {
    const large = parseC(SOCK);
    const chosen = new Map([...programs].filter(([file]) => file.includes("true")));
    chosen.set("sock.ts", formatTypeScript(large));
    expect(strictMessages(chosen)).toEqual([]);
    expect(chosen.size).toBeGreaterThan(70);
  });
});

import { transformSync } from "esbuild";
import * as prettier from "prettier";
import { describe, expect, it } from "vitest";
import { btf, BtfError, type Btf } from "btfkit";
import { formatTsView, parseC, type TsViewOptions } from "btfkit/text";
import { strictMessages } from "./compile.js";
import { PRELUDE, randomStructs } from "./random-structs.js";

interface View {
  read(bytes: readonly number[] | Uint8Array): Record<string, unknown>;
  write(value: unknown): number[];
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The view of one struct, after a strict compiler has had a look at it. */
function viewOf(graph: Btf, options: TsViewOptions, name: string): View {
  const text = formatTsView(graph, options);
  expect(strictMessages(new Map([["view.ts", text]]))).toEqual([]);
  const { code } = transformSync(text, { loader: "ts", format: "cjs" });
  const module = { exports: {} as Record<string, unknown> };
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is what is tested
  new Function("module", "exports", code)(module, module.exports);
  const { exports } = module;
  const size = exports[`${name.charAt(0).toLowerCase()}${name.slice(1)}Bytes`] as number;
  return {
    exports,
    read(bytes) {
      const read = exports[`read${name}`] as (view: DataView) => Record<string, unknown>;
      return read(new DataView(Uint8Array.from(bytes).buffer));
    },
    write(value) {
      const bytes = new Uint8Array(size);
      (exports[`write${name}`] as (view: DataView, value: unknown) => void)(new DataView(bytes.buffer), value);
      return [...bytes];
    },
  };
}

describe("formatTsView", () => {
  it("writes an interface, a size, a reader and a writer", () => {
    const graph = parseC("struct event { int pid; unsigned a : 3; _Bool on : 1; };");
    expect(formatTsView(graph, { root: "struct event" }))
      .toBe(`// Structs from BTF as values of TypeScript, little endian.

/** struct event, 8 bytes. */
export interface Event {
  pid: number;
  a: number;
  on: boolean;
}

/** Bytes of struct event. */
export const eventBytes = 8;

/** Reads struct event at a byte of a view. */
export function readEvent(view: DataView, at = 0): Event {
  return {
    pid: view.getInt32(at, true),
    a: view.getUint8(at + 4) & 0x7,
    on: ((view.getUint8(at + 4) >>> 3) & 0x1) !== 0,
  };
}

/** Writes struct event at a byte of a view; padding stays as it is. */
export function writeEvent(view: DataView, value: Event, at = 0): void {
  view.setInt32(at, value.pid, true);
  view.setUint8(at + 4, (view.getUint8(at + 4) & 0xf8) | (value.a & 0x7));
  view.setUint8(at + 4, (view.getUint8(at + 4) & 0xf7) | ((Number(value.on) & 0x1) << 3));
}
`);
  });

  it("is as prettier leaves it", async () => {
    const structs = randomStructs(60);
    const source = PRELUDE + structs.map((struct) => struct.source).join("");
    const plain = source.replaceAll(/RECORD|PACKED/g, "").replaceAll("POINTER", "void *");
    const text = formatTsView(parseC(plain), { root: structs.map(({ name }) => `struct ${name}`) });
    expect(await prettier.format(text, { parser: "typescript", printWidth: 120 })).toBe(text);
  });

  it("reads every member of a union, and writes the one that is given", () => {
    const graph = parseC(
      "struct s { int kind; union { unsigned long whole; char name[8]; struct { int a, b; } pair; }; };",
    );
    const view = viewOf(graph, { root: "struct s" }, "S");
    const bytes = [1, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x62, 0, 0, 5, 0, 0, 0];
    const value = { kind: 1, whole: 0x0000000500006261n, name: "ab", pair: { a: 0x6261, b: 5 } };
    expect(view.read(bytes)).toEqual(value);
    // What is read and written back is the same, though the name ends at its NUL.
    expect(view.write(value)).toEqual(bytes);
    expect(view.write({ kind: 1, name: "ab" })).toEqual([...bytes.slice(0, 12), 0, 0, 0, 0]);
    expect(view.write({ kind: 1, pair: { a: 0x6261, b: 5 } })).toEqual(bytes);
    expect(view.write({ kind: 1 })).toEqual([1, ...Array<number>(15).fill(0)]);
  });

  it("keeps bytes of texts that are not UTF-8, and refuses what has no room", () => {
    const view = viewOf(parseC("struct s { char name[8]; };"), { root: "s" }, "S");
    const bytes = [0xff, 0x63, 0xc3, 0xa9, 0xed, 0xa0, 0x80, 0xf0];
    expect(view.read(bytes)["name"]).toBe("\udcffcé\udced\udca0\udc80\udcf0");
    expect(view.write(view.read(bytes))).toEqual(bytes);
    expect(view.write({ name: "\u{1f600}" })).toEqual([0xf0, 0x9f, 0x98, 0x80, 0, 0, 0, 0]);
    expect(() => view.write({ name: "123456789" })).toThrow("a text of 9 bytes, at most 8 expected");
  });

  it("refuses lists of another length", () => {
    const view = viewOf(parseC("struct s { int a[3]; unsigned char b[2]; };"), { root: "s" }, "S");
    expect(() => view.write({ a: [1, 2], b: new Uint8Array(2) })).toThrow("2 items, 3 expected");
    expect(() => view.write({ a: [1, 2, 3], b: new Uint8Array(3) })).toThrow("3 bytes, 2 expected");
  });

  it.each(["little", "big"] as const)(
    "has numbers of 128 bits, pointers of 32 and old bit-fields, %s endian",
    (endian) => {
      const graph = btf({ target: "arm32" })
        .addInt("wide", 16, "signed")
        .addPtr("void")
        .addRaw({ name: "three", info: 1 << 24, sizeOrType: 4, extra: [(2 << 16) | 3] })
        .addFloat("long double", 12)
        .addStruct("s", 40)
        .addField("wide", 1, 0)
        .addField("pointer", 2, 128)
        .addField("three", 3, 160)
        .addField("float", 4, 192)
        .build();
      const view = viewOf(graph, { root: "struct s", endian }, "S");
      const value = { wide: -2n, pointer: 0xfffffff0n, three: 5, float: new Uint8Array(12).fill(7) };
      const bytes = view.write(value);
      expect(view.read(bytes)).toEqual(value);
      const wide = [...Array<number>(15).fill(0xff)];
      expect(bytes.slice(0, 16)).toEqual(endian === "little" ? [0xfe, ...wide] : [...wide, 0xfe]);
      expect(bytes.slice(16, 24)).toEqual(
        endian === "little" ? [0xf0, 0xff, 0xff, 0xff, 5 << 2, 0, 0, 0] : [0xff, 0xff, 0xff, 0xf0, 5 << 3, 0, 0, 0],
      );
    },
  );

  it("gives names once each, and properties that any object can have", () => {
    const graph = btf()
      .addInt("int", 4)
      .addStruct("string", 4)
      .addField("__proto__", "int", 0)
      .addStruct("a.b-c", 8)
      .addField("x y", "struct string", 0)
      .addField("x y", "int", 32)
      .addEnum("1st", 4)
      .addEnumValue("__proto__", 1)
      .addEnumValue("A", 2)
      .addEnumValue("A", 3)
      .addStruct("aBC", 4)
      .addField("e", 4, 0)
      .build();
    const options = { root: ["struct aBC", 3] };
    const text = formatTsView(graph, options);
    expect(text).toContain("export interface ABC {\n  e: _1st;");
    expect(text).toContain('export interface ABC2 {\n  "x y": String2;\n  "x y_2": number;\n}');
    expect(text).toContain('export const _1st = {\n  ["__proto__"]: 1,\n  A: 2,\n} as const;');
    const view = viewOf(graph, options, "ABC2");
    const bytes = [1, 0, 0, 0, 2, 0, 0, 0];
    expect(view.write(view.read(bytes))).toEqual(bytes);
    expect(Object.keys(view.read(bytes)["x y"] as object)).toEqual(["__proto__"]);
  });

  it("leaves out arrays without elements, and says so", () => {
    const graph = parseC("struct event { int length; char data[]; };");
    expect(formatTsView(graph, { root: "event" })).toContain("  // char data[0] at byte 4 is left out.");
    expect(strictMessages(new Map([["view.ts", formatTsView(parseC("struct none {};"), { root: "none" })]]))).toEqual(
      [],
    );
  });

  it.each<[string, Btf, string | number, string]>([
    ["what is no struct", parseC("typedef int t;"), "t", "ts-view: type [2] TYPEDEF 't': a STRUCT or UNION expected"],
    ["an unknown name", parseC("struct s { int a; };"), "struct t", "there is no such type"],
    [
      "a member without bytes",
      btf().addFwd("f", "struct").addStruct("s", 4).addField("f", "struct f", 0).build(),
      "s",
      "ts-view: type [1] FWD 'f': struct s.f: a value of this kind has no bytes to read",
    ],
    [
      "a struct in itself",
      btf().addStruct("s", 4).addField("s", 1, 0).build(),
      "s",
      "ts-view: struct s: it lies in itself",
    ],
    ["an anonymous one", btf().addStruct("", 4).addField("", 1, 0).build(), 1, "more than 64 deep"],
    [
      "one that doubles",
      btf()
        .addStruct("", 4)
        .addField("", 2, 0)
        .addField("", 2, 0)
        .addUnion("", 4)
        .addField("", 1, 0)
        .addField("", 1, 0)
        .build(),
      1,
      "lie in one another",
    ],
    ["a typedef of itself", btf().addTypedef("t", 1).addStruct("s", 4).addField("a", 1, 0).build(), "s", "do not end"],
    [
      "bits of what has none",
      btf().addPtr("void").addStruct("s", 8).addField("p", 1, 0, 3).build(),
      "s",
      "only integers, enums and bool can be bit-fields",
    ],
  ])("refuses %s", (_, graph, root, message) => {
    let error: unknown;
    try {
      formatTsView(graph, { root });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BtfError);
    expect((error as BtfError).message).toContain(message);
  });
});

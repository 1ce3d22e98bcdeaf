/** What needs no libbpf; the comparison with it is in test/conformance. */

import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, encode } from "btfkit";
import { formatData } from "btfkit/text";

const graph = btf()
  .addInt("int", 4, "signed")
  .addInt("char", 1, "signed")
  .addStruct("point", 8)
  .addField("x", "int", 0)
  .addField("y", "int", 32)
  .addStruct("named", 16)
  .addField("at", "struct point", 0)
  .addField("name", "char[8]", 64)
  .addFuncProto("int")
  .addFloat("float", 4)
  .addFloat("double", 8)
  .addFloat("long double", 16)
  .build();
const POINT = graph.id("struct point");

function floatText(name: string, size: number, put: (view: DataView) => void): string {
  const bytes = new Uint8Array(size);
  put(new DataView(bytes.buffer));
  return formatData(graph, graph.id(name), bytes, { skipNames: true });
}

describe("formatData", () => {
  it("prints a struct with names and types, and leaves zeros out", () => {
    expect(formatData(graph, POINT, Uint8Array.of(1, 0, 0, 0, 254, 255, 255, 255))).toBe(
      "(struct point){\n\t.x = (int)1,\n\t.y = (int)-2,\n}",
    );
    expect(formatData(graph, POINT, new Uint8Array(8))).toBe("(struct point){\n}");
    expect(formatData(graph, POINT, new Uint8Array(8), { emitZeroes: true, compact: true })).toBe(
      "(struct point){.x = (int)0,.y = (int)0,}",
    );
  });

  it("indents, leaves names out, prints strings", () => {
    const bytes = Buffer.from("\x01\0\0\0\x02\0\0\0hi\0\0\0\0\0\0", "latin1");
    const id = graph.id("struct named");
    expect(formatData(graph, id, bytes, { indentStr: "  ", indentLevel: 1, skipNames: true })).toBe(
      "  {\n    {\n      1,\n      2,\n    },\n    [\n      'h',\n      'i',\n    ],\n  }",
    );
    expect(formatData(graph, id, bytes, { compact: true, emitStrings: true })).toBe(
      '(struct named){.at = (struct point){.x = (int)1,.y = (int)2,},.name = (char[8])"hi"}',
    );
  });

  it("reads in the byte order of the graph", () => {
    const big = decode(encode(graph, { endian: "big" }));
    expect(formatData(big, POINT, Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 0), { compact: true, skipNames: true })).toBe(
      "{1,256,}",
    );
  });

  it("prints floating-point numbers as C does, to the last digit", () => {
    const double = (value: number): string => floatText("double", 8, (view) => view.setFloat64(0, value, true));
    expect([1.5, -0, 0.1, 1e21, 0.000_000_5, 2.5e-6, 123456.7890125].map(double)).toEqual([
      "1.500000",
      "-0.000000",
      "0.100000",
      "1000000000000000000000.000000",
      "0.000000",
      "0.000003",
      "123456.789012",
    ]);
    expect([Infinity, -Infinity, NaN].map(double)).toEqual(["inf", "-inf", "nan"]);
    expect(floatText("float", 4, (view) => view.setFloat32(0, 3.14, true))).toBe("3.140000");
    expect(
      floatText("long double", 16, (view) => {
        view.setBigUint64(0, 0xc000_0000_0000_0000n, true);
        view.setUint16(8, 0xbfff, true);
      }),
    ).toBe("-1.500000");
  });

  it("says why it can't", () => {
    expect(() => formatData(graph, POINT, new Uint8Array(3))).toThrow(
      expect.objectContaining({ code: "E2BIG", rule: "data-size", typeId: POINT }),
    );
    expect(() => formatData(graph, graph.typeCount - 4, new Uint8Array(8))).toThrow(
      expect.objectContaining({ code: "EINVAL", rule: "data-type" }),
    );
    expect(() => formatData(graph, 99, new Uint8Array(8))).toThrow(expect.objectContaining({ rule: "type-id-range" }));
  });

  it("goes 20,000 structs deep", () => {
    const DEPTH = 20_000;
    const nested = defineBtf((b) => {
      let id: number = b.addInt("int", 4, "signed");
      for (let i = 0; i < DEPTH; i++) {
        const inner = id;
        id = b.addStruct(`s${i}`, 4);
        b.addField("m", inner, 0);
      }
    });
    const text = formatData(nested, nested.typeCount - 1, Uint8Array.of(7, 0, 0, 0), {
      compact: true,
      skipNames: true,
    });
    expect(text).toBe(`${"{".repeat(DEPTH)}7,${"},".repeat(DEPTH - 1)}}`);
  });
});

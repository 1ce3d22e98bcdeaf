import { BtfError, decode, defineBtf, encode } from "btfkit";
import { describe, expect, test } from "vitest";

/** Names of 1 to 9 characters with `odd` at each place: names are taken in four characters at a time. */
function namesWith(odd: string): string[] {
  const names: string[] = [];
  for (let length = 1; length <= 9; length++) {
    const plain = "abcdefghi".slice(0, length);
    for (let at = 0; at < length; at++) names.push(plain.slice(0, at) + odd + plain.slice(at + 1));
  }
  return names;
}

describe("names", () => {
  test.each(["\u007f", "\u0080", "é", "\u{1f41d}", "\udcff"])(
    "with %j anywhere are kept, once each, and found",
    (odd) => {
      const names = namesWith(odd);
      const graph = defineBtf((b) => {
        for (const name of names) b.addStruct(name, 0);
        const offsets = names.map((name) => b.addString(name));
        expect(new Set(offsets).size).toBe(names.length);
      });
      const read = decode(encode(graph));
      for (const [i, name] of names.entries()) {
        expect(read.type(i + 1)).toMatchObject({ name });
        // Look-ups hash bytes, the builder characters; both go on from the same index.
        expect([graph.find(name), read.find(name)]).toEqual([i + 1, i + 1]);
        expect([graph.findString(name), read.findString(name)]).toEqual([read.raw(i + 1)[0], read.raw(i + 1)[0]]);
      }
    },
  );

  test("with a NUL anywhere are refused", () => {
    for (const name of namesWith("\0")) {
      defineBtf((b) => {
        expect(() => b.addStruct(name, 0)).toThrow(BtfError);
        expect(() => b.addStruct(name, 0)).toThrow("NUL");
      });
    }
  });
});

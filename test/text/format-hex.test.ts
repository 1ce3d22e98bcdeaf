import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf, decode, encode } from "btfkit";
import { formatHex, hexLines } from "btfkit/text";
import { rawBtf } from "../raw-btf.js";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";

const graph = btf()
  .addInt("int", 4, "signed")
  .addStruct("s", 8)
  .addField("a", "int", 0)
  .addField("b", "int", 32, 3)
  .addFuncProto("int")
  .addFuncParam("p", 2)
  .addFunc("foo", "global", 3)
  .addVar("v", "extern", "int")
  .addDatasec(".ksyms", 0)
  .addDatasecVarInfo("foo", 0, 0)
  .addDeclTag("tag", 4, -1)
  .build();

/** The bytes that the lines show, by where they say that they are. */
function shownBytes(text: string): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const line of text.split("\n")) {
    const match = /^([0-9a-f]{8})  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  |$)/.exec(line);
    if (match === null) continue;
    for (const [i, byte] of match[2]!.split(" ").entries()) bytes.set(parseInt(match[1]!, 16) + i, parseInt(byte, 16));
  }
  return bytes;
}

describe("formatHex", () => {
  it.each(["little", "big"] as const)("explains every word, %s endian", (endian) => {
    expect(`\n${formatHex(encode(graph, { endian }))}`).toMatchSnapshot();
  });

  it("says what issue 5 asks for", () => {
    expect(formatHex(encode(graph))).toMatch(/01 00 00 0c {2}\[4\] info +0x0c000001 {2}FUNC, linkage global\n/);
  });

  it("shows every byte where it is, of any graph", () => {
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const { bytes } = writeGraph(spec);
        const shown = shownBytes(formatHex(bytes));
        for (const [at, byte] of bytes.entries()) {
          // What a header has beyond its known fields and before the types is shown as well.
          expect(shown.get(at)).toBe(byte);
        }
        expect(shown.size).toBe(bytes.length);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it("names what a split BTF takes from its base", () => {
    const split = encode(btf({ base: graph }).addPtr("struct s").addTypedef("a", 2).build());
    const text = formatHex(split, { base: graph });
    expect(text).toContain("[2] STRUCT 's' of the base");
    expect(text).toContain("'a' of the base");
    expect(formatHex(split)).toContain("beyond the strings");
  });

  it("reads what is damaged as far as it goes", () => {
    const bytes = encode(graph);
    expect(formatHex(bytes.subarray(0, 100))).toContain("no whole type");
    expect(formatHex(bytes.subarray(0, 20))).toContain("a header cut short");
    expect(formatHex(new Uint8Array([1, 2, 3]))).toMatch(/^00000000 {2}01 02 03 {5}no BTF +no magic number\n$/);
    expect(formatHex(new Uint8Array(0))).toContain("no BTF");
    const unknown = rawBtf([[1, 99 << 24, 4, 7, 7]], "\0int\0");
    expect(formatHex(unknown)).toContain("no whole type");
    const beyond = rawBtf([[9, 2 << 24, 77]], "\0a\nb\0");
    expect(formatHex(beyond)).toContain("beyond the strings");
    expect(formatHex(beyond)).toContain("[77], beyond the last type");
    expect(formatHex(beyond)).toContain("'a\\x0ab'");
  });

  it("gives the same line by line", () => {
    const bytes = encode(graph, { layout: true });
    expect([...hexLines(bytes)].join("")).toBe(formatHex(bytes));
    expect(formatHex(bytes)).toMatch(/layout STRUCT +0 bytes after the first 12, 12 an element/);
    expect(decode(bytes).equals(graph)).toBe(true);
  });
});

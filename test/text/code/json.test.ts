import { describe, expect, it } from "vitest";
import { btf, BtfError, decode, encode, type Btf } from "btfkit";
import { formatBtfJson, fromJson, toJson } from "btfkit/text";
import { calledGraphs, corpusGraphs, plainGraphs, randomGraphs } from "./graphs.js";

/** True when the bytes have nothing between their sections and a header of a common length. */
function isClose(graph: Btf): boolean {
  const { layout, header } = toJson(graph);
  return Buffer.compare(encode(graph), encode(fromJson(toJson(graph)))) === 0 || layout !== undefined || header === 32;
}

const pair = btf()
  .addInt("int", 4, "signed")
  .addStruct("pair", 8)
  .as("pair")
  .addField("a", "int", 0)
  .addField("b", "int", 32)
  .addEnum64("big", 8, true)
  .addEnum64Value("LEAST", -(1n << 63n))
  .build();

describe("toJson and fromJson", () => {
  it("have a stable form", () => {
    expect(formatBtfJson(pair)).toBe(`{
  "format": "btfkit",
  "version": 1,
  "endian": "little",
  "pointerSize": 8,
  "header": 24,
  "labels": {"pair":2},
  "types": [
    {"id":1,"kind":"INT","name":"int","size":4,"encoding":"signed","bitsOffset":0,"nrBits":32},
    {"id":2,"kind":"STRUCT","name":"pair","size":8,"kindFlag":false,"members":[{"name":"a","typeId":1,"bitsOffset":0,"bitfieldSize":0},{"name":"b","typeId":1,"bitsOffset":32,"bitfieldSize":0}]},
    {"id":3,"kind":"ENUM64","name":"big","size":8,"signed":true,"values":[{"name":"LEAST","val":"-9223372036854775808"}]}
  ]
}
`);
    expect(fromJson(formatBtfJson(pair)).ids).toEqual({ pair: 2 });
    expect(formatBtfJson(btf().build())).toContain('"types": []');
  });

  it.each([
    ["random", randomGraphs()],
    ["plain", plainGraphs()],
    ["called", calledGraphs()],
    ["corpus", corpusGraphs()],
  ])("%s graphs come back", (group, graphs) => {
    let same = 0;
    for (const { name, graph } of graphs) {
      const back = fromJson(formatBtfJson(graph));
      if (!back.equals(graph)) expect([name, formatBtfJson(back)]).toEqual([name, formatBtfJson(graph)]);
      expect(toJson(back)).toEqual({ ...toJson(graph) });
      expect([back.endian, back.pointerSize]).toEqual([graph.endian, graph.pointerSize]);
      if (Buffer.compare(encode(back), encode(graph)) === 0) same++;
    }
    // Random ones have gaps and odd headers, which are left out.
    if (group === "random") expect(same).toBeGreaterThan(graphs.length / 10);
    else expect(same).toBe(graphs.length);
  });

  it("keep the header's length and the layout section", () => {
    for (const options of [{ header: 32 }, { layout: true }, { endian: "big", layout: true }] as const) {
      const graph = decode(encode(pair, options));
      expect(isClose(graph)).toBe(true);
      expect(encode(fromJson(toJson(graph)))).toEqual(encode(graph));
    }
  });

  it("keep split BTF on its base, and no other", () => {
    const split = btf({ base: pair }).addPtr("struct pair").addTypedef("t", "int").build();
    const back = fromJson(toJson(split), { base: pair });
    expect(back.equals(split)).toBe(true);
    expect(encode(back)).toEqual(encode(split));
    expect(() => fromJson(toJson(split))).toThrow("fromJson: base says that the data is split BTF");
    expect(() => fromJson(toJson(split), { base: btf().build() })).toThrow(
      "fromJson: base is a graph with typeCount 4",
    );
    expect(() => fromJson(toJson(pair), { base: pair })).toThrow("fromJson: base is missing");
  });

  it("keep names that are not UTF-8", () => {
    const graph = btf().addInt("caf\udce9", 4).build();
    const text = formatBtfJson(graph);
    expect(text).toContain(String.raw`"caf\udce9"`);
    expect(encode(fromJson(text))).toEqual(encode(graph));
  });

  const json = toJson(pair);
  const type = (change: object): object => ({ ...json, types: [{ ...json.types[0], ...change }] });
  it.each<[path: string, value: unknown, message: string]>([
    ["", [], "fromJson: the data is a list; expected an object"],
    ["format", { ...json, format: "x" }, 'fromJson: format is "x"; expected "btfkit"'],
    ["version", { ...json, version: 2 }, "fromJson: version is 2; expected a whole number from 1 to 1"],
    ["endian", { ...json, endian: "middle" }, 'fromJson: endian is "middle"; expected "little" or "big"'],
    ["more", { ...json, more: 1 }, "fromJson: more is no field here"],
    ["layout[0]", { ...json, header: 32, layout: [[1]] }, "fromJson: layout[0] has 1 numbers; expected 3"],
    ["header", { ...json, layout: [[0, 0, 0]] }, "fromJson: header is 24; expected 32"],
    ["strings[0]", { ...json, strings: ["a\0"] }, "fromJson: strings[0] holds a NUL"],
    ["types[0]", { ...json, strings: [] }, 'fromJson: types[0] has the name "int", which is not among the strings'],
    ["types", { ...json, types: undefined }, "fromJson: types is undefined; expected a list"],
    ["types[0].id", type({ id: 2 }), "fromJson: types[0].id is 2; expected 1"],
    ["types[0].size", type({ size: "4" }), "fromJson: types[0]: type [1] INT 'int': size is \"4\""],
    ["types[0].kind", type({ kind: "NONE" }), "fromJson: types[0]: type [1] NONE 'int': expected one of the kinds"],
    [
      "types[0].words",
      { ...json, types: [{ id: 1, kind: "RAW", words: [1] }] },
      "fromJson: types[0].words has 1 words",
    ],
    ["types[0].words[2]", { ...json, types: [{ id: 1, kind: "RAW", words: [0, 0, -1] }] }, "types[0].words[2] is -1"],
    ['labels["pair"]', { ...json, labels: { pair: 9 } }, 'fromJson: labels["pair"] is 9'],
  ])("refuses %s", (path, value, message) => {
    let error: unknown;
    try {
      fromJson(value);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BtfError);
    expect((error as BtfError).message).toContain(message);
    expect((error as BtfError).field).toBe(path);
  });

  it("refuses ids that are not there, unless the data says that they dangle", () => {
    const dangling = btf().addPtr(7).build({ dangling: true });
    expect(toJson(dangling).dangling).toBe(true);
    expect(fromJson(toJson(dangling)).equals(dangling)).toBe(true);
    expect(() => fromJson({ ...toJson(dangling), dangling: false })).toThrow("typeId 7 is out of range");
    expect(() => fromJson("{")).toThrow("fromJson: the text is no JSON");
    const values = [{ name: "A", val: "x" }];
    const wrong = { ...json, types: [{ id: 1, kind: "ENUM64", name: "e", size: 8, signed: false, values }] };
    expect(() => fromJson(wrong)).toThrow('fromJson: types[0].values[0].val is "x"; expected a decimal number');
  });
});

/** What needs no bpftool; the comparison with it is in test/conformance. */

import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf } from "btfkit";
import { formatRaw, formatRawBytes, writeRaw } from "btfkit/text";
import { info, rawBtf, type Words } from "../raw-btf.js";

const dump = (types: Words, strings: Uint8Array | string = "\0int\0x\0"): string =>
  formatRaw(decode(rawBtf(types, strings), { lenient: true }));

const INT = [1, info(1), 4, 0x01000020];

describe("formatRaw", () => {
  it("gives one line a type and one a member", () => {
    expect(
      dump([
        INT,
        [0, info(2), 1],
        [0, info(4, 2, 1), 8, 5, 1, 0, 0, 1, 0x0300_0020],
        [0, info(13, 2), 1, 5, 2, 0, 0],
        [1, info(12, 2), 4],
        [5, info(14), 1, 1],
        [5, info(15, 1), 4, 6, 0, 4],
      ]),
    ).toBe(
      [
        "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
        "[2] PTR '(anon)' type_id=1",
        "[3] STRUCT '(anon)' size=8 vlen=2",
        "\t'x' type_id=1 bits_offset=0",
        "\t'(anon)' type_id=1 bits_offset=32 bitfield_size=3",
        "[4] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2",
        "\t'x' type_id=2",
        "\t'(anon)' type_id=0",
        "[5] FUNC 'int' type_id=4 linkage=extern",
        "[6] VAR 'x' type_id=1, linkage=global",
        "[7] DATASEC 'x' size=4 vlen=1",
        "\ttype_id=6 offset=0 size=4 (VAR 'x')",
        "",
      ].join("\n"),
    );
  });

  it("gives nothing for a graph without types", () => {
    expect(dump([])).toBe("");
    const pieces: Uint8Array[] = [];
    writeRaw(decode(rawBtf([], "\0")), (piece) => pieces.push(piece));
    expect(pieces).toEqual([]);
  });

  it("prints the kinds of bpf-next, and kinds that only a layout section knows", () => {
    expect(
      dump([INT, [0, info(20, 2), 8, 0x12, 7, 0xffffffff], [0, info(21, 2), 0, 2, 0], [5, info(22, 1), 0, 1, 3, 64]]),
    ).toBe(
      [
        "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
        "[2] LOC_PARAM '(anon)' size=8 flags=0x12 vlen=2",
        "\tvalue=7",
        "\tvalue=4294967295",
        "[3] LOC_PROTO '(anon)' vlen=2",
        "\ttype_id=2",
        "\ttype_id=0",
        "[4] LOCSEC 'x' vlen=1",
        "\tfunc_type_id=1 loc_proto_type_id=3 offset=64",
        "",
      ].join("\n"),
    );
  });

  it("reads vlen as 24 bits", () => {
    const members = Array.from({ length: 70_000 }, (_, i) => [5, 0, i]);
    const lines = dump([[5, info(4, 70_000), 0], ...members]).split("\n");
    expect(lines[0]).toBe("[1] STRUCT 'x' size=0 vlen=70000");
    expect(lines[70_000]).toBe("\t'x' type_id=0 bits_offset=69999");
  });

  it("keeps bytes that are not UTF-8, beside characters that are", () => {
    const strings = Buffer.concat([
      Buffer.from("\0"),
      Buffer.from([0xc3, 0xa9, 0xe9, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x80]),
      Buffer.of(0),
    ]);
    const text = dump([[1, info(16), 4]], strings);
    expect(text).toBe("[1] FLOAT 'é\udce9😀\udced\udca0\udc80' size=4\n");
    const bytes = formatRawBytes(decode(rawBtf([[1, info(16), 4]], strings)));
    expect(Buffer.from(bytes)).toEqual(
      Buffer.concat([Buffer.from("[1] FLOAT '"), strings.subarray(1, -1), Buffer.from("' size=4\n")]),
    );
  });

  it("has room for names of any length, wherever they fall", () => {
    for (const length of [1, 100, 1000, 70_000, 1 << 20]) {
      const name = "n".repeat(length);
      const types = Array.from({ length: 3 }, () => [1, info(8), 0]);
      expect(dump(types, `\0${name}\0`)).toBe([1, 2, 3].map((id) => `[${id}] TYPEDEF '${name}' type_id=0\n`).join(""));
    }
  });

  it("prints a split graph from its first own id on, with its base's names", () => {
    const base = decode(rawBtf([INT], "\0int\0x\0"));
    const split = decode(
      rawBtf(
        [
          [7, info(8), 1],
          [5, info(2), 2],
        ],
        "mine\0",
      ),
      { base },
    );
    expect(formatRaw(split)).toBe("[2] TYPEDEF 'mine' type_id=1\n[3] PTR 'x' type_id=2\n");
    const further = decode(rawBtf([[12, info(8), 3]], "last\0"), { base: split });
    expect(formatRaw(further)).toBe("[4] TYPEDEF 'last' type_id=3\n");
  });

  it("gives the same in pieces", () => {
    const graph = decode(
      rawBtf(
        Array.from({ length: 20_000 }, () => INT),
        "\0int\0",
      ),
    );
    const pieces: Buffer[] = [];
    writeRaw(graph, (piece) => pieces.push(Buffer.from(piece)));
    expect(pieces.length).toBeGreaterThan(2);
    expect(Buffer.concat(pieces).equals(formatRawBytes(graph))).toBe(true);
  });
});

describe("formatRaw in a style", () => {
  // The graph and both texts are those of the kernel's own test of this dump.
  const located = defineBtf((b) => {
    b.addInt("int", 4, "signed");
    b.addFuncProto(1);
    for (const name of ["arg1", "arg2", "arg3", "arg4", "arg5"]) b.addFuncParam(name, 1);
    b.addFunc("foo", "static", 2);
    for (const [size, flags, ...values] of [
      [4, 0x08, 1],
      [8, 0x38, 2, 0x10],
      [8, 0x29, 0xffffffff, 0xfffffff0],
      [8, 0x06, 0x9abcdef0, 0x12345678],
      [8, 0x02, 0xfeedface, 0xdeadbeef],
      [8, 0x39, 0xffffffff, 0xffffffe0],
    ] as const) {
      b.addLocParam(size, flags);
      for (const value of values) b.addLocParamValue(value);
    }
    b.addLocProto();
    for (let id = 4; id <= 9; id++) b.addLocProtoParam(id);
    b.addLocsec("inline.text");
    b.addLocsecLoc(3, 10, 64);
  });

  it("prints where parameters lie as bpftool of bpf-next does", () => {
    const lines = formatRaw(located, { style: "bpf-next" }).split("\n");
    expect(lines.slice(8)).toEqual([
      "[4] LOC_PARAM '(anon)' size=4 flags=0x8 vlen=1 values='reg1'",
      "[5] LOC_PARAM '(anon)' size=8 flags=0x38 vlen=2 values='*(reg2 + 0x10)'",
      "[6] LOC_PARAM '(anon)' size=8 flags=0x29 vlen=2 values='fbreg - 0x10'",
      "[7] LOC_PARAM '(anon)' size=8 flags=0x6 vlen=2 values='0x123456789abcdef0 (addr)'",
      "[8] LOC_PARAM '(anon)' size=8 flags=0x2 vlen=2 values='0xdeadbeeffeedface'",
      "[9] LOC_PARAM '(anon)' size=8 flags=0x39 vlen=2 values='*(fbreg - 0x20)'",
      "[10] LOC_PROTO '(anon)' vlen=6",
      "\ttype_id=4 value='reg1'",
      "\ttype_id=5 value='*(reg2 + 0x10)'",
      "\ttype_id=6 value='fbreg - 0x10'",
      "\ttype_id=7 value='0x123456789abcdef0 (addr)'",
      "\ttype_id=8 value='0xdeadbeeffeedface'",
      "\ttype_id=9 value='*(fbreg - 0x20)'",
      "[11] LOCSEC 'inline.text' vlen=1",
      "\tname='foo' func_type_id=3 loc_proto_type_id=10 offset=64",
      "",
    ]);
    expect(lines.slice(0, 8)).toEqual(formatRaw(located).split("\n").slice(0, 8));
  });

  it("prints the strings that VALIDATE_RAW_BTF takes", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addStruct("s1", 8)
      .addField("f1", "int", 0)
      .addField("f2", "int", 32, 16)
      .addVar("var1", "global", "int")
      .addVar('odd"\\\t', "extern", "int")
      .addDatasec("datasec1", 12)
      .addDatasecVarInfo(3, 4, 8)
      .build();
    expect(formatRaw(graph, { style: "selftest" })).toBe(
      [
        "\"[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\",",
        "\"[2] STRUCT 's1' size=8 vlen=2\\n\"",
        "\"\\t'f1' type_id=1 bits_offset=0\\n\"",
        "\"\\t'f2' type_id=1 bits_offset=32 bitfield_size=16\",",
        "\"[3] VAR 'var1' type_id=1, linkage=global-alloc\",",
        '"[4] VAR \'odd\\"\\\\\\011\' type_id=1, linkage=(unknown)",',
        "\"[5] DATASEC 'datasec1' size=12 vlen=1\\n\"",
        '"\\ttype_id=3 offset=4 size=8"',
        "",
      ].join("\n"),
    );
    expect(formatRaw(btf().build(), { style: "selftest" })).toBe("");
    const pieces: Uint8Array[] = [];
    writeRaw(graph, (piece) => pieces.push(Uint8Array.from(piece)), { style: "selftest" });
    expect(Buffer.concat(pieces).toString()).toBe(formatRaw(graph, { style: "selftest" }));
  });

  it("prints the same for both releases of bpftool, and knows no others", () => {
    expect(formatRaw(located, { style: "bpftool-7.1" })).toBe(formatRaw(located));
    expect(formatRaw(located, { style: "bpftool-7.8" })).toBe(formatRaw(located));
    expect(() => formatRaw(located, { style: "bpftool-6" as "bpf-next" })).toThrow(
      expect.objectContaining({ rule: "text-style", code: "EINVAL" }),
    );
  });
});

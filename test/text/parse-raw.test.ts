import { existsSync, readdirSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf, decode, encode, isBtfError, type Btf } from "btfkit";
import { KERNEL_BTF, kernelBtf, readBtf } from "btfkit/node";
import { formatRaw, isomorphic, parseRaw, type ParseRawOptions } from "btfkit/text";
import { KINDS } from "../../src/wire/kinds.js";
import { graphSpec, SEED, writeGraph, type GraphSpec } from "../property/word-graph.js";

/** What a dump says of a random graph: names of letters, and no bits that it does not show. */
function shownOf(spec: GraphSpec): GraphSpec {
  const letters = spec.strings.map((byte) => (byte < 0x20 || byte === 0x27 ? byte % 2 && 0x61 : byte));
  const types = spec.types.map((type) => {
    const row = Object.values(KINDS).find(({ kind }) => kind === type.kind)!;
    const isBitfield = type.elements.some(([, , offset = 0]) => offset >>> 24 !== 0);
    const isShown = { bitfields: isBitfield, union: true, signed: true, attribute: false };
    const kindFlag = row.kindFlag !== undefined && isShown[row.kindFlag] && type.kindFlag;
    const [first = 0, ...others] = type.trailer;
    const trailer = type.kind === 1 ? [(first & 0x00ff00ff) | ((type.vlen % 3) << 24)] : [first % 3];
    return {
      ...type,
      kindFlag,
      third: row.sizeOrType === "unused" ? 0 : type.third,
      // Without any FUNC_PROTO a FUNC is written as another kind.
      vlen: row.vlen === "linkage" && spec.types.some(({ kind }) => kind === KINDS.FUNC_PROTO.kind) ? type.vlen % 3 : 0,
      trailer: type.kind === 14 || type.kind === 1 ? [...trailer, ...others] : type.trailer,
    };
  });
  return { ...spec, types, strings: letters };
}

function checkRoundTrip(graph: Btf, options: ParseRawOptions = {}): void {
  for (const style of ["bpftool-7.8", "bpf-next", "selftest"] as const) {
    const again = parseRaw(formatRaw(graph, { style }), options);
    expect(again.typeCount).toBe(graph.typeCount);
    expect(formatRaw(again, { style }) === formatRaw(graph, { style })).toBe(true);
    // The selftests' words do not tell every linkage.
    if (style !== "selftest") expect(again.equals(graph)).toBe(true);
  }
}

/** The error that a text gives. */
function refusal(text: string, options: ParseRawOptions = {}) {
  try {
    parseRaw(text, options);
  } catch (error) {
    if (isBtfError(error)) return error;
    throw error;
  }
  throw new Error("no error");
}

const INT = "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED";

describe("parseRaw gives back what formatRaw printed", () => {
  it("random graphs of all kinds", () => {
    let types = 0;
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const graph = decode(writeGraph(shownOf(spec)).bytes);
        types += graph.typeCount - 1;
        checkRoundTrip(graph);
      }),
      { seed: SEED, numRuns: 2000 },
    );
    expect(types).toBeGreaterThan(5000);
  });

  const noKernel = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;
  it.skipIf(noKernel)(`the running kernel, isomorphic and with the same ids${noKernel}`, () => {
    const graph = kernelBtf();
    const again = parseRaw(formatRaw(graph));
    expect(again.equals(graph)).toBe(true);
    expect(isomorphic(again, graph)).toBe(true);
  });

  const modules = noKernel ? [] : readdirSync("/sys/kernel/btf").filter((name) => name !== "vmlinux");
  const noModules = modules.length > 0 ? "" : " (skipped: no module with BTF is loaded)";
  it.skipIf(noModules)(`modules on the running kernel${noModules}`, () => {
    const base = kernelBtf();
    for (const name of modules) {
      const graph = readBtf(`/sys/kernel/btf/${name}`, { base });
      expect(parseRaw(formatRaw(graph), { base }).equals(graph)).toBe(true);
    }
  });

  it("names with quotes, brackets and what looks like fields", () => {
    const names = [
      "it's",
      "' type_id=7",
      "a' size=4 b",
      "[2] INT",
      "'",
      "''",
      "> x",
      "... ",
      '"',
      "\\",
      "é\udcff",
      " ",
    ];
    let builder = btf().addInt("int", 4, "signed").widen();
    for (const name of names) builder = builder.addTypedef(name, 1).addStruct(name, 4).addField(name, 1, 0);
    checkRoundTrip(builder.build());
  });

  it("an empty dump", () => {
    expect(parseRaw("").typeCount).toBe(1);
    expect(parseRaw(formatRaw(btf().build())).typeCount).toBe(1);
  });
});

/** What clang writes for an extern, as a mail of 2021 shows it. */
const LISTING = `
    [24] FUNC_PROTO '(anon)' ret_type_id=15 vlen=1
            '(anon)' type_id=18
    [25] FUNC 'foo' type_id=24 linkage=extern
    [33] DATASEC '.ksyms' size=0 vlen=1
            type_id=25 offset=0 size=0
`;

describe("parseRaw reads what people paste", () => {
  it("the listing of the mail, gaps filled", () => {
    const graph = parseRaw(LISTING);
    expect(graph.typeCount).toBe(34);
    expect(graph.type(24)).toEqual({ kind: "FUNC_PROTO", name: "", retTypeId: 15, params: [{ name: "", typeId: 18 }] });
    expect(graph.type(25)).toEqual({ kind: "FUNC", name: "foo", linkage: "extern", typeId: 24 });
    expect(graph.type(33)).toMatchObject({ kind: "DATASEC", name: ".ksyms", size: 0 });
    for (const id of [1, 15, 18, 26, 32]) expect(graph.type(id)).toMatchObject({ kind: "INT", name: `gap_${id}` });
    expect(decode(encode(graph)).equals(graph)).toBe(true);
    expect(parseRaw(LISTING, { gaps: "fwd" }).type(15)).toEqual({ kind: "FWD", name: "gap_15", fwdKind: "struct" });
    expect(refusal(LISTING, { gaps: "refuse" })).toMatchObject({ rule: "raw-gap", typeId: 1 });
  });

  it("quoted mail with broken lines, gaps and words around it", () => {
    const mail = [
      "On Mon, Mar 15, 2021 at 6:13 PM somebody wrote:",
      "> > Here is the dump:",
      "> >",
      "> > $ bpftool btf dump file x.o",
      "> > [1] INT 'int' size=4 bits_offset=0 nr_bits=32 ",
      "> > encoding=SIGNED",
      "> > [ ... ]",
      ">> [3] STRUCT 's' size=8 vlen=3\r",
      ">> \t'a' type_id=1",
      ">>   bits_offset=0",
      ">> \t[...]",
      ">> \t'c' type_id=1 bits_offset=56 bitfield_size=8",
      "> [4] VAR '_license' type_id=3, linkage=global-alloc",
      "> ...",
      "> [7] DATASEC 'license' size=0 vlen=1",
      ">         type_id=4 offset=0 size=4",
      "> (VAR '_license')",
    ];
    const graph = parseRaw(mail.join("\n"));
    expect(formatRaw(graph)).toBe(
      [
        INT,
        "[2] INT 'gap_2' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
        "[3] STRUCT 's' size=8 vlen=2",
        "\t'a' type_id=1 bits_offset=0",
        "\t'c' type_id=1 bits_offset=56 bitfield_size=8",
        "[4] VAR '_license' type_id=3, linkage=global",
        "[5] INT 'gap_5' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
        "[6] INT 'gap_6' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
        "[7] DATASEC 'license' size=0 vlen=1",
        "\ttype_id=4 offset=0 size=4 (VAR '_license')",
        "",
      ].join("\n"),
    );
    expect(refusal(mail.slice(7, 12).join("\n"), { gaps: "refuse" })).toMatchObject({ rule: "raw-gap", typeId: 3 });
  });

  it("the strings of a selftest, in C and in a patch", () => {
    const test = [
      "\tVALIDATE_RAW_BTF(",
      "\t\tbtf1,",
      "\t\t\"[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\",",
      "\t\t\"[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2\\n\"",
      "\t\t\"\\t'p1' type_id=1\\n\"",
      "\t\t\"\\t'p2' type_id=1\",",
      '\t\t"[3] FUNC \'a\\"\\101\\x42\' type_id=2 linkage=static", "[4] VAR \'v\' type_id=1, linkage=(unknown)");',
    ];
    const expected = [
      INT,
      "[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2\n\t'p1' type_id=1\n\t'p2' type_id=1",
      "[3] FUNC 'a\"AB' type_id=2 linkage=static",
      "[4] VAR 'v' type_id=1, linkage=extern\n",
    ].join("\n");
    expect(formatRaw(parseRaw(test.join("\n")))).toBe(expected);
    expect(formatRaw(parseRaw(test.map((line) => `> +${line}`).join("\n")))).toBe(expected);
  });

  it("dumps of old tools: no linkage, no encoding, no entry's name, TAG", () => {
    const text = [
      "[1] ENUM 'e' size=4 vlen=1",
      "\t'A' val=4294967295",
      "[2] FUNC 'f' type_id=3",
      "[3] FUNC_PROTO '(anon)' ret_type_id=0 vlen=0",
      "[4] TAG 'tag1' type_id=2 component_idx=-1",
      "[5] FLOAT 'float' size=4 nr_bits=32",
      "[6] UNKNOWN 'new'",
      "[7] DATASEC '.data' size=4 vlen=1",
      "\ttype_id=9 offset=0 size=4",
    ].join("\n");
    const graph = parseRaw(text, { target: "bpfeb" });
    expect(graph.endian).toBe("big");
    expect(graph.type(1)).toMatchObject({ signed: false, values: [{ name: "A", val: 0xffffffff }] });
    expect(graph.type(2)).toMatchObject({ linkage: "static" });
    expect(graph.type(4)).toMatchObject({ kind: "DECL_TAG", name: "tag1", componentIdx: -1 });
    expect([6, 8, 9].map((id) => graph.type(id).kind)).toEqual(["INT", "INT", "VAR"]);
    expect(refusal(text, { gaps: "refuse" })).toMatchObject({ rule: "raw-gap", typeId: 6 });
  });

  it("a FUNC with more behind its linkage, as tools to come print", () => {
    const graph = parseRaw(
      "[2] FUNC 'foo' type_id=1 linkage=static sig='int (int)'\n[1] FUNC_PROTO '(anon)' ret_type_id=0 vlen=0",
    );
    expect(graph.type(2)).toEqual({ kind: "FUNC", name: "foo", linkage: "static", typeId: 1 });
  });

  it("a split dump on its base", () => {
    const base = btf().addInt("int", 4, "signed").build();
    const graph = parseRaw("[2] PTR '(anon)' type_id=1\n[4] CONST '(anon)' type_id=3", { base });
    expect(graph.base).toBe(base);
    expect([...graph.types()].map(([id, { kind }]) => [id, kind])).toEqual([
      [2, "PTR"],
      [3, "INT"],
      [4, "CONST"],
    ]);
    expect(refusal(INT, { base }).message).toContain("[1] is in the base");
  });

  it("what Btf.toString shows of a large graph", () => {
    let builder = btf().widen();
    for (let i = 0; i < 120; i++) builder = builder.addPtr(0);
    expect(parseRaw(builder.build().toString()).typeCount).toBe(101);
  });
});

describe("parseRaw says where a text is wrong", () => {
  it.each([
    [`${INT}\n[2] INT 'x' size=4x bits_offset=0 nr_bits=32 encoding=SIGNED`, 2, 18, "size is '4x'"],
    [`${INT}\n> [2] INT 'x' size=4294967296 bits_offset=0 nr_bits=32 encoding=SIGNED`, 2, 20, "4294967295 expected"],
    ["[1] PTR '(anon)' type=1", 1, 24, "not followed by type_id="],
    ["[1] PTR '(anon)' type_id=0 size=4", 1, 28, "size= is no field of it; type_id= expected"],
    ["[1] ARRAY '(anon)' type_id=1 index_type_id=1", 1, 45, "nr_elems= expected"],
    ["[1] STRUT 's' size=4 vlen=0", 1, 5, "STRUT is no kind"],
    ["[1] int 's' size=4", 1, 1, "an id, a kind and a name"],
    ["INT 'int' size=4", 1, 1, "an id, a kind and a name"],
    ["[0] PTR '(anon)' type_id=1", 1, 2, "id 0"],
    ["[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGN", 1, 56, "SIGNED, CHAR"],
    ["[1] FWD 's' fwd_kind=enum", 1, 22, "struct, union expected"],
    [`${INT}\n${INT}`, 2, 1, "[1] is there twice"],
    [`${INT}\n  'a' type_id=1`, 2, 3, "INT has no members"],
    ["[1] STRUCT 's' size=4 vlen=2\n\t'a' type_id=1 bits_offset=0\n", 1, 28, "vlen is 2, and 1 follow"],
    ["[1] STRUCT 's' size=4 vlen=0\n\t'a' type_id=1 bits_offset=0\n", 1, 28, "vlen is 0, and 1 follow"],
    ["[1] STRUCT 's' size=4 vlen=1\n\t'a' type_id=1\n", 2, 15, "bits_offset= expected"],
    [`${INT}\nso much for that`, 2, 1, "or a member"],
    ["\"[1] PTR '(anon)' type_id=1", 1, 1, "closing"],
    ["\t\"[1] STRUCT 's' size=4 vlen=1\\n\"\n\t\"\\t'a' type_id=1 bits_offset=x\"", 2, 31, "bits_offset is 'x'"],
  ])("%j", (text, line, column, message) => {
    const error = refusal(text);
    expect(error.message).toContain(`parseRaw(): line ${line}, column ${column}: `);
    expect(error.message).toContain(message);
    expect(error.diagnostics).toMatchObject([{ severity: "error", line, column }]);
    expect(error.diagnostics![0]!.sourceLine).toBe(text.split("\n")[line - 1]);
    expect(error.code).toBe("EINVAL");
  });

  it("a text without types, and wild ids", () => {
    expect(refusal("nothing of the sort")).toMatchObject({ rule: "raw-empty" });
    expect(refusal("[1] PTR '(anon)' type_id=2000000000")).toMatchObject({ rule: "raw-gap", code: "E2BIG" });
  });

  it("any text gives a graph or a BtfError", () => {
    const words = ["[", "1", "2", "] ", "INT", "STRUCT", " '", "x", "' ", "size=4", " vlen=1", "\n", "\t", '"', "\\n"];
    const more = ["> ", "...", "type_id=1", " bits_offset=0", "PTR", "(anon)", ",", "\\", "\u0000", "é"];
    const pieces = fc.constantFrom(...words, ...more);
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        try {
          parseRaw(parts.join(""));
        } catch (error) {
          expect(isBtfError(error)).toBe(true);
        }
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });
});

/** Every rewrite for older kernels: what it does, which release needs it, and that only those get it. */
import { describe, expect, it } from "vitest";

import { btf, decode, encode, type Btf } from "btfkit";
import { KERNELS, lower, verify, type KernelName, type LowerRule } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";

interface Case {
  readonly rule: LowerRule;
  readonly graph: Btf;
  /** The last kernel that needs it, and what it gets. */
  readonly kernel: KernelName;
  readonly becomes: string;
  /** The first kernel that takes the graph as it is; none where no kernel does. */
  readonly since?: KernelName;
}

const int = btf().addInt("int", 4, "signed");
const dump = (...lines: readonly string[]): string => lines.join("\n");
const INT = "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED";

const CASES: readonly Case[] = [
  {
    rule: "func-to-typedef",
    graph: int.addFunc("f", "static", "int (int a)").build(),
    kernel: "4.20",
    becomes: dump(INT, "[2] ENUM '(anon)' encoding=UNSIGNED size=4 vlen=1", "\t'a' val=1", "[3] TYPEDEF 'f' type_id=2"),
    since: "5.0",
  },
  {
    // libbpf#892: an enumerator has to have a name.
    rule: "param-name",
    graph: int.addPtr("void (int, int b, ...)").build(),
    kernel: "4.20",
    becomes: dump(
      INT,
      "[2] ENUM '(anon)' encoding=UNSIGNED size=4 vlen=3",
      "\t'unnamed' val=1",
      "\t'b' val=1",
      "\t'unnamed' val=0",
      "[3] PTR '(anon)' type_id=2",
    ),
    since: "5.0",
  },
  {
    rule: "var-to-int",
    graph: int.addVar("v", "global", "int").addDeclTag("tag", 2).build(),
    kernel: "5.1",
    becomes: dump(
      INT,
      "[2] INT 'v' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
      "[3] INT 'tag' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
    ),
    since: "5.16",
  },
  {
    rule: "datasec-to-struct",
    graph: int
      .addVar("v", "global", "int")
      .addVar("w", "global", "int")
      .addDatasec(".data.x")
      .addDatasecVarInfo("v")
      .addDatasecVarInfo("w")
      .build(),
    kernel: "5.1",
    becomes: dump(
      INT,
      "[2] INT 'v' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
      "[3] INT 'w' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
      "[4] STRUCT '_data_x' size=8 vlen=2",
      "\t'v' type_id=2 bits_offset=0",
      "\t'w' type_id=3 bits_offset=32",
    ),
    since: "5.2",
  },
  {
    rule: "func-linkage",
    graph: int.addFunc("f", "global", "int (void)").build(),
    kernel: "5.5",
    becomes: dump(INT, "[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=0", "[3] FUNC 'f' type_id=2 linkage=static"),
    since: "5.6",
  },
  {
    rule: "float-to-struct",
    graph: btf().addFloat("double", 8).addStruct("s", 16).addField("d", 1, 64).build(),
    kernel: "5.12",
    becomes: dump(
      "[1] STRUCT '(anon)' size=8 vlen=0",
      "[2] STRUCT 's' size=16 vlen=1",
      "\t'd' type_id=1 bits_offset=64",
    ),
  },
  {
    rule: "decl-tag-to-int",
    graph: int.addTypedef("t", "int").addDeclTag("tag", "t").build(),
    kernel: "5.15",
    becomes: dump(INT, "[2] TYPEDEF 't' type_id=1", "[3] INT 'tag' size=1 bits_offset=0 nr_bits=8 encoding=(none)"),
    since: "5.16",
  },
  {
    rule: "type-tag-to-const",
    graph: int.addTypeTag("tag", "int").addPtr(2).build(),
    kernel: "5.16",
    becomes: dump(INT, "[2] CONST '(anon)' type_id=1", "[3] PTR '(anon)' type_id=2"),
    since: "5.17",
  },
  {
    rule: "enum64-to-union",
    graph: btf()
      .addEnum64("big", 8)
      .addEnum64Value("A", 1n << 40n)
      .addEnum64Value("B", 2)
      .build(),
    kernel: "5.19",
    becomes: dump(
      "[1] UNION 'big' size=8 vlen=2",
      "\t'A' type_id=2 bits_offset=0",
      "\t'B' type_id=2 bits_offset=0",
      "[2] INT 'enum64_placeholder' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
    ),
    since: "6.0",
  },
  {
    rule: "enum-signed",
    graph: btf().addEnum("e", 4).addEnumValue("A", -1).build(),
    kernel: "5.19",
    becomes: dump("[1] ENUM 'e' encoding=UNSIGNED size=4 vlen=1", "\t'A' val=4294967295"),
    since: "6.0",
  },
  {
    rule: "enum-size",
    graph: btf().addEnum("e", 1).addEnumValue("A", 1).build(),
    kernel: "5.4",
    becomes: "[1] INT 'e' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
    since: "5.5",
  },
  {
    rule: "int-128",
    graph: btf().addInt("__int128", 16, "signed").build(),
    kernel: "5.0",
    becomes: "[1] INT '__int128' size=16 bits_offset=0 nr_bits=64 encoding=SIGNED",
    since: "5.1",
  },
  {
    // libbpf#893: 4.18 to 4.20 know no kind_flag, and had bit-fields as INTs of few bits.
    rule: "bit-field",
    graph: int.addStruct("s", 4).addField("a", "int", 0, 3).addField("b", "int", 3, 29).build(),
    kernel: "4.20",
    becomes: dump(
      INT,
      "[2] STRUCT 's' size=4 vlen=2",
      "\t'a' type_id=3 bits_offset=0",
      "\t'b' type_id=4 bits_offset=3",
      "[3] INT 'int' size=4 bits_offset=0 nr_bits=3 encoding=SIGNED",
      "[4] INT 'int' size=4 bits_offset=0 nr_bits=29 encoding=SIGNED",
    ),
    since: "5.0",
  },
  {
    rule: "bit-field-enum",
    graph: btf().addEnum64("big", 8).addEnum64Value("A", 1).addStruct("s", 8).addField("e", 1, 0, 20).build(),
    kernel: "5.19",
    becomes: dump(
      "[1] UNION 'big' size=8 vlen=1",
      "\t'A' type_id=4 bits_offset=0",
      "[2] STRUCT 's' size=8 vlen=1",
      "\t'e' type_id=3 bits_offset=0 bitfield_size=20",
      "[3] INT 'big' size=4 bits_offset=0 nr_bits=32 encoding=(none)",
      "[4] INT 'enum64_placeholder' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
    ),
    since: "6.0",
  },
  {
    rule: "fwd-union",
    graph: btf().addFwd("u", "union").build(),
    kernel: "4.20",
    becomes: "[1] FWD 'u' fwd_kind=struct",
    since: "5.0",
  },
  {
    rule: "empty-datasec",
    graph: btf().addDatasec(".data", 4).build(),
    kernel: "5.11",
    becomes: "[1] STRUCT '_data' size=4 vlen=0",
    since: "5.12",
  },
  {
    rule: "sizeless-datasec",
    graph: btf().addDatasec("empty", 0).build(),
    kernel: "bpf-next",
    becomes: "[1] STRUCT 'empty' size=0 vlen=0",
  },
  {
    rule: "tag-attribute",
    graph: int.addTypedef("t", "int").addDeclAttr("noderef", "t").addTypeAttr("noderef", "int").addPtr(4).build(),
    kernel: "6.14",
    becomes: dump(
      INT,
      "[2] TYPEDEF 't' type_id=1",
      "[3] DECL_TAG 'noderef' type_id=2 component_idx=-1",
      "[4] TYPE_TAG 'noderef' type_id=1",
      "[5] PTR '(anon)' type_id=4",
    ),
    since: "6.15",
  },
  {
    rule: "tag-attribute-kptr",
    graph: int.addTypeAttr("kptr", "int").addPtr(2).build(),
    kernel: "6.14",
    becomes: dump(INT, "[2] CONST '(anon)' type_id=1", "[3] PTR '(anon)' type_id=2"),
    since: "6.15",
  },
  {
    rule: "tag-order",
    graph: int.addTypeTag("tag", "int").addConst(2).addPtr(2).build(),
    kernel: "7.1",
    becomes: dump(INT, "[2] TYPE_TAG 'tag' type_id=1", "[3] CONST '(anon)' type_id=1", "[4] PTR '(anon)' type_id=2"),
    since: "bpf-next",
  },
  {
    rule: "pointer-to-func",
    graph: int.addFunc("f", "static", "int (void)").addPtr(3).build(),
    kernel: "5.16",
    becomes: dump(
      INT,
      "[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=0",
      "[3] FUNC 'f' type_id=2 linkage=static",
      "[4] PTR '(anon)' type_id=2",
    ),
    since: "5.17",
  },
  {
    rule: "name-dots",
    graph: btf().addTypedef("a.b", 0).build(),
    kernel: "6.3",
    becomes: "[1] TYPEDEF 'a_b' type_id=0",
    since: "6.4",
  },
  {
    rule: "name-length",
    graph: btf().addTypedef("n".repeat(300), 0).build(),
    kernel: "6.0",
    becomes: `[1] TYPEDEF '${"n".repeat(128)}' type_id=0`,
    since: "6.1",
  },
  {
    rule: "section-name",
    graph: int.addVar("v", "global", "int").addDatasec("?.struct_ops").addDatasecVarInfo("v").build(),
    kernel: "6.8",
    becomes: dump(
      INT,
      "[2] VAR 'v' type_id=1, linkage=global",
      "[3] DATASEC '_.struct_ops' size=4 vlen=1",
      "\ttype_id=2 offset=0 size=4 (VAR 'v')",
    ),
    since: "6.9",
  },
  {
    // Kernels before 6.3 leave the TYPEDEF alone, as they came from a pointer.
    rule: "datasec-moved",
    graph: btf({ target: "bpf" })
      .addInt("int", 4, "signed")
      .addDatasec(".data", 16)
      .addDatasecVarInfo(3, 0, 8)
      .addDatasecVarInfo(4, 8, 4)
      .addVar("p", "global", 5)
      .addVar("t", "global", 6)
      .addPtr(1)
      .addTypedef("number", 1)
      .build(),
    kernel: "6.2",
    becomes: dump(
      INT,
      "[2] STRUCT '(anon)' size=16 vlen=0",
      "[3] VAR 'p' type_id=5, linkage=global",
      "[4] VAR 't' type_id=6, linkage=global",
      "[5] PTR '(anon)' type_id=1",
      "[6] TYPEDEF 'number' type_id=1",
      "[7] DATASEC '.data' size=16 vlen=2",
      "\ttype_id=3 offset=0 size=8 (VAR 'p')",
      "\ttype_id=4 offset=8 size=4 (VAR 't')",
    ),
    since: "6.3",
  },
];

const names = KERNELS.map(({ kernel }) => kernel);
const mainline = KERNELS.filter(({ from }) => from === undefined).map(({ kernel }) => kernel);

describe.each(CASES)("$rule for $kernel", ({ rule, graph, kernel, becomes, since }) => {
  it("does what it says", () => {
    const { graph: lowered, rewrites } = lower(graph, { kernel });
    expect(formatRaw(lowered).trimEnd()).toBe(becomes);
    expect(verify(graph, { kernel }).ok).toBe(false);
    expect(verify(lowered, { kernel })).toMatchObject({ ok: true });
    const made = rewrites.filter((rewrite) => rewrite.rule === rule);
    expect(made.length).toBeGreaterThan(0);
    for (const { text, was, became } of made) {
      expect(text).not.toBe("");
      expect(was).not.toBe(became);
    }
    // What it says of the release that takes it: of what came last for this graph.
    const last = rewrites.map(({ before }) => (before === undefined ? Infinity : mainline.indexOf(before)));
    if (since !== undefined) expect(mainline[Math.max(...last)]).toBe(since);
  });

  it("is taken by every kernel, once and for all", () => {
    for (const each of names) {
      const { graph: lowered } = lower(graph, { kernel: each });
      expect({ each, ...verify(lowered, { kernel: each }) }).toMatchObject({ each, ok: true });
      expect(lower(lowered, { kernel: each })).toEqual({ graph: lowered, rewrites: [] });
    }
  });

  it("leaves the graph alone where it is taken as it is", () => {
    for (const each of mainline) {
      if (since === undefined || mainline.indexOf(each) < mainline.indexOf(since)) continue;
      const { graph: lowered, rewrites } = lower(graph, { kernel: each });
      expect(rewrites).toEqual([]);
      expect(lowered).toBe(graph);
    }
  });
});

describe("what is said of a rewrite", () => {
  it("the type that moved, and where it is", () => {
    const { graph } = CASES.find(({ rule }) => rule === "datasec-moved")!;
    const { rewrites } = lower(graph, { kernel: "6.2" });
    expect(rewrites).toEqual([
      {
        id: 2,
        movedTo: 7,
        kind: "DATASEC",
        was: "DATASEC '.data' size=16 vlen=2",
        became: "STRUCT '(anon)' size=16 vlen=0",
        rule: "datasec-moved",
        text: "a DATASEC before its VARs is moved behind them, and STRUCT keeps its id",
        before: "6.3",
      },
    ]);
  });

  it("labels follow a type that moved", () => {
    const graph = btf()
      .addInt("int", 4, "signed")
      .addDatasec(".data", 16)
      .as("data")
      .addDatasecVarInfo(3, 0, 8)
      .addDatasecVarInfo(4, 8, 4)
      .addVar("p", "global", 5)
      .as("pointer")
      .addVar("t", "global", 6)
      .addPtr(1)
      .addTypedef("number", 1)
      .build();
    expect({ ...lower(graph, { kernel: "6.2" }).graph.ids }).toEqual({ data: 7, pointer: 3 });
    expect({ ...graph.ids }).toEqual({ data: 2, pointer: 3 });
  });

  it("only uses that are refused get a new name, and never a shared string", () => {
    const graph = btf()
      .addInt("a.b", 4)
      .addTypedef("a.b", 1)
      .addVar("a.b", "global", 1)
      .addStruct("a_b", 4)
      .addField("a.b", 1, 0)
      .build();
    const { graph: lowered } = lower(graph, { kernel: "5.10" });
    expect(formatRaw(lowered).trimEnd()).toBe(
      dump(
        "[1] INT 'a.b' size=4 bits_offset=0 nr_bits=32 encoding=(none)",
        "[2] TYPEDEF 'a_b' type_id=1",
        "[3] VAR 'a.b' type_id=1, linkage=global",
        "[4] STRUCT 'a_b' size=4 vlen=1",
        "\t'a_b' type_id=1 bits_offset=0",
      ),
    );
  });
});

describe("sections", () => {
  it("a layout section goes where no kernel knows it, and stays where one does", () => {
    const bytes = encode(btf().addInt("int", 4).build(), { layout: true });
    const graph = decode(bytes);
    expect(verify(graph, { kernel: "7.1" }).ok).toBe(true);
    expect(lower(graph, { kernel: "7.1" }).graph).toBe(graph);
    expect(verify(graph, { kernel: "7.0" }).ok).toBe(false);
    const { graph: lowered, rewrites } = lower(graph, { kernel: "7.0" });
    expect(rewrites).toMatchObject([{ id: 0, rule: "layout-section", before: "7.1" }]);
    expect(verify(lowered, { kernel: "7.0" }).ok).toBe(true);
    expect(encode(lowered)).toEqual(encode(btf().addInt("int", 4).build()));
  });

  it("gaps between header, types and strings are closed", () => {
    const plain = encode(btf().addInt("int", 4).build());
    const types = plain.length - 24 - 5;
    const bytes = new Uint8Array(plain.length + 8);
    bytes.set(plain.subarray(0, 24 + types));
    bytes.set(plain.subarray(24 + types), 24 + types + 8);
    new DataView(bytes.buffer).setUint32(16, types + 8, true);
    const graph = decode(bytes);
    expect(verify(graph).ok).toBe(false);
    const { graph: lowered, rewrites } = lower(graph);
    expect(rewrites).toMatchObject([{ id: 0, rule: "sections" }]);
    expect(encode(lowered)).toEqual(plain);
    expect(lower(lowered).graph).toBe(lowered);
  });
});

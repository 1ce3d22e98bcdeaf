import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, isBtfError, type Btf } from "btfkit";
import { KERNEL_BTF, kernelBtf } from "btfkit/node";
import { formatDot, formatMermaid } from "btfkit/text";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";

const graph = btf()
  .addInt("int", 4, "signed")
  .addStruct("node", 32)
  .addField("next", "struct node *", 0)
  .addField("key", "int", 64)
  .addField("state", "int", 96, 3)
  .addField("on_free", "int (*)(struct node *node)", 128)
  .addEnum("color", 4)
  .addEnumValue("RED", 0)
  .addEnumValue("BLUE", 1)
  .addTypedef("color_t", "enum color")
  .addUnion("", 4)
  .as("inner")
  .addField("c", "color_t", 0)
  .addField("raw", "int", 0)
  .addStruct("tree", 16)
  .addField("root", "struct node *", 0)
  .addField("", "inner", 64)
  .addField("nodes", "struct node[0]", 128)
  .addFunc("walk", "global", "int (struct tree *t, ...)")
  .addVar("all", "static", "struct tree")
  .addDatasec(".data", 16)
  .addDatasecVarInfo("all", 0, 16)
  .addDeclTag("kfunc", "walk", -1)
  .addDeclTag("owner", "struct tree", 0)
  .build();

const id = (name: string): number => graph.find(name) ?? graph.id(name);
const sorted = (...all: number[]): number[] => all.sort((a, b) => a - b);
const node = id("struct node");
const tree = id("struct tree");

/** The types of a picture, by id, in ascending order. */
const shown = (dot: string): number[] =>
  [...dot.matchAll(/^ {2}t(\d+) \[/gm)].map((match) => Number(match[1])).sort((a, b) => a - b);

/** What stands in a picture's lines between types: `from -> to label`. */
const lines = (dot: string): string[] =>
  [...dot.matchAll(/^ {2}t(\d+):(\w+)(?::e)? -> t(\d+):head:w \[(?:label="([^"]*)", )?(.*)\];$/gm)].map(
    ([, from, port, to, label]) => `${from}:${port} ${to} ${label ?? ""}`.trim(),
  );

describe("formatDot", () => {
  const dot = formatDot(graph);

  it("shows types with their parts, and folds what a row says", () => {
    const kinds = new Set(shown(dot).map((each) => graph.type(each).kind));
    expect([...kinds].sort()).toEqual(
      ["DATASEC", "DECL_TAG", "ENUM", "FUNC", "STRUCT", "TYPEDEF", "UNION", "VAR"], //
    );
    for (const text of [
      "<b>struct node</b>",
      'port="r0">struct node *next</td>',
      'port="r2">int state:3</td>',
      'port="r3">int (*on_free)(struct node *node)</td>',
      "RED = 0",
      "<b>typedef enum color color_t</b>",
      "<b>walk()</b>",
      "returns int",
      "<b>struct tree all</b>",
    ]) {
      expect(dot).toContain(text);
    }
    expect(dot).toContain('<font point-size="9" color="#5c6570">12</font></td><td align="left" port="r2">');
  });

  it("leads from members to what they hold and point to", () => {
    const inner = graph.ids["inner"];
    expect(lines(dot)).toEqual(
      expect.arrayContaining([
        `${node}:r0 ${node} next`,
        `${node}:r3 ${node} on_free`,
        `${tree}:r0 ${node} root`,
        `${tree}:r1 ${inner}`,
        `${tree}:r2 ${node} nodes`,
        `${inner}:r0 ${id("color_t")} c`,
        `${id("color_t")}:head ${id("enum color")}`,
        `${id("walk")}:r0 ${tree} t`,
        `${id("all")}:head ${tree}`,
        `${id(".data")}:r0 ${id("all")}`,
        `${graph.find("owner")}:head ${tree} root`,
        `${graph.find("kfunc")}:head ${id("walk")}`,
      ]),
    );
    expect(dot).toMatch(new RegExp(`t${tree}:r2:e -> t${node}:head:w \\[label="nodes", dir=both`));
    expect(dot).toMatch(new RegExp(`t${tree}:r0:e -> t${node}:head:w \\[label="root", style=solid`));
  });

  it("goes as far as depth says; structs without a name are no step", () => {
    const ids = (root: string | number, depth?: number): number[] =>
      shown(formatDot(graph, { root, ...(depth !== undefined && { depth }) }));
    const inner = graph.ids["inner"];
    const owner = graph.find("owner")!;
    expect(ids("struct tree", 0)).toEqual(sorted(tree, inner, owner));
    expect(ids("struct tree", 1)).toEqual(sorted(tree, inner, owner, node, id("color_t")));
    expect(ids("struct tree", 2)).toEqual(sorted(tree, inner, owner, node, id("color_t"), id("enum color")));
    expect(ids("struct tree")).toEqual(ids("struct tree", 9));
    const cut = formatDot(graph, { root: "struct tree", depth: 1 });
    expect(cut).toMatch(new RegExp(`t${node} \\[label=<<table [^>]*style="dashed"`));
    expect(cut).not.toContain("struct node *next");
    expect(ids(graph.find("int")!)).toEqual([id("int")]);
    expect(shown(formatDot(graph, { root: ["enum color", ".data"], depth: 0 }))).toEqual(
      sorted(id("enum color"), id(".data")),
    );
  });

  it("shows what nobody refers to, whatever it is", () => {
    const small = btf().addInt("int", 4).addPtr("int").addConst("int").build();
    expect(shown(formatDot(small))).toEqual([2, 3]);
    expect(formatDot(small)).toContain("<b>int *</b>");
    expect(formatDot(btf().build())).toMatch(/^digraph btf \{[^]*\}\n$/);
  });

  it("shows types of a base by name", () => {
    const split = btf({ base: graph }).addVar("mine", "global", "struct tree *").build();
    expect(shown(formatDot(split))).toEqual([tree, split.find("mine")]);
  });

  it("refuses what there is not, and what nobody could draw", () => {
    expect(() => formatDot(graph, { root: "struct none" })).toThrow(expect.objectContaining({ rule: "root" }));
    expect(() => formatDot(graph, { root: 999 })).toThrow(expect.objectContaining({ rule: "type-id-range" }));
    for (const depth of [-1, 0.5, Number.NaN]) {
      expect(() => formatDot(graph, { root: 2, depth })).toThrow(expect.objectContaining({ rule: "picture-depth" }));
    }
    const many = defineBtf((b) => {
      for (let i = 0; i < 3000; i++) b.addStruct(`s${i}`, 8);
      b.addStruct("all", 0);
      for (let i = 0; i < 3000; i++) b.addField(`m${i}`, i + 1, 0);
    });
    expect(() => formatDot(many)).toThrow(expect.objectContaining({ rule: "picture-size", code: "E2BIG" }));
    expect(() => formatDot(many, { root: "all" })).toThrow(expect.objectContaining({ rule: "picture-size" }));
    expect(shown(formatDot(many, { root: "all", depth: 0 }))).toEqual([3001]);
  });
});

const ODD = "a<&>\"'\\{|}[]~`#;:%%*$_\n\u0000\u001b\udc80é\u{1f600}".replace("\u0000", "");
const odd = btf()
  .addInt("int", 4)
  .unchecked((b) => b.addStruct(ODD, 4))
  .widen()
  .addField(ODD, 1, 0)
  .addField("self", 2, 0)
  .addField(`style fill:${ODD}`, 2, 0)
  .build();

describe("formatMermaid", () => {
  // The grammar as far as it is used: whatever a name holds, no other character comes into a text.
  const text = String.raw`(?:[A-Za-z0-9_ .,]|#\d+;)+`;
  const grammar = new RegExp(
    `^(?:  class t\\d+\\["${text}"\\] \\{|    <<[A-Z_0-9]+>>|    ${text}|  \\}|` +
      `  style t\\d+ fill:#[0-9a-f]{6},color:#1b1f24,stroke:#8a93a0(?:,stroke-dasharray:4)?|` +
      `  t\\d+ (?:\\*--|-->|\\.\\.>) t\\d+(?: : ${text})?)$`,
  );
  const check = (diagram: string): void => {
    const [first, second, ...rest] = diagram.trimEnd().split("\n");
    expect([first, second]).toEqual(["classDiagram", "  direction LR"]);
    for (const line of rest) expect(line).toMatch(grammar);
  };

  it("says what formatDot says", () => {
    const diagram = formatMermaid(graph);
    check(diagram);
    const classes = [...diagram.matchAll(/^ {2}class t(\d+)\[/gm)].map((match) => Number(match[1]));
    expect(classes.sort((a, b) => a - b)).toEqual(shown(formatDot(graph)));
    expect(diagram.match(/^ {2}t\d+ \S+ t\d+/gm)).toHaveLength(lines(formatDot(graph)).length);
    expect(diagram).toContain(
      `  class t${node}["struct node, 32 bytes"] {\n    <<STRUCT>>\n    0  struct node #42;next\n`,
    );
    expect(diagram).toContain(`  t${tree} --> t${node} : root\n`);
    expect(diagram).toContain(`  t${tree} *-- t${node} : nodes\n`);
  });

  it("has names as entities, whatever they hold", () => {
    const diagram = formatMermaid(odd);
    check(diagram);
    expect(diagram).toContain("struct a#60;#38;#62;#34;#39;#92;#123;#124;#125;");
    expect(diagram).toContain("#128512;");
  });

  it("keeps to the grammar for any graph", () => {
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const random = decode(writeGraph(spec).bytes);
        for (const options of [{}, { root: random.typeCount - 1, depth: 2 }]) check(formatMermaid(random, options));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

/** Why `dot` can't be asked, or "". */
const noDot = spawnSync("dot", ["-V"]).status === 0 ? "" : " (skipped: dot is not installed)";

/** What Graphviz says of a text; "" when it draws it. */
function draw(dot: string): string {
  const { status, stderr } = spawnSync("dot", ["-Tdot"], { input: dot, encoding: "utf8", maxBuffer: 1 << 28 });
  return status === 0 ? stderr : `exit ${status}: ${stderr}`;
}

describe.skipIf(noDot)(`what Graphviz draws${noDot}`, () => {
  it("is any graph, whatever its names hold", { timeout: 120_000 }, () => {
    const graphs: Btf[] = [graph, odd, btf().build()];
    for (const spec of fc.sample(graphSpec, { seed: SEED, numRuns: 60 })) graphs.push(decode(writeGraph(spec).bytes));
    expect(draw(graphs.map((each) => formatDot(each)).join(""))).toBe("");
  });

  const noKernel = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;
  it.skipIf(noKernel)(`is a struct of the running kernel${noKernel}`, { timeout: 120_000 }, () => {
    const kernel = kernelBtf();
    const dot = formatDot(kernel, { root: "task_struct", depth: 1 });
    expect(shown(dot).length).toBeGreaterThan(50);
    expect(draw(dot)).toBe("");
    try {
      formatDot(kernel);
      expect.unreachable();
    } catch (error) {
      expect(isBtfError(error) && error.rule).toBe("picture-size");
    }
  });
});

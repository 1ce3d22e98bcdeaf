/** The examples of docs/c-declarations.md, as parseC and clang lay them out, and its table of the targets. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import type { Btf } from "btfkit";

import { readBtf } from "btfkit/node";
import { parseC } from "btfkit/text";
import { DATA_MODELS } from "../../../src/spelling/index.js";
import { oracle } from "../../oracles.js";
import { CLANG, scratch } from "./clang.js";

const page = readFileSync(new URL("../../../docs/c-declarations.md", import.meta.url), "utf8");
const folder = scratch();
afterAll(() => folder.remove());

/** Each example: the text of its block, and the layouts that the page says. */
const EXAMPLES = [...page.matchAll(/^```c\n([^]*?)^```$/gm)].map(([, source = ""]) => ({
  source,
  said: [...source.matchAll(/(?:struct|union) (r\w+) .*\n?\/\/ (.*)$/gm)].map(([, name = "", layout = ""]) => ({
    name,
    layout,
  })),
}));

function layoutOf(graph: Btf, name: string): string {
  const id = graph.find(name, "STRUCT") ?? graph.find(name, "UNION");
  const members: string[] = [];
  const walk = (record: number, base: number): void => {
    const type = graph.type(record);
    if (type.kind !== "STRUCT" && type.kind !== "UNION") return;
    for (const { name: member, typeId, bitsOffset, bitfieldSize } of type.members) {
      const at = base + bitsOffset;
      if (member === "") walk(graph.resolve(typeId), at);
      else members.push(`${member}@${at}${bitfieldSize > 0 ? `:${bitfieldSize}` : ""}`);
    }
  };
  walk(id!, 0);
  return `${graph.sizeOf(id!)} bytes: ${members.join(" ")}`;
}

/** The cells of a table's row. */
const cells = (row: string): string[] =>
  row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

const clang = oracle(CLANG);

describe("docs/c-declarations.md", () => {
  it("has an example for each rule but that of what BTF cannot hold", () => {
    expect([...page.matchAll(/^\*\*\d+\. /gm)]).toHaveLength(EXAMPLES.length + 1);
    for (const { said } of EXAMPLES) expect(said.length).toBeGreaterThan(0);
  });

  it.each(EXAMPLES)("$said.0.name: parseC lays it out as the page says", ({ source, said }) => {
    const graph = parseC(source);
    for (const { name, layout } of said) expect(layoutOf(graph, name)).toBe(layout);
  });

  it.skipIf(!clang.available)(`clang lays all out so too ${clang.reason ?? ""}`, () => {
    const names = EXAMPLES.flatMap(({ said }) => said);
    const variables = names.map(({ name }) => `${name === "r2" ? "union" : "struct"} ${name} v${name};`);
    const file = join(folder.path, "examples.c");
    writeFileSync(file, [...EXAMPLES.map(({ source }) => source), ...variables].join("\n"));
    execFileSync(CLANG, ["-target", "bpf", "-g", "-w", "-c", file, "-o", `${file}.o`]);
    const theirs = readBtf(`${file}.o`);
    for (const { name, layout } of names) expect(`${name} ${layoutOf(theirs, name)}`).toBe(`${name} ${layout}`);
  });

  it("has the sizes and alignments of every target", () => {
    const targets = Object.keys(DATA_MODELS) as (keyof typeof DATA_MODELS)[];
    const rows = page
      .split("\n")
      .filter((row) => row.startsWith("| ") && !row.startsWith("| ---"))
      .map(cells);
    const [head = [], ...types] = rows;
    expect(head.slice(1)).toEqual(targets);
    const said = new Map(types.map(([type = "", ...sizes]) => [type.replaceAll("`", ""), sizes]));
    for (const type of Object.keys(DATA_MODELS["x86-64"].base)) {
      const expected = targets.map((target) => {
        const layout = DATA_MODELS[target].base[type as "int"];
        if (layout === undefined) return "-";
        return layout.align === layout.size ? String(layout.size) : `${layout.size}/${layout.align}`;
      });
      expect([type, ...(said.get(type.replace(/^unsigned |^signed /, "")) ?? [])]).toEqual([type, ...expected]);
    }
    expect(said.get("pointer")).toEqual(targets.map((target) => String(DATA_MODELS[target].pointerSize)));
    expect(said.get("char is signed")).toEqual(
      targets.map((target) => (DATA_MODELS[target].base.char?.encoding === "signed" ? "yes" : "no")),
    );
    expect(said.get("aligned without a number")).toEqual(targets.map((target) => String(DATA_MODELS[target].maxAlign)));
  });
});

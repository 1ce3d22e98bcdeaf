/** Random structs for every target beside the layouts that clang dumps, and for i386 beside gcc's. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import type { Btf } from "btfkit";
import { readBtf } from "btfkit/node";
import { parseC } from "btfkit/text";
import { oracle } from "../../oracles.js";
import { CLANG, scratch } from "./clang.js";
import { randomRecords, type RandomRecord } from "./random-records.js";

const folder = scratch();
afterAll(() => folder.remove());

const COUNT = Number(process.env["BTFKIT_RANDOM_RECORDS"] ?? 500);
const SEED = Number(process.env["BTFKIT_RANDOM_C_SEED"] ?? 1);

const TRIPLES = [
  ["bpf", "bpf"],
  ["bpfeb", "bpfeb"],
  ["x86-64", "x86_64-linux-gnu"],
  ["i386", "i386-linux-gnu"],
  ["arm64", "aarch64-linux-gnu"],
  ["arm32", "arm-linux-gnueabihf"],
] as const;

const isNarrow = (target: string): boolean => target === "i386" || target === "arm32";

/** A record's size in bytes, and by name each member's offset in bits and width. */
type Layout = readonly [size: number, ...members: string[]];

const MEMBER = /(?:^|[ *])(m\d+_\d+|first\d+|rest\d+|c\d+|in\d+)$/;

/** The layouts in what `-fdump-record-layouts` prints, of the records `s<i>` and `w<i>`. */
function dumpedLayouts(text: string): ReadonlyMap<string, Layout> {
  const found = new Map<string, Layout>();
  for (const block of text.split("*** Dumping AST Record Layout\n")) {
    const [head = "", ...lines] = block.split("\n");
    const name = /\| (?:struct|union) ([sw]\d+)$/.exec(head)?.[1];
    if (name === undefined) continue;
    const members: string[] = [];
    let size = Number.NaN;
    for (const line of lines) {
      const [, bytes, from, to, what = ""] = /^\s*(\d+)(?::(\d+)?-(\d+)?)? \|\s+(.*)$/.exec(line) ?? [];
      const member = MEMBER.exec(what)?.[1];
      const [first, last] = [Number(from ?? 0), to === undefined ? -1 : Number(to)];
      if (member !== undefined)
        members.push(`${member}@${Number(bytes) * 8 + first}:${last < 0 ? 0 : last - first + 1}`);
      size = Number(/\[sizeof=(\d+)/.exec(line)?.[1] ?? size);
    }
    found.set(name, [size, ...members.sort()]);
  }
  return found;
}

function layoutOf(graph: Btf, name: string): Layout {
  const id = graph.find(name, "STRUCT") ?? graph.find(name, "UNION");
  if (id === undefined) throw new Error(`there is no '${name}'`);
  const members: string[] = [];
  const walk = (record: number, base: number): void => {
    const type = graph.type(record);
    if (type.kind !== "STRUCT" && type.kind !== "UNION") return;
    for (const { name: member, typeId, bitsOffset, bitfieldSize } of type.members) {
      if (MEMBER.test(member)) members.push(`${member}@${base + bitsOffset}:${bitfieldSize}`);
      walk(graph.resolve(typeId), base + bitsOffset);
    }
  };
  walk(id, 0);
  return [graph.sizeOf(id)!, ...members.sort()];
}

/** Records that are laid out in two ways, each with both. */
function differences(
  ours: Btf,
  records: readonly RandomRecord[],
  theirs: (name: string) => Layout | undefined,
): string[] {
  const found: string[] = [];
  for (const { index, text } of records) {
    for (const name of [`s${index}`, `w${index}`]) {
      const [own, other] = [layoutOf(ours, name).join(" "), theirs(name)?.join(" ")];
      if (own !== other) found.push(`${text}\n${name}: ${own}\nis ${other}`);
    }
  }
  return found;
}

const clang = oracle(CLANG);

describe.skipIf(!clang.available)(`random structs and ${CLANG} ${clang.reason ?? ""}`, () => {
  it.each(TRIPLES)(`for %s (%s) ${COUNT} of seed ${SEED} are laid out as clang does`, (target, triple) => {
    const records = randomRecords(SEED, COUNT, { narrow: isNarrow(target) });
    const source = `${records.map(({ text }) => text).join("\n")}\n`;
    const file = join(folder.path, `${target}.c`);
    writeFileSync(file, source);
    const dump = execFileSync(
      CLANG,
      ["-target", triple, "-w", "-fsyntax-only", "-Xclang", "-fdump-record-layouts", file],
      { encoding: "utf8", maxBuffer: 2 ** 30 },
    );
    const layouts = dumpedLayouts(dump);
    expect(layouts.size).toBe(COUNT * 2);
    expect(differences(parseC(source, { target }), records, (name) => layouts.get(name)).slice(0, 3)).toEqual([]);
  });
});

const gccReason = oracle("gcc").reason ?? oracle("pahole").reason;

describe.skipIf(gccReason !== undefined)(`random structs, gcc and pahole ${gccReason ?? ""}`, () => {
  it.each([
    ["i386", "-m32"],
    ["x86-64", "-m64"],
  ] as const)(`for %s (gcc %s) ${COUNT} of seed ${SEED} are laid out as gcc does`, (target, width) => {
    const records = randomRecords(SEED, COUNT, { narrow: isNarrow(target), gcc: true });
    const source = `${records.map(({ text }) => text).join("\n")}\n`;
    const file = join(folder.path, `gcc-${target}.c`);
    writeFileSync(file, source);
    execFileSync("gcc", [width, "-g", "-w", "-c", file, "-o", `${file}.o`], { stdio: "pipe" });
    execFileSync("pahole", ["-J", `${file}.o`]);
    const theirs = readBtf(`${file}.o`);
    expect(differences(parseC(source, { target }), records, (name) => layoutOf(theirs, name)).slice(0, 3)).toEqual([]);
  });
});

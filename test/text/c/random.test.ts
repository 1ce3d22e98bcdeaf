/** Random declarations, compiled by clang for BPF and by gcc for x86-64, beside what `parseC` makes of them. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import type { Btf } from "btfkit";
import { readBtf } from "btfkit/node";
import { parseC } from "btfkit/text";
import { oracle } from "../../oracles.js";
import { CLANG, scratch } from "./clang.js";
import { Comparison } from "./compare.js";
import { randomDeclarations } from "./random-declarations.js";

const folder = scratch();
afterAll(() => folder.remove());

const COUNT = Number(process.env["BTFKIT_RANDOM_C"] ?? 2000);
const GCC_COUNT = Number(process.env["BTFKIT_RANDOM_C_GCC"] ?? 500);
const SEED = Number(process.env["BTFKIT_RANDOM_C_SEED"] ?? 1);

/** Sizes, offsets and bit-field sizes of a named record, without the types of its members. */
function layoutOf(graph: Btf, id: number): string {
  const type = graph.type(id);
  if (type.kind !== "STRUCT" && type.kind !== "UNION") return type.kind;
  const members = type.members.map((each) => {
    const inner = each.name === "" ? ` { ${layoutOf(graph, graph.resolve(each.typeId))} }` : "";
    return `${each.name}@${each.bitsOffset}:${each.bitfieldSize}${inner}`;
  });
  return `${type.kind} ${type.size}: ${members.join(" ")}`;
}

const clang = oracle(CLANG);

describe.skipIf(!clang.available)(`random declarations and ${CLANG} ${clang.reason ?? ""}`, () => {
  it.each([
    ["bpf", COUNT],
    ["bpfeb", COUNT / 4],
  ] as const)(`for %s %i declarations of seed ${SEED} are what clang makes of them`, (target, count) => {
    const declarations = randomDeclarations(SEED, count);
    const source = `${declarations.join("\n")}\n`;
    const file = join(folder.path, `random-${target}.c`);
    writeFileSync(file, source);
    execFileSync(CLANG, ["-target", target, "-g", "-O0", "-w", "-c", file, "-o", `${file}.o`], { stdio: "pipe" });
    const theirs = readBtf(`${file}.o`);
    const ours = parseC(source, { target });
    const found: string[] = [];
    for (const [i, declaration] of declarations.entries()) {
      const comparison = new Comparison(ours, theirs);
      comparison.roots(ours.find(`v${i}`, "VAR")!, theirs.find(`v${i}`, "VAR")!, "");
      if (comparison.differences.length > 0) found.push(`${declaration}\n${comparison.differences[0]!}`);
    }
    expect(found.slice(0, 5)).toEqual([]);
    expect(ours.endian).toBe(theirs.endian);
  });
});

const gccReason = oracle("gcc").reason ?? oracle("pahole").reason;

describe.skipIf(gccReason !== undefined)(`random declarations, gcc and pahole ${gccReason ?? ""}`, () => {
  it(`${GCC_COUNT} declarations of seed ${SEED} are laid out for x86-64 as gcc does`, () => {
    const declarations = randomDeclarations(SEED, GCC_COUNT, { gcc: true });
    const source = `${declarations.join("\n")}\n`;
    const file = join(folder.path, "random-gcc.c");
    writeFileSync(file, source);
    execFileSync("gcc", ["-m64", "-g", "-O0", "-w", "-c", file, "-o", `${file}.o`], { stdio: "pipe" });
    execFileSync("pahole", ["-J", `${file}.o`]);
    const theirs = readBtf(`${file}.o`);
    const ours = parseC(source, { target: "x86-64" });
    const found: string[] = [];
    for (const [i, declaration] of declarations.entries()) {
      for (const kind of ["STRUCT", "UNION", "ENUM"] as const) {
        const own = ours.find(`s${i}`, kind);
        if (own === undefined) continue;
        const their = theirs.find(`s${i}`, kind);
        const expected = their === undefined ? "missing" : `${theirs.sizeOf(their)} ${layoutOf(theirs, their)}`;
        const made = `${ours.sizeOf(own)} ${layoutOf(ours, own)}`;
        if (made !== expected) found.push(`${declaration}\n${made}\n${expected}`);
      }
    }
    expect(found.slice(0, 5)).toEqual([]);
  });
});

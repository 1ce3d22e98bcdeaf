/** A whole program without its headers and without a preprocessor, beside what clang makes of it with both. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import { parseC } from "btfkit/text";
import { readBtf } from "btfkit/node";
import { oracle } from "../../oracles.js";
import { CLANG, scratch } from "./clang.js";
import { Comparison } from "./compare.js";
import { unmatched } from "./isomorphism.js";

const read = (name: string): string => readFileSync(new URL(`program/${name}`, import.meta.url), "utf8");
const clang = oracle(CLANG);
const folder = scratch();
afterAll(() => folder.remove());

describe.skipIf(!clang.available)(`a program and ${CLANG} ${clang.reason ?? ""}`, () => {
  it("is what clang makes of it, in both modes", () => {
    const program = read("program.c");
    const file = join(folder.path, "program.c");
    writeFileSync(file, read("conventions.h") + program);
    execFileSync(CLANG, ["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-w", "-c", file, "-o", `${file}.o`]);
    const theirs = readBtf(`${file}.o`);
    const ours = parseC(program);
    expect(ours.diagnostics).toEqual([]);
    const comparison = new Comparison(ours, theirs);
    for (const [id, type] of theirs.types()) {
      if (type.kind !== "VAR" && type.kind !== "FUNC" && type.kind !== "DATASEC") continue;
      comparison.roots(ours.find(type.name, type.kind)!, id, type.name);
    }
    expect(comparison.differences).toEqual([]);
    expect(comparison.count).toBeGreaterThan(100);
    // The one exception: clang has the type of string literals, char[2] of "a".
    expect(unmatched(parseC(program, { emit: "clang" }), theirs)).toEqual(["theirs has 1 more: ARRAY ''"]);
  });
});

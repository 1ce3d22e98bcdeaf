/** The README's programs compile as they stand. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { compiler } from "./compile.js";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program!);
const compile = compiler();

describe("the README's programs", () => {
  it("are there", () => {
    expect(programs.length).toBeGreaterThan(4);
  });

  it.each(programs.map((program, i) => [i + 1, program] as const))("program %d compiles", (_, program) => {
    const globals = "declare const console: { log(...values: unknown[]): void };\nexport {};\n";
    expect(compile(`${program}\n${globals}`).messages).toEqual([]);
  });
});

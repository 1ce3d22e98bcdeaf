/** The guide's programs compile as they stand. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { compiler } from "./compile.js";

const guide = readFileSync(new URL("../../docs/fixtures.md", import.meta.url), "utf8");
const programs = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program!);
const compile = compiler();

describe("docs/fixtures.md", () => {
  it("has programs", () => {
    expect(programs).toHaveLength(5);
  });

  it.each(programs.map((program, i) => [i + 1, program] as const))("program %d compiles", (_, program) => {
    const globals = "declare const console: { log(...values: unknown[]): void };\nexport {};\n";
    expect(compile(`${program}\n${globals}`).messages).toEqual([]);
  });
});

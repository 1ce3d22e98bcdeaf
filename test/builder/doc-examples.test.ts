/** The examples in the builder's comments give what they say. */
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";

import { btf, defineBtf } from "btfkit";

interface Example {
  readonly title: string;
  readonly code: string;
  /** The lines of comment after the code. */
  readonly output: readonly string[];
}

const isOutput = (line: string): boolean => line.startsWith("// ");

function examplesOf(file: string): Example[] {
  const text = readFileSync(new URL(`../../src/builder/${file}`, import.meta.url), "utf8");
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, block], i) => {
    const lines = block!.split("\n").map((line) => line.replace(/^ *\* ?/, ""));
    const code = lines.filter((line) => !isOutput(line)).join("\n");
    const output = lines.filter(isOutput).map((line) => line.slice(3).trim());
    return { title: `${file} ${i + 1}: ${code.trim().split("\n")[0]!}`, code, output };
  });
}

const EXAMPLES = ["builder-types.ts", "recipe-types.ts", "recipe.ts", "index.ts"].flatMap(examplesOf);

describe("examples in comments", () => {
  it("are there", () => {
    expect(EXAMPLES.length).toBeGreaterThan(15);
  });

  it.each(EXAMPLES)("$title", ({ code, output }) => {
    // `statement; // result` says what the statement gives.
    const inline = /;\s*\/\/ ([^\n:,]+)[^\n]*\s*$/.exec(code);
    const result: unknown = runInNewContext(code.replace("const graph = defineBtf", "graph = defineBtf"), {
      btf,
      defineBtf,
      console,
    });
    expect(result).toBeDefined();
    const shown = String(result)
      .split("\n")
      .map((line) => line.trim());
    if (inline !== null) expect(shown[0]).toBe(inline[1]!.trim());
    for (const line of output) expect(shown).toContain(line);
    if (inline === null && output.length === 0) expect(String(result)).not.toBe("");
  });
});

/** The examples in the comments of src/transform give what they say. */
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { applyPatches, btf, edit, editWithPatches } from "btfkit";

const examples = ["edit.ts", "apply-patches.ts"].flatMap((file) => {
  const text = readFileSync(new URL(`../../src/transform/${file}`, import.meta.url), "utf8");
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, block]) => block!.replaceAll(/^ *\* ?/gm, ""));
});

function run(code: string): unknown {
  const scope = { applyPatches, btf, edit, editWithPatches, result: undefined };
  return runInNewContext(code, scope) as unknown;
}

test("there are three", () => {
  expect(examples).toHaveLength(3);
});

test.each(examples)("%#", (example) => {
  const whole = run(example);
  const dump = example.match(/^\/\/ .*$/gm)?.map((line) => line.slice(3).trim());
  if (dump !== undefined) {
    const lines = String(whole)
      .split("\n")
      .map((line) => line.trim());
    expect(lines).toEqual(dump);
  }
  // `value; // what it is`
  for (const [, value, said] of example.matchAll(/^(\S.*); \/\/ (.*)$/gm)) {
    expect(JSON.stringify(run(`${example}\n${value}`))).toBe(JSON.stringify(run(`(${said})`)));
  }
});

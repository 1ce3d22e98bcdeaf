/** The catalogue against what older kernels said: test/vectors/damage-*.jsonl.br, which test/tools/record-damage.ts writes. */
import { describe, expect, it } from "vitest";

import { damageAnswer, DAMAGES } from "btfkit/damage";
import { readVerdicts } from "../kernel/verdict-file.js";
import { differenceOf } from "../tools/differences.js";

describe.each(["damage-6.18", "damage-debian-6.1", "damage-debian-6.12"])("%s", (file) => {
  const { head, rows } = readVerdicts(file);
  const { kernel } = head;

  it.each(rows)("$name", ({ name, blob, ...answer }) => {
    const known = DAMAGES.find((each) => each.name === name);
    expect(known).toBeDefined();
    const wanted = damageAnswer(known!.name, kernel);
    if (wanted === undefined) expect(differenceOf(blob, answer, { kernel })).toBeUndefined();
    else expect([answer.errno, differenceOf(blob, answer, { kernel })]).toEqual([wanted.errno, undefined]);
  });

  it("has most recipes", () => {
    expect(rows.length).toBeGreaterThan(125);
  });
});

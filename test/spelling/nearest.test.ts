import { describe, expect, it } from "vitest";
import { nearestNames } from "../../src/spelling/index.js";

describe("nearestNames", () => {
  it.each([
    ["sokc", ["socket", "sock", "file"], ["sock"]],
    ["task_strcut", ["task_struct", "task_group", "mm_struct"], ["task_struct"]],
    ["U32", ["u64", "u32", "u32_t"], ["u32"]],
    ["TASK_STRUCT", ["task_struct"], ["task_struct"]],
    ["in", ["int", "i", "long", ""], ["i", "int"]],
    ["x", ["x"], []],
    ["completely", ["different"], []],
    ["", ["a", "ab"], ["a"]],
  ])("%s of %j is %j", (wanted, candidates, found) => {
    expect(nearestNames(wanted, candidates)).toEqual(found);
  });

  it("gives the best few, best first, each once, from anything iterable", () => {
    const candidates = new Set(["abcdef1", "abcdefgh", "abcdef", "bacdefg", "abcdefg"]);
    expect(nearestNames("abcdefg", [...candidates, ...candidates], 2)).toEqual(["abcdef", "abcdef1"]);
    expect(nearestNames("abcdefg", candidates)).toEqual(["abcdef", "abcdef1", "abcdefgh"]);
  });
});

/** The corpus through the preprocessor and `parseC`, beside the .BTF that clang writes for it. */

import { afterAll, describe, expect, it } from "vitest";
import type { Btf } from "btfkit";
import { isomorphic, parseC } from "btfkit/text";
import { oracle } from "../../oracles.js";
import { CLANG, compiled, CORPUS_FILES, objectBtf, preprocessed, scratch } from "./clang.js";
import { Comparison } from "./compare.js";
import { unmatched } from "./isomorphism.js";

const clang = oracle(CLANG);
const folder = scratch();
afterAll(() => folder.remove());

const EMPTY = parseC("");

/** What clang's graph has, found in ours by name: variables, functions and sections with what they lead to. */
function differences(ours: Btf, theirs: Btf): string[] {
  const comparison = new Comparison(ours, theirs);
  for (const [id, type] of theirs.types()) {
    if (type.kind !== "VAR" && type.kind !== "FUNC" && type.kind !== "DATASEC") continue;
    const own = ours.find(type.name, type.kind);
    if (own === undefined) comparison.differences.push(`there is no ${type.kind} '${type.name}'`);
    else comparison.roots(own, id, type.name);
    if (own === undefined || type.kind !== "DATASEC") continue;
    const section = ours.type(own);
    if (section.kind !== "DATASEC") throw new Error("find() found another kind");
    const sizes = new Map(section.vars.map((each) => [ours.type(each.typeId).name, each.size]));
    for (const { typeId, size } of type.vars) {
      const { name } = theirs.type(typeId);
      if (sizes.get(name) !== size)
        comparison.differences.push(`${type.name}: ${name} has ${sizes.get(name)}, not ${size}`);
    }
  }
  return comparison.differences;
}

/** VARs and FUNCs of ours that clang left out, by why it did. */
function surplus(ours: Btf, theirs: Btf): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [, type] of ours.types()) {
    if ((type.kind !== "VAR" && type.kind !== "FUNC") || theirs.find(type.name, type.kind) !== undefined) continue;
    const isExtern = type.linkage === "extern";
    const why = isExtern ? "extern, not used" : type.kind === "FUNC" ? "inlined" : "folded away";
    (found[why] ??= []).push(type.name);
  }
  return found;
}

describe.skipIf(!clang.available)(`the corpus beside ${CLANG} ${clang.reason ?? ""}`, () => {
  const left: Record<string, string[]> = {};

  it.each(CORPUS_FILES)("%s: each VAR, FUNC and DATASEC has its like; pruned, the graphs are isomorphic", (file) => {
    const source = preprocessed(file);
    const theirs = objectBtf(compiled(file, folder.path)) ?? EMPTY;
    const ours = parseC(source);
    expect(differences(ours, theirs)).toEqual([]);
    for (const [why, names] of Object.entries(surplus(ours, theirs))) (left[why] ??= []).push(...names);
    const pruned = parseC(source, { emit: "clang" });
    expect(unmatched(pruned, theirs)).toEqual([]);
    expect(isomorphic(pruned, theirs)).toBe(true);
    // All warnings of the corpus are of offsets and sizes that BTF cannot hold.
    const rules = new Set(ours.diagnostics.map(({ rule }) => rule));
    expect([...rules].sort()).toEqual(file === "51-limits-offset.c" ? ["c-offset-limit", "c-size-limit"] : []);
  });

  it("ours has more than clang only where the optimizer leaves something out", () => {
    expect(left).toMatchInlineSnapshot(`
      {
        "extern, not used": [
          "ext_var",
          "ex_unused",
          "bpf_get_rq",
        ],
        "folded away": [
          "optimised_out",
          "bpf_map_lookup_elem",
          "bpf_loop",
          "bpf_printk_",
        ],
      }
    `);
  });
});

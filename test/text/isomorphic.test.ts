import { existsSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, type Btf } from "btfkit";
import { KERNEL_BTF, kernelBtf } from "btfkit/node";
import { isomorphic } from "btfkit/text";
import { Random } from "../fuzz/random.js";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";
import { renumbered, shuffledIds } from "./renumber.js";

const shuffled = (graph: Btf, random: Random): Btf =>
  renumbered(graph, shuffledIds(random, graph.startId, graph.typeCount));

/** Rings of STRUCTs without names, each with a pointer to the next one of its ring. */
function rings(...lengths: number[]): Btf {
  return defineBtf((b) => {
    for (const length of lengths) {
      const first = b.lastId + 1;
      for (let i = 0; i < length; i++) b.addConst(first + ((i + 1) % length));
    }
  });
}

const dangling = (to: number): Btf => btf().addPtr(to).build({ dangling: true });

describe("isomorphic", () => {
  it("takes any order of types for the same graph", () => {
    const random = new Random(SEED);
    fc.assert(
      fc.property(graphSpec, (spec) => {
        const graph = decode(writeGraph(spec).bytes);
        const other = shuffled(graph, random);
        expect(isomorphic(graph, other)).toBe(true);
        expect(isomorphic(other, graph)).toBe(true);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it("agrees with trying every order, for graphs of few types", () => {
    const orders = (ids: readonly number[]): number[][] =>
      ids.length === 0
        ? [[]]
        : ids.flatMap((id) => orders(ids.filter((each) => each !== id)).map((rest) => [id, ...rest]));
    const type = fc.tuple(fc.constantFrom("const", "ptr", "array"), fc.nat(5), fc.nat(5));
    const small = fc.array(type, { minLength: 1, maxLength: 5 });
    // Often the same types in another order, so that a good share of the pairs are isomorphic.
    const pair = fc.oneof(
      fc.tuple(small, small),
      small.chain((one) => fc.tuple(fc.constant(one), fc.shuffledSubarray(one, { minLength: one.length }))),
    );
    let same = 0;
    fc.assert(
      fc.property(pair, (both) => {
        const [a, b] = both.map((types) =>
          defineBtf((recipe) => {
            for (const [kind, x, y] of types) {
              const [to, index] = [x % (types.length + 1), y % (types.length + 1)];
              if (kind === "const") recipe.addConst(to);
              else if (kind === "ptr") recipe.addPtr(to);
              else recipe.addArray(index, to, 1);
            }
          }),
        ) as [Btf, Btf];
        const ids = Array.from({ length: a.typeCount - 1 }, (_, i) => i + 1);
        const expected = a.typeCount === b.typeCount && orders(ids).some((order) => renumbered(a, order).equals(b));
        if (expected) same++;
        expect(isomorphic(a, b)).toBe(expected);
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(same).toBeGreaterThan(100);
    expect(same).toBeLessThan(2900);
  });

  it("sees one changed name, value, reference or number of references", () => {
    const base = btf().addInt("int", 4, "signed").addStruct("s", 8).addField("a", "int", 0).addField("b", "int", 32);
    const graph = base.build();
    const others = [
      btf().addInt("int", 4).addStruct("s", 8).addField("a", "int", 0).addField("b", "int", 32),
      btf().addInt("int", 4, "signed").addStruct("t", 8).addField("a", "int", 0).addField("b", "int", 32),
      btf().addInt("int", 4, "signed").addStruct("s", 8).addField("a", "int", 0).addField("c", "int", 32),
      btf().addInt("int", 4, "signed").addStruct("s", 8).addField("b", "int", 32).addField("a", "int", 0),
      btf().addInt("int", 4, "signed").addStruct("s", 8).addField("a", "int", 0).addField("b", 2, 32),
      base.addPtr("int"),
    ];
    for (const other of others) expect(isomorphic(graph, other.build())).toBe(false);
    expect(isomorphic(graph, base.build())).toBe(true);
  });

  it("tells two types that two refer to from one that two refer to", () => {
    const twoOfEach = btf().addFloat("f", 4).addFloat("f", 4).addPtr(1).addPtr(2).build();
    const bothToOne = btf().addFloat("f", 4).addFloat("f", 4).addPtr(1).addPtr(1).build();
    expect(isomorphic(twoOfEach, bothToOne)).toBe(false);
  });

  it("tells rings of other lengths apart, which no look at neighbours does", () => {
    expect(isomorphic(rings(6), rings(3, 3))).toBe(false);
    expect(isomorphic(rings(2, 4, 6, 6), rings(6, 4, 6, 2))).toBe(true);
    expect(isomorphic(rings(...Array<number>(50).fill(3), 6), rings(...Array<number>(52).fill(3)))).toBe(false);
  });

  it("keeps what is in a base there, and counts ids beyond the last as numbers", () => {
    const base = btf().addInt("int", 4).build();
    const split = btf({ base }).addPtr(1).addConst(1).build();
    expect(isomorphic(split, btf({ base }).addConst(1).addPtr(1).build())).toBe(true);
    expect(isomorphic(split, btf().addInt("int", 4).addPtr(1).addConst(1).build())).toBe(false);
    expect(isomorphic(dangling(7), dangling(7))).toBe(true);
    expect(isomorphic(dangling(7), dangling(8))).toBe(false);
    expect(isomorphic(dangling(1), dangling(7))).toBe(false);
  });

  it.each([
    ["a chain", (b: { addPtr(to: number): number }, i: number) => b.addPtr(i)],
    ["types all alike", (b: { addPtr(to: number): number }) => b.addPtr(0)],
    ["one ring", (b: { addPtr(to: number): number }, i: number, n: number) => b.addPtr(i === 0 ? n : i)],
    ["pairs", (b: { addPtr(to: number): number }, i: number) => b.addPtr(i % 2 === 0 ? 0 : i)],
  ])("%s of 100,000", (_, add) => {
    const count = 100_000;
    const graph = defineBtf((b) => {
      for (let i = 0; i < count; i++) add(b, i, count);
    });
    expect(isomorphic(graph, shuffled(graph, new Random(1)))).toBe(true);
  });

  const noKernel = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;
  it.skipIf(noKernel)(`the running kernel's types, shuffled${noKernel}`, () => {
    const graph = kernelBtf();
    const other = shuffled(graph, new Random(7));
    expect(isomorphic(graph, other)).toBe(true);
    // One pointer more on either side, to another type.
    const [here, there] = [graph, other].map((each) => btf({ from: each }).addPtr("struct sock").build());
    expect(isomorphic(here!, there!)).toBe(true);
    expect(isomorphic(here!, btf({ from: other }).addPtr("struct file").build())).toBe(false);
  });
});

import { btf } from "btfkit";

import type { Op, Row } from "../harness/row.js";
import { buildAsRecipe, syntheticNames } from "../synthetic.js";

const TYPES = 100_000;
const BRANCHES = 1000;

type Builder = ReturnType<typeof btf>;

/** Branches off one builder value, each with a struct of its own; all of them are kept. */
const op: Op = {
  name: "branches",
  prepare() {
    const trunk = btf({ from: buildAsRecipe(syntheticNames(TYPES)) });
    const labels = Array.from({ length: BRANCHES }, (_, i) => `branch_${i}`);
    let kept: Builder[] = [];
    return {
      reset: () => (kept = []),
      run: () => (kept = labels.map((label) => trunk.addStruct(label, 8).addField("value", 1, 0))),
      check() {
        const last = kept.map((branch) => branch.build().type(TYPES + 1));
        const distinct = new Set(last.map((type) => ("name" in type ? type.name : "")));
        return distinct.size === BRANCHES && trunk.build().typeCount === TYPES + 1 ? BRANCHES : Number.NaN;
      },
    };
  },
};

export const branches: Row = {
  id: "branches",
  title: "1,000 kept branches of a graph of 100k types",
  ours: { by: "op", op },
  targets: [
    { figure: "ms", most: 100 },
    { figure: "grownMb", most: 20 },
  ],
};

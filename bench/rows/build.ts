import { encode, type Btf } from "btfkit";

import { withoutHeader } from "../harness/header.js";
import type { Op, Row, Target } from "../harness/row.js";
import { buildAsChain, buildAsRecipe, STEPS_PER_TEN, syntheticNames, type SyntheticNames } from "../synthetic.js";

type Build = (names: SyntheticNames) => Btf;

function buildEncodeOp(name: string, build: Build): Op {
  return {
    name,
    prepare({ n }) {
      const names = syntheticNames(n);
      let bytes = new Uint8Array(0);
      return {
        reset: () => (bytes = new Uint8Array(0)),
        run: () => (bytes = encode(build(names))),
        check: () => withoutHeader(bytes).length,
        output: () => withoutHeader(bytes),
      };
    },
  };
}

const FORMS = [
  { form: "recipe", op: buildEncodeOp("recipe", buildAsRecipe), most: { 100_000: 0.9, 1_000_000: 1 } },
  { form: "chain", op: buildEncodeOp("chain", buildAsChain), most: { 100_000: 1.2 } },
] as const;

function sizeText(n: number): string {
  return n >= 1_000_000 ? `${n / 1_000_000}M` : `${n / 1000}k`;
}

function buildRow({ form, op, most }: (typeof FORMS)[number], n: number): Row {
  const ratio = (most as Readonly<Record<number, number>>)[n];
  const targets: readonly Target[] = ratio === undefined ? [] : [{ figure: "ratio", most: ratio }];
  return {
    id: `${form}-${sizeText(n)}`.toLowerCase(),
    title: `build and encode ${sizeText(n)} types, ${form}`,
    ours: { by: "op", op, n },
    peer: "libbpf",
    theirs: { by: "libbpf", op: "buildencode", n, build: true },
    targets,
    slow: n >= 1_000_000,
  };
}

/** The chain alone, nothing encoded. */
const chainSteps: Op = {
  name: "chain-steps",
  prepare({ n }) {
    const names = syntheticNames(n);
    let graph: Btf | undefined;
    return {
      reset: () => (graph = undefined),
      run: () => (graph = buildAsChain(names)),
      check: () => graph!.typeCount,
    };
  },
};

const FEW = 10_000;
const MANY = 1_000_000;

const stepRow: Row = {
  id: "chain-step",
  title: "one step of a chain, at 1M beside at 10k types",
  ours: { by: "op", op: chainSteps, n: MANY },
  peer: "itself",
  theirs: { by: "op", op: chainSteps, n: FEW },
  steps: [(MANY / 10) * STEPS_PER_TEN, (FEW / 10) * STEPS_PER_TEN],
  targets: [{ figure: "ratio", most: 4 }],
  agrees: false,
  slow: true,
};

export const builds: readonly Row[] = [
  ...FORMS.flatMap((form) => [10_000, 100_000, 1_000_000].map((n) => buildRow(form, n))),
  stepRow,
];

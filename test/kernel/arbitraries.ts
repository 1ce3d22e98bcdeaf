/**
 * Random BTF for the verifier: valid, nearly valid and broken. A blob is made from plain numbers, so that it shrinks:
 * a reference is a choice among the types that may stand there, unless its type is wild, when it is any id at all.
 */
import fc from "fast-check";

import { KIND } from "../../src/wire/kinds.js";
import { buildBlob, EDGES, type Mutation, type TypeSpec } from "./blob-writer.js";
import { chain, membersBlob, sectionsBlob } from "./shaped-blobs.js";

export { joinBlob } from "./blob-writer.js";
export { specialBlob } from "./special-blobs.js";

// Without the bias towards small numbers, which would make one type in four wild.
const number = fc.noBias(fc.nat({ max: 0xffff }));
const KIND_WEIGHTS: readonly (readonly [number, number])[] = [
  [KIND.INT, 5],
  [KIND.PTR, 5],
  [KIND.ARRAY, 3],
  [KIND.STRUCT, 6],
  [KIND.UNION, 3],
  [KIND.ENUM, 2],
  [KIND.FWD, 1],
  [KIND.TYPEDEF, 3],
  [KIND.VOLATILE, 1],
  [KIND.CONST, 3],
  [KIND.RESTRICT, 1],
  [KIND.FUNC, 4],
  [KIND.FUNC_PROTO, 4],
  [KIND.VAR, 4],
  [KIND.DATASEC, 3],
  [KIND.FLOAT, 2],
  [KIND.DECL_TAG, 3],
  [KIND.TYPE_TAG, 2],
  [KIND.ENUM64, 2],
];

function typeSpec(weights: typeof KIND_WEIGHTS, wildness: number): fc.Arbitrary<TypeSpec> {
  return fc.record({
    kind: fc.oneof(...weights.map(([kind, weight]) => ({ weight, arbitrary: fc.constant<number>(kind) }))),
    name: number,
    kindFlag: fc.boolean(),
    wild: fc.noBias(fc.nat({ max: wildness })),
    refs: fc.tuple(number, number),
    numbers: fc.tuple(number, number, number, number),
    elements: fc.array(fc.tuple(number, number, number), { maxLength: 4, size: "max" }),
  });
}

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant("word" as const),
      at: number,
      value: fc.oneof(fc.constantFrom(...EDGES), fc.nat({ max: 20 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("info" as const), at: number, bits: fc.nat({ max: 31 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant("header" as const),
      field: number,
      value: fc.oneof(fc.constantFrom(...EDGES), fc.nat({ max: 40 })),
      relative: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("byte" as const), at: number, value: fc.nat({ max: 255 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("cut" as const), keep: fc.oneof(fc.nat({ max: 30 }), number) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("tail" as const),
      bytes: fc.integer({ min: 1, max: 12 }),
      fill: fc.constantFrom(0, 0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ what: "strings-first" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("drop-words" as const), words: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ what: "no-types" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("long-header" as const),
      bytes: fc.integer({ min: 1, max: 12 }),
      fill: fc.constantFrom(0, 0, 1),
    }),
  },
);

/** Types that others need: a graph without a FUNC_PROTO has no FUNC. */
const PRELUDE: readonly TypeSpec[] = [KIND.INT, KIND.FUNC_PROTO, KIND.STRUCT, KIND.VAR].map((kind) => ({
  kind,
  name: 2,
  kindFlag: false,
  wild: 1,
  refs: [1, 1],
  numbers: [0, 2, 0, 1],
  elements: [],
}));

const clean = fc.array(typeSpec(KIND_WEIGHTS, 1000), { minLength: 1, maxLength: 8, size: "max" });
const nearly = fc.array(typeSpec(KIND_WEIGHTS, 12), { minLength: 1, maxLength: 10, size: "max" });
const broken = fc.array(typeSpec(KIND_WEIGHTS, 1), { minLength: 1, maxLength: 5, size: "max" });

/** BTF without the names that the kernel gives a meaning: sound, nearly sound, broken, and odd in one respect. */
export const anyBlob: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: clean.map((specs) => buildBlob([...PRELUDE, ...specs], [])) },
  { weight: 4, arbitrary: nearly.map((specs) => buildBlob([...PRELUDE, ...specs], [])) },
  { weight: 2, arbitrary: broken.map((specs) => buildBlob(specs, [])) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(clean, fc.array(mutation, { minLength: 1, maxLength: 2 }))
      .map(([specs, damage]) => buildBlob([...PRELUDE, ...specs], damage)),
  },
  { weight: 1, arbitrary: chain },
  { weight: 2, arbitrary: membersBlob },
  { weight: 1, arbitrary: sectionsBlob },
);

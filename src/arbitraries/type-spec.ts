import * as fc from "fast-check";

import { KIND } from "../wire/kinds.js";
import { typeName } from "./type-name.js";

/**
 * What one type is made of: plain numbers, whose meaning depends on the kind, so that it shrinks. A reference is a
 * choice among the types that may stand there.
 */
export interface TypeSpec {
  readonly kind: number;
  readonly name: string;
  readonly isNamed: boolean;
  readonly kindFlag: boolean;
  readonly refs: readonly [number, number];
  readonly numbers: readonly [number, number];
  readonly elements: readonly ElementSpec[];
}

/** A member, an enumerator, a parameter or an entry. */
export interface ElementSpec {
  readonly name: string;
  readonly ref: number;
  readonly number: number;
}

/** The kind of a type that is left out. */
export const NO_TYPE = KIND.VOID;

/** How often each kind comes; what shrinks is left out, and where it can't be it becomes an INT. */
const WEIGHTS: readonly (readonly [kind: number, weight: number])[] = [
  [NO_TYPE, 1],
  [KIND.INT, 5],
  [KIND.PTR, 5],
  [KIND.STRUCT, 6],
  [KIND.ARRAY, 3],
  [KIND.UNION, 2],
  [KIND.ENUM, 2],
  [KIND.FWD, 1],
  [KIND.TYPEDEF, 3],
  [KIND.CONST, 2],
  [KIND.VOLATILE, 1],
  [KIND.RESTRICT, 1],
  [KIND.FUNC_PROTO, 4],
  [KIND.FUNC, 4],
  [KIND.VAR, 4],
  [KIND.DATASEC, 3],
  [KIND.FLOAT, 2],
  [KIND.DECL_TAG, 3],
  [KIND.TYPE_TAG, 2],
  [KIND.ENUM64, 2],
];

const number = fc.nat({ max: 0xffff });

/** A type of one of the kinds. */
export function typeSpec(kinds: ReadonlySet<number>): fc.Arbitrary<TypeSpec> {
  const weighted = WEIGHTS.filter(([kind]) => kind === NO_TYPE || kinds.has(kind));
  const element = fc.record({ name: typeName(), ref: number, number });
  return fc.record({
    kind: fc.oneof(
      { withCrossShrink: true },
      ...weighted.map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) })),
    ),
    name: typeName(),
    isNamed: fc.boolean(),
    kindFlag: fc.boolean(),
    refs: fc.tuple(number, number),
    numbers: fc.tuple(number, number),
    elements: fc.array(element, { maxLength: 5 }),
  });
}

import { KIND, KIND_LIMIT } from "../wire/kinds.js";

/** Properties of kinds that the rules of the resolve pass ask for, as bits. */
export const IS = {
  /** Stands for its target: TYPEDEF, qualifiers, TYPE_TAG. */
  modifier: 1,
  /** Nothing may lead to it, but a DATASEC or a DECL_TAG to a VAR. */
  sourceOnly: 2,
  /** Has no size: void, FWD, FUNC, FUNC_PROTO. */
  sizeless: 4,
  /** Says its size in its third word. */
  sized: 8,
  /** STRUCT or UNION. */
  composite: 16,
} as const;

const bits = new Uint8Array(KIND_LIMIT);
const mark = (bit: number, ...kinds: number[]): void => {
  for (const kind of kinds) bits[kind]! |= bit;
};
mark(IS.modifier, KIND.TYPEDEF, KIND.CONST, KIND.VOLATILE, KIND.RESTRICT, KIND.TYPE_TAG);
mark(IS.sourceOnly, KIND.VAR, KIND.DECL_TAG, KIND.DATASEC);
mark(IS.sizeless, KIND.VOID, KIND.FWD, KIND.FUNC, KIND.FUNC_PROTO);
mark(IS.sized, KIND.INT, KIND.STRUCT, KIND.UNION, KIND.ENUM, KIND.ENUM64, KIND.DATASEC, KIND.FLOAT);
mark(IS.composite, KIND.STRUCT, KIND.UNION);

/** The {@link IS} bits of each kind number. */
export const KIND_BITS: Readonly<Uint8Array> = bits;

/** Whether a kind (or -1 for a type that is not there) has one of the bits. */
export function is(kind: number, bit: number): boolean {
  return kind >= 0 && (KIND_BITS[kind]! & bit) !== 0;
}

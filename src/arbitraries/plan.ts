import { KIND } from "../wire/kinds.js";
import type { Profile } from "../kernel/index.js";
import type { TypeSpec } from "./type-spec.js";

/** Kinds that a DECL_TAG stands on. */
export const TAGGED: ReadonlySet<number> = new Set([KIND.STRUCT, KIND.UNION, KIND.FUNC, KIND.VAR, KIND.TYPEDEF]);

/** Kinds that no pointer and no modifier leads to. */
export const NO_TARGET: ReadonlySet<number> = new Set([KIND.FUNC, KIND.VAR, KIND.DATASEC, KIND.DECL_TAG]);

/** Kinds that need another type before them, any of those. */
const NEEDS: Readonly<Record<number, readonly number[]>> = {
  [KIND.ARRAY]: [KIND.INT],
  [KIND.FUNC]: [KIND.FUNC_PROTO],
  [KIND.VAR]: [KIND.INT],
  [KIND.DATASEC]: [KIND.VAR],
  [KIND.DECL_TAG]: [...TAGGED],
};

/**
 * The kind that each type comes to have, by id from 1 on: what would need a type that is not there becomes an INT, so
 * that every list of specs makes a sound graph.
 */
export function planKinds(specs: readonly TypeSpec[]): readonly number[] {
  const kinds = [KIND.VOID as number];
  const seen = new Set<number>();
  for (const { kind } of specs) {
    const needs = NEEDS[kind];
    const planned = needs === undefined || needs.some((needed) => seen.has(needed)) ? kind : KIND.INT;
    kinds.push(planned);
    seen.add(planned);
  }
  return kinds;
}

/** Whether a kernel takes kind_flag of a kind of which it is no fault. */
export function takesKindFlag({ infoReserved, signedEnums }: Profile, kind: number): boolean {
  if ((infoReserved & 0x80000000) !== 0) return false;
  return kind !== KIND.ENUM || signedEnums;
}

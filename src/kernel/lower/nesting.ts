import { KIND, VLEN_MAX } from "../../wire/kinds.js";
import { IS, KIND_BITS } from "../kind-sets.js";
import { MAX_DEPTH } from "../resolver.js";
import type { Draft } from "./draft.js";

/** What can lie on a search's stack above a type that is nested in nothing: a DATASEC and a VAR. */
const ABOVE = 2;
/** As constants of this module, which loops over a kernel's types read faster than those of another. */
const LIMIT = MAX_DEPTH;
const VLEN = VLEN_MAX;

/** Whether a kernel's search goes through a kind for the size of what holds it. */
export function isNested(kind: number): boolean {
  return (KIND_BITS[kind]! & (IS.modifier | IS.composite)) !== 0 || kind === KIND.ARRAY;
}

/** For each kind, how far apart the type ids of what it holds are; 0 for kinds that hold none. */
const STEPS = new Uint8Array(KIND_BITS.length).map((_, kind) =>
  isNested(kind) ? ((KIND_BITS[kind]! & IS.composite) !== 0 ? 3 : 1) : 0,
);

/**
 * Whether one of these types, which end no search any more, might be nested so deep in others that a search has no room
 * for it. It is a bound that costs far less than the search; false is certain.
 */
export function mayBeTooDeep(draft: Draft, types: readonly number[]): boolean {
  /** How many levels there are from a type to one of those, both included; 0 where none is. */
  const levels = new Uint8Array(draft.endId);
  for (const id of types) levels[id] = 1;
  // Each round goes one step up at least; rounds take turns as to whether holders or what they hold come first.
  for (let round = 0; ; round++) {
    const deepest = raiseLevels(draft, levels, round % 2 === 0);
    if (deepest === 0) return false;
    if (deepest + ABOVE > MAX_DEPTH) return true;
  }
}

/** Gives holders one level more than what they hold; gives the highest level that is new, 0 when none is. */
function raiseLevels({ words, starts, kinds, endId }: Draft, levels: Uint8Array, isUpward: boolean): number {
  let highest = 0;
  const { ARRAY } = KIND;
  for (let i = 1; i < endId; i++) {
    const id = isUpward ? i : endId - i;
    const step = STEPS[kinds[id]!]!;
    if (step === 0) continue;
    const at = starts[id]!;
    let word = at + 2;
    let end = word + 1;
    if (step === 3) {
      word = at + 4;
      end = word + (words[at + 1]! & VLEN) * 3;
    } else if (kinds[id] === ARRAY) {
      // Its element and its index.
      word = at + 3;
      end = word + 2;
    }
    let most = 0;
    for (; word < end; word += step) {
      const type = words[word]!;
      if (type < endId && levels[type]! > most) most = levels[type]!;
    }
    if (most === 0 || most + 1 <= levels[id]!) continue;
    levels[id] = most + 1;
    if (most + 1 > highest) highest = most + 1;
    if (highest >= LIMIT) break;
  }
  return highest;
}

import { HEAD_WORDS, infoVlen, KIND } from "../../wire/kinds.js";
import { IS, KIND_BITS } from "../kind-sets.js";
import { MAX_DEPTH } from "../resolver.js";
import type { Draft } from "./draft.js";

/** What can lie on a search's stack above a type that is nested in nothing: a DATASEC and a VAR. */
const ABOVE = 2;
/** Nested types that are followed; more than these is more than any compiler writes. */
const MOST = 256;

/** What {@link levelsOf} knows of a type: that it is being looked at, that nothing in it counts, or 1 and its levels. */
const OPEN = 0xff;
const NONE = 1;

/** Whether a kernel's search goes through a kind for the size of what holds it. */
export function isNested(kind: number): boolean {
  return (KIND_BITS[kind]! & (IS.modifier | IS.composite)) !== 0 || kind === KIND.ARRAY;
}

/**
 * Whether one of these types, which end no search any more, might be nested so deep in others that a search has no room
 * for it. It is a bound that costs far less than the search; false is certain.
 */
export function mayBeTooDeep({ words, starts, kinds, endId }: Draft, types: readonly number[]): boolean {
  const levels = new Uint8Array(endId);
  for (const id of types) levels[id] = NONE + 1;
  const stack = new Uint32Array(MOST);
  /** The word of each on the stack to be looked at next, the end of its words, and how far apart they are. */
  const next = new Uint32Array(MOST);
  const ends = new Uint32Array(MOST);
  const steps = new Uint8Array(MOST);
  for (let start = 1; start < endId; start++) {
    if (!isNested(kinds[start]!) || levels[start] !== 0) continue;
    let depth = 0;
    let push = start;
    while (depth > 0 || push !== 0) {
      if (push !== 0) {
        if (depth === MOST) return true;
        const at = starts[push]!;
        const kind = kinds[push]!;
        stack[depth] = push;
        levels[push] = OPEN;
        const isArray = kind === KIND.ARRAY;
        const isReference = !isArray && kind !== KIND.STRUCT && kind !== KIND.UNION;
        // An ARRAY's element and index are its fourth and fifth words; a member's type is its second.
        steps[depth] = isArray || isReference ? 1 : 3;
        next[depth] = isReference ? at + 2 : isArray ? at + 3 : at + HEAD_WORDS + 1;
        ends[depth] = isReference ? at + 3 : isArray ? at + 5 : at + HEAD_WORDS + infoVlen(words[at + 1]!) * 3;
        depth++;
        push = 0;
      }
      const top = depth - 1;
      const id = stack[top]!;
      const step = steps[top]!;
      const end = ends[top]!;
      let word = next[top]!;
      for (; word < end; word += step) {
        const type = words[word]!;
        if (type >= endId || !isNested(kinds[type]!)) continue;
        if (levels[type] === 0) {
          push = type;
          break;
        }
        // A type in itself, which only odd graphs have.
        if (levels[type] === OPEN) return true;
      }
      next[top] = word;
      if (push !== 0) continue;
      levels[id] = deepest(words, levels, ends[top]!, step, starts[id]! + (step === 3 ? HEAD_WORDS + 1 : 2));
      if (levels[id] - NONE + ABOVE > MAX_DEPTH) return true;
      depth--;
    }
  }
  return false;
}

/** One level more than the deepest of the types at some words; {@link NONE} when none of them counts. */
function deepest(words: Uint32Array, levels: Uint8Array, end: number, step: number, first: number): number {
  let most = NONE;
  for (let word = first; word < end; word += step) {
    const type = words[word]!;
    if (type < levels.length && levels[type]! > most) most = levels[type]!;
  }
  return most === NONE ? NONE : most + 1;
}

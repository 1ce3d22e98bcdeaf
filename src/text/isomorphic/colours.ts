import type { FlatGraph } from "./flat-graph.js";

/** Rounds of refinement at most; what lies further from all that tells types apart is left to the matching. */
const MOST_ROUNDS = 32;

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x9e3779b1);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x85ebca77);
  return mixed ^ (mixed >>> 13);
}

/** Colours by what a type says of itself. */
function firstColours({ endId, literalStart, literals, edgeStart }: FlatGraph): Int32Array {
  const colours = new Int32Array(endId);
  for (let id = 1; id < endId; id++) {
    let hash = mix(1, edgeStart[id + 1]! - edgeStart[id]!);
    for (let at = literalStart[id]!; at < literalStart[id + 1]!; at++) hash = mix(hash, literals[at]!);
    colours[id] = hash;
  }
  return colours;
}

/** Colours by a type's own, those of what it refers to, in order, and those of what refers to it, in any order. */
function refine({ endId, edgeStart, edges }: FlatGraph, colours: Int32Array): Int32Array {
  const next = new Int32Array(endId);
  const fromOthers = new Int32Array(endId);
  for (let id = 1; id < endId; id++) {
    let hash = mix(2, colours[id]!);
    const first = edgeStart[id]!;
    for (let at = first; at < edgeStart[id + 1]!; at++) {
      const to = edges[at]!;
      hash = mix(hash, colours[to]!);
      fromOthers[to]! += mix(mix(3, colours[id]!), at - first);
    }
    next[id] = hash;
  }
  for (let id = 1; id < endId; id++) next[id] = mix(next[id]!, fromOthers[id]!);
  return next;
}

/** How many different colours there are. */
function countColours(colours: Int32Array): number {
  const sorted = colours.slice(1).sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) count++;
  return count;
}

/**
 * Colours of the types of two graphs such that types which an isomorphism could exchange have the same; undefined when
 * the graphs do not have as many types of each colour. Types of one colour need not be exchangeable.
 */
export function colour(a: FlatGraph, b: FlatGraph): readonly [a: Int32Array, b: Int32Array] | undefined {
  let inA = firstColours(a);
  let inB = firstColours(b);
  let count = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = countColours(inA);
    if (found <= count) break;
    count = found;
    inA = refine(a, inA);
    inB = refine(b, inB);
  }
  const sortedA = inA.slice(1).sort();
  const sortedB = inB.slice(1).sort();
  return sortedA.every((each, i) => each === sortedB[i]) ? [inA, inB] : undefined;
}

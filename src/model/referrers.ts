import { forEachTypeWord } from "../wire/shapes.js";
import { endIdOf, forEachOwnType, type Graph } from "./graph.js";

/** Who refers to whom, turned round. */
export interface Referrers {
  /** The ids of the types that refer to `id`, in ascending order, each once. */
  of(id: number): number[];
}

/** Calls `f` with every pair of a type and one that it refers to, each pair once, referring ids ascending. */
function forEachPair(graph: Graph, endId: number, f: (from: number, to: number) => void): void {
  const lastFrom = new Uint32Array(endId);
  forEachOwnType(graph, (from, words, at) => {
    forEachTypeWord(words, at, (position) => {
      const to = words[position]!;
      if (to >= endId || lastFrom[to] === from) return;
      lastFrom[to] = from;
      f(from, to);
    });
  });
}

/** One pass counts those who refer to each id, a second one fills them in. */
export function indexReferrers(graph: Graph): Referrers {
  const endId = endIdOf(graph.runs);
  const starts = new Uint32Array(endId + 1);
  forEachPair(graph, endId, (_, to) => starts[to + 1]!++);
  for (let id = 0; id < endId; id++) starts[id + 1]! += starts[id]!;
  const from = new Uint32Array(starts[endId]!);
  const filled = starts.slice();
  forEachPair(graph, endId, (id, to) => {
    from[filled[to]!++] = id;
  });
  return { of: (id) => [...from.subarray(starts[id], starts[id + 1])] };
}

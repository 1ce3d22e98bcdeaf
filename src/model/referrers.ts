import { forEachTypeWord } from "../wire/shapes.js";
import { endIdOf, forEachOwnType, type Graph } from "./graph.js";

/** Who refers to whom, turned round. */
export interface Referrers {
  /** The ids of the types that refer to `id`, in ascending order, each once. */
  of(id: number): number[];
}

/** One pass counts the references to each id, a second one fills them in. */
export function indexReferrers(graph: Graph): Referrers {
  const endId = endIdOf(graph.runs);
  const starts = new Uint32Array(endId + 1);
  forEachOwnType(graph, (_, words, at) => {
    forEachTypeWord(words, at, (position) => {
      const to = words[position]!;
      if (to < endId) starts[to + 1]!++;
    });
  });
  for (let id = 0; id < endId; id++) starts[id + 1]! += starts[id]!;
  const from = new Uint32Array(starts[endId]!);
  const filled = starts.slice();
  forEachOwnType(graph, (id, words, at) => {
    forEachTypeWord(words, at, (position) => {
      const to = words[position]!;
      if (to < endId) from[filled[to]!++] = id;
    });
  });
  return { of: (id) => [...new Set(from.subarray(starts[id]!, starts[id + 1]!))] };
}

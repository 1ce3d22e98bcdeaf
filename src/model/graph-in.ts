import type { Graph } from "./graph.js";

/** Where the class `Btf` gives its graph: not a property of a value, so that nobody sees it in one. */
export const GRAPH = Symbol("graph");

/**
 * What `graphOf` gives of a `Btf`, apart from the class: an entry that is only ever handed graphs need not carry what
 * they can do.
 */
export function graphIn(btf: object): Graph {
  return (btf as { readonly [GRAPH]: Graph })[GRAPH];
}

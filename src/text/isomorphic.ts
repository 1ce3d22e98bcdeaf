import type { Btf } from "../model/btf.js";
import { colour } from "./isomorphic/colours.js";
import { flatten, NameNumbers } from "./isomorphic/flat-graph.js";
import { Matching } from "./isomorphic/match.js";

/**
 * True when two graphs are equal up to renumbering: the types of one can be paired with those of the other so that
 * names, kinds, values and references agree. Order of types, string offsets, byte order and labels do not count; what
 * stands in a base has to be in the other's base.
 *
 * Time is nearly linear in the size of the graphs, for any that a compiler or a person makes.
 *
 * @throws BtfError E2BIG `isomorphic-limit` for graphs made to be hard: thousands of types that all look alike and
 * refer to each other in ways that only trying all of them could compare
 *
 * @example
 * ```ts
 * const a = btf().addInt("int", 4, "signed").addPtr("int").build();
 * const b = btf().addPtr(2).addInt("int", 4, "signed").build();
 * isomorphic(a, b); // true
 * a.equals(b); // false: [1] is INT in one and PTR in the other
 * ```
 */
export function isomorphic(a: Btf, b: Btf): boolean {
  if (a === b) return true;
  if (a.typeCount !== b.typeCount || a.startId !== b.startId) return false;
  const names = new NameNumbers();
  const flatA = flatten(a, names);
  const flatB = flatten(b, names);
  const colours = colour(flatA, flatB);
  return colours !== undefined && new Matching(flatA, flatB, colours).find();
}

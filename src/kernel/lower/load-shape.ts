import type { Btf } from "../../model/btf.js";
import { lower } from "./lower.js";

/**
 * The graph in the shape that a loader hands to the kernel, from the shape that a compiler writes: `lower` with its
 * defaults, externs as libbpf makes them and a kernel of today.
 *
 * @throws BtfError as `lower`
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").addKsym("int foo(int)").build();
 * verify(graph).ok; // false: extern FUNC, and a DATASEC without a size
 * verify(toLoadShape(graph)).ok; // true
 * ```
 */
export function toLoadShape(graph: Btf): Btf {
  return lower(graph).graph;
}

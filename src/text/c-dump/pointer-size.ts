import { graphOf, type Btf } from "../../model/btf.js";
import { KIND } from "../../wire/kinds.js";
import { encodeName } from "../../wire/names.js";
import type { TypeTable } from "./type-table.js";

/** The ways to write `long` and `unsigned long`. */
const LONG_NAMES = [
  "long",
  "long int",
  "int long",
  "unsigned long",
  "long unsigned",
  "unsigned long int",
  "unsigned int long",
  "long unsigned int",
  "long int unsigned",
  "int unsigned long",
  "int long unsigned",
].map((name) => encodeName(name));

/**
 * Bytes of a pointer: what the file said, else the size of the first INT that is called `long`, else 8. As
 * `graph.pointerSize`, but without an index of all names, which takes longer than to print the types.
 */
export function pointerSizeOf(graph: Btf, table: TypeTable): 4 | 8 {
  for (let one: Btf | undefined = graph; one !== undefined; one = one.base) {
    const { pointerSize } = graphOf(one);
    if (pointerSize !== undefined) return pointerSize;
  }
  const { kinds, words, at } = table;
  for (let id = 1; id < table.count; id++) {
    if (kinds[id] !== KIND.INT) continue;
    const size = words[at[id]! + 2]!;
    if ((size === 4 || size === 8) && LONG_NAMES.some((name) => table.isNamed(id, name))) return size;
  }
  return 8;
}

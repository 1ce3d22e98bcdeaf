import { infoKind, KIND } from "../wire/kinds.js";
import type { Graph } from "./graph.js";
import { readName } from "./read-name.js";

/** The ways to write `long` and `unsigned long`. */
const LONG_NAMES = new Set([
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
]);

/**
 * The size in bytes of the first INT that is called `long`, as libbpf tells the size of a pointer from the types. Looks
 * at each type rather than the index of names, which takes longer to make than most take to use.
 */
export function longSize({ runs }: Graph): 4 | 8 | undefined {
  for (const { segment, endId } of runs) {
    const { words, offsets, firstId } = segment;
    for (let id = firstId; id < endId; id++) {
      const at = offsets[id - firstId]!;
      if (infoKind(words[at + 1]!) !== KIND.INT) continue;
      const size = words[at + 2]!;
      if ((size === 4 || size === 8) && LONG_NAMES.has(readName(runs, words[at]!) ?? "")) return size;
    }
  }
  return undefined;
}

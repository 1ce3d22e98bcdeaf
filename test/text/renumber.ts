import { defineBtf, type Btf } from "btfkit";
import { graphOf } from "../../src/model/btf.js";
import { readName } from "../../src/model/read-name.js";
import { forEachStringWord, forEachTypeWord } from "../../src/wire/shapes.js";
import type { Random } from "../fuzz/random.js";

/** The ids from `first` up to `end`, shuffled. */
export function shuffledIds(random: Random, first: number, end: number): number[] {
  const ids = Array.from({ length: end - first }, (_, i) => first + i);
  for (let i = ids.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [ids[i], ids[j]] = [ids[j]!, ids[i]!];
  }
  return ids;
}

/** The graph with its own types in another order: `order[i]` is the old id of the type that comes at place `i`. */
export function renumbered(graph: Btf, order: readonly number[]): Btf {
  const { runs } = graphOf(graph);
  const newId = new Map(order.map((old, i) => [old, graph.startId + i]));
  return defineBtf(
    (b) => {
      for (const old of order) {
        const words = graph.raw(old);
        forEachStringWord(words, 0, (at) => (words[at] = b.addString(readName(runs, words[at]!)!)));
        forEachTypeWord(words, 0, (at) => (words[at] = newId.get(words[at]!) ?? words[at]!));
        b.addRaw({ name: words[0]!, info: words[1]!, sizeOrType: words[2]!, extra: words.subarray(3) });
      }
    },
    { dangling: true, ...(graph.base && { base: graph.base }) },
  );
}

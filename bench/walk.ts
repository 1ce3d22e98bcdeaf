import type { Graph } from "../src/model/graph.js";
import type { Run } from "../src/model/segment.js";
import {
  elementIsNamed,
  elementTypeColumn,
  elementTypes,
  elementWords,
  headIsType,
  isBare,
  SHAPES,
  trailerTypes,
  trailerWords,
} from "../src/wire/shapes.js";

/** What a walk makes of a string offset. */
type OfName = (offset: number) => number;

function walkRun({ segment, endId }: Run, ofName: OfName): number {
  const { words, offsets, firstId } = segment;
  const count = endId - firstId;
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const at = offsets[index]!;
    const info = words[at + 1]!;
    const shape = SHAPES[(info >>> 24) & 0x7f]!;
    sum += ofName(words[at]!);
    if (headIsType(shape)) sum += words[at + 2]!;
    if (isBare(shape)) continue;
    let next = at + 3;
    const first = next + trailerWords(shape);
    for (const end = next + trailerTypes(shape); next < end; next++) sum += words[next]!;
    const stride = elementWords(shape);
    const end = first + stride * (info & 0xffffff);
    const types = elementTypes(shape);
    if (elementIsNamed(shape)) {
      // A named element has at most one type id, in its second word.
      if (types === 0) for (let element = first; element < end; element += stride) sum += ofName(words[element]!);
      else
        for (let element = first; element < end; element += stride)
          sum += ofName(words[element]!) + words[element + 1]!;
      continue;
    }
    for (let element = first + elementTypeColumn(shape); element < end; element += stride) {
      for (let i = 0; i < types; i++) sum += words[element + i]!;
    }
  }
  return sum;
}

/**
 * The sum of every type id that the graph's own types refer to, and of what `ofName` makes of each of their names and
 * of those of their members, values and parameters: bulk work as the library's own is done, on words.
 */
export function walk({ runs, ownFrom }: Graph, ofName: OfName): number {
  let sum = 0;
  for (let i = ownFrom; i < runs.length; i++) sum += walkRun(runs[i]!, ofName);
  return sum;
}

import { forEachStringWord } from "../wire/shapes.js";
import { endIdOf, type Graph } from "./graph.js";
import { copyTypeWords } from "./graph.js";
import { LONG_STRING, runOfId, runOfString, stringEndAt, wordOffset, type Run } from "./segment.js";

/** How many bytes before the ends of two long strings are equal, as far as somebody looked. */
interface CommonEnd {
  bytes: number;
  isDone: boolean;
}

/** Compares types and names of two graphs. */
class Comparison {
  readonly #a: Graph;
  readonly #b: Graph;
  /** By where the strings end in each graph: a million names can lie in one long string. */
  readonly #commonEnds = new Map<string, CommonEnd>();

  constructor(a: Graph, b: Graph) {
    this.#a = a;
    this.#b = b;
  }

  #names(offsetA: number, offsetB: number): boolean {
    const runA = runOfString(this.#a.runs, offsetA);
    const runB = runOfString(this.#b.runs, offsetB);
    if (runA === undefined || runB === undefined) return runA === runB && offsetA === offsetB;
    const stringsA = runA.segment.strings;
    const stringsB = runB.segment.strings;
    const startA = offsetA - runA.segment.stringStart;
    const startB = offsetB - runB.segment.stringStart;
    const endA = stringEndAt(runA, startA);
    const endB = stringEndAt(runB, startB);
    const length = endA - startA;
    if (length !== endB - startB) return false;
    if (length > LONG_STRING) return this.#longNames(runA, endA, runB, endB, length);
    for (let i = 0; i < length; i++) if (stringsA[startA + i] !== stringsB[startB + i]) return false;
    return true;
  }

  #longNames(runA: Run, endA: number, runB: Run, endB: number, length: number): boolean {
    const key = `${runA.segment.stringStart + endA} ${runB.segment.stringStart + endB}`;
    let common = this.#commonEnds.get(key);
    if (common === undefined) {
      common = { bytes: 0, isDone: false };
      this.#commonEnds.set(key, common);
    }
    while (!common.isDone && common.bytes < length) {
      const before = common.bytes + 1;
      common.isDone = runA.segment.strings[endA - before] !== runB.segment.strings[endB - before];
      if (!common.isDone) common.bytes = before;
    }
    return common.bytes >= length;
  }

  types(id: number): boolean {
    const wordsA = copyTypeWords(this.#a, id);
    const wordsB = copyTypeWords(this.#b, id);
    if (wordsA.length !== wordsB.length || wordsA[1] !== wordsB[1]) return false;
    let same = true;
    forEachStringWord(wordsA, 0, (position) => {
      same &&= this.#names(wordsA[position]!, wordsB[position]!);
      wordsA[position] = 0;
      wordsB[position] = 0;
    });
    return same && wordsA.every((word, i) => word === wordsB[i]);
  }
}

/** True when both graphs have equal types, their bases' included, with the same ids; string offsets may differ. */
export function equalGraphs(a: Graph, b: Graph): boolean {
  const endId = endIdOf(a.runs);
  if (endId !== endIdOf(b.runs)) return false;
  const comparison = new Comparison(a, b);
  for (let id = 1; id < endId; id++) {
    const runA = runOfId(a.runs, id);
    const runB = runOfId(b.runs, id);
    // Graphs that grew from one another share segments; what is the same memory needs no look.
    if (runA.segment === runB.segment && wordOffset(runA, id) === wordOffset(runB, id)) continue;
    if (!comparison.types(id)) return false;
  }
  return true;
}

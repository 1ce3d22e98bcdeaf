import { forEachStringWord } from "../wire/shapes.js";
import { endIdOf, type Graph } from "./graph.js";
import { runOfId, runOfString, wordOffset, type Run } from "./segment.js";
import { copyTypeWords } from "./raw-dump.js";

function equalNames(a: readonly Run[], offsetA: number, b: readonly Run[], offsetB: number): boolean {
  const runA = runOfString(a, offsetA);
  const runB = runOfString(b, offsetB);
  if (runA === undefined || runB === undefined) return runA === runB && offsetA === offsetB;
  const stringsA = runA.segment.strings;
  const stringsB = runB.segment.strings;
  let atA = offsetA - runA.segment.stringStart;
  let atB = offsetB - runB.segment.stringStart;
  while (stringsA[atA] === stringsB[atB]) {
    if (stringsA[atA] === 0 || stringsA[atA] === undefined) return true;
    atA++;
    atB++;
  }
  return false;
}

function equalTypes(a: Graph, b: Graph, id: number): boolean {
  const wordsA = copyTypeWords(a, id);
  const wordsB = copyTypeWords(b, id);
  if (wordsA.length !== wordsB.length || wordsA[1] !== wordsB[1]) return false;
  let same = true;
  forEachStringWord(wordsA, 0, (position) => {
    same &&= equalNames(a.runs, wordsA[position]!, b.runs, wordsB[position]!);
    wordsA[position] = 0;
    wordsB[position] = 0;
  });
  return same && wordsA.every((word, i) => word === wordsB[i]);
}

/** True when both graphs have equal types, their bases' included, with the same ids; string offsets may differ. */
export function equalGraphs(a: Graph, b: Graph): boolean {
  const endId = endIdOf(a.runs);
  if (endId !== endIdOf(b.runs)) return false;
  for (let id = 1; id < endId; id++) {
    const runA = runOfId(a.runs, id);
    const runB = runOfId(b.runs, id);
    // Graphs that grew from one another share segments; what is the same memory needs no look.
    if (runA.segment === runB.segment && wordOffset(runA, id) === wordOffset(runB, id)) continue;
    if (!equalTypes(a, b, id)) return false;
  }
  return true;
}

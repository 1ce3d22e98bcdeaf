import type { Interner } from "../builder/interner.js";
import { mergeRuns } from "../builder/segments.js";
import { endIdOf, stringEndOf, type Graph } from "../model/graph.js";
import { createSegment, runOfId, wordOffset, type Run, type Segment } from "../model/segment.js";

/** Where the words of a type end in its run's segment. */
export function wordEndOf(run: Run, id: number): number {
  return id + 1 < run.endId ? wordOffset(run, id + 1) : run.wordEnd;
}

/** A copy of all words that lie between a type's beginning and the next type. */
export function wordsOf(graph: Graph, id: number): Uint32Array {
  const run = runOfId(graph.runs, id);
  return run.segment.words.slice(wordOffset(run, id), wordEndOf(run, id));
}

/** A segment with other types on the strings of one, and on what is known of these. */
export function onStringsOf(segment: Segment, words: Uint32Array, offsets: Uint32Array, firstId: number): Segment {
  const made = createSegment(words, offsets, segment.strings, firstId, segment.stringStart);
  made.text = segment.text;
  made.textIsPlain = segment.textIsPlain;
  made.stringIndex = segment.stringIndex;
  return made;
}

/** A run with some of its types in other words: one copy, in which what changed its length moves the rest. */
function rewriteRun(run: Run, changed: readonly (readonly [id: number, words: Uint32Array])[]): Run {
  const { segment, endId, wordEnd } = run;
  const { firstId } = segment;
  const before = changed.map(([id]) => wordEndOf(run, id) - wordOffset(run, id));
  const growth = changed.reduce((sum, [, { length }], i) => sum + length - before[i]!, 0);
  const words = new Uint32Array(wordEnd + growth);
  const isInPlace = changed.every(([, { length }], i) => length === before[i]);
  const offsets = isInPlace ? segment.offsets : segment.offsets.slice(0, endId - firstId);
  let from = 0;
  let to = 0;
  const copyUntil = (end: number): void => {
    words.set(segment.words.subarray(from, end), to);
    to += end - from;
    from = end;
  };
  for (const [i, [id, put]] of changed.entries()) {
    copyUntil(wordOffset(run, id));
    words.set(put, to);
    to += put.length;
    from += before[i]!;
    const shift = to - from;
    if (shift === 0) continue;
    const last = changed[i + 1]?.[0] ?? endId - 1;
    for (let later = id + 1; later <= last; later++) offsets[later - firstId]! += shift;
  }
  copyUntil(wordEnd);
  return { ...run, segment: onStringsOf(segment, words, offsets, firstId), wordEnd: words.length };
}

/** The last run: types that are added, and strings that an edit brought. */
export function addedRun(added: readonly Uint32Array[], names: Interner, firstId: number): Run {
  const words = new Uint32Array(added.reduce((sum, { length }) => sum + length, 0));
  const offsets = new Uint32Array(added.length);
  let wordEnd = 0;
  for (const [i, put] of added.entries()) {
    offsets[i] = wordEnd;
    words.set(put, wordEnd);
    wordEnd += put.length;
  }
  const segment = onStringsOf(names.segment, words, offsets, firstId);
  return { segment, endId: firstId + added.length, wordEnd, stringEnd: names.stringEnd };
}

/** After so many runs small ones are copied together, so that a look-up never walks a long list. */
const MOST_RUNS = 16;

function bytesOf({ segment, wordEnd, stringEnd }: Run): number {
  return wordEnd * 4 + stringEnd - segment.stringStart;
}

/** The runs with the last ones copied together while there are too many: those that are small beside what follows. */
function compactRuns(runs: readonly Run[], ownFrom: number): readonly Run[] {
  if (runs.length - ownFrom <= MOST_RUNS) return runs;
  let first = runs.length - 1;
  let size = bytesOf(runs[first]!) + 1;
  while (first > ownFrom && bytesOf(runs[first - 1]!) < 2 * size) size += bytesOf(runs[--first]!);
  return [...runs.slice(0, first), mergeRuns(runs.slice(first))];
}

/**
 * A graph with some types in other words and types added at its end; ids stay. What holds no changed type is shared.
 *
 * @param names what the words' names were interned with, on the graph's runs
 */
export function rewriteTypes(
  graph: Graph,
  changed: ReadonlyMap<number, Uint32Array>,
  added: readonly Uint32Array[],
  names: Interner,
): Graph {
  const ascending = [...changed].sort(([a], [b]) => a - b);
  const runs = graph.runs.map((run, i) => {
    if (i < graph.ownFrom) return run;
    const inRun = ascending.filter(([id]) => id >= run.segment.firstId && id < run.endId);
    return inRun.length === 0 ? run : rewriteRun(run, inRun);
  });
  if (added.length > 0 || names.stringEnd > stringEndOf(runs)) runs.push(addedRun(added, names, endIdOf(runs)));
  return { ...graph, runs: compactRuns(runs, graph.ownFrom), source: undefined };
}

import { createSegment, type Run, type Segment } from "../model/segment.js";
import { endIdOf, stringEndOf } from "../model/graph.js";
import { createStringIndex } from "../model/string-index.js";

/** After so many segments small ones are copied together, so that a look-up never walks a long list. */
const MOST_SEGMENTS = 16;

/** A segment to add to; a branch of something larger is most often small. */
export function emptySegment(prefix: readonly Run[]): Segment {
  const isBranch = prefix.length > 1;
  const segment = createSegment(
    new Uint32Array(isBranch ? 32 : 1 << 12),
    new Uint32Array(isBranch ? 8 : 1 << 10),
    new Uint8Array(isBranch ? 64 : 1 << 12),
    endIdOf(prefix),
    stringEndOf(prefix),
  );
  segment.stringIndex = createStringIndex(isBranch ? 1 << 3 : 1 << 10);
  return segment;
}

/** The runs with the last ones copied together while there are too many: those that are small beside what stands before them. */
export function compact(runs: readonly Run[], ownFrom: number): readonly Run[] {
  if (runs.length - ownFrom <= MOST_SEGMENTS) return runs;
  let first = runs.length - 1;
  let words = runs[first]!.wordEnd;
  while (first > ownFrom && runs[first - 1]!.wordEnd < 2 * words) words += runs[--first]!.wordEnd;
  return [...runs.slice(0, first), mergeRuns(runs.slice(first))];
}

/** One run with copies of the types and strings of neighbouring runs. */
export function mergeRuns(runs: readonly Run[]): Run {
  const { firstId, stringStart } = runs[0]!.segment;
  const endId = endIdOf(runs);
  const stringEnd = stringEndOf(runs);
  const words = new Uint32Array(runs.reduce((sum, run) => sum + run.wordEnd, 0));
  const offsets = new Uint32Array(endId - firstId);
  const strings = new Uint8Array(stringEnd - stringStart);
  let wordEnd = 0;
  for (const { segment, endId: runEnd, wordEnd: runWords, stringEnd: runStrings } of runs) {
    words.set(segment.words.subarray(0, runWords), wordEnd);
    for (let id = segment.firstId; id < runEnd; id++) {
      offsets[id - firstId] = wordEnd + segment.offsets[id - segment.firstId]!;
    }
    strings.set(segment.strings.subarray(0, runStrings - segment.stringStart), segment.stringStart - stringStart);
    wordEnd += runWords;
  }
  return { segment: createSegment(words, offsets, strings, firstId, stringStart), endId, wordEnd, stringEnd };
}

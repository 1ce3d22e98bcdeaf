import { HEAD_WORDS } from "../wire/kinds.js";
import type { DerivedIndex, NameIndex, StringIndex } from "./indexes.js";

/**
 * Types and strings that lie together in memory. A segment only ever grows at its end, so that any number of graphs
 * can stand on its beginning. Words are in host order.
 */
export interface Segment {
  /** The types' words; those in use come first. */
  words: Uint32Array;
  /** Word offset of each type, by id minus `firstId`. */
  offsets: Uint32Array;
  /** The strings' bytes; those in use come first. */
  strings: Uint8Array;
  readonly firstId: number;
  /** The string offset that the first byte of `strings` has. */
  readonly stringStart: number;
  /** The strings as text, one character a byte, made when many names are asked for. */
  text: string;
  /** True when `text` is all ASCII: no name cut from it has to be looked through. */
  textIsAscii: boolean;
  /** True when `text` is all ASCII, ends in a NUL and has no long string that anybody asked for. */
  textIsPlain: boolean;
  /** Names decoded one by one since `text` was last made. */
  nameReads: number;
  /** Where strings end that are too long to look for their end each time; see {@link stringEndAt}. */
  longStrings: LongStrings | undefined;
  stringIndex: StringIndex | undefined;
  nameIndex: NameIndex | undefined;
  derivedIndex: DerivedIndex | undefined;
}

/** Long strings by where they end, ascending, each from the first offset in it that somebody asked for. */
interface LongStrings {
  readonly starts: number[];
  readonly ends: number[];
}

/** The part of a segment that one graph sees: all before `endId`, `wordEnd` and `stringEnd`. */
export interface Run {
  readonly segment: Segment;
  /** One more than the last id. */
  readonly endId: number;
  /** Words in use. */
  readonly wordEnd: number;
  /** One more than the last string offset. */
  readonly stringEnd: number;
}

/** A segment on the given arrays. */
export function createSegment(
  words: Uint32Array,
  offsets: Uint32Array,
  strings: Uint8Array,
  firstId: number,
  stringStart: number,
): Segment {
  return {
    words,
    offsets,
    strings,
    firstId,
    stringStart,
    text: "",
    textIsAscii: false,
    textIsPlain: false,
    nameReads: 0,
    longStrings: undefined,
    stringIndex: undefined,
    nameIndex: undefined,
    derivedIndex: undefined,
  };
}

/** The run that every graph begins with: id 0, VOID, and no strings. */
export const VOID_RUN: Run = {
  segment: createSegment(new Uint32Array(HEAD_WORDS), new Uint32Array(1), new Uint8Array(0), 0, 0),
  endId: 1,
  wordEnd: HEAD_WORDS,
  stringEnd: 0,
};

/** The run that holds a type id, which must be below the last run's end. */
export function runOfId(runs: readonly Run[], id: number): Run {
  let at = runs.length - 1;
  while (at > 0 && id < runs[at]!.segment.firstId) at--;
  return runs[at]!;
}

/** The run that holds a string offset, or undefined beyond the last. */
export function runOfString(runs: readonly Run[], offset: number): Run | undefined {
  let at = runs.length - 1;
  // Most look-ups end here; a loop alone would make reading all names a few percent slower.
  const last = runs[at]!;
  if (offset >= last.segment.stringStart) return offset < last.stringEnd ? last : undefined;
  while (at > 0 && offset < runs[at]!.segment.stringStart) at--;
  const run = runs[at]!;
  return offset < run.stringEnd ? run : undefined;
}

/** The word offset of a type in its run's segment. */
export function wordOffset(run: Run, id: number): number {
  return run.segment.offsets[id - run.segment.firstId]!;
}

/**
 * A string of more bytes is long. A million names can point into one string of many megabytes, and reading each to its
 * end would never end; no kernel takes a name of this length.
 */
export const LONG_STRING = 1024;

/** One more than the last byte, in `segment.strings`, of the string that begins at `start` there. */
export function stringEndAt(run: Run, start: number): number {
  const { strings, stringStart, longStrings } = run.segment;
  const limit = run.stringEnd - stringStart;
  if (longStrings !== undefined) {
    const known = longStringAt(longStrings, start);
    if (longStrings.starts[known]! <= start) return Math.min(longStrings.ends[known]!, limit);
  }
  const near = Math.min(limit, start + LONG_STRING);
  let end = start;
  while (end < near && strings[end] !== 0) end++;
  return end < near || end === limit ? end : longStringEnd(run.segment, start, end, limit);
}

/** The index of the first long string that ends at `start` or after it. */
function longStringAt({ ends }: LongStrings, start: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Finds the end of a string that goes on at `from`, and remembers it for all that lies between. */
function longStringEnd(segment: Segment, start: number, from: number, limit: number): number {
  const end = segment.strings.indexOf(0, from);
  // A string that no NUL closes may go on in a later graph's part of the segment.
  if (end === -1 || end >= limit) return limit;
  const long = (segment.longStrings ??= { starts: [], ends: [] });
  const at = longStringAt(long, end);
  if (long.ends[at] === end) long.starts[at] = start;
  else {
    long.starts.splice(at, 0, start);
    long.ends.splice(at, 0, end);
  }
  return end;
}

/** Calls `f` with each id of a run from `startId` on and its word offset in the run's segment. */
export function forEachRunType(run: Run, startId: number, f: (id: number, at: number) => void): void {
  const { offsets, firstId } = run.segment;
  for (let id = Math.max(startId, firstId); id < run.endId; id++) f(id, offsets[id - firstId]!);
}

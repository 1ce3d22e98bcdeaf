import { grownLength } from "../wire/words.js";
import type { StringIndex } from "./indexes.js";
import type { Run, Segment } from "./segment.js";
import { stringEndAt } from "./segment.js";

/** Mixes the last bits of a hash that was made step by step from the length on, as {@link hashBytes} does. */
export function hashEnd(hash: number): number {
  let mixed = hash ^ (hash >>> 15);
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

/** Takes one byte into a hash, or four in one word. */
export function hashStep(hash: number, bytes: number): number {
  const mixed = Math.imul(hash ^ bytes, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

/** The hash of the bytes from `start` up to `end`: four at a time, then those that are left. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = hashStep(hash, bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
  }
  for (; at < end; at++) hash = hashStep(hash, bytes[at]!);
  return hashEnd(hash);
}

function emptyIndex(capacity: number): StringIndex {
  return { table: new Int32Array(capacity * 2), used: 0 };
}

/** An index for a segment whose strings will be added as they come; `capacity` is a power of two. */
export function createStringIndex(capacity: number): StringIndex {
  return emptyIndex(capacity);
}

/** The segment's own index, made from its strings when it has none yet. */
export function stringIndexOf(run: Run): StringIndex {
  const { segment } = run;
  if (segment.stringIndex !== undefined) return segment.stringIndex;
  const length = run.stringEnd - segment.stringStart;
  let capacity = 1 << 10;
  while (capacity * 8 < length) capacity *= 2;
  const index = emptyIndex(capacity);
  for (let start = 0; start < length;) {
    const end = stringEndAt(run, start);
    const hash = hashBytes(segment.strings, start, end);
    const slot = findSlot(index, segment, hash, segment.strings, start, end - start);
    if (index.table[slot] === 0) insertAt(index, slot, start, hash);
    start = end + 1;
  }
  segment.stringIndex = index;
  return index;
}

/**
 * The place in the table of the string equal to `length` bytes of `source` at `start`, or the free place where it would
 * go.
 */
export function findSlot(
  index: StringIndex,
  segment: Segment,
  hash: number,
  source: Uint8Array,
  start: number,
  length: number,
): number {
  const { table } = index;
  const { strings } = segment;
  const mask = table.length - 2;
  let slot = (hash << 1) & mask;
  for (;;) {
    const held = table[slot]!;
    if (held === 0) return slot;
    if (table[slot + 1] === hash) {
      const at = held - 1;
      let same = 0;
      while (same < length && strings[at + same] === source[start + same]) same++;
      if (same === length && strings[at + length] === 0) return slot;
    }
    slot = (slot + 2) & mask;
  }
}

/** Fills the free place that {@link findSlot} gave with the string at `offset` of the segment's strings. */
export function insertAt(index: StringIndex, slot: number, offset: number, hash: number): void {
  index.table[slot] = offset + 1;
  index.table[slot + 1] = hash;
  // Two words a string: the table is at most half full.
  if (++index.used * 4 > index.table.length)
    index.table = rehash(index, grownLength(index.table.length), Infinity).table;
}

/** An index with what another holds of the strings before `end`, in a table of `length` words. */
function rehash({ table }: StringIndex, length: number, end: number): StringIndex {
  const made: StringIndex = { table: new Int32Array(length), used: 0 };
  const mask = length - 2;
  for (let old = 0; old < table.length; old += 2) {
    const held = table[old]!;
    if (held === 0 || held > end) continue;
    const hash = table[old + 1]!;
    let slot = (hash << 1) & mask;
    while (made.table[slot] !== 0) slot = (slot + 2) & mask;
    made.table[slot] = held;
    made.table[slot + 1] = hash;
    made.used++;
  }
  return made;
}

/** Forgets every string at `offset` or later of the segment's strings. */
export function truncateIndex(index: StringIndex, offset: number): void {
  const { table, used } = rehash(index, index.table.length, offset);
  index.table = table;
  index.used = used;
}

/** The offset of a string equal to `length` bytes of `source` at `start`, in the first run that holds one; else -1. */
export function findStringInRuns(
  runs: readonly Run[],
  hash: number,
  source: Uint8Array,
  start: number,
  length: number,
): number {
  if (length === 0) return 0;
  for (const run of runs) {
    if (run.stringEnd === run.segment.stringStart) continue;
    const index = stringIndexOf(run);
    const held = index.table[findSlot(index, run.segment, hash, source, start, length)]!;
    const offset = held - 1 + run.segment.stringStart;
    if (held !== 0 && offset < run.stringEnd) return offset;
  }
  return -1;
}

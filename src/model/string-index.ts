import type { StringIndex } from "./indexes.js";
import type { Run, Segment } from "./segment.js";
import { stringEndAt } from "./segment.js";

/** Mixes the last bits of a hash that was made with {@link hashStep} from the length on. */
export function hashEnd(hash: number): number {
  let mixed = hash ^ (hash >>> 15);
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

/** Takes one byte into a hash. */
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** The hash of the bytes from `start` up to `end`. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hashEnd(hash);
}

function emptyIndex(capacity: number): StringIndex {
  return { slots: new Uint32Array(capacity), hashes: new Int32Array(capacity), used: 0 };
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
    if (index.slots[slot] === 0) insertAt(index, slot, start, hash);
    start = end + 1;
  }
  segment.stringIndex = index;
  return index;
}

/** The slot that holds the string equal to `length` bytes of `source` at `start`, or the free slot where it would go. */
export function findSlot(
  index: StringIndex,
  segment: Segment,
  hash: number,
  source: Uint8Array,
  start: number,
  length: number,
): number {
  const { slots, hashes } = index;
  const { strings } = segment;
  const mask = slots.length - 1;
  let slot = hash & mask;
  for (;;) {
    const held = slots[slot]!;
    if (held === 0) return slot;
    if (hashes[slot] === hash) {
      const at = held - 1;
      let same = 0;
      while (same < length && strings[at + same] === source[start + same]) same++;
      if (same === length && strings[at + length] === 0) return slot;
    }
    slot = (slot + 1) & mask;
  }
}

/** Fills the free slot that {@link findSlot} gave with the string at `offset` of the segment's strings. */
export function insertAt(index: StringIndex, slot: number, offset: number, hash: number): void {
  index.slots[slot] = offset + 1;
  index.hashes[slot] = hash;
  if (++index.used * 2 > index.slots.length) grow(index);
}

function grow(index: StringIndex): void {
  const larger = emptyIndex(index.slots.length * 2);
  const mask = larger.slots.length - 1;
  for (let old = 0; old < index.slots.length; old++) {
    const held = index.slots[old]!;
    if (held === 0) continue;
    const hash = index.hashes[old]!;
    let slot = hash & mask;
    while (larger.slots[slot] !== 0) slot = (slot + 1) & mask;
    larger.slots[slot] = held;
    larger.hashes[slot] = hash;
  }
  index.slots = larger.slots;
  index.hashes = larger.hashes;
}

/** Forgets every string at `offset` or later of the segment's strings. */
export function truncateIndex(index: StringIndex, offset: number): void {
  const kept = emptyIndex(index.slots.length);
  const mask = kept.slots.length - 1;
  for (let old = 0; old < index.slots.length; old++) {
    const held = index.slots[old]!;
    if (held === 0 || held - 1 >= offset) continue;
    let slot = index.hashes[old]! & mask;
    while (kept.slots[slot] !== 0) slot = (slot + 1) & mask;
    kept.slots[slot] = held;
    kept.hashes[slot] = index.hashes[old]!;
    kept.used++;
  }
  index.slots = kept.slots;
  index.hashes = kept.hashes;
  index.used = kept.used;
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
    const held = index.slots[findSlot(index, run.segment, hash, source, start, length)]!;
    const offset = held - 1 + run.segment.stringStart;
    if (held !== 0 && offset < run.stringEnd) return offset;
  }
  return -1;
}

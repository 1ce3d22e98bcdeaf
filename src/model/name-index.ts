import type { NameIndex } from "./indexes.js";
import type { Run, Segment } from "./segment.js";
import { forEachRunType, LONG_STRING, runOfString, stringEndAt } from "./segment.js";
import { hashBytes } from "./string-index.js";

function emptyIndex(capacity: number, firstId: number): NameIndex {
  return {
    slots: new Uint32Array(capacity),
    hashes: new Int32Array(capacity),
    tails: new Uint32Array(capacity),
    used: 0,
    next: new Uint32Array(0),
    endId: firstId,
  };
}

function grow(index: NameIndex): void {
  const larger = emptyIndex(index.slots.length * 2, 0);
  const mask = larger.slots.length - 1;
  for (let old = 0; old < index.slots.length; old++) {
    if (index.slots[old] === 0) continue;
    let slot = index.hashes[old]! & mask;
    while (larger.slots[slot] !== 0) slot = (slot + 1) & mask;
    larger.slots[slot] = index.slots[old]!;
    larger.hashes[slot] = index.hashes[old]!;
    larger.tails[slot] = index.tails[old]!;
  }
  index.slots = larger.slots;
  index.hashes = larger.hashes;
  index.tails = larger.tails;
}

/** True when the string at `offset` is `length` bytes of `source` at `start`. */
function isString(run: Run, offset: number, source: Uint8Array, start: number, length: number): boolean {
  const { strings, stringStart } = run.segment;
  const at = offset - stringStart;
  let same = 0;
  while (same < length && strings[at + same] === source[start + same]) same++;
  return same === length && stringEndAt(run, at) === at + length;
}

/** The slot of the name that is `length` bytes of `source` at `start`, or the free slot where it would go. */
function findSlot(
  index: NameIndex,
  segment: Segment,
  runs: readonly Run[],
  hash: number,
  source: Uint8Array,
  start: number,
  length: number,
): number {
  const mask = index.slots.length - 1;
  let slot = hash & mask;
  for (;;) {
    const id = index.slots[slot]!;
    if (id === 0) return slot;
    if (index.hashes[slot] === hash) {
      const offset = segment.words[segment.offsets[id - segment.firstId]!]!;
      const run = runOfString(runs, offset);
      // A name beyond these runs belongs to a type that another graph on this segment added later.
      if (run !== undefined && isString(run, offset, source, start, length)) return slot;
    }
    slot = (slot + 1) & mask;
  }
}

/** The index of a run's segment with every type of the run in it. */
function nameIndexOf(run: Run, runs: readonly Run[]): NameIndex {
  const { segment } = run;
  const index = (segment.nameIndex ??= emptyIndex(1 << 8, segment.firstId));
  if (index.endId >= run.endId) return index;
  const count = run.endId - segment.firstId;
  if (index.next.length < count) {
    const next = new Uint32Array(Math.max(count, index.next.length * 2));
    next.set(index.next);
    index.next = next;
  }
  forEachRunType(run, index.endId, (id, at) => {
    const offset = segment.words[at]!;
    const named = offset === 0 ? undefined : runOfString(runs, offset);
    if (named === undefined) return;
    const strings = named.segment.strings;
    const start = offset - named.segment.stringStart;
    const end = stringEndAt(named, start);
    if (end === start || end - start > LONG_STRING) return;
    const hash = hashBytes(strings, start, end);
    const slot = findSlot(index, segment, runs, hash, strings, start, end - start);
    if (index.slots[slot] !== 0) {
      index.next[index.tails[slot]! - segment.firstId] = id;
      index.tails[slot] = id;
      return;
    }
    index.slots[slot] = id;
    index.hashes[slot] = hash;
    index.tails[slot] = id;
    if (++index.used * 2 > index.slots.length) grow(index);
  });
  index.endId = run.endId;
  return index;
}

/**
 * Calls `f` with the ids of the types whose name is `name`, in ascending order, until it returns true; returns that
 * id, or undefined.
 */
export function findNamed(
  runs: readonly Run[],
  name: Uint8Array,
  f: (id: number, run: Run) => boolean,
): number | undefined {
  if (name.length === 0) return undefined;
  if (name.length > LONG_STRING) return findLongNamed(runs, name, f);
  const hash = hashBytes(name, 0, name.length);
  for (const run of runs) {
    if (run.endId === run.segment.firstId) continue;
    const index = nameIndexOf(run, runs);
    let id = index.slots[findSlot(index, run.segment, runs, hash, name, 0, name.length)]!;
    while (id !== 0 && id < run.endId) {
      if (f(id, run)) return id;
      id = index.next[id - run.segment.firstId]!;
    }
  }
  return undefined;
}

/**
 * {@link findNamed} for a name that is too long for the index: hashing the names of a million types that all lie in one
 * string of many megabytes would never end. Here only names of the right length are read, each offset once.
 */
function findLongNamed(
  runs: readonly Run[],
  name: Uint8Array,
  f: (id: number, run: Run) => boolean,
): number | undefined {
  const isName = new Map<number, boolean>();
  for (const run of runs) {
    const { words, offsets, firstId } = run.segment;
    for (let id = firstId; id < run.endId; id++) {
      const offset = words[offsets[id - firstId]!]!;
      let same = isName.get(offset);
      if (same === undefined) {
        const named = runOfString(runs, offset);
        const start = named === undefined ? 0 : offset - named.segment.stringStart;
        same =
          named !== undefined &&
          stringEndAt(named, start) === start + name.length &&
          isString(named, offset, name, 0, name.length);
        isName.set(offset, same);
      }
      if (same && f(id, run)) return id;
    }
  }
  return undefined;
}

import { infoKind, KIND_NAMES } from "../wire/kinds.js";
import { forEachTypeWord } from "../wire/shapes.js";
import type { Interner } from "../builder/interner.js";
import { BtfError } from "../model/errors.js";
import { endIdOf, startIdOf, stringEndOf, stringStartOf, type Graph } from "../model/graph.js";
import { createSegment, wordOffset, type Run, type Segment } from "../model/segment.js";
import { addedRun, onStringsOf, wordEndOf } from "./rewrite-types.js";

/** The strings of a graph's own runs, in one segment without types. */
function ownStrings(graph: Graph): Segment {
  const own = graph.runs.slice(graph.ownFrom);
  if (own.length === 1) return own[0]!.segment;
  const start = stringStartOf(graph);
  const strings = new Uint8Array(stringEndOf(graph.runs) - start);
  for (const { segment, stringEnd } of own) {
    strings.set(segment.strings.subarray(0, stringEnd - segment.stringStart), segment.stringStart - start);
  }
  return createSegment(new Uint32Array(0), new Uint32Array(0), strings, 0, start);
}

function refuseUnknown(id: number, kind: number): never {
  throw new BtfError(
    `type [${id}]: kind ${kind} is unknown, and so is which of its words are type ids; types can't be renumbered beside it`,
    { code: "ENOTSUPP", rule: "unknown-kind", typeId: id },
  );
}

/** Labels with the ids that their types have now; those of removed types are gone. */
function movedLabels(ids: Graph["ids"], newIds: Uint32Array): Graph["ids"] {
  const moved = Object.create(null) as Record<string, number>;
  for (const [label, id] of Object.entries(ids)) {
    const to = newIds[id] ?? id;
    if (to !== 0) moved[label] = to;
  }
  return Object.freeze(moved);
}

/** What {@link renumber} gives: the graph, and the new id of each old one, 0 for a type that is gone. */
export interface Renumbered {
  readonly graph: Graph;
  readonly newIds: Uint32Array;
}

/**
 * A graph without some types, or with types put in between: all ids move together and references follow. One pass over
 * the words, without an object for any type.
 *
 * @param removed 1 for each own id that goes
 * @param inserted words by the id that the type gets; what they refer to is numbered as in the result
 * @param names what the inserted words' names were interned with
 */
export function renumber(
  graph: Graph,
  removed: Uint8Array,
  inserted: ReadonlyMap<number, Uint32Array>,
  names?: Interner,
): Renumbered {
  const { runs, ownFrom } = graph;
  const own = runs.slice(ownFrom);
  const startId = startIdOf(graph);
  const endId = endIdOf(runs);
  const newIds = new Uint32Array(endId);
  for (let id = 0; id < startId; id++) newIds[id] = id;
  let length = 0;
  for (const run of own) length += run.wordEnd;
  for (const put of inserted.values()) length += put.length;
  const words = new Uint32Array(length);
  const offsets = new Uint32Array(endId - startId + inserted.size);
  let next = startId;
  let wordEnd = 0;
  let unknown = 0;
  let unknownKind = 0;
  let moves = false;
  const insert = (): void => {
    for (let put = inserted.get(next); put !== undefined; put = inserted.get(next)) {
      offsets[next++ - startId] = wordEnd;
      words.set(put, wordEnd);
      wordEnd += put.length;
    }
  };
  for (const run of own) {
    const source = run.segment.words;
    for (let id = run.segment.firstId; id < run.endId; id++) {
      insert();
      if (removed[id] === 1) continue;
      newIds[id] = next;
      moves ||= next !== id;
      offsets[next++ - startId] = wordEnd;
      const start = wordOffset(run, id);
      const end = wordEndOf(run, id);
      const kind = infoKind(source[start + 1]!);
      if (KIND_NAMES[kind] === undefined) {
        unknown = id;
        unknownKind = kind;
      }
      for (let at = start; at < end; at++) words[wordEnd++] = source[at]!;
    }
  }
  insert();
  if (moves) {
    if (unknown !== 0) refuseUnknown(unknown, unknownKind);
    for (let id = startId; id < next; id++) {
      if (inserted.has(id)) continue;
      forEachTypeWord(words, offsets[id - startId]!, (position) => {
        const to = words[position]!;
        // What was built with dangling references keeps them.
        if (to < endId) words[position] = newIds[to]!;
      });
    }
  }
  const strings = ownStrings(graph);
  const merged: Run = {
    segment: onStringsOf(strings, words.subarray(0, wordEnd), offsets.subarray(0, next - startId), startId),
    endId: next,
    wordEnd,
    stringEnd: stringEndOf(runs),
  };
  const made = [...runs.slice(0, ownFrom), merged];
  if (names !== undefined && names.stringEnd > stringEndOf(runs)) made.push(addedRun([], names, next));
  return { graph: { ...graph, runs: made, source: undefined, ids: movedLabels(graph.ids, newIds) }, newIds };
}

import { BtfError } from "../model/errors.js";
import { graphOf, type Btf } from "../model/btf.js";
import { checkId, endIdOf, locate, startIdOf, stringStartOf, type Graph } from "../model/graph.js";
import { runOfString, stringEndAt } from "../model/segment.js";
import { infoKind } from "../wire/kinds.js";
import { remapType, SHAPES, typeWords } from "../wire/shapes.js";
import type { Arena } from "./arena.js";

/** Maps string offsets of another graph to those of the arena, adding each string once. */
function stringMapper(arena: Arena, graph: Graph): (offset: number) => number {
  const start = stringStartOf(graph);
  const last = graph.runs[graph.runs.length - 1]!;
  // One word a byte of strings: the fastest map there is, and never touched where no string begins.
  const known = new Uint32Array(last.stringEnd - start);
  return (offset) => {
    if (offset === 0) return 0;
    const isOwn = offset >= start && offset < last.stringEnd;
    const seen = isOwn ? known[offset - start]! : 0;
    if (seen !== 0) return seen;
    const run = runOfString(graph.runs, offset);
    if (run === undefined) {
      throw new BtfError(`addBtf: a name offset ${offset} is beyond the strings of the source`, {
        code: "EINVAL",
        rule: "string-offset",
      });
    }
    const from = offset - run.segment.stringStart;
    const mapped = arena.internBytes(run.segment.strings, from, stringEndAt(run, from) - from);
    if (isOwn) known[offset - start] = mapped;
    return mapped;
  };
}

/** True when a split source stands on the very base that the arena stands on. */
function sharesBase(arena: Arena, graph: Graph): boolean {
  if (graph.ownFrom !== arena.ownFrom) return false;
  return graph.runs.slice(0, graph.ownFrom).every((run, i) => {
    const other = arena.prefix[i]!;
    return run.segment === other.segment && run.endId === other.endId && run.stringEnd === other.stringEnd;
  });
}

/**
 * Appends all own types of a graph, as `btf__add_btf`: ids are renumbered, strings shared. A split source must stand on
 * the same base. Returns the id of the first.
 */
export function addGraph(arena: Arena, source: Btf): number {
  const graph = graphOf(source);
  const isSplit = graph.ownFrom > 1;
  if (isSplit && !sharesBase(arena, graph)) {
    throw new BtfError("addBtf: the source is split and stands on another base than this builder", {
      code: "EOPNOTSUPP",
      rule: "split-source",
    });
  }
  const startId = startIdOf(graph);
  const stringStart = isSplit ? stringStartOf(graph) : 0;
  const firstId = arena.nextId;
  const shift = firstId - startId;
  const mapString = stringMapper(arena, graph);
  const mapOwn = (offset: number): number => (offset < stringStart ? offset : mapString(offset));
  const runs = graph.runs.slice(graph.ownFrom);
  arena.reserve(
    endIdOf(graph.runs) - startId,
    runs.reduce((sum, run) => sum + run.wordEnd, 0),
  );
  for (const { segment, endId, wordEnd } of runs) {
    const at = arena.wordEnd;
    const target = arena.segment;
    target.words.set(segment.words.subarray(0, wordEnd), at);
    const index = arena.nextId - target.firstId - segment.firstId;
    for (let id = segment.firstId; id < endId; id++) {
      const moved = at + segment.offsets[id - segment.firstId]!;
      target.offsets[index + id] = moved;
      const max = remapType(target.words, moved, mapOwn, startId, shift);
      if (max === -1) throw unknownKind("addBtf", id, segment.words[moved - at + 1]!);
      if (max > arena.maxReference) arena.maxReference = max;
    }
    arena.nextId += endId - segment.firstId;
    arena.wordEnd = at + wordEnd;
  }
  arena.stamp++;
  return firstId;
}

function unknownKind(call: string, id: number, info: number): BtfError {
  return new BtfError(`${call}: type [${id}] of the source has kind ${infoKind(info)}, which is not known`, {
    code: "EINVAL",
    rule: "kind",
    typeId: id,
  });
}

/** Appends a copy of one type, as `btf__add_type`: strings are shared, type ids stay the numbers they are. */
export function addOneType(arena: Arena, source: Btf, id: number): number {
  const graph = graphOf(source);
  checkId(graph.runs, id, "addType");
  if (id === 0) {
    throw new BtfError("addType: type id is 0, a type other than void expected", {
      code: "EINVAL",
      rule: "add-void",
      typeId: 0,
    });
  }
  const { words, at } = locate(graph.runs, id);
  const length = typeWords(SHAPES, words[at + 1]!);
  const mapString = stringMapper(arena, graph);
  const copy = words.slice(at, at + length);
  const max = remapType(copy, 0, mapString, 1, 0);
  if (max === -1) throw unknownKind("addType", id, words[at + 1]!);
  if (max > arena.maxReference) arena.maxReference = max;
  const added = arena.head(copy[0]!, copy[1]!, copy[2]!);
  arena.rawWords(copy.subarray(3));
  return added;
}

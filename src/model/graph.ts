import type { Endian, Header } from "../wire/header.js";
import type { Diagnostic } from "./diagnostic.js";
import { SHAPES, typeWords } from "../wire/shapes.js";
import { BtfError } from "./errors.js";
import { runOfId, VOID_RUN, wordOffset, type Run } from "./segment.js";

export type { Diagnostic } from "./diagnostic.js";

/** The bytes that a graph was decoded from: header, gaps and order as found. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly header: Header;
}

/**
 * How a graph reads C spellings, and how it shows itself. Whoever makes a graph chooses, so that a program that only
 * decodes carries neither a parser of C types nor a dump.
 */
export interface Notation {
  /** The id of the type that a spelling names. @throws BtfError ENOENT `unknown-type` when there is none */
  findSpelling(runs: readonly Run[], spelling: string): number;
  /** What `console.log` and test diffs show. */
  show(graph: Graph): string;
}

/** What a {@link Btf} holds. Everything in the library that works on many types at once reads this. */
export interface Graph {
  /** VOID's run, then those of the bases, then the graph's own, in ascending order of ids and string offsets. */
  readonly runs: readonly Run[];
  /** The index in `runs` of the first run of its own. */
  readonly ownFrom: number;
  readonly endian: Endian;
  /** Bytes of a pointer on the target; undefined when only the types can tell. */
  readonly pointerSize: 4 | 8 | undefined;
  /** The layout section in the host's byte order; empty when there is none. */
  readonly layout: Uint8Array;
  /** Present while nothing was changed. */
  readonly source: Source | undefined;
  readonly ids: Readonly<Record<string, number>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly notation: Notation;
}

/** The runs that a graph begins with when it has no base. */
export const ROOT_RUNS: readonly Run[] = [VOID_RUN];

/** One more than a graph's last id. */
export function endIdOf(runs: readonly Run[]): number {
  return runs[runs.length - 1]!.endId;
}

/** One more than a graph's last string offset. */
export function stringEndOf(runs: readonly Run[]): number {
  return runs[runs.length - 1]!.stringEnd;
}

/** The first id that is a graph's own: 1, or the base's type count. */
export function startIdOf(graph: Graph): number {
  return endIdOf(graph.runs.slice(0, graph.ownFrom));
}

/** The first string offset that is a graph's own: 0, or where the base's strings end. */
export function stringStartOf(graph: Graph): number {
  return stringEndOf(graph.runs.slice(0, graph.ownFrom));
}

/** Calls `f` with every id that is the graph's own, the words that hold the type, and its word offset in them. */
export function forEachOwnType(graph: Graph, f: (id: number, words: Uint32Array, at: number) => void): void {
  for (let i = graph.ownFrom; i < graph.runs.length; i++) {
    const { segment, endId } = graph.runs[i]!;
    const { words, offsets, firstId } = segment;
    for (let id = firstId; id < endId; id++) f(id, words, offsets[id - firstId]!);
  }
}

/** Refuses an id that is no whole number from 0 to the last. */
export function checkId(runs: readonly Run[], id: number, subject: string): void {
  const endId = endIdOf(runs);
  if (Number.isInteger(id) && id >= 0 && id < endId) return;
  throw new BtfError(`${subject}: type id ${id} is out of range (${endId - 1} types)`, {
    code: "EINVAL",
    rule: "type-id-range",
    typeId: id,
  });
}

/** The words that a type lies in and its word offset there, for an id in range. */
export function locate(runs: readonly Run[], id: number): { words: Uint32Array; at: number; run: Run } {
  const run = runOfId(runs, id);
  return { words: run.segment.words, at: wordOffset(run, id), run };
}

/** The words of one type, copied. */
export function copyTypeWords(graph: Graph, id: number): Uint32Array {
  const run = runOfId(graph.runs, id);
  const { segment } = run;
  const at = wordOffset(run, id);
  const index = id - segment.firstId;
  const known = typeWords(SHAPES, segment.words[at + 1]!);
  const end = known !== 0 ? at + known : id + 1 < run.endId ? segment.offsets[index + 1]! : run.wordEnd;
  return segment.words.slice(at, end);
}

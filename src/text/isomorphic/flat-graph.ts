import { forEachStringWord, forEachTypeWord } from "../../wire/shapes.js";
import { growWords } from "../../wire/words.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { copyTypeWords } from "../../model/graph.js";
import { readName } from "../../model/read-name.js";

/** Numbers for names, the same for the same name in every graph that asks. */
export class NameNumbers {
  readonly #numbers = new Map<string | undefined, number>();

  of(name: string | undefined): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(name, number);
    }
    return number;
  }
}

/**
 * All types of a graph, its bases' included, as what stays the same when ids change (`literals`: words with names as
 * numbers and ids taken out) and what does not (`edges`: the ids, in wire order, 0 for none).
 */
export interface FlatGraph {
  /** One more than the last id; index 0 is VOID, which has neither literals nor edges. */
  readonly endId: number;
  /** Literals of type `id`: from `literalStart[id]` up to `literalStart[id + 1]`. */
  readonly literalStart: Uint32Array;
  readonly literals: Uint32Array;
  readonly edgeStart: Uint32Array;
  readonly edges: Uint32Array;
}

/** Stands for an id of the graph among the literals. */
const SOME_ID = 1;

/** Takes a graph apart. */
export function flatten(graph: Btf, names: NameNumbers): FlatGraph {
  const inner = graphOf(graph);
  const { typeCount: endId, startId } = graph;
  const literalStart = new Uint32Array(endId + 1);
  const edgeStart = new Uint32Array(endId + 1);
  let literals = new Uint32Array(endId * 6);
  let edges = new Uint32Array(endId * 2);
  const numbers = new Map<number, number>();
  const nameNumber = (offset: number): number => {
    let number = numbers.get(offset);
    if (number === undefined) {
      number = names.of(readName(inner.runs, offset));
      numbers.set(offset, number);
    }
    return number;
  };
  let literal = 0;
  let edge = 0;
  for (let id = 1; id < endId; id++) {
    literalStart[id] = literal;
    edgeStart[id] = edge;
    const words = copyTypeWords(inner, id);
    forEachStringWord(words, 0, (position) => (words[position] = nameNumber(words[position]!)));
    forEachTypeWord(words, 0, (position) => {
      const to = words[position]!;
      const isKnown = to < endId;
      if (edge === edges.length) edges = growWords(edges, edge, edge + 1);
      edges[edge++] = isKnown ? to : 0;
      // An id beyond the last type is a number like any other.
      if (isKnown && to !== 0) words[position] = SOME_ID;
    });
    const end = literal + words.length + 1;
    if (end > literals.length) literals = growWords(literals, literal, end);
    literals[literal] = id < startId ? 1 : 0;
    literals.set(words, literal + 1);
    literal = end;
  }
  literalStart[endId] = literal;
  edgeStart[endId] = edge;
  return { endId, literalStart, literals, edgeStart, edges };
}

/** Who refers to each type, and by which of its references. */
export interface Referring {
  /** References to `id`: from `start[id]` up to `start[id + 1]`. */
  readonly start: Uint32Array;
  readonly from: Uint32Array;
  /** Which reference of `from` it is, counted from 0. */
  readonly slot: Uint32Array;
}

/** The edges the other way round. */
export function referring({ endId, edgeStart, edges }: FlatGraph): Referring {
  const start = new Uint32Array(endId + 1);
  for (const to of edges.subarray(0, edgeStart[endId])) start[to + 1]!++;
  // Nobody asks who refers to VOID.
  start[1] = 0;
  for (let id = 1; id <= endId; id++) start[id]! += start[id - 1]!;
  const next = start.slice();
  const from = new Uint32Array(start[endId]!);
  const slot = new Uint32Array(start[endId]!);
  for (let id = 1; id < endId; id++) {
    for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
      if (edges[at] === 0) continue;
      const place = next[edges[at]!]!++;
      from[place] = id;
      slot[place] = at - edgeStart[id]!;
    }
  }
  return { start, from, slot };
}

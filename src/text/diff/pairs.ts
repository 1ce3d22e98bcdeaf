import { infoKind, infoVlen } from "../../wire/kinds.js";
import { forEachStringWord } from "../../wire/shapes.js";
import { locate, type Graph } from "../../model/graph.js";
import { readName } from "../../model/read-name.js";
import type { Meanings } from "./meanings.js";

/** A type of one graph and the one of the other that it is compared with. */
export type Pair = readonly [before: number, after: number];

/** Which types of two graphs stand for one another. */
export interface Pairs {
  readonly added: readonly number[];
  readonly removed: readonly number[];
  readonly changed: readonly Pair[];
  /** The ids that types have after, of which there are equal ones before. */
  readonly same: readonly number[];
}

/** One graph of the two. */
export interface Side {
  readonly graph: Graph;
  readonly meanings: Meanings;
}

/** So many comparisons are made to find out which of several types of one name are most alike. */
const MOST_COMPARISONS = 256;

/** A type of the same kind is more alike than any with the same parts. */
const SAME_KIND = 1 << 25;

/** The types of a graph by the number of their kind and name, those of one number in ascending order. */
class ByReference {
  readonly #first: Uint32Array;
  readonly #next: Uint32Array;

  constructor({ meanings }: Side, endNumber: number) {
    const { named } = meanings;
    this.#first = new Uint32Array(endNumber);
    this.#next = new Uint32Array((named.at(-1) ?? 0) + 1);
    for (let i = named.length - 1; i >= 0; i--) {
      const id = named[i]!;
      const number = meanings.reference(id);
      this.#next[id] = this.#first[number]!;
      this.#first[number] = id;
    }
  }

  /** The first id of a number; 0 when there is none. */
  first(number: number): number {
    return this.#first[number]!;
  }

  /** The id after another of the same number; 0 when there is none. */
  next(id: number): number {
    return this.#next[id]!;
  }

  all(number: number): number[] {
    const ids: number[] = [];
    for (let id = this.first(number); id !== 0; id = this.next(id)) ids.push(id);
    return ids;
  }
}

/** Names of a type's elements. */
function elementNames({ runs }: Graph, id: number): Set<string | undefined> {
  const names = new Set<string | undefined>();
  const { words, at } = locate(runs, id);
  forEachStringWord(words, at, (position) => {
    if (position !== at) names.add(readName(runs, words[position]!));
  });
  return names;
}

/** How much two types of one name have in common. */
function likeness(a: Side, idA: number, b: Side, idB: number): number {
  const inA = locate(a.graph.runs, idA);
  const inB = locate(b.graph.runs, idB);
  let score = infoKind(inA.words[inA.at + 1]!) === infoKind(inB.words[inB.at + 1]!) ? SAME_KIND : 0;
  const names = elementNames(a.graph, idA);
  for (const name of elementNames(b.graph, idB)) if (names.has(name)) score += 2;
  if (infoVlen(inA.words[inA.at + 1]!) === infoVlen(inB.words[inB.at + 1]!)) score++;
  return score;
}

/** Pairs several types of one name, those most alike first. */
function pairMostAlike(a: Side, idsA: number[], b: Side, idsB: number[], changed: Pair[]): void {
  if (idsA.length * idsB.length > MOST_COMPARISONS) {
    while (idsA.length > 0 && idsB.length > 0) changed.push([idsA.pop()!, idsB.pop()!]);
    return;
  }
  const all = idsA.flatMap((idA) => idsB.map((idB) => ({ idA, idB, score: likeness(a, idA, b, idB) })));
  all.sort((x, y) => y.score - x.score || x.idA - y.idA || x.idB - y.idB);
  for (const { idA, idB } of all) {
    if (!idsA.includes(idA) || !idsB.includes(idB)) continue;
    changed.push([idA, idB]);
    idsA.splice(idsA.indexOf(idA), 1);
    idsB.splice(idsB.indexOf(idB), 1);
  }
}

/** Pairs the types of one kind and name that say the same, and gives those that are left. */
function takeSame(a: Side, idsA: readonly number[], b: Side, idsB: readonly number[], same: number[]) {
  const byContent = new Map<number, number[]>();
  // Lists are taken from their end, and so begin with the highest id.
  for (let i = idsA.length - 1; i >= 0; i--) {
    const id = idsA[i]!;
    const content = a.meanings.content(id);
    const list = byContent.get(content);
    if (list === undefined) byContent.set(content, [id]);
    else list.push(id);
  }
  const taken = new Set<number>();
  const leftB = idsB.filter((id) => {
    const twin = byContent.get(b.meanings.content(id))?.pop();
    if (twin === undefined) return true;
    taken.add(twin);
    same.push(id);
    return false;
  });
  return { leftA: idsA.filter((id) => !taken.has(id)), leftB };
}

/**
 * Pairs the types of two graphs by kind and name; of several those that are equal, then those that are most alike.
 * `endNumber` is above every number that the graphs' types have.
 */
export function pairTypes(a: Side, b: Side, endNumber: number): Pairs {
  const added: number[] = [];
  const removed: number[] = [];
  const changed: Pair[] = [];
  const same: number[] = [];
  const inA = new ByReference(a, endNumber);
  const inB = new ByReference(b, endNumber);
  for (let number = 1; number < endNumber; number++) {
    const idA = inA.first(number);
    const idB = inB.first(number);
    if (idA === 0 || idB === 0) {
      for (let id = idA; id !== 0; id = inA.next(id)) removed.push(id);
      for (let id = idB; id !== 0; id = inB.next(id)) added.push(id);
      continue;
    }
    if (inA.next(idA) === 0 && inB.next(idB) === 0) {
      if (a.meanings.content(idA) === b.meanings.content(idB)) same.push(idB);
      else changed.push([idA, idB]);
      continue;
    }
    const { leftA, leftB } = takeSame(a, inA.all(number), b, inB.all(number), same);
    pairMostAlike(a, leftA, b, leftB, changed);
    for (const id of leftA) removed.push(id);
    for (const id of leftB) added.push(id);
  }
  return { added, removed, changed, same };
}

import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND } from "../../wire/kinds.js";
import {
  elementIsNamed,
  elementTypeColumn,
  elementTypes,
  elementWords,
  forEachTypeWord,
  headIsType,
  SHAPES,
  trailerTypes,
  trailerWords,
} from "../../wire/shapes.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { copyTypeWords, forEachOwnType, type Graph } from "../../model/graph.js";
import { readName } from "../../model/read-name.js";
import { runOfId, wordOffset } from "../../model/segment.js";
import { baseTypeOfBtfName } from "../../spelling/base-types.js";
import { groupOf } from "./groups.js";
import type { ListNumbers } from "./list-numbers.js";
import { GraphNames, type NameNumbers } from "./name-numbers.js";

/** What lists that are no words of a type begin with; no type's `info` without its kind_flag has bit 31. */
const LIST = {
  named: 0x80000001,
  enumByValue: 0x80000002,
  dangling: 0x80000003,
  cycle: 0x80000004,
  unknown: 0x80000005,
} as const;

/** How far the search for a type's number went; from `known` on it is there. */
const STATE = { unseen: 0, open: 1, cyclic: 2, known: 3, named: 4 } as const;

/** Rounds at most in which types that refer to themselves without a name between are told apart. */
const MOST_ROUNDS = 32;

/**
 * What the types of a graph say, as numbers that are equal for what says the same in any graph that shares `lists` and
 * `names`. A type with a name is referred to by kind and name alone, so that what changes in it is a change of it and
 * not of all that point to it; a type without one is part of those that refer to it.
 */
export class Meanings {
  readonly #graph: Graph;
  readonly #lists: ListNumbers;
  readonly #names: NameNumbers;
  readonly #graphNames: GraphNames;
  /** Numbers by id as which types are referred to; 0 for VOID, and for what nobody asked for. */
  readonly #references: Uint32Array;
  readonly #states: Uint8Array;
  /** Types without a name that refer to themselves, or to such. */
  readonly #cyclic: number[] = [];
  readonly #tags = new Map<number, number[]>();
  /** The ids of the graph's own types that are known by kind and name. */
  readonly #named: number[] = [];
  readonly #short = new Uint32Array(3);
  #list = new Uint32Array(1 << 12);

  constructor(graph: Btf, lists: ListNumbers, names: NameNumbers) {
    this.#graph = graphOf(graph);
    this.#lists = lists;
    this.#names = names;
    this.#graphNames = new GraphNames(this.#graph, names);
    this.#references = new Uint32Array(graph.typeCount);
    this.#states = new Uint8Array(graph.typeCount);
    this.#states[0] = STATE.known;
    forEachOwnType(this.#graph, (_, words, at) => {
      if (infoKind(words[at + 1]!) === KIND.DECL_TAG) this.#addTag(words, at);
    });
    const { startId } = graph;
    forEachOwnType(this.#graph, (id, words, at) => {
      if (infoKind(words[at + 1]!) === KIND.DECL_TAG) return;
      this.#visit(id);
      if (this.#states[id] !== STATE.named) return;
      this.#named.push(id);
      if (startId === 1) return;
      // Types of a base come into it as far as they are referred to.
      forEachTypeWord(words, at, (position) => {
        if (words[position]! < startId) this.#visit(words[position]!);
      });
    });
  }

  /** Tells types apart that refer to themselves; the graphs take the same number of rounds. */
  static settle(all: readonly Meanings[]): void {
    if (all.every((each) => each.#cyclic.length === 0)) return;
    let classes = 0;
    for (let round = 0; round <= MOST_ROUNDS; round++) {
      const found = new Set<number>();
      for (const each of all) for (const number of each.#refine(round === 0)) found.add(number);
      if (found.size <= classes) return;
      classes = found.size;
    }
  }

  /** The number as which a type is referred to; equal ones are the same type to whoever uses it. */
  reference(id: number): number {
    if (id >= this.#references.length) return this.#triple(LIST.dangling, id, 0);
    return this.#references[id]!;
  }

  /** The number of all that a type says, its name, tags and what it refers to included. */
  content(id: number): number {
    return this.#lists.of(this.#list, this.#writeList(id));
  }

  /** The ids of the graph's own types that are known by kind and name, in ascending order. */
  get named(): readonly number[] {
    return this.#named;
  }

  #locate(id: number): { readonly words: Uint32Array; readonly at: number } {
    const run = runOfId(this.#graph.runs, id);
    return { words: run.segment.words, at: wordOffset(run, id) };
  }

  #triple(first: number, second: number, third: number): number {
    const list = this.#short;
    list[0] = first;
    list[1] = second;
    list[2] = third;
    return this.#lists.of(list, 3);
  }

  #addTag(words: Uint32Array, at: number): void {
    const target = words[at + 2]!;
    const tags = this.#tags.get(target) ?? [];
    const flag = infoKindFlag(words[at + 1]!) ? 1 : 0;
    tags.push(this.#triple(this.#graphNames.at(words[at]!), words[at + HEAD_WORDS]!, flag));
    this.#tags.set(target, tags);
  }

  /** The number of a type that is known by kind and name; 0 for others. */
  #nameReference(words: Uint32Array, at: number): number {
    const info = words[at + 1]!;
    const kind = infoKind(info);
    const group = groupOf(kind, infoKindFlag(info));
    if (group === 0) return 0;
    const name = this.#graphNames.at(words[at]!);
    if (kind === KIND.INT) {
      // What gcc calls `long unsigned int` is clang's `unsigned long`.
      const base = baseTypeOfBtfName(readName(this.#graph.runs, words[at]!) ?? "");
      if (base !== undefined) return this.#triple(LIST.named, group, this.#names.of(base));
    }
    if (name !== 0) return this.#triple(LIST.named, group, name);
    if (group !== KIND.ENUM || infoVlen(info) === 0) return 0;
    return this.#triple(LIST.enumByValue, group, this.#graphNames.at(words[at + HEAD_WORDS]!));
  }

  /** Finds the number of a type, after those of the types without names that it refers to. */
  #visit(root: number): void {
    if (this.#states[root] !== STATE.unseen || this.#closeNamed(root)) return;
    const stack = [root];
    while (stack.length > 0) {
      const id = stack[stack.length - 1]!;
      const state = this.#states[id];
      if (state !== STATE.unseen && state !== STATE.open) {
        stack.pop();
        continue;
      }
      const { words, at } = this.#locate(id);
      if (state === STATE.unseen) {
        if (this.#closeNamed(id)) continue;
        this.#states[id] = STATE.open;
        this.#pushReferences(words, at, stack);
        continue;
      }
      stack.pop();
      if (this.#refersToOpen(words, at)) {
        this.#states[id] = STATE.cyclic;
        this.#cyclic.push(id);
      } else this.#close(id, this.content(id), STATE.known);
    }
  }

  /** Finds the number of a type that is known by kind and name; false for another one. */
  #closeNamed(id: number): boolean {
    const { words, at } = this.#locate(id);
    const number = this.#nameReference(words, at);
    if (number !== 0) this.#close(id, number, STATE.named);
    return number !== 0;
  }

  #close(id: number, number: number, state: number): void {
    this.#references[id] = number;
    this.#states[id] = state;
  }

  #pushReferences(words: Uint32Array, at: number, stack: number[]): void {
    forEachTypeWord(words, at, (position) => {
      const to = words[position]!;
      if (to !== 0 && to < this.#states.length && this.#states[to] === STATE.unseen) stack.push(to);
    });
  }

  #refersToOpen(words: Uint32Array, at: number): boolean {
    let isOpen = false;
    forEachTypeWord(words, at, (position) => {
      const state = this.#states[words[position]!];
      if (state === STATE.open || state === STATE.cyclic) isOpen = true;
    });
    return isOpen;
  }

  /** Numbers of the types that refer to themselves by those they had before. */
  #refine(isFirst: boolean): number[] {
    const numbers = this.#cyclic.map((id) => {
      if (!isFirst) return this.content(id);
      const { words, at } = this.#locate(id);
      return this.#triple(LIST.cycle, words[at + 1]!, 0);
    });
    for (const [i, id] of this.#cyclic.entries()) this.#references[id] = numbers[i]!;
    return numbers;
  }

  /** Writes what a type says to `#list`, and says how many words that are. */
  #writeList(id: number): number {
    const { words, at } = this.#locate(id);
    const info = words[at + 1]!;
    const kind = infoKind(info);
    const shape = SHAPES[kind]!;
    if (shape === 0) return this.#writeUnknown(id);
    const isRecord = kind === KIND.STRUCT || kind === KIND.UNION;
    const stride = elementWords(shape);
    const first = at + HEAD_WORDS + trailerWords(shape);
    // Only a type that was made wrong on purpose has a vlen beyond its words.
    const end = Math.min(first + stride * infoVlen(info), words.length);
    const tags = this.#tags.get(id);
    const list = this.#room(end - at + (isRecord ? infoVlen(info) : 0) + (tags?.length ?? 0) + 1);
    list[0] = isRecord ? info & 0x7fffffff : info;
    list[1] = this.#graphNames.at(words[at]!);
    list[2] = headIsType(shape) ? this.reference(words[at + 2]!) : words[at + 2]!;
    let next = HEAD_WORDS;
    const trailerEnd = at + HEAD_WORDS + trailerTypes(shape);
    for (let from = at + HEAD_WORDS; from < first; from++) {
      list[next++] = from < trailerEnd ? this.reference(words[from]!) : words[from]!;
    }
    if (isRecord) next = this.#writeMembers(words, first, end, infoKindFlag(info), next);
    else {
      const isNamed = elementIsNamed(shape);
      const typeColumn = elementTypeColumn(shape);
      const typeEnd = typeColumn + elementTypes(shape);
      for (let from = first, column = 0; from < end; from++, column = column + 1 === stride ? 0 : column + 1) {
        const word = words[from]!;
        if (isNamed && column === 0) list[next++] = this.#graphNames.at(word);
        else list[next++] = column >= typeColumn && column < typeEnd ? this.reference(word) : word;
      }
    }
    if (tags !== undefined) for (const tag of tags.sort((x, y) => x - y)) list[next++] = tag;
    return next;
  }

  /** Members with offset and size of a bit-field as two words, whether the struct has bit-fields or not. */
  #writeMembers(words: Uint32Array, first: number, end: number, kindFlag: boolean, start: number): number {
    const list = this.#list;
    let next = start;
    for (let member = first; member + 2 < end; member += 3) {
      const offset = words[member + 2]!;
      list[next++] = this.#graphNames.at(words[member]!);
      list[next++] = this.reference(words[member + 1]!);
      list[next++] = kindFlag ? offset & 0xffffff : offset;
      list[next++] = kindFlag ? offset >>> 24 : 0;
    }
    return next;
  }

  /** A type whose kind has no row says its words. */
  #writeUnknown(id: number): number {
    const words = copyTypeWords(this.#graph, id);
    const list = this.#room(words.length + 2);
    list[0] = LIST.unknown;
    list[1] = this.#graphNames.at(words[0]!);
    list.set(words.subarray(1), 2);
    return words.length + 1;
  }

  #room(length: number): Uint32Array {
    if (length > this.#list.length) this.#list = new Uint32Array(length * 2);
    return this.#list;
  }
}

import { BtfError } from "../../model/errors.js";
import { referring, type FlatGraph, type Referring } from "./flat-graph.js";

/** One graph of the two. */
interface Side {
  readonly graph: FlatGraph;
  readonly referring: Referring;
  readonly colours: Int32Array;
  /** What each type is matched with in the other graph, 0 for nothing. */
  readonly partner: Uint32Array;
  /** The types sorted by colour. */
  readonly byColour: Uint32Array;
}

/** A type that could be matched with several: types of `b` in a list, from `at` up to `end`, are left to try. */
interface Choice {
  readonly id: number;
  readonly list: Uint32Array;
  at: number;
  readonly end: number;
  /** How many pairs had been made before. */
  readonly pairs: number;
  /** Where in the component the search goes on. */
  readonly next: number;
}

/** So many times its size a graph may be walked before the search gives up. */
const PATIENCE = 64;

function sideOf(graph: FlatGraph, colours: Int32Array): Side {
  const byColour = Uint32Array.from({ length: graph.endId - 1 }, (_, i) => i + 1);
  byColour.sort((x, y) => colours[x]! - colours[y]! || x - y);
  return { graph, referring: referring(graph), colours, partner: new Uint32Array(graph.endId), byColour };
}

/** The position in `byColour` of the first type of a colour, or of a higher one. */
function firstOfColour({ byColour, colours }: Side, wanted: number): number {
  let low = 0;
  let high = byColour.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (colours[byColour[middle]!]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the types are that have not been matched for good: positions before it need no look. */
interface Skips {
  /** By the position of a colour's first type in `byColour`. */
  readonly colours: Uint32Array;
  /** By the type that is referred to. */
  readonly referrers: Uint32Array;
}

/** Pairs the types of two graphs, as many of each colour in both, so that everything is kept; a search with undo. */
export class Matching {
  readonly #a: Side;
  readonly #b: Side;
  /** Types of `a` in the order in which they were matched. */
  readonly #pairs: number[] = [];
  /** How many of the pairs had their neighbours looked at. */
  #settled = 0;
  #patience: number;
  readonly #skips: Skips;

  constructor(a: FlatGraph, b: FlatGraph, colours: readonly [a: Int32Array, b: Int32Array]) {
    this.#a = sideOf(a, colours[0]);
    this.#b = sideOf(b, colours[1]);
    this.#skips = { colours: new Uint32Array(b.endId), referrers: new Uint32Array(b.endId) };
    this.#patience = PATIENCE * (a.edges.length + a.endId) + 1_000_000;
  }

  /** True when there is such a pairing. */
  find(): boolean {
    return this.#pairUnique() && this.#components().every((component) => this.#matchComponent(component));
  }

  /** Pairs the types that are the only ones of their colour, and all that follows from it. */
  #pairUnique(): boolean {
    const { byColour, colours } = this.#a;
    for (let i = 0; i < byColour.length; i++) {
      const own = colours[byColour[i]!];
      const isAlone = colours[byColour[i - 1] ?? 0] !== own || i === 0;
      if (!isAlone || (i + 1 < byColour.length && colours[byColour[i + 1]!] === own)) continue;
      if (!this.#pair(byColour[i]!, this.#b.byColour[i]!)) return false;
    }
    return this.#settle();
  }

  /** Pairs two types if they say the same of themselves. */
  #pair(idA: number, idB: number): boolean {
    const a = this.#a;
    const b = this.#b;
    const alreadyA = a.partner[idA]!;
    const alreadyB = b.partner[idB]!;
    if (alreadyA !== 0 || alreadyB !== 0) return alreadyA === idB && alreadyB === idA;
    if (a.colours[idA] !== b.colours[idB]) return false;
    const startA = a.graph.literalStart[idA]!;
    const startB = b.graph.literalStart[idB]!;
    const length = a.graph.literalStart[idA + 1]! - startA;
    if (b.graph.literalStart[idB + 1]! - startB !== length) return false;
    for (let i = 0; i < length; i++) {
      if (a.graph.literals[startA + i] !== b.graph.literals[startB + i]) return false;
    }
    a.partner[idA] = idB;
    b.partner[idB] = idA;
    this.#pairs.push(idA);
    return true;
  }

  /** Pairs all that has to be paired because of the pairs made so far; false when that can't be. */
  #settle(): boolean {
    while (this.#settled < this.#pairs.length) {
      const idA = this.#pairs[this.#settled++]!;
      const idB = this.#a.partner[idA]!;
      if (!this.#pairReferences(idA, idB) || !this.#pairReferrers(idA, idB)) return false;
    }
    return true;
  }

  #pairReferences(idA: number, idB: number): boolean {
    const { graph: a } = this.#a;
    const { graph: b } = this.#b;
    const startA = a.edgeStart[idA]!;
    const startB = b.edgeStart[idB]!;
    const length = a.edgeStart[idA + 1]! - startA;
    this.#patience -= length;
    for (let i = 0; i < length; i++) {
      const toA = a.edges[startA + i]!;
      const toB = b.edges[startB + i]!;
      if (toA === 0 || toB === 0 ? toA !== toB : !this.#pair(toA, toB)) return false;
    }
    return true;
  }

  /** Unmatched types that refer to `id`, by colour and reference: the one, or -1 for several. */
  #openReferrers({ referring: { start, from, slot }, colours, partner }: Side, id: number): Map<number, number> {
    const open = new Map<number, number>();
    for (let at = start[id]!; at < start[id + 1]!; at++) {
      const referrer = from[at]!;
      if (partner[referrer] !== 0) continue;
      const key = (colours[referrer]! + 0x80000000) * 0x100000 + (slot[at]! & 0xfffff);
      open.set(key, open.has(key) ? -1 : referrer);
    }
    this.#patience -= start[id + 1]! - start[id]!;
    return open;
  }

  /** Pairs those that refer to a pair where there is only one of a colour. */
  #pairReferrers(idA: number, idB: number): boolean {
    const inA = this.#openReferrers(this.#a, idA);
    const inB = this.#openReferrers(this.#b, idB);
    if (inA.size !== inB.size) return false;
    for (const [key, referrer] of inA) {
      const other = inB.get(key);
      if (other === undefined || (referrer === -1) !== (other === -1)) return false;
      if (referrer !== -1 && !this.#pair(referrer, other)) return false;
    }
    return true;
  }

  /** The unmatched types of `a`, in lists of those that hang together; each list can be matched on its own. */
  #components(): readonly (readonly number[])[] {
    const { graph, partner } = this.#a;
    const root = Uint32Array.from({ length: graph.endId }, (_, id) => id);
    const rootOf = (id: number): number => {
      let at = id;
      while (root[at] !== at) {
        root[at] = root[root[at]!]!;
        at = root[at]!;
      }
      return at;
    };
    const open: number[] = [];
    for (let id = 1; id < graph.endId; id++) {
      if (partner[id] !== 0) continue;
      open.push(id);
      for (let at = graph.edgeStart[id]!; at < graph.edgeStart[id + 1]!; at++) {
        const to = graph.edges[at]!;
        if (to !== 0 && partner[to] === 0) root[rootOf(to)] = rootOf(id);
      }
    }
    const lists = new Map<number, number[]>();
    for (const id of open) {
      const list = lists.get(rootOf(id));
      if (list === undefined) lists.set(rootOf(id), [id]);
      else list.push(id);
    }
    return [...lists.values()];
  }

  #matchComponent(component: readonly number[]): boolean {
    const choices: Choice[] = [];
    let next = 0;
    for (;;) {
      while (next < component.length && this.#a.partner[component[next]!] !== 0) next++;
      if (next === component.length) return true;
      const id = component[next]!;
      choices.push(this.#choice(id, next, choices.length === 0));
      const resumed = this.#tryChoices(choices);
      if (resumed === undefined) return false;
      next = resumed;
    }
  }

  /** Tries what the last choice has left, and those before it when it has nothing; undefined when none has. */
  #tryChoices(choices: Choice[]): number | undefined {
    for (let choice = choices.at(-1); choice !== undefined; choice = choices.at(-1)) {
      while (choice.at < choice.end) {
        this.#undo(choice.pairs);
        const candidate = choice.list[choice.at++]!;
        if (this.#b.partner[candidate] !== 0) continue;
        if (this.#patience-- < 0) throw outOfPatience();
        if (this.#pair(choice.id, candidate) && this.#settle()) return choice.next;
      }
      this.#undo(choice.pairs);
      choices.pop();
    }
    return undefined;
  }

  #undo(pairs: number): void {
    while (this.#pairs.length > pairs) {
      const id = this.#pairs.pop()!;
      this.#b.partner[this.#a.partner[id]!] = 0;
      this.#a.partner[id] = 0;
    }
    this.#settled = pairs;
  }

  /** The types of `b` that one of `a` could be: those of its colour, or what refers to the same where that is less. */
  #choice(id: number, next: number, isFirst: boolean): Choice {
    const { graph, colours, partner } = this.#a;
    const { byColour, referring: others } = this.#b;
    const first = firstOfColour(this.#b, colours[id]!);
    let choice = {
      list: byColour,
      start: first,
      end: firstOfColour(this.#b, colours[id]! + 1),
      skips: this.#skips.colours,
      key: first,
    };
    for (let at = graph.edgeStart[id]!; at < graph.edgeStart[id + 1]!; at++) {
      const key = partner[graph.edges[at]!]!;
      const start = others.start[key]!;
      const end = others.start[key + 1]!;
      if (key === 0 || end - start >= choice.end - choice.start) continue;
      choice = { list: others.from, start, end, skips: this.#skips.referrers, key };
    }
    const { list, start, end, skips, key } = choice;
    // Before the first choice of a component all pairs are final.
    if (isFirst) while (start + skips[key]! < end && this.#b.partner[list[start + skips[key]!]!] !== 0) skips[key]!++;
    return { id, list, at: start + skips[key]!, end, pairs: this.#pairs.length, next };
  }
}

function outOfPatience(): BtfError {
  return new BtfError("isomorphic(): too many types that look alike and hang together; whether they match is open", {
    code: "E2BIG",
    rule: "isomorphic-limit",
  });
}

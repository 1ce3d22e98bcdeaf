import { infoKind, KIND, KIND_LIMIT, type KindName } from "../wire/kinds.js";
import { endIdOf } from "./graph.js";
import { runOfId, wordOffset, type Run } from "./segment.js";

/** A chain of more steps is walked once, and all who are on it remember its end. Real ones have up to five or six. */
const LONG_CHAIN = 16;

/** What is in the memo for an id whose chain was not walked yet, is being walked, and leads nowhere. */
const UNSEEN = 0xffffffff;
const OPEN = 0xfffffffe;
const NOWHERE = 0xfffffffd;

interface Memo {
  readonly ends: Uint32Array;
  /** Empty when chains do not lead through arrays. */
  readonly factors: Float64Array;
}

/** Where a chain ends, and how many of it there are: the product of the arrays' elements on the way. */
export interface ChainEnd {
  readonly id: number;
  /**
   * Negative when an array has no elements; its absolute value is then the product of the arrays before that one, as
   * libbpf refuses a product beyond 2^32 - 1 on its way, also when a 0 follows.
   */
  readonly factor: number;
}

/**
 * Chains of types that lead to one another by one reference each, as typedefs and qualifiers do. Walking one never
 * recurses, ends in a loop too, and is linear over all calls: in a graph of a million typedefs each of which names the
 * one before, asking for all of them takes a million steps.
 */
export class Chains {
  /** By kind number, the word of a type that holds the next id; 0 where a chain ends. */
  readonly #hops = new Uint8Array(KIND_LIMIT);
  readonly #memos = new WeakMap<readonly Run[], Memo>();

  /** Chains that lead through the kinds given, and through elements of arrays where that is asked for. */
  constructor(kinds: readonly KindName[], throughArrays: boolean) {
    for (const kind of kinds) this.#hops[KIND[kind]] = 2;
    if (throughArrays) this.#hops[KIND.ARRAY] = 3;
  }

  /** The id that the chain from `id` ends at; undefined when it is a loop or leads out of range. */
  endOf(runs: readonly Run[], id: number): number | undefined {
    const endId = endIdOf(runs);
    let current = id;
    for (let steps = 0; steps < LONG_CHAIN; steps++) {
      if (current >= endId) return undefined;
      const run = runOfId(runs, current);
      const { words } = run.segment;
      const at = wordOffset(run, current);
      const hop = this.#hops[infoKind(words[at + 1]!)]!;
      if (hop === 0) return current;
      current = words[at + hop]!;
    }
    return this.#walkLong(runs, id)?.id;
  }

  /** As {@link endOf}, with the number of array elements on the way. */
  endWithFactor(runs: readonly Run[], id: number): ChainEnd | undefined {
    const endId = endIdOf(runs);
    let current = id;
    let factor = 1;
    for (let steps = 0; steps < LONG_CHAIN; steps++) {
      if (current >= endId) return undefined;
      const run = runOfId(runs, current);
      const { words } = run.segment;
      const at = wordOffset(run, current);
      const hop = this.#hops[infoKind(words[at + 1]!)]!;
      if (hop === 0) return { id: current, factor };
      if (hop === 3 && factor > 0) factor = words[at + 5] === 0 ? -factor : factor * words[at + 5]!;
      current = words[at + hop]!;
    }
    return this.#walkLong(runs, id);
  }

  #memoOf(runs: readonly Run[]): Memo {
    let memo = this.#memos.get(runs);
    if (memo === undefined) {
      const endId = endIdOf(runs);
      const factors = new Float64Array(this.#hops[KIND.ARRAY] === 0 ? 0 : endId);
      memo = { ends: new Uint32Array(endId).fill(UNSEEN), factors };
      this.#memos.set(runs, memo);
    }
    return memo;
  }

  #walkLong(runs: readonly Run[], id: number): ChainEnd | undefined {
    const { ends, factors } = this.#memoOf(runs);
    const path: number[] = [];
    let current = id;
    while (current < ends.length && ends[current] === UNSEEN) {
      const run = runOfId(runs, current);
      const at = wordOffset(run, current);
      const hop = this.#hops[infoKind(run.segment.words[at + 1]!)]!;
      if (hop === 0) {
        ends[current] = current;
        factors[current] = 1;
        break;
      }
      ends[current] = OPEN;
      path.push(current);
      current = run.segment.words[at + hop]!;
    }
    const end = current < ends.length && ends[current] !== OPEN ? ends[current]! : NOWHERE;
    let factor = end === NOWHERE ? 1 : (factors[current] ?? 1);
    for (let i = path.length - 1; i >= 0; i--) {
      const run = runOfId(runs, path[i]!);
      const at = wordOffset(run, path[i]!);
      const { words } = run.segment;
      if (infoKind(words[at + 1]!) === KIND.ARRAY) factor = words[at + 5] === 0 ? -1 : factor * words[at + 5]!;
      ends[path[i]!] = end;
      factors[path[i]!] = factor;
    }
    return end === NOWHERE ? undefined : { id: end, factor };
  }
}

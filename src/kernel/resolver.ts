import { KIND, KIND_LIMIT } from "../wire/kinds.js";
import { IS, KIND_BITS } from "./kind-sets.js";
import { STATE, type Load } from "./load.js";
import { refuseType } from "./refuse.js";

/** Types that can lie on the stack of a search at once, `MAX_RESOLVE_DEPTH`. */
export const MAX_DEPTH = 32;

/** What a kind's rule did with the type on top of the stack. */
export type Outcome = "resolved" | "pushed" | "refused" | "depth" | "loop";

/** What a search goes through: everything, or only what must be known for a pointer, or for the inside of a type. */
type Mode = "open" | "pointer" | "aggregate";

/** The rule of a kind: run each time a type of it is on top of the stack. */
export type ResolveRule = (load: Load, resolver: Resolver, id: number, at: number) => Outcome;

/** Kinds that a search does not go through, by mode. */
function sinks(rules: readonly (ResolveRule | undefined)[]): Record<Mode, Uint8Array> {
  const open = new Uint8Array(KIND_LIMIT);
  const pointer = new Uint8Array(KIND_LIMIT);
  const aggregate = new Uint8Array(KIND_LIMIT);
  for (let kind = 0; kind < KIND_LIMIT; kind++) {
    const modifier = (KIND_BITS[kind]! & IS.modifier) !== 0;
    const composite = (KIND_BITS[kind]! & IS.composite) !== 0;
    if (rules[kind] === undefined) open[kind] = 1;
    if (!modifier && kind !== KIND.PTR) pointer[kind] = 1;
    if (!modifier && !composite && kind !== KIND.ARRAY) aggregate[kind] = 1;
  }
  return { open, pointer, aggregate };
}

/**
 * The depth-first search of the resolve pass, on a stack of its own. A type is looked at until it is resolved: its
 * rule either pushes one more type that it needs first, or ends with it.
 */
export class Resolver {
  readonly #load: Load;
  readonly #rules: readonly (ResolveRule | undefined)[];
  readonly #sinks: Record<Mode, Uint8Array>;
  readonly #stack = new Uint32Array(MAX_DEPTH);
  readonly #next = new Uint32Array(MAX_DEPTH);
  #depth = 0;
  #sink: Uint8Array;

  constructor(load: Load, rules: readonly (ResolveRule | undefined)[]) {
    this.#load = load;
    this.#rules = rules;
    this.#sinks = sinks(rules);
    this.#sink = this.#sinks.open;
  }

  /** Whether a type of this kind has to be resolved, and is not. */
  needs(id: number): boolean {
    return this.#sinks.open[this.#load.kinds[id]!] === 0 && this.#load.states[id] !== STATE.resolved;
  }

  /** Whether the type on top needs `id` to be resolved before it. */
  needsFirst(id: number): boolean {
    return this.#sink[this.#load.kinds[id]!] === 0 && this.#load.states[id] !== STATE.resolved;
  }

  /** The element from which the type on top goes on. */
  get next(): number {
    return this.#next[this.#depth - 1]!;
  }

  /** Puts `id` on the stack; the type on top goes on with element `next` when it is back. */
  push(id: number, next = 0): Outcome {
    const { states, kinds } = this.#load;
    if (this.#depth === MAX_DEPTH) return "depth";
    if (states[id] !== STATE.fresh) return "loop";
    states[id] = STATE.open;
    if (this.#depth > 0) this.#next[this.#depth - 1] = next;
    this.#stack[this.#depth] = id;
    this.#next[this.#depth] = 0;
    this.#depth++;
    if (this.#sink === this.#sinks.open) {
      const kind = kinds[id]!;
      if (kind === KIND.PTR) this.#sink = this.#sinks.pointer;
      else if (kind === KIND.STRUCT || kind === KIND.UNION || kind === KIND.ARRAY) this.#sink = this.#sinks.aggregate;
    }
    return "pushed";
  }

  /** Ends with the type on top: it stands for `resolvedId`, and has this size in bytes if it is an array. */
  pop(resolvedId: number, size = 0): Outcome {
    const { states, resolvedIds, resolvedSizes } = this.#load;
    const id = this.#stack[--this.#depth]!;
    states[id] = STATE.resolved;
    resolvedIds[id] = resolvedId;
    resolvedSizes[id] = size;
    return "resolved";
  }

  /** Goes through everything again: what a DATASEC does for each of its VARs. */
  resetMode(): void {
    this.#sink = this.#sinks.open;
  }

  /** Resolves a type and all that it needs; false when one of them was refused. */
  resolve(start: number): boolean {
    const load = this.#load;
    this.resetMode();
    let outcome = this.push(start);
    while (this.#depth > 0) {
      const id = this.#stack[this.#depth - 1]!;
      outcome = this.#rules[load.kinds[id]!]!(load, this, id, load.starts[id]!);
      if (outcome === "refused") return false;
      if (outcome === "depth" || outcome === "loop") break;
    }
    if (outcome !== "depth" && outcome !== "loop") return true;
    const at = load.starts[start]!;
    return refuseType(load, outcome, { id: start, at, word: at + 2 });
  }
}

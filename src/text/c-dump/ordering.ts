import { BtfError } from "../../model/errors.js";
import { HEAD_WORDS, KIND, KIND_NAMES } from "../../wire/kinds.js";
import type { TypeTable } from "./type-table.js";

const STATE = { fresh: 0, open: 1, done: 2 } as const;

/** How a type depends on another: a declaration of it will do, or its definition has to come before. */
const WEAK = 0;
const STRONG = 1;
/** Not known before the types that were pushed are done. */
const PENDING = 2;

const MEMBER_WORDS = 3;
const PARAM_WORDS = 2;

/** Steps a type, beyond a few millions, that no sound graph takes: prototypes of prototypes can ask for any number. */
const STEPS_PER_TYPE = 64;
const FREE_STEPS = 1 << 22;

/**
 * The order in which definitions have to come, as libbpf finds it: depth first, what is embedded before what embeds it;
 * behind a pointer a named type may come later. The path is a stack of its own, as chains can be of any length.
 */
export class Ordering {
  /** Types to define since the last {@link order}, in order: the first {@link queued}. */
  readonly queue: number[] = [];
  queued = 0;
  readonly #table: TypeTable;
  readonly #states: Uint8Array;
  /** Types that another one refers to: an anonymous ENUM of these is defined where it is used. */
  readonly #isReferenced: Uint8Array;
  // The path: each type, whether a pointer leads to it, how many of its references are done, what they came to. Lists
  // that are cut would be allocated anew.
  #depth = 0;
  readonly #path: number[] = [];
  readonly #behindPointer: boolean[] = [];
  readonly #next: number[] = [];
  readonly #strength: number[] = [];
  #steps = 0;
  readonly #maxSteps: number;

  constructor(table: TypeTable) {
    this.#table = table;
    this.#maxSteps = table.count * STEPS_PER_TYPE + FREE_STEPS;
    this.#states = new Uint8Array(table.count);
    this.#states[0] = STATE.done;
    this.#isReferenced = new Uint8Array(table.count);
    this.#markReferenced();
  }

  #markReferenced(): void {
    const { words, at: offsets, kinds, count } = this.#table;
    const isReferenced = this.#isReferenced;
    for (let id = 1; id < count; id++) {
      const at = offsets[id]!;
      switch (kinds[id]) {
        case KIND.PTR:
        case KIND.CONST:
        case KIND.TYPEDEF:
        case KIND.VOLATILE:
        case KIND.RESTRICT:
        case KIND.FUNC:
        case KIND.VAR:
        case KIND.DECL_TAG:
        case KIND.TYPE_TAG:
          isReferenced[words[at + 2]!] = 1;
          break;
        case KIND.ARRAY:
          isReferenced[words[at + 3]!] = 1;
          isReferenced[words[at + 4]!] = 1;
          break;
        case KIND.STRUCT:
        case KIND.UNION: {
          const end = at + HEAD_WORDS + this.#table.vlen(id) * MEMBER_WORDS;
          for (let member = at + HEAD_WORDS; member < end; member += MEMBER_WORDS) isReferenced[words[member + 1]!] = 1;
          break;
        }
        case KIND.FUNC_PROTO: {
          // What it returns is not marked by libbpf either.
          const end = at + HEAD_WORDS + this.#table.vlen(id) * PARAM_WORDS;
          for (let param = at + HEAD_WORDS; param < end; param += PARAM_WORDS) isReferenced[words[param + 1]!] = 1;
          break;
        }
        case KIND.DATASEC: {
          const end = at + HEAD_WORDS + this.#table.vlen(id) * MEMBER_WORDS;
          for (let entry = at + HEAD_WORDS; entry < end; entry += MEMBER_WORDS) isReferenced[words[entry]!] = 1;
          break;
        }
        default:
      }
    }
  }

  /** True for a type that nothing more is to be defined for. */
  isDone(id: number): boolean {
    return this.#states[id] === STATE.done;
  }

  /**
   * Fills the queue with what has to be defined for a type, itself included, and was not queued before.
   *
   * @throws BtfError ELOOP `type-cycle` for types that hold themselves, which C can't say
   */
  order(id: number): void {
    this.queued = 0;
    this.#depth = 0;
    let result = this.#enter(id, false);
    while (this.#depth > 0) result = this.#resume(this.#depth - 1, result);
  }

  /** Does the same for all types from an id on up to the first that fills the queue; returns the id after that. */
  orderNext(from: number): number {
    const states = this.#states;
    const { count } = this.#table;
    this.queued = 0;
    let id = from;
    while (id < count && this.queued === 0) {
      if (states[id] !== STATE.done) this.order(id);
      id++;
    }
    return id;
  }

  /** Looks at a type for the first time on this path. */
  #enter(id: number, behindPointer: boolean): number {
    const state = this.#states[id]!;
    if (state === STATE.done) return STRONG;
    const { kinds, words, at } = this.#table;
    const kind = kinds[id]!;
    if (state === STATE.open) {
      if (behindPointer && (kind === KIND.STRUCT || kind === KIND.UNION) && this.#table.nameOffset(id) !== 0)
        return WEAK;
      return this.#refuse(id);
    }
    switch (kind) {
      case KIND.STRUCT:
      case KIND.UNION:
        if (behindPointer && this.#table.nameOffset(id) !== 0) return WEAK;
        this.#states[id] = STATE.open;
        return this.#push(id, behindPointer);
      case KIND.PTR:
      case KIND.TYPEDEF:
      case KIND.CONST:
      case KIND.VOLATILE:
      case KIND.RESTRICT:
      case KIND.TYPE_TAG:
        if (this.#states[words[at[id]! + 2]!] !== STATE.done) return this.#push(id, behindPointer);
        if (kind === KIND.TYPEDEF) this.queue[this.queued++] = id;
        this.#states[id] = STATE.done;
        return STRONG;
      case KIND.FUNC_PROTO:
        return this.#isSettled(id) ? STRONG : this.#push(id, behindPointer);
      case KIND.ARRAY:
        return this.#push(id, behindPointer);
      case KIND.ENUM:
      case KIND.ENUM64:
      case KIND.FWD:
        if (this.#table.nameOffset(id) !== 0 || this.#isReferenced[id] === 0) this.queue[this.queued++] = id;
        this.#states[id] = STATE.done;
        return STRONG;
      default:
        this.#states[id] = STATE.done;
        return WEAK;
    }
  }

  #push(id: number, behindPointer: boolean): number {
    const depth = this.#depth;
    // Each type is on a path twice at most, behind a pointer and not; who comes again will come for ever.
    if (depth > this.#table.count * 2 || ++this.#steps > this.#maxSteps) return this.#refuse(id);
    this.#path[depth] = id;
    this.#behindPointer[depth] = behindPointer;
    this.#next[depth] = 0;
    this.#strength[depth] = WEAK;
    this.#depth = depth + 1;
    return PENDING;
  }

  #pop(result: number): number {
    this.#depth--;
    return result;
  }

  /** Goes on with the last type of the path; `last` is what its reference came to, when it has had one. */
  #resume(top: number, last: number): number {
    const { kinds, words, at } = this.#table;
    const id = this.#path[top]!;
    const position = at[id]!;
    const behindPointer = this.#behindPointer[top]!;
    const next = this.#next[top]!;
    switch (kinds[id]) {
      case KIND.STRUCT:
      case KIND.UNION:
        return this.#members(top, id, next);
      case KIND.FUNC_PROTO:
        return this.#params(top, id, next, last);
      case KIND.PTR:
        if (next === 0) return this.#follow(top, words[position + 2]!, true);
        this.#states[id] = STATE.done;
        return this.#pop(last);
      case KIND.ARRAY:
        return next === 0
          ? this.#follow(top, words[position + 3]!, false)
          : this.#popSettled(words[position + 3]!, last);
      case KIND.TYPEDEF:
        if (next === 0) return this.#follow(top, words[position + 2]!, behindPointer);
        if (behindPointer && last === WEAK) return this.#pop(WEAK);
        this.queue[this.queued++] = id;
        this.#states[id] = STATE.done;
        return this.#pop(STRONG);
      default:
        if (next === 0) return this.#follow(top, words[position + 2]!, behindPointer);
        return this.#popSettled(words[position + 2]!, last);
    }
  }

  /** Ends a qualifier or array. Who has it in his path later finds what it leads to done, and need not look. */
  #popSettled(target: number, result: number): number {
    if (this.#states[target] === STATE.done) this.#states[this.#path[this.#depth - 1]!] = STATE.done;
    return this.#pop(result);
  }

  #follow(top: number, target: number, behindPointer: boolean): number {
    this.#next[top] = 1;
    return this.#enter(target, behindPointer);
  }

  #members(top: number, id: number, from: number): number {
    const { words, at } = this.#table;
    const first = at[id]! + HEAD_WORDS + 1;
    const vlen = this.#table.vlen(id);
    const states = this.#states;
    for (let next = from; next < vlen; next++) {
      const target = words[first + next * MEMBER_WORDS]!;
      // Most are: a call for each takes longer than all the rest.
      if (states[target] === STATE.done || this.#enter(target, false) !== PENDING) continue;
      this.#next[top] = next + 1;
      return PENDING;
    }
    if (words[first - HEAD_WORDS - 1] !== 0) this.queue[this.queued++] = id;
    this.#states[id] = STATE.done;
    return this.#pop(STRONG);
  }

  /** True for a prototype of types that are all done. */
  #isSettled(id: number): boolean {
    const { words, at } = this.#table;
    const states = this.#states;
    const position = at[id]!;
    if (states[words[position + 2]!] !== STATE.done) return false;
    const first = position + HEAD_WORDS + 1;
    const end = first + this.#table.vlen(id) * PARAM_WORDS;
    for (let type = first; type < end; type += PARAM_WORDS) if (states[words[type]!] !== STATE.done) return false;
    return true;
  }

  /** What a prototype returns is its reference 0, its parameters come after. */
  #params(top: number, id: number, from: number, last: number): number {
    const { words, at } = this.#table;
    const position = at[id]!;
    const count = this.#table.vlen(id) + 1;
    const behindPointer = this.#behindPointer[top]!;
    const states = this.#states;
    if (from > 0 && last === STRONG) this.#strength[top] = STRONG;
    for (let next = from; next < count; next++) {
      const target = next === 0 ? words[position + 2]! : words[position + HEAD_WORDS + (next - 1) * PARAM_WORDS + 1]!;
      const result = states[target] === STATE.done ? STRONG : this.#enter(target, behindPointer);
      if (result === PENDING) {
        this.#next[top] = next + 1;
        return PENDING;
      }
      if (result === STRONG) this.#strength[top] = STRONG;
    }
    return this.#pop(this.#strength[top]!);
  }

  #refuse(id: number): never {
    const kind = KIND_NAMES[this.#table.kinds[id]!]!;
    throw new BtfError(`type [${id}] ${kind}: it leads back to itself, and C needs it defined before itself`, {
      code: "ELOOP",
      rule: "type-cycle",
      typeId: id,
      kind,
    });
  }
}

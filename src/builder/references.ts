import { KIND, packInfo } from "../wire/kinds.js";
import { BtfError, type Errno } from "../model/errors.js";
import { findSpelled, spellingId, type DerivedType, type Slot } from "../model/find-spelling.js";
import { findNamedKind } from "../model/named-kinds.js";
import type { Run } from "../model/segment.js";
import { formatTypeName, parseTypeName, type DataModel } from "../spelling/index.js";
import { Arena, PLACEHOLDER_BASE, TYPE_ID_MAX, type ArenaState, type Extras } from "./arena.js";
import { impliedWords } from "./implied.js";
import type { Labels } from "./labels.js";

/** A type: its id, or its C spelling, label or name. */
export type Ref = number | string;

/** The largest unsigned 32-bit word. */
export const WORD_MAX = 0xffffffff;

/** clang's name for the INT that counts the elements of arrays. */
const ARRAY_INDEX = "__ARRAY_SIZE_TYPE__";

/** What a call got and what it would take, for the message of a refusal. */
interface Refused {
  readonly call: string;
  readonly name?: string;
  readonly field: string;
  readonly found: unknown;
  readonly expected: string;
  readonly rule: string;
  readonly code?: Errno;
}

/** True for what a 32-bit word can hold. */
export function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= WORD_MAX;
}

/**
 * What a call is given, looked at before anything is written: refusals, and references by id, C spelling, label or
 * promise.
 */
export class References extends Arena {
  readonly model: DataModel;

  constructor(
    prefix: readonly Run[],
    ownFrom: number,
    maxReference: number,
    labels: Labels,
    extras: Extras,
    model: DataModel,
  ) {
    super(prefix, ownFrom, maxReference, labels, extras);
    this.model = model;
  }

  /** The id of the type that a method was last named for, never one that a spelling implied; 0 before the first. */
  get lastId(): number {
    return this.openId === 0 ? this.nextId - 1 : this.openId;
  }

  /** Throws what libbpf refuses; inside `unchecked` lets it pass. */
  protected refuse({ call, name, field, found, expected, rule, code = "EINVAL" }: Refused): void {
    if (this.extras.unchecked) return;
    const subject = name === undefined || name === "" ? call : `${call} '${name}'`;
    const shown = typeof found === "string" ? JSON.stringify(found) : String(found);
    throw new BtfError(`${subject}: ${field} is ${shown}; expected ${expected}`, { code, rule, field });
  }

  protected needName(call: string, name: string, field = "name"): void {
    if (name === "") {
      this.refuse({ call, field, found: name, expected: "a name that is not empty", rule: "name-required" });
    }
  }

  protected checkedWord(call: string, name: string, field: string, value: number): number {
    if (!isWord(value)) {
      this.refuse({ call, name, field, found: value, expected: "a whole number from 0 to 2^32 - 1", rule: "word" });
    }
    return value >>> 0;
  }

  /** Checks a type id, which may well be that of a type still to come. */
  protected checkedId(id: number, call: string): number {
    if ((id | 0) === id && id >= 0) {
      if (id > this.maxReference) this.maxReference = id;
      return id;
    }
    return this.#oddId(id, call);
  }

  #oddId(id: number, call: string): number {
    const isPromised = id >= PLACEHOLDER_BASE && id < PLACEHOLDER_BASE + this.extras.forwards.length;
    if (!isPromised) {
      const expected = `a whole number from 0 to ${TYPE_ID_MAX}`;
      this.refuse({ call, field: "type id", found: id, expected, rule: "type-id" });
    }
    return id >>> 0;
  }

  /** The id that a reference stands for; what a spelling implies is added. */
  protected resolve(ref: Ref, slot: Slot): number {
    if (typeof ref === "number") return ref;
    return spellingId(
      () => ({
        runs: this.runs(),
        openId: this.openId,
        label: (name) => this.#labelled(name),
        add: (type) => this.#imply(type),
        suggestions: () => this.labels.entries(this.extras.labelCount).map(([label]) => label),
      }),
      ref,
      slot,
    );
  }

  #labelled(name: string): number | undefined {
    const id = this.labels.get(name, this.extras.labelCount);
    if (id !== undefined) return id;
    const promised = this.extras.forwards.indexOf(name);
    if (promised === -1) return undefined;
    return this.#defined(name) ?? PLACEHOLDER_BASE + promised;
  }

  /** The type that a promised spelling names by now. */
  #defined(spelling: string): number | undefined {
    return findSpelled(() => ({ runs: this.runs(), openId: this.openId }), spelling, "any");
  }

  #imply(type: DerivedType): number {
    return this.implied(
      impliedWords(
        type,
        this.model,
        (name) => this.intern(name),
        () => this.#arrayIndexId(),
      ),
    );
  }

  /** The INT that counts the elements of arrays, as clang has it. */
  #arrayIndexId(): number {
    const id = findNamedKind(this.runs(), ARRAY_INDEX, ["INT"]);
    return id ?? this.implied([this.intern(ARRAY_INDEX), packInfo(KIND.INT, 0), 4, 32]);
  }

  /** Runs `add`; when it throws, nothing has happened. */
  attempt<T>(add: () => T): T {
    const mark = this.mark();
    try {
      return add();
    } catch (error) {
      this.restore(mark);
      throw error;
    }
  }

  /** The id of a reference in a call that adds a type: what it implies comes before that type. */
  protected resolveBefore(ref: Ref, slot: Slot = "type"): number {
    this.close();
    return this.resolve(ref, slot);
  }

  /** The id of a type by its spelling or label; what the spelling implies is added. */
  id(spelling: string): number {
    return this.attempt(() => this.resolve(spelling, "any"));
  }

  /** Gives the newest type a label. */
  as(label: string): void {
    const known = this.labels.get(label, this.extras.labelCount);
    if (known !== undefined) {
      throw new BtfError(`as '${label}': type [${known}] has this label already`, {
        code: "EEXIST",
        rule: "label-clash",
        typeId: known,
      });
    }
    if (this.lastId === 0) {
      throw new BtfError(`as '${label}': there is no type yet to give it to`, { code: "EINVAL", rule: "label-type" });
    }
    this.labels.set(label, this.lastId, this.extras.labelCount);
    this.extras = { ...this.extras, labelCount: this.extras.labelCount + 1 };
    this.stamp++;
  }

  /** Accepts what libbpf refuses while `f` runs. */
  unchecked<T>(f: () => T): T {
    const { unchecked } = this.extras;
    this.extras = { ...this.extras, unchecked: true };
    try {
      return f();
    } finally {
      this.extras = { ...this.extras, unchecked };
    }
  }

  /** Promises a type by its spelling or label, and gives the id that stands for it. */
  forward(spelling: string): number {
    const parsed = parseTypeName(spelling);
    const name = parsed.ok ? formatTypeName(parsed.type) : spelling;
    const known = this.extras.forwards.indexOf(name);
    if (known !== -1) return PLACEHOLDER_BASE + known;
    this.extras = { ...this.extras, forwards: [...this.extras.forwards, name] };
    this.stamp++;
    return PLACEHOLDER_BASE + this.extras.forwards.length - 1;
  }

  /** The type that each promise of a place came to; undefined where it came to none. */
  promised(runs: readonly Run[], { extras }: ArenaState): readonly (number | undefined)[] {
    return extras.forwards.map(
      (name) => this.labels.get(name, extras.labelCount) ?? findSpelled(() => ({ runs }), name, "any"),
    );
  }
}

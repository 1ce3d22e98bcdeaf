import { KIND } from "../wire/kinds.js";
import type { FieldFault, RootValue } from "./field.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import { NameIndex } from "./name-index.js";
import { stringIs } from "./special-names.js";

const CONTAINS = ascii("contains:");
const COLON = 58;

const BAD_TAG: FieldFault = { rule: "root-tag" };
const BAD_TYPE: FieldFault = { rule: "root-type" };

/** The DECL_TAGs `contains:TYPE:FIELD`; looked for once, and not for each root as the kernel does. */
export class RootTags {
  readonly #load: Load;
  /** By struct the first of its tags, and by tag the next; 0 is none. */
  #first: Uint32Array | undefined;
  #next: Uint32Array = new Uint32Array(0);
  #structs: NameIndex | undefined;

  constructor(load: Load) {
    this.#load = load;
  }

  /** What the tag on a member says: there must be exactly one. */
  valueOf(struct: number, index: number): RootValue | FieldFault {
    const { words, starts } = this.#load;
    const first = this.#tags();
    let tag = 0;
    for (let id = first[struct]!; id !== 0; id = this.#next[id]!) {
      if ((words[starts[id]! + 3]! | 0) !== index) continue;
      if (tag !== 0) return BAD_TAG;
      tag = id;
    }
    return tag === 0 ? BAD_TAG : this.#parse(words[starts[tag]!]! + CONTAINS.length);
  }

  /** `TYPE:FIELD` in the strings. A TYPE that is longer than any name ends the load, and is gone through once. */
  #parse(start: number): RootValue | FieldFault {
    const { strings } = this.#load;
    let colon = start;
    while (strings[colon] !== COLON && strings[colon] !== 0) colon++;
    if (strings[colon] === 0) return BAD_TAG;
    const struct = this.#structNames().first(start, colon);
    if (struct < 0) return BAD_TYPE;
    return strings[colon + 1] === 0 ? BAD_TAG : { struct, member: colon + 1 };
  }

  #tags(): Uint32Array {
    if (this.#first !== undefined) return this.#first;
    const { kinds, words, starts, strings, count } = this.#load;
    const first = new Uint32Array(count);
    const next = new Uint32Array(count);
    for (let id = 1; id < count; id++) {
      if (kinds[id] !== KIND.DECL_TAG) continue;
      const at = starts[id]!;
      if (!stringIs(strings, words[at]!, CONTAINS, false)) continue;
      const target = words[at + 2]!;
      next[id] = first[target]!;
      first[target] = id;
    }
    this.#first = first;
    this.#next = next;
    return first;
  }

  #structNames(): NameIndex {
    if (this.#structs !== undefined) return this.#structs;
    const { kinds, words, starts, strings, count } = this.#load;
    const names = new NameIndex(strings, count);
    for (let id = 1; id < count; id++) {
      if (kinds[id] === KIND.STRUCT) names.add(words[starts[id]!]!, id);
    }
    this.#structs = names;
    return names;
  }
}

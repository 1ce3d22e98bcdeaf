import { KIND } from "../wire/kinds.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import { NameIndex } from "./name-index.js";
import type { VerifyRule } from "./rules.js";
import { stringIs } from "./special-names.js";

const CONTAINS = ascii("contains:");
const COLON = 58;

/** The DECL_TAGs `contains:TYPE:FIELD`; looked for once, and not for each root as the kernel does. */
export class RootTags {
  /** After {@link find}: the struct that the list or tree holds, and the name of the member by which it lies there. */
  struct = 0;
  member = 0;
  readonly #load: Load;
  /** By struct the first of its tags, and by tag the next; 0 is none. */
  #first: Uint32Array | undefined;
  #next: Uint32Array = new Uint32Array(0);
  #structs: NameIndex | undefined;

  constructor(load: Load) {
    this.#load = load;
  }

  /** Reads the tag on a member: there must be exactly one. The rule that it breaks. */
  find(struct: number, index: number): VerifyRule | undefined {
    const { words, starts } = this.#load;
    const first = this.#tags();
    let tag = 0;
    for (let id = first[struct]!; id !== 0; id = this.#next[id]!) {
      if ((words[starts[id]! + 3]! | 0) !== index) continue;
      if (tag !== 0) return "root-tag";
      tag = id;
    }
    return tag === 0 ? "root-tag" : this.#parse(words[starts[tag]!]! + CONTAINS.length);
  }

  /** `TYPE:FIELD` in the strings. A TYPE that is longer than any name ends the load, and is gone through once. */
  #parse(start: number): VerifyRule | undefined {
    const { strings } = this.#load;
    let colon = start;
    while (strings[colon] !== COLON && strings[colon] !== 0) colon++;
    if (strings[colon] === 0) return "root-tag";
    const struct = this.#structNames().first(start, colon);
    if (struct < 0) return "root-type";
    this.struct = struct;
    this.member = colon + 1;
    return strings[colon + 1] === 0 ? "root-tag" : undefined;
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
    let structs = 0;
    for (let id = 1; id < count; id++) if (kinds[id] === KIND.STRUCT) structs++;
    const names = new NameIndex(strings, structs);
    for (let id = 1; id < count; id++) {
      if (kinds[id] === KIND.STRUCT) names.add(words[starts[id]!]!, id);
    }
    this.#structs = names;
    return names;
  }
}

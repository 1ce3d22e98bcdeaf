import { KIND, KIND_LIMIT, VLEN_MAX } from "../../wire/kinds.js";
import { NAME } from "../names.js";
import { profileOf } from "../releases.js";
import type { Draft } from "./draft.js";
import type { LowerRule } from "./lower-rules.js";
import { NameCheck } from "./name-check.js";
import type { NameBit } from "./name-maker.js";

/** As a constant of this module, which loops over a kernel's types read faster than those of another. */
const VLEN = VLEN_MAX;

/** What the name of a kind has to be: a bit of {@link NAME}, or none at all; other kinds have names that nobody reads. */
const NAME_OF_KIND = new Uint8Array(KIND_LIMIT);
/** The kind has no name. */
export const NO_NAME = 8;
/** The kind may also have no name. */
const OPTIONAL = 16;
for (const kind of [KIND.PTR, KIND.CONST, KIND.VOLATILE, KIND.RESTRICT, KIND.ARRAY, KIND.FUNC_PROTO]) {
  NAME_OF_KIND[kind] = NO_NAME;
}
for (const kind of [KIND.STRUCT, KIND.UNION, KIND.ENUM, KIND.ENUM64]) NAME_OF_KIND[kind] = NAME.identifier | OPTIONAL;
for (const kind of [KIND.TYPEDEF, KIND.FWD, KIND.FUNC]) NAME_OF_KIND[kind] = NAME.identifier;
NAME_OF_KIND[KIND.VAR] = NAME.variable;
NAME_OF_KIND[KIND.DATASEC] = NAME.section;

/** How many words an element with a name has, by kind; 0 for kinds without. */
const NAMED_ELEMENT = new Uint8Array(KIND_LIMIT);
NAMED_ELEMENT[KIND.STRUCT] = 3;
NAMED_ELEMENT[KIND.UNION] = 3;
NAMED_ELEMENT[KIND.ENUM] = 2;
NAMED_ELEMENT[KIND.ENUM64] = 3;
NAMED_ELEMENT[KIND.FUNC_PROTO] = 2;

/** Called for each name that has to go: of a type, or of an element; `bit` is what it has to be, {@link NO_NAME} for no name. */
export type NameFound = (id: number, index: number, offset: number, bit: number, optional: boolean) => void;

/** Looks at every name that a kernel looks at, and finds those that it would refuse; strings from `end` on are good. */
export function findBadNames(draft: Draft, check: NameCheck, end: number, found: NameFound): void {
  const { words, starts, kinds, endId } = draft;
  const { STRUCT, UNION, ENUM, ENUM64 } = KIND;
  const { identifier } = NAME;
  for (let id = 1; id < endId; id++) {
    const kind = kinds[id]!;
    const rule = NAME_OF_KIND[kind]!;
    if (rule === 0) continue;
    const at = starts[id]!;
    const name = words[at]!;
    if (rule === NO_NAME) {
      if (name !== 0) found(id, -1, name, NO_NAME, true);
    } else if (name === 0 ? (rule & OPTIONAL) === 0 : name < end && check.refuses(name, rule)) {
      found(id, -1, name, rule & 7, (rule & OPTIONAL) !== 0);
    }
    const stride = NAMED_ELEMENT[kind]!;
    if (stride === 0) continue;
    const isEnum = kind === ENUM || kind === ENUM64;
    const first = at + 3;
    const last = Math.min(first + (words[at + 1]! & VLEN) * stride, words.length);
    for (let element = first; element < last; element += stride) {
      const own = words[element]!;
      if (own === 0 ? isEnum : own < end && check.refuses(own, identifier)) {
        found(id, (element - first) / stride, own, identifier, kind === STRUCT || kind === UNION);
      }
    }
  }
}

/** Why a name was refused, for the release that the rewrite names. */
function reasonOf(text: string, bit: number): LowerRule {
  if (bit === NAME.section) return "section-name";
  const isNewest = /^[A-Za-z_.][A-Za-z0-9_.]*$/.test(text) && text.length <= profileOf("bpf-next").nameLimit;
  if (!isNewest) return "name";
  return text.includes(".") ? "name-dots" : "name-length";
}

/** Gives every name that this kernel refuses one that it takes, as a string of its own: nobody else's name changes. */
export function lowerNames(draft: Draft): void {
  const { profile, firstStringEnd, names } = draft;
  if (!profile.checksNames) return;
  // What was added on the way was made for its place.
  const check = new NameCheck(draft.strings.subarray(0, firstStringEnd), profile);
  findBadNames(draft, check, firstStringEnd, (id, index, offset, bit, optional) => {
    const text = draft.name(offset);
    // A string that is empty is no name.
    const isNone = bit === NO_NAME || (text === "" && optional);
    const name = isNone ? 0 : draft.intern(names.make(text, bit as NameBit));
    draft.rename(bit === NO_NAME ? "no-name" : reasonOf(text, bit), id, index, name);
  });
}

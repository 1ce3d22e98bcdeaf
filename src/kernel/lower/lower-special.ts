import { KIND, packInfo } from "../../wire/kinds.js";
import { findKptr } from "../kptr.js";
import type { Load } from "../load.js";
import { profileOf } from "../releases.js";
import { checkSpecialFields } from "../special-fields.js";
import { specialName } from "../special-names.js";
import type { Draft } from "./draft.js";
import { loadOf } from "./simulate.js";

/** What is put behind the name of a kernel's own struct, so that a kernel does not take it for one. */
const OTHER_NAME = "___lowered";
/** Rounds in which structs are dealt with one by one; then all of them are. */
const MOST_ROUNDS = 32;

/** Types without a meaning for the kernel in the place of those that have one, by their id. */
class Neutral {
  readonly #draft: Draft;
  readonly #ids = new Map<number, number>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** The type to use in the place of a member's, or undefined where that has no meaning. */
  of(load: Load, type: number): number | undefined {
    const known = this.#ids.get(type);
    if (known !== undefined) return known;
    const made = this.#make(load, type);
    if (made !== undefined) this.#ids.set(type, made);
    return made;
  }

  #make(load: Load, type: number): number | undefined {
    const draft = this.#draft;
    const kind = draft.kindOf(type);
    if (kind === KIND.STRUCT) {
      const words = draft.wordsOf(type);
      if (specialName(load.strings, words[0]!) === undefined) return undefined;
      words[0] = draft.intern(draft.nameOf(type) + OTHER_NAME);
      return draft.append("special-field", words);
    }
    if (kind !== KIND.PTR && kind !== KIND.VOLATILE) return undefined;
    const kptr = findKptr(load, type);
    if (typeof kptr === "string" || kptr === 0) return undefined;
    let target = draft.words[draft.starts[type]! + 2]!;
    if (kind === KIND.VOLATILE) target = draft.words[draft.starts[target]! + 2]!;
    // Past the tag.
    return draft.append("special-field", [0, packInfo(KIND.PTR, 0), draft.words[draft.starts[target]! + 2]!]);
  }
}

/** Gives each member of a struct that has a meaning another type; false where none has. */
function neutralise(draft: Draft, load: Load, neutral: Neutral, id: number): boolean {
  let isChanged = false;
  for (let i = 0, vlen = draft.vlen(id); i < vlen; i++) {
    const other = neutral.of(load, draft.words[draft.element(id, i) + 1]!);
    if (other === undefined) continue;
    isChanged = true;
    draft.rewriteElement("special-field", id, i, (words, element) => {
      words[element + 1] = other;
    });
  }
  return isChanged;
}

/**
 * Structs of the kernel's own in structs of the program (from 6.2 on): releases differ in which they know, how large
 * they are and what may be beside them. Where this one would refuse a struct for what newer ones take, its special
 * fields become plain ones; that a program can't use them on this kernel is so or so.
 */
export function lowerSpecialFields(draft: Draft): void {
  const { profile } = draft;
  if (profile.fieldTriggers.length === 0 || !profile.kinds.has(KIND.ENUM64)) return;
  if (checkSpecialFields(loadOf(draft))) return;
  // What no kernel takes stays, for the verifier to say.
  if (!checkSpecialFields(loadOf(draft, profileOf("bpf-next")))) return;
  const neutral = new Neutral(draft);
  for (let round = 0; ; round++) {
    const load = loadOf(draft);
    if (checkSpecialFields(load)) return;
    const id = load.fault?.typeId;
    if (id === undefined) return;
    if (round < MOST_ROUNDS) {
      if (!neutralise(draft, load, neutral, id)) return;
      continue;
    }
    let isChanged = false;
    for (let other = 1, end = draft.endId; other < end; other++) {
      if (draft.kinds[other] === KIND.STRUCT && neutralise(draft, load, neutral, other)) isChanged = true;
    }
    if (!isChanged) return;
  }
}

import { encodeName } from "../../wire/names.js";
import type { Profile } from "../profile.js";
import { classifyNames, type NAME } from "../names.js";

/** How a name that a kernel refuses is replaced. */
export type SanitizeMode = "underscore" | "hash" | "drop";

/** What a name has to be. */
export type NameBit = (typeof NAME)[keyof typeof NAME];

const HASH_DIGITS = 8;
const ESCAPED_FIRST = 0xdc80;
const ESCAPED_LAST = 0xdcff;

/** FNV-1a of a name's bytes, as 8 digits. */
function hashOf(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(HASH_DIGITS, "0");
}

/** Whether a name may stand where the bit says, under a profile. */
function fits(bytes: Uint8Array, bit: NameBit, profile: Profile): boolean {
  const strings = new Uint8Array(bytes.length + 2);
  strings.set(bytes, 1);
  return (classifyNames(strings, profile)[1]! & bit) !== 0;
}

/** Makes names that a kernel takes out of those that it refuses. The same name always becomes the same. */
export class NameMaker {
  readonly #profile: Profile;
  readonly #isHashed: boolean;
  /** Names that are taken already, when results have to be unique. */
  readonly #taken: Set<string> | undefined;
  readonly #made = new Map<string, string>();

  constructor(profile: Profile, mode: SanitizeMode, taken?: Set<string>) {
    this.#profile = profile;
    this.#isHashed = mode === "hash";
    this.#taken = taken;
  }

  /** The name that takes the place of another, for kinds that the bit says. */
  make(name: string, bit: NameBit): string {
    const key = `${bit} ${name}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const wanted = this.#cut(this.#replaced(name, bit), this.#isHashed ? `_${hashOf(encodeName(name))}` : "");
    const result = this.#unique(name, wanted);
    this.#made.set(key, result);
    return result;
  }

  /** Each character that may not stand there becomes an underscore; one goes before a digit at the start. */
  #replaced(name: string, bit: NameBit): string {
    let text = "";
    for (const character of name) {
      const code = character.codePointAt(0)!;
      const isByte = code < 0x80 || (code >= ESCAPED_FIRST && code <= ESCAPED_LAST);
      text += isByte && fits(encodeName(`a${character}`), bit, this.#profile) ? character : "_";
    }
    return text !== "" && fits(encodeName(text.slice(0, 1)), bit, this.#profile) ? text : `_${text}`;
  }

  /** Cuts a name so that it and what comes after it are short enough. */
  #cut(text: string, ending: string): string {
    const room = this.#profile.nameLimit - ending.length;
    let length = 0;
    let kept = "";
    for (const character of text) {
      length += encodeName(character).length;
      if (length > room) break;
      kept += character;
    }
    return kept + ending;
  }

  #unique(name: string, wanted: string): string {
    const taken = this.#taken;
    if (taken === undefined) return wanted;
    let result = wanted;
    for (let i = 2; result !== name && taken.has(result); i++) result = this.#cut(wanted, `_${i}`);
    taken.add(result);
    return result;
  }
}

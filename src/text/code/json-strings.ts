import { encodeName } from "../../wire/names.js";
import type { Btf } from "../../model/btf.js";

/** Strings that are gathered for a section, each at the offset where it begins. */
export class GatheredStrings {
  readonly #start: number;
  readonly #base: Btf | undefined;
  readonly #offsets = new Map<string, number>();
  readonly #pieces: Uint8Array[] = [];
  #length: number;

  constructor(base: Btf | undefined, start: number) {
    this.#base = base;
    this.#start = start;
    // Only a section that stands on no other begins with the empty string.
    this.#length = base === undefined ? 1 : 0;
  }

  /** The offset of a string: the base's, or its first in the section; undefined when it is in neither. */
  find(text: string): number | undefined {
    return text === "" ? 0 : (this.#base?.findString(text) ?? this.#offsets.get(text));
  }

  /** The offset of a string, which is added when it is not there. */
  intern(text: string): number {
    return this.find(text) ?? this.add(text);
  }

  /** Adds a string, even one that is there. */
  add(text: string): number {
    const bytes = encodeName(text);
    const offset = this.#start + this.#length;
    this.#pieces.push(bytes);
    this.#length += bytes.length + 1;
    if (!this.#offsets.has(text)) this.#offsets.set(text, offset);
    return offset;
  }

  /** The section: each string with a NUL after it. */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = this.#base === undefined ? 1 : 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length + 1;
    }
    return bytes;
  }
}

import { token } from "../../model/byte-writer.js";
import { growBytes } from "../../wire/words.js";
import type { CWriter } from "./c-writer.js";
import type { TypeTable } from "./type-table.js";

const SPACE = token(" ");

/** By id: never declared, or once; more is where its text begins. */
const FRESH = 0;
const ONCE = 1;

/** Bytes before a text: the length of what stands before the name, that of what stands behind it, whether a space parts them. */
const HEADER = 3;

/** Longer texts are written anew each time, so that a few calls of the writer have room for one. */
const MAX_LENGTH = 128;

/** Bytes that {@link TypeTable} has behind its strings too: readers take several at once. */
const PAD = 8;

/**
 * What was written around a name to declare it as a type, by the type. Kernels have six members and parameters for each
 * type that they are declared with, and to copy bytes is faster than to follow a type. Most types are used once, so the
 * text is kept when a type comes a second time.
 */
export class KnownDeclarators {
  readonly #table: TypeTable;
  readonly #writer: CWriter;
  readonly #at: Uint32Array;
  #texts = new Uint8Array(1 << 12);
  #view = new DataView(this.#texts.buffer);
  #end = ONCE + 1;

  constructor(table: TypeTable, writer: CWriter) {
    this.#table = table;
    this.#writer = writer;
    this.#at = new Uint32Array(table.count);
  }

  /** Writes the declaration of a name as a type whose text is known; false when it is not. */
  write(id: number, nameOffset: number): boolean {
    const at = this.#at[id]!;
    if (at <= ONCE) return false;
    const texts = this.#texts;
    const writer = this.#writer;
    const { out } = writer;
    const nameAt = at + HEADER + texts[at]!;
    const end = nameAt + texts[at + 1]!;
    if (!this.#table.hasText(nameOffset)) {
      // Brackets stand otherwise around no name.
      if (end > nameAt) return false;
      out.untilNul(this.#view, at + HEADER, nameAt);
      writer.room();
      return true;
    }
    out.untilNul(this.#view, at + HEADER, nameAt);
    if (texts[at + 2] === 1) out.token(SPACE);
    writer.name(nameOffset);
    if (end > nameAt) {
      out.untilNul(this.#view, nameAt, end);
      writer.room();
    }
    return true;
  }

  /** Counts a declaration as a type; true when its text should be kept. */
  isWanted(id: number): boolean {
    if (this.#at[id] === ONCE) return true;
    if (this.#at[id] === FRESH) this.#at[id] = ONCE;
    return false;
  }

  /**
   * Keeps the text of a declaration.
   *
   * @param before what stands before the name, without a space
   * @param behind what stands behind the name
   */
  keep(id: number, before: Uint8Array, isSpaced: boolean, behind: Uint8Array): void {
    if (before.length > MAX_LENGTH || behind.length > MAX_LENGTH) return;
    const at = this.#end;
    const end = at + HEADER + before.length + behind.length;
    if (end + PAD > this.#texts.length) {
      this.#texts = growBytes(this.#texts, at, end + PAD);
      this.#view = new DataView(this.#texts.buffer);
    }
    const texts = this.#texts;
    texts[at] = before.length;
    texts[at + 1] = behind.length;
    texts[at + 2] = isSpaced ? 1 : 0;
    texts.set(before, at + HEADER);
    texts.set(behind, at + HEADER + before.length);
    this.#end = end;
    this.#at[id] = at;
  }
}

import { elementWords, SHAPES, trailerWords } from "../../wire/shapes.js";
import { HEAD_WORDS, infoKind, KIND_NAMES, type KindName } from "../../wire/kinds.js";
import { growWords } from "../../wire/words.js";
import type { KernelName } from "../releases.js";
import { LOWER_RULE_NAMES, LOWER_RULES, takenSince, type LowerRule } from "./lower-rules.js";
import { describeElement, describeHead } from "./describe.js";

/** One change that `lower` made. */
export interface Rewrite {
  /** The type; one that was added has the id that it got, and 0 is the graph as a whole. */
  readonly id: number;
  /** Where the type is now, when no rewrite in place exists and another stands at `id`. */
  readonly movedTo?: number;
  /** The member, parameter, enumerator or entry, from 0, when only that was changed. */
  readonly index?: number;
  /** The kind before; absent for what was added. */
  readonly kind?: KindName;
  /** What it was, as a raw dump says it; "" for what was added. */
  readonly was: string;
  /** What it became; "" for an entry that was removed. */
  readonly became: string;
  /** The stable name of the rewrite. */
  readonly rule: LowerRule;
  /** The rewrite in words. */
  readonly text: string;
  /** The first release that takes what it was, so that those before need the rewrite; absent where none does. */
  readonly before?: KernelName;
}

/** Words of a type or an element that are kept of each side of a rewrite. */
const KEPT = 4;
const ROW = 4 + 2 * KEPT;

/**
 * The rewrites as they are made, as words: a kernel's types can have a hundred thousand of them. They become objects
 * when somebody asks for them.
 */
export class RewriteLog {
  #rows = new Uint32Array(ROW * 16);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Opens a row and keeps the words that the type or element at `at` has now. */
  begin(words: Uint32Array, at: number, length: number): void {
    const row = this.#count * ROW;
    if (row + ROW > this.#rows.length) this.#rows = growWords(this.#rows, row, row + ROW);
    this.#keep(row + 4, words, at, length);
  }

  /** Keeps what the words are after the rewrite and closes the row. */
  end(rule: LowerRule, id: number, words: Uint32Array, at: number, length: number, index = -1, movedTo = 0): void {
    const row = this.#count * ROW;
    this.#keep(row + 4 + KEPT, words, at, length);
    this.#rows[row] = LOWER_RULE_NAMES.indexOf(rule);
    this.#rows[row + 1] = id;
    this.#rows[row + 2] = index + 1;
    this.#rows[row + 3] = movedTo;
    this.#count++;
  }

  #keep(to: number, words: Uint32Array, at: number, length: number): void {
    for (let i = 0; i < KEPT; i++) this.#rows[to + i] = i < length ? words[at + i]! : 0;
  }

  /** The rewrites as objects; `nameAt` reads a string offset, `infoOf` the type that holds an element. */
  read(nameAt: (offset: number) => string, holder: (id: number) => readonly [name: number, info: number]): Rewrite[] {
    return Array.from({ length: this.#count }, (_, i) => this.#readRow(i * ROW, nameAt, holder));
  }

  #readRow(
    row: number,
    nameAt: (offset: number) => string,
    holder: (id: number) => readonly [name: number, info: number],
  ): Rewrite {
    const rows = this.#rows;
    const rule = LOWER_RULE_NAMES[rows[row]!]!;
    const id = rows[row + 1]!;
    const index = rows[row + 2]! - 1;
    const movedTo = rows[row + 3]!;
    const was = rows.subarray(row + 4, row + 4 + KEPT);
    const became = rows.subarray(row + 4 + KEPT, row + ROW);
    const before = takenSince(rule);
    const isAdded = was[1] === 0;
    const [name, info] = index < 0 ? [0, 0] : holder(id);
    const say = (words: Uint32Array): string =>
      index < 0 ? describeHead(words, nameAt) : describeElement(name, info, words, index, nameAt);
    const kindNumber = infoKind(index < 0 ? was[1]! : info);
    const kind = kindNumber === 0 ? undefined : KIND_NAMES[kindNumber];
    return {
      id,
      ...(movedTo === 0 ? {} : { movedTo }),
      ...(index < 0 ? {} : { index }),
      ...(kind === undefined ? {} : { kind }),
      was: index < 0 && isAdded ? "" : say(was),
      became: index < 0 && became[1] === 0 ? "" : say(became),
      rule,
      text: LOWER_RULES[rule].text,
      ...(before === undefined ? {} : { before }),
    };
  }
}

/** Where the element of a type begins, and how many words it has. */
export function elementAt(words: Uint32Array, at: number, index: number): readonly [at: number, length: number] {
  const shape = SHAPES[infoKind(words[at + 1]!)]!;
  const stride = elementWords(shape);
  return [at + HEAD_WORDS + trailerWords(shape) + index * stride, stride];
}

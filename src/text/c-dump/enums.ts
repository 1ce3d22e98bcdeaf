import { token } from "../../model/byte-writer.js";
import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import type { CRules } from "./c-style.js";
import type { CWriter } from "./c-writer.js";
import type { TypeTable } from "./type-table.js";
import type { UniqueNames } from "./unique-names.js";

const TEXT = {
  enum: token("enum"),
  space: token(" "),
  open: token(" {"),
  close: token("}"),
  is: token(" = "),
  comma: token(","),
  signed: token("LL,"),
  unsigned: token("ULL,"),
};
const BYTE_MODE = " __attribute__((mode(byte)))";
const WORD_MODE = " __attribute__((mode(word)))";

const ENUM_WORDS = 2;
const ENUM64_WORDS = 3;

/** Writes definitions of ENUMs and ENUM64s. */
export class Enums {
  readonly #table: TypeTable;
  readonly #names: UniqueNames;
  readonly #writer: CWriter;
  readonly #rules: CRules;
  readonly #pointerSize: number;

  constructor(table: TypeTable, names: UniqueNames, writer: CWriter, rules: CRules, pointerSize: number) {
    this.#table = table;
    this.#names = names;
    this.#writer = writer;
    this.#rules = rules;
    this.#pointerSize = pointerSize;
  }

  /** The definition, or the bare tag of an enum without values. */
  define(id: number, depth: number): void {
    const table = this.#table;
    const writer = this.#writer;
    writer.out.token(TEXT.enum);
    const name = table.nameOffset(id);
    if (name !== 0) {
      writer.out.token(TEXT.space);
      writer.numbered(name, this.#names.tag(id));
    }
    if (table.vlen(id) === 0) return;
    writer.out.token(TEXT.open);
    if (table.kinds[id] === KIND.ENUM) this.#values(id, depth + 1);
    else this.#values64(id, depth + 1);
    writer.line(depth);
    writer.out.token(TEXT.close);
    if (this.#rules.enumModes) writer.ascii(this.#mode(id));
  }

  #values(id: number, depth: number): void {
    const { words, at } = this.#table;
    const isSigned = this.#table.kindFlag(id);
    const first = at[id]! + HEAD_WORDS;
    const end = first + this.#table.vlen(id) * ENUM_WORDS;
    const writer = this.#writer;
    const { out } = writer;
    for (let value = first; value < end; value += ENUM_WORDS) {
      this.#enumerator(words[value]!, depth);
      if (isSigned) out.signedDecimal(words[value + 1]!);
      else out.decimal(words[value + 1]!);
      out.token(TEXT.comma);
    }
  }

  #values64(id: number, depth: number): void {
    const { words, at } = this.#table;
    const isSigned = this.#table.kindFlag(id);
    const first = at[id]! + HEAD_WORDS;
    const end = first + this.#table.vlen(id) * ENUM64_WORDS;
    const { out } = this.#writer;
    for (let value = first; value < end; value += ENUM64_WORDS) {
      this.#enumerator(words[value]!, depth);
      const bits = BigInt(words[value + 1]!) | (BigInt(words[value + 2]!) << 32n);
      out.ascii(`${isSigned ? BigInt.asIntN(64, bits) : bits}`);
      out.token(isSigned ? TEXT.signed : TEXT.unsigned);
    }
  }

  #enumerator(name: number, depth: number): void {
    const writer = this.#writer;
    writer.line(depth);
    writer.name(name);
    const number = this.#names.enumerator(name);
    if (number > 1) writer.number(number);
    writer.out.token(TEXT.is);
  }

  /** What gives an enum a size that its values alone would not. */
  #mode(id: number): string {
    const { words, at, kinds } = this.#table;
    const size = words[at[id]! + 2]!;
    if (size === 1) return BYTE_MODE;
    if (size !== 8 || this.#pointerSize !== 8) return "";
    return kinds[id] === KIND.ENUM || !this.#isWide(id) ? WORD_MODE : "";
  }

  /** True when a value of an ENUM64 has bits above the lower 32. */
  #isWide(id: number): boolean {
    const { words, at } = this.#table;
    const first = at[id]! + HEAD_WORDS;
    const end = first + this.#table.vlen(id) * ENUM64_WORDS;
    for (let value = first; value < end; value += ENUM64_WORDS) if (words[value + 2] !== 0) return true;
    return false;
  }
}

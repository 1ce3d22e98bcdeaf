import type { Errno } from "../../model/errors.js";
import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import type { Layouts } from "../c-dump/layouts.js";
import type { TypeTable } from "../c-dump/type-table.js";
import { floatFormat, formatFloat } from "./float-text.js";
import type { Memory } from "./memory.js";

/** A value, or the errno that libbpf gives for one that it can't read. */
export type Result<Value> =
  { readonly value: Value; readonly fault?: undefined } | { readonly value?: undefined; readonly fault: Errno };

const MAX_FIELD = 8;
const MAX_SCALAR = 16;
const ENUM_WORDS = 2;
const ENUM64_WORDS = 3;
const SIGNED = 1;

const INVALID = { fault: "EINVAL" } as const;
const TOO_SHORT = { fault: "E2BIG" } as const;

/** Where a member lies: bytes from the start, bits from there, and the bits of a bit-field, 0 for none. */
export interface Place {
  readonly offset: number;
  readonly bitsOffset: number;
  readonly bits: number;
}

/** Reads scalars from memory by their types, and says them as libbpf does. */
export class Values {
  readonly #table: TypeTable;
  readonly #layouts: Layouts;
  readonly #memory: Memory;
  readonly #pointerSize: number;
  /** Bit-fields are held against the end of the data, and not the type around them: from libbpf 1.2 on. */
  readonly #checksBits: boolean;

  constructor(table: TypeTable, layouts: Layouts, memory: Memory, pointerSize: number, checksBits: boolean) {
    this.#table = table;
    this.#layouts = layouts;
    this.#memory = memory;
    this.#pointerSize = pointerSize;
    this.#checksBits = checksBits;
  }

  /** The third word of a type. */
  #size(id: number): number {
    return this.#table.words[this.#table.at[id]! + 2]!;
  }

  /** Memory begins at an aligned address. */
  #isAligned(id: number, offset: number): boolean {
    const align = this.#layouts.align(id);
    return align !== 0 && offset % align === 0;
  }

  bitField(id: number, { offset, bitsOffset, bits }: Place): Result<bigint> {
    const size = this.#size(id);
    const bytes = (((bitsOffset % 8) + bits + 7) / 8) | 0;
    if (this.#checksBits && offset + bytes > this.#memory.end) return TOO_SHORT;
    if (size > MAX_FIELD) return INVALID;
    return { value: this.#memory.bitField(offset, size, bitsOffset, bits) };
  }

  /** True for an INT, FLOAT or PTR of zeros. */
  isZero(id: number, offset: number): Result<boolean> {
    const size = this.#table.kinds[id] === KIND.PTR ? this.#pointerSize : this.#size(id);
    if (size < 1 || size > MAX_SCALAR) return INVALID;
    return { value: this.#memory.isZero(offset, size) };
  }

  /** An INT that is no character. */
  int(id: number, offset: number): Result<string> {
    const size = this.#size(id);
    const encoding = (this.#table.words[this.#table.at[id]! + HEAD_WORDS]! >>> 24) & 0xf;
    if (size === 16) return { value: `0x${this.#memory.unsigned(offset, size).toString(16)}` };
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return INVALID;
    const isSigned = (encoding & SIGNED) !== 0;
    return { value: `${isSigned ? this.#memory.signed(offset, size) : this.#memory.unsigned(offset, size)}` };
  }

  float(id: number, offset: number): Result<string> {
    const size = this.#size(id);
    const format = floatFormat(size, this.#memory.isLittle);
    return format === undefined ? INVALID : { value: formatFloat(this.#memory.unsigned(offset, size), format) };
  }

  pointer(id: number, offset: number): string {
    const value = this.#memory.unsigned(offset, this.#pointerSize);
    // glibc's %p, where the pointer can be read as one.
    if (value === 0n && this.#pointerSize === 8 && this.#isAligned(id, offset)) return "(nil)";
    return `0x${value.toString(16)}`;
  }

  /** The number that an ENUM or ENUM64 holds, as 64 bits with a sign; `from` is the type that was asked for. */
  enumNumber(id: number, from: number, offset: number): Result<bigint> {
    const size = this.#size(id);
    if (!this.#isAligned(from, offset)) {
      if (size > MAX_FIELD) return INVALID;
      // libbpf takes 0 bits of it: it shifts a word by its width, which compilers make 0 of.
      return { value: 0n };
    }
    const isSigned = this.#table.kindFlag(id) || size === MAX_FIELD;
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return INVALID;
    return { value: isSigned ? this.#memory.signed(offset, size) : this.#memory.unsigned(offset, size) };
  }

  /** What the bits of a bit-field are as an enum of `size` bytes: no sign comes from the field's own first bit. */
  enumOfBits(id: number, bits: bigint): Result<bigint> {
    const size = this.#size(id);
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return INVALID;
    const isSigned = this.#table.kindFlag(id) || size === MAX_FIELD;
    return { value: isSigned ? BigInt.asIntN(size * 8, bits) : BigInt.asUintN(size * 8, bits) };
  }

  /** The string offset of the enumerator with this number; undefined when there is none. */
  enumerator(id: number, number: bigint): number | undefined {
    const { words, at, kinds } = this.#table;
    const isWide = kinds[id] === KIND.ENUM64;
    const stride = isWide ? ENUM64_WORDS : ENUM_WORDS;
    const first = at[id]! + HEAD_WORDS;
    const end = first + this.#table.vlen(id) * stride;
    for (let value = first; value < end; value += stride) {
      const low = words[value + 1]!;
      const own = isWide ? BigInt.asIntN(64, BigInt(low) | (BigInt(words[value + 2]!) << 32n)) : BigInt(low | 0);
      if (own === number) return words[value]!;
    }
    return undefined;
  }

  /** A number that no enumerator has. */
  enumText(id: number, number: bigint): string {
    const isSigned = this.#table.kindFlag(id);
    const bits = this.#table.kinds[id] === KIND.ENUM64 ? 64 : 32;
    const value = isSigned ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits, number);
    return bits === 32 ? `${value}` : `${value}${isSigned ? "LL" : "ULL"}`;
  }
}

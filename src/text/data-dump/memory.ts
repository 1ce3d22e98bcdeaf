const BYTE_BITS = 8n;
const BYTE_MASK = 0xff;
/** What the processor takes of the count of a shift. */
const SHIFT_MASK = 63;
const WORD_BITS = 64;

/** The bytes of a value, in the byte order of its graph. Behind the end lie zeros. */
export class Memory {
  readonly end: number;
  readonly isLittle: boolean;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, isLittle: boolean) {
    this.#bytes = bytes;
    this.end = bytes.length;
    this.isLittle = isLittle;
  }

  byte(offset: number): number {
    return this.#bytes[offset] ?? 0;
  }

  /** A number of `size` bytes without a sign. */
  unsigned(offset: number, size: number): bigint {
    let value = 0n;
    for (let i = 0; i < size; i++) {
      const at = this.isLittle ? offset + size - 1 - i : offset + i;
      value = (value << BYTE_BITS) | BigInt(this.byte(at));
    }
    return value;
  }

  signed(offset: number, size: number): bigint {
    return BigInt.asIntN(size * 8, this.unsigned(offset, size));
  }

  isZero(offset: number, size: number): boolean {
    const end = Math.min(offset + size, this.end);
    for (let at = offset; at < end; at++) if (this.#bytes[at] !== 0) return false;
    return true;
  }

  /** `bits` bits that begin `bitsOffset` bits, at most 7, behind a byte, in a number of `size` bytes from there on. */
  bitField(offset: number, size: number, bitsOffset: number, bits: number): bigint {
    const value = this.unsigned(offset, size);
    const copied = this.isLittle ? bits + bitsOffset : size * 8 - bitsOffset;
    const left = BigInt((WORD_BITS - (copied & BYTE_MASK)) & SHIFT_MASK);
    const right = BigInt((WORD_BITS - bits) & SHIFT_MASK);
    return BigInt.asUintN(WORD_BITS, value << left) >> right;
  }
}

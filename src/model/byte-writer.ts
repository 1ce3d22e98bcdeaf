import { growBytes } from "../wire/words.js";

const ZERO = 0x30;

/** Text as bytes in one growing buffer. Callers reserve room for a stretch of writes first, then write unchecked. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) {
      this.bytes = growBytes(this.bytes, this.length, this.length + count);
    }
  }

  /** Writes bytes that were encoded before. */
  literal(text: Uint8Array): void {
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text[i]!;
    this.length = at;
  }

  /** Writes the bytes of `source` from `start` up to a NUL or `end`; returns how many. The caller reserved for them. */
  untilNul(source: Uint8Array, start: number, end: number): number {
    const { bytes } = this;
    let at = this.length;
    let from = start;
    for (; from < end; from++) {
      const byte = source[from]!;
      if (byte === 0) break;
      bytes[at++] = byte;
    }
    this.length = at;
    return from - start;
  }

  /** Writes a whole number from 0 to 2^32 - 1 in decimal. */
  decimal(value: number): void {
    const { bytes } = this;
    let digits = 1;
    for (let limit = 10; digits < 10 && value >= limit; limit *= 10) digits++;
    let rest = value;
    let at = this.length + digits;
    this.length = at;
    while (rest >= 10) {
      const tens = rest < 0x40000000 ? (rest / 10) | 0 : Math.floor(rest / 10);
      bytes[--at] = ZERO + (rest - tens * 10);
      rest = tens;
    }
    bytes[--at] = ZERO + rest;
  }

  /** Writes a 32-bit word as a signed number in decimal. */
  signedDecimal(word: number): void {
    const value = word | 0;
    if (value < 0) this.bytes[this.length++] = 0x2d;
    this.decimal(value < 0 ? -value : value);
  }

  /** Writes ASCII text. */
  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /** The bytes written so far, without a copy. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** ASCII text as the bytes that {@link ByteWriter.literal} takes. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

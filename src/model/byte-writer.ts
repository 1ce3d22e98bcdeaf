import { growBytes } from "../wire/words.js";

const ZERO = 0x30;
const MINUS = 0x2d;

/** The most bytes that a {@link Token} holds: three doubles. */
const TOKEN_BYTES = 24;

/**
 * A short ASCII text as the doubles whose bytes it is, so that it is written with two or three stores. ASCII is never
 * a NaN, whose bytes an engine might change.
 */
export interface Token {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly length: number;
}

const encoder = new TextEncoder();

/** ASCII as doubles, the last filled up with NULs. A longer text would not be written whole: it is not ASCII. */
export function doublesOf(text: string, count: number): Float64Array {
  const bytes = new Uint8Array(count * 8);
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read !== text.length || written !== read) throw new RangeError(`"${text}" is not ASCII of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: count }, (_, i) => view.getFloat64(i * 8, true));
}

/** An ASCII text of at most 24 characters as what {@link ByteWriter.token} writes. */
export function token(text: string): Token {
  const [first, second, third] = doublesOf(text, TOKEN_BYTES / 8) as unknown as [number, number, number];
  return { first, second, third, length: text.length };
}

/** Three decimal digits as the bytes of a word, by value: with leading zeros, and without. */
const PADDED = new Uint32Array(1000);
const PLAIN = new Uint32Array(1000);
for (let value = 0; value < 1000; value++) {
  const hundreds = (value / 100) | 0;
  const tens = ((value / 10) | 0) % 10;
  const padded = (ZERO + hundreds) | ((ZERO + tens) << 8) | ((ZERO + (value % 10)) << 16);
  PADDED[value] = padded;
  PLAIN[value] = value >= 100 ? padded : value >= 10 ? padded >>> 8 : padded >>> 16;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Text as bytes in one growing buffer. Callers reserve room for a stretch of writes first and for 24 bytes more, as a
 * token or number may write that far beyond its end; then they write without checks.
 */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  /** Of `bytes`, for who writes several at once. */
  view: DataView;

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
    this.view = viewOf(this.bytes);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) {
      this.bytes = growBytes(this.bytes, this.length, this.length + count);
      this.view = viewOf(this.bytes);
    }
  }

  /** Writes a token; bytes up to 24 from its start are overwritten. */
  token(text: Token): void {
    const view = this.view;
    const at = this.length;
    view.setFloat64(at, text.first, true);
    const { length } = text;
    if (length > 8) {
      view.setFloat64(at + 8, text.second, true);
      if (length > 16) view.setFloat64(at + 16, text.third, true);
    }
    this.length = at + length;
  }

  /** Writes the bytes of `source` from `start` up to a NUL or `end`; returns how many. The caller reserved for them. */
  untilNul(source: DataView, start: number, end: number): number {
    const view = this.view;
    let at = this.length;
    let from = start;
    for (const whole = end - 3; from < whole; from += 4, at += 4) {
      const word = source.getInt32(from, true);
      if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break;
      view.setInt32(at, word, true);
    }
    const { bytes } = this;
    for (; from < end; from++) {
      const byte = source.getUint8(from);
      if (byte === 0) break;
      bytes[at++] = byte;
    }
    this.length = at;
    return from - start;
  }

  /** Writes a whole number from 0 to 2^32 - 1 in decimal. */
  decimal(value: number): void {
    const view = this.view;
    let at = this.length;
    if (value < 1000) {
      view.setUint32(at, PLAIN[value]!, true);
      this.length = at + (value < 10 ? 1 : value < 100 ? 2 : 3);
      return;
    }
    let high = 0;
    let middle = 0;
    let low = 0;
    if (value < 1_000_000) {
      high = (value / 1000) | 0;
      low = value - high * 1000;
      view.setUint32(at, PLAIN[high]!, true);
      at += high < 10 ? 1 : high < 100 ? 2 : 3;
    } else {
      const thousands = Math.floor(value / 1000);
      low = value - thousands * 1000;
      const millions = (thousands / 1000) | 0;
      middle = thousands - millions * 1000;
      this.decimal(millions);
      at = this.length;
      view.setUint32(at, PADDED[middle]!, true);
      at += 3;
    }
    view.setUint32(at, PADDED[low]!, true);
    this.length = at + 3;
  }

  /** Writes a 32-bit word as a signed number in decimal. */
  signedDecimal(word: number): void {
    const value = word | 0;
    if (value < 0) this.bytes[this.length++] = MINUS;
    this.decimal(value < 0 ? -value : value);
  }

  /** Writes ASCII text. */
  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /** The bytes written so far, without a copy. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}

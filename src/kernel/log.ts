/** The longest piece that a kernel prints at once, `BPF_VERIFIER_TMP_LOG_SIZE` less the NUL. */
const PIECE_MAX = 1023;

/** Bytes that a piece can take before it is cut: a name is never copied beyond the longest piece. */
const PIECE_ROOM = 4096;

/** `rotating` keeps the end of a log that does not fit; `fixed` keeps its start. */
export type LogMode = "rotating" | "fixed";

/** ASCII text as bytes. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const NULL_NAME = ascii("(anon)");
const BAD_NAME = ascii("(invalid-name-offset)");
const DIGITS = ascii("0123456789abcdef");

/**
 * The kernel's log: bytes written piece by piece, a piece being what the kernel formats at once. Keeps `capacity`
 * bytes and counts the rest.
 */
export class Log {
  #bytes = new Uint8Array(PIECE_ROOM * 2);
  /** Bytes in the buffer. */
  #length = 0;
  #pieceStart = 0;
  #dropped = 0;
  readonly #mode: LogMode;
  readonly #capacity: number;

  constructor(mode: LogMode, capacity: number) {
    this.#mode = mode;
    this.#capacity = capacity;
  }

  /** Bytes of the whole text, whatever was kept. */
  get total(): number {
    return this.#dropped + this.#length;
  }

  /** The bytes that were kept. */
  finish(): Uint8Array<ArrayBuffer> {
    const kept = Math.min(this.#length, this.#capacity);
    return this.#mode === "rotating"
      ? this.#bytes.slice(this.#length - kept, this.#length)
      : this.#bytes.slice(0, kept);
  }

  /** Ends a piece: cuts it to what a kernel prints at once, and makes room for the next. */
  end(): void {
    if (this.#length - this.#pieceStart > PIECE_MAX) this.#length = this.#pieceStart + PIECE_MAX;
    if (this.#length > this.#capacity) this.#drop();
    this.#pieceStart = this.#length;
    if (this.#length + PIECE_ROOM > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
  }

  #drop(): void {
    if (this.#mode === "fixed") {
      this.#dropped += this.#length - this.#capacity;
      this.#length = this.#capacity;
    } else if (this.#length > this.#capacity * 2 + PIECE_ROOM) {
      // The end is moved to the front once in `capacity` bytes, so that it costs O(1) a byte.
      const start = this.#length - this.#capacity;
      this.#bytes.copyWithin(0, start, this.#length);
      this.#dropped += start;
      this.#length = this.#capacity;
    }
  }

  text(bytes: Uint8Array): this {
    const target = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < bytes.length; i++) target[at++] = bytes[i]!;
    this.#length = at;
    return this;
  }

  byte(code: number): this {
    this.#bytes[this.#length++] = code;
    return this;
  }

  /** An unsigned number below 2^32, `%u`. */
  unsigned(value: number): this {
    if (value < 10) {
      this.#bytes[this.#length++] = 48 + value;
      return this;
    }
    let end = this.#length + digitsOf(value);
    this.#length = end;
    let left = value;
    while (left > 0x7fffffff) {
      const next = Math.floor(left / 10);
      this.#bytes[--end] = 48 + (left - next * 10);
      left = next;
    }
    // 31 bits are an integer to the machine, and divide faster.
    while (left > 0) {
      const next = (left / 10) | 0;
      this.#bytes[--end] = 48 + (left - next * 10);
      left = next;
    }
    return this;
  }

  /** A signed number of 32 bits, `%d`. */
  signed(value: number): this {
    const number = value | 0;
    if (number >= 0) return this.unsigned(number);
    return this.byte(45).unsigned(-number);
  }

  /** A number of 64 bits in two words, `%llu` or `%lld`. */
  wide(low: number, high: number, signed: boolean): this {
    if (high === 0) return this.unsigned(low);
    const value = (BigInt(high) << 32n) | BigInt(low);
    return this.text(ascii((signed ? BigInt.asIntN(64, value) : value).toString()));
  }

  /** An unsigned number below 2^32, `%x`. */
  hex(value: number): this {
    let shift = value === 0 ? 0 : (31 - Math.clz32(value)) & ~3;
    for (; shift >= 0; shift -= 4) this.byte(DIGITS[(value >>> shift) & 15]!);
    return this;
  }

  /** The name at an offset of the string section: its bytes up to the NUL. */
  name(strings: Uint8Array, offset: number): this {
    if (offset === 0) return this.text(NULL_NAME);
    if (offset >= strings.length) return this.text(BAD_NAME);
    const target = this.#bytes;
    const end = Math.min(strings.length, offset + PIECE_MAX + 1);
    let at = this.#length;
    for (let i = offset; i < end; i++) {
      const code = strings[i]!;
      if (code === 0) break;
      target[at++] = code;
    }
    this.#length = at;
    return this;
  }
}

function digitsOf(value: number): number {
  if (value < 100000) return value < 100 ? 2 : value < 1000 ? 3 : value < 10000 ? 4 : 5;
  if (value < 10000000) return value < 1000000 ? 6 : 7;
  return value < 100000000 ? 8 : value < 1000000000 ? 9 : 10;
}

import { BtfError } from "../model/errors.js";
import { decodeName } from "../wire/names.js";

/** Bytes turned into text at a time: few enough to be the arguments of one call. */
const PIECE_BYTES = 1024;

/** The longest name that is read, in bytes; those of C++ and Rust stay far below. */
const NAME_BYTES_MAX = 1 << 20;

/**
 * How many bytes of names a table may give for each of its own. Linkers let a name begin inside a longer one, so the
 * names of an honest table can add up to a few times its size; those of a hostile one to its square.
 */
const BYTES_PER_TABLE_BYTE = 8;

/** Where a piece of `[at, end)` ends so that no UTF-8 sequence is cut: before a byte that continues none. */
function pieceEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = at + PIECE_BYTES;
  if (limit >= end) return end;
  for (let stop = limit; stop > limit - 4; stop--) if ((bytes[stop]! & 0xc0) !== 0x80) return stop;
  return limit;
}

/** As `decodeName`, but several times faster for ASCII, and in no more memory than the text takes. */
function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end;) {
    const stop = pieceEnd(bytes, at, end);
    const codes: number[] = [];
    let high = 0;
    for (let i = at; i < stop; i++) {
      codes.push(bytes[i]!);
      high |= bytes[i]!;
    }
    text += high < 0x80 ? String.fromCharCode(...codes) : decodeName(bytes, at, stop);
    at = stop;
  }
  return text;
}

/** A string table (SHT_STRTAB): names by their byte offset in it, each up to a NUL. */
export class StringTable {
  readonly #bytes: Uint8Array;
  readonly #fileOffset: number;
  readonly #names = new Map<number, string>();
  #bytesLeft: number;

  /** @param fileOffset byte offset in the file at which the table begins, for errors */
  constructor(bytes: Uint8Array, fileOffset: number) {
    this.#bytes = bytes;
    this.#fileOffset = fileOffset;
    this.#bytesLeft = bytes.length * BYTES_PER_TABLE_BYTE;
  }

  /** The name at `offset`; `owner` and `index` say whose it is, for errors. */
  name(offset: number, owner: "section" | "symbol", index: number): string {
    const known = this.#names.get(offset);
    if (known !== undefined) return known;
    const end = this.#bytes.indexOf(0, offset);
    const length = (end === -1 ? this.#bytes.length : end) - offset;
    this.#bytesLeft -= length;
    if (end === -1 || length > NAME_BYTES_MAX || this.#bytesLeft < 0) {
      throw this.#error(`${owner} ${index}: ${this.#problem(offset, end)}`, offset);
    }
    const name = decodeText(this.#bytes, offset, end);
    this.#names.set(offset, name);
    return name;
  }

  #problem(offset: number, end: number): string {
    const { length } = this.#bytes;
    const name = `name at offset ${offset} of its string table`;
    if (offset >= length) return `${name} is beyond the ${length} bytes of the table`;
    if (end === -1) return `${name} has no NUL at its end`;
    if (end - offset > NAME_BYTES_MAX) return `${name} has ${end - offset} bytes, at most ${NAME_BYTES_MAX} expected`;
    return `${name} overlaps others: together more than ${BYTES_PER_TABLE_BYTE} times the ${length} bytes of the table`;
  }

  #error(message: string, offset: number): BtfError {
    return new BtfError(message, { code: "EINVAL", rule: "elf-name", byteOffset: this.#fileOffset + offset });
  }
}

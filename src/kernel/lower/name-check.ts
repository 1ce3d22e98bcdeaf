import { classifyNames } from "../names.js";
import type { Profile } from "../profile.js";

const LETTER = 1;
const DIGIT = 2;
const END = 4;

/** What a byte is in a name that every kernel takes in every place: letters, `_` and, not first, digits. */
const PLAIN = new Uint8Array(256);
for (const [first, last, of] of ["AZ1", "az1", "__1", "092"]) {
  PLAIN.fill(Number(of), first!.charCodeAt(0), last!.charCodeAt(0) + 1);
}
PLAIN[0] = END;

/** Bytes of a block of strings; whether one holds anything odd is one look. */
const BLOCK_BITS = 12;

/** A string that is no plain identifier: for each of its offsets what a name that begins there may be. */
interface OddString {
  readonly start: number;
  readonly end: number;
  readonly bits: Uint8Array;
}

/**
 * Which names a kernel refuses. Nearly all strings are plain identifiers, which is quickly seen; the few others are
 * judged as the verifier judges all.
 */
export class NameCheck {
  readonly #strings: Uint8Array;
  readonly #profile: Profile;
  readonly #odd: OddString[] = [];
  readonly #blocks: Uint8Array;

  constructor(strings: Uint8Array, profile: Profile) {
    this.#strings = strings;
    this.#profile = profile;
    this.#blocks = new Uint8Array((strings.length >>> BLOCK_BITS) + 1);
    const limit = profile.nameLimit;
    const length = strings.length;
    for (let start = 0; start < length;) {
      let at = start;
      let byte = PLAIN[strings[at]!]!;
      if (byte === LETTER) {
        do byte = PLAIN[strings[++at]!]!;
        while (byte === LETTER || byte === DIGIT);
      }
      if (byte !== END || at - start > limit) at = this.#addOdd(start, profile);
      start = at + 1;
    }
  }

  /** Keeps an odd string; gives the place of its NUL. */
  #addOdd(start: number, profile: Profile): number {
    const found = this.#strings.indexOf(0, start);
    const end = found === -1 ? this.#strings.length : found;
    this.#odd.push({ start, end, bits: classifyNames(this.#strings.subarray(start, end + 1), profile) });
    this.#blocks.fill(1, start >>> BLOCK_BITS, (end >>> BLOCK_BITS) + 1);
    return end;
  }

  /** Whether the name at a string offset may not stand where a bit of `NAME` says. */
  refuses(offset: number, bit: number): boolean {
    if (this.#blocks[offset >>> BLOCK_BITS] === 0 && PLAIN[this.#strings[offset]!] === LETTER) return false;
    return this.#refusesOdd(offset, bit);
  }

  #refusesOdd(offset: number, bit: number): boolean {
    const odd = this.#odd;
    let low = 0;
    let high = odd.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (odd[middle]!.end < offset) low = middle + 1;
      else high = middle;
    }
    const found = odd[low];
    if (found !== undefined && offset >= found.start) return (found.bits[offset - found.start]! & bit) === 0;
    if (PLAIN[this.#strings[offset]!] === LETTER) return false;
    // The end of a string that begins with a digit, or is empty.
    const tail = this.#strings.subarray(offset, this.#strings.indexOf(0, offset) + 1);
    return (classifyNames(tail, this.#profile)[0]! & bit) === 0;
  }
}

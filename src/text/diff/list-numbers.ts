import { growWords } from "../../wire/words.js";

/** Mixes one more word into a hash of 32 bits. */
export function mixWord(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x9e3779b1);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x85ebca77);
  return mixed ^ (mixed >>> 13);
}

/**
 * Numbers for lists of words: equal lists have the same one, whoever asks. What a type says is such a list, in which the
 * types that it refers to stand as their own numbers, so that comparing two graphs of types is comparing numbers.
 */
export class ListNumbers {
  /** Numbers by hash; open addressing, 0 for a free slot. */
  #slots: Uint32Array;
  #hashes: Int32Array;
  /** List `n` is the words from `starts[n]` up to `starts[n + 1]`; there is no list 0. */
  #starts: Uint32Array;
  #words: Uint32Array;
  #count = 1;

  /** For about so many lists of so many words in all; there may be more. */
  constructor(lists: number, words: number) {
    let slots = 1 << 6;
    while (slots < lists * 2) slots *= 2;
    this.#slots = new Uint32Array(slots);
    this.#hashes = new Int32Array(lists + 2);
    this.#starts = new Uint32Array(lists + 2);
    this.#words = new Uint32Array(words + 1);
  }

  /** One more than the highest number. */
  get end(): number {
    return this.#count;
  }

  /** The number of the first `length` of `words`, from 1 up. */
  of(words: Uint32Array, length: number): number {
    let hash = length;
    for (let i = 0; i < length; i++) hash = mixWord(hash, words[i]!);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let number = this.#slots[slot]!; number !== 0; number = this.#slots[slot]!) {
      if (this.#hashes[number] === hash && this.#isList(number, words, length)) return number;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, hash, words, length);
  }

  #isList(number: number, words: Uint32Array, length: number): boolean {
    const start = this.#starts[number]!;
    if (this.#starts[number + 1]! - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#words[start + i] !== words[i]) return false;
    return true;
  }

  #add(slot: number, hash: number, words: Uint32Array, length: number): number {
    const number = this.#count++;
    this.#slots[slot] = number;
    const start = this.#starts[number]!;
    const end = start + length;
    if (end > this.#words.length) this.#words = growWords(this.#words, start, end);
    this.#words.set(words.subarray(0, length), start);
    if (number + 2 > this.#starts.length) {
      this.#starts = growWords(this.#starts, number + 1, number + 2);
      const hashes = new Int32Array(this.#starts.length);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    this.#starts[number + 1] = end;
    this.#hashes[number] = hash;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 1; number < this.#count; number++) {
      let slot = this.#hashes[number]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}

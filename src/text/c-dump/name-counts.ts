import type { TypeTable } from "./type-table.js";

const MIN_SLOTS = 1 << 8;

/** How often each name was taken, by its bytes: two offsets may hold the same name. */
export class NameCounts {
  readonly #table: TypeTable;
  /** One more than the string offset of a name; 0 for a free slot. */
  #names: Uint32Array;
  #counts: Uint32Array;
  #used = 0;

  /** @param expected about how many names there will be */
  constructor(table: TypeTable, expected: number) {
    this.#table = table;
    const slots = Math.max(MIN_SLOTS, 2 << Math.ceil(Math.log2(expected + 1)));
    this.#names = new Uint32Array(slots);
    this.#counts = new Uint32Array(slots);
  }

  /** Takes the name at a string offset once more; returns how often it was taken, this time included. */
  take(name: number): number {
    const offset = this.#table.inRange(name);
    if (this.#used * 2 >= this.#names.length) this.#grow();
    const slot = this.#slotOf(offset);
    if (this.#names[slot] === 0) {
      this.#names[slot] = offset + 1;
      this.#used++;
    }
    return ++this.#counts[slot]!;
  }

  #slotOf(offset: number): number {
    const { strings } = this.#table;
    const names = this.#names;
    let hash = 0;
    for (let at = offset, byte = strings[at]!; byte !== 0; byte = strings[++at]!)
      hash = (Math.imul(hash, 31) + byte) | 0;
    // The low bits decide, so those above are mixed into them.
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    const mask = names.length - 1;
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let name = names[slot]!; name !== 0; name = names[slot]!) {
      if (name - 1 === offset || this.#isSame(name - 1, offset)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isSame(a: number, b: number): boolean {
    const { strings } = this.#table;
    let i = 0;
    while (strings[a + i] === strings[b + i] && strings[a + i] !== 0) i++;
    return strings[a + i] === strings[b + i];
  }

  #grow(): void {
    const names = this.#names;
    const counts = this.#counts;
    this.#names = new Uint32Array(names.length * 4);
    this.#counts = new Uint32Array(names.length * 4);
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!;
      if (name === 0) continue;
      const slot = this.#slotOf(name - 1);
      this.#names[slot] = name;
      this.#counts[slot] = counts[at]!;
    }
  }
}

import { stringEnd, stringIsRange } from "./special-names.js";

/**
 * The first element of each name, in the order in which they are added: what the kernel looks for from the start each
 * time is looked through once here. Names stay where they are, in the strings.
 */
export class NameIndex {
  readonly #strings: Uint8Array;
  /** By slot, one more than an element, and where its name is; as many slots as twice the elements. */
  readonly #elements: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #repeated: Uint8Array;
  readonly #mask: number;

  constructor(strings: Uint8Array, capacity: number) {
    const slots = 2 << (32 - Math.clz32(capacity));
    this.#strings = strings;
    this.#elements = new Uint32Array(slots);
    this.#offsets = new Uint32Array(slots);
    this.#repeated = new Uint8Array(slots);
    this.#mask = slots - 1;
  }

  /** The slot that a name is in, or would be. */
  #slot(start: number, end: number): number {
    const strings = this.#strings;
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ strings[i]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#elements[slot] !== 0 && !stringIsRange(strings, this.#offsets[slot]!, start, end)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  /** Adds an element by its name, the string at `offset`. */
  add(offset: number, element: number): void {
    const slot = this.#slot(offset, stringEnd(this.#strings, offset));
    if (this.#elements[slot] !== 0) this.#repeated[slot] = 1;
    else {
      this.#elements[slot] = element + 1;
      this.#offsets[slot] = offset;
    }
  }

  /** The first element of the name that lies from `start` to `end` in the strings, or -1. */
  first(start: number, end: number): number {
    return this.#elements[this.#slot(start, end)]! - 1;
  }

  /** Whether more than one element has the name. */
  isRepeated(start: number, end: number): boolean {
    return this.#repeated[this.#slot(start, end)] === 1;
  }
}

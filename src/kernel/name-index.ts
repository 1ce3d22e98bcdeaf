import { stringIs } from "./special-names.js";

const NONE = -1;

/**
 * The first element of each name, in the order in which they are added: what the kernel looks for from the start each
 * time is looked through once here. Names stay where they are, in the strings.
 */
export class NameIndex {
  readonly #strings: Uint8Array;
  /** By slot, an element and where its name is; as many slots as twice the elements. */
  readonly #elements: Int32Array;
  readonly #offsets: Uint32Array;
  readonly #repeated: Uint8Array;
  readonly #mask: number;

  constructor(strings: Uint8Array, capacity: number) {
    const slots = 2 << (32 - Math.clz32(capacity));
    this.#strings = strings;
    this.#elements = new Int32Array(slots).fill(NONE);
    this.#offsets = new Uint32Array(slots);
    this.#repeated = new Uint8Array(slots);
    this.#mask = slots - 1;
  }

  /** The slot that a name is in, or would be. */
  #slot(name: Uint8Array): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name[i]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#elements[slot] !== NONE && !stringIs(this.#strings, this.#offsets[slot]!, name)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  /** Adds an element by its name, the bytes at `offset`. */
  add(name: Uint8Array, offset: number, element: number): void {
    const slot = this.#slot(name);
    if (this.#elements[slot] !== NONE) this.#repeated[slot] = 1;
    else {
      this.#elements[slot] = element;
      this.#offsets[slot] = offset;
    }
  }

  /** The first element of a name, or -1. */
  first(name: Uint8Array): number {
    return this.#elements[this.#slot(name)]!;
  }

  /** Whether more than one element has the name. */
  isRepeated(name: Uint8Array): boolean {
    return this.#repeated[this.#slot(name)] === 1;
  }
}

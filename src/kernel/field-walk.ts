import { KIND } from "../wire/kinds.js";
import { FieldStore, KPTR, ROOTS } from "./field.js";
import { findKptr, KPTR_TARGET } from "./kptr.js";
import type { Load } from "./load.js";
import { MAX_DEPTH } from "./resolver.js";
import { RootTags } from "./root-tags.js";
import type { VerifyRule } from "./rules.js";
import { namesAsBits, SPECIAL_NAMES, type SpecialName } from "./special-names.js";

const HEAD_WORDS = 3;
const POINTER_SIZE = 8;
const LOCKS: readonly SpecialName[] = ["bpf_spin_lock", "bpf_res_spin_lock"];

/** What was found in structs that are nested in others, by their id. */
class Nested {
  /** One more than the levels of structs in it; 0 is not yet walked. */
  readonly heights: Uint8Array;
  /** Its fields in the store, and the offset that it had itself when they were written. */
  readonly starts: Uint32Array;
  readonly counts: Uint8Array;
  readonly bases: Float64Array;
  /** Bits of the names that a struct may have once, of those that were met, also where they were no fields. */
  readonly once: Uint8Array;

  constructor(count: number) {
    this.heights = new Uint8Array(count);
    this.starts = new Uint32Array(count);
    this.counts = new Uint8Array(count);
    this.bases = new Float64Array(count);
    this.once = new Uint8Array(count);
  }
}

/**
 * Looks for special fields in structs and what is nested in them. The kernel walks a nested struct each time that it
 * meets it, which doubles with each level of a struct that holds the next one twice; here what was found in a nested
 * struct is kept.
 */
export class FieldWalk {
  /** All that was found; a struct's fields are those that its {@link find} added. */
  readonly fields: FieldStore = new FieldStore();
  /** After a refusal, the struct's member that it is about. */
  index: number | undefined;
  readonly #load: Load;
  readonly #special: Uint8Array | undefined;
  readonly #nested: Nested;
  readonly #tags: RootTags;
  /** Names that are looked for, and those that a struct may have once, as bits. */
  readonly #names: number;
  readonly #unique: number;
  /** The bytes that a field of each name has. */
  readonly #sizes: readonly number[];
  /** What the struct or member that was walked last has of names that may be there once, and its levels. */
  #once = 0;
  #height = 0;

  /** `special` is what `findSpecialTypes` found. */
  constructor(load: Load, special: Uint8Array | undefined) {
    this.#load = load;
    this.#special = special;
    this.#nested = new Nested(load.count);
    this.#tags = new RootTags(load);
    const { fieldTriggers, fieldSizes, resSpinLock, uniqueNestedFields } = load.profile;
    this.#unique = namesAsBits(uniqueNestedFields ? [...LOCKS, "bpf_refcount"] : LOCKS);
    this.#names = namesAsBits(resSpinLock ? [...fieldTriggers, "bpf_res_spin_lock"] : fieldTriggers);
    this.#sizes = SPECIAL_NAMES.map((name) => fieldSizes[name]);
  }

  /** Adds the special fields of a STRUCT to {@link fields}, in the order of its members; the rule that it breaks. */
  find(struct: number): VerifyRule | undefined {
    this.index = undefined;
    return this.#walk(struct, 0, 0, 0, this.#load.profile.maxFields);
  }

  /** `level` is bounded by the kernel's own limit of {@link MAX_DEPTH}, whatever the input. */
  #walk(struct: number, level: number, base: number, before: number, room: number): VerifyRule | undefined {
    if (this.#nested.heights[struct] !== 0) return this.#known(struct, level, base, before, room);
    const { words, starts, profile } = this.#load;
    const { fields } = this;
    const at = starts[struct]!;
    const vlen = this.#load.vlenAt(at);
    const flagged = this.#load.kindFlagAt(at);
    const start = fields.length;
    let once = 0;
    let height = 0;
    for (let index = 0; index < vlen; index++) {
      const member = at + HEAD_WORDS + index * 3;
      const raw = words[member + 2]!;
      const bits = flagged ? raw & 0xffffff : raw;
      this.#once = 0;
      this.#height = 0;
      const rule =
        profile.nestedFields && bits % 8 !== 0
          ? "field-bits"
          : this.#member(struct, index, bits, base, before | once, level, room - (fields.length - start));
      if (rule !== undefined) {
        this.index = index;
        return rule;
      }
      once |= this.#once;
      if (this.#height > height) height = this.#height;
    }
    if (level > 0) {
      const nested = this.#nested;
      nested.heights[struct] = height + 1;
      nested.starts[struct] = start;
      nested.counts[struct] = fields.length - start;
      nested.bases[struct] = base;
      nested.once[struct] = once;
    }
    this.#once = once;
    this.#height = height;
    return undefined;
  }

  /** The fields of a nested struct that was walked before. */
  #known(struct: number, level: number, base: number, before: number, room: number): VerifyRule | undefined {
    const { heights, starts, counts, bases, once } = this.#nested;
    const height = heights[struct]! - 1;
    if (level + height >= MAX_DEPTH) return "field-depth";
    if (counts[struct]! > room) return "field-count";
    if ((once[struct]! & before) !== 0) return "field-twice";
    this.fields.repeat(starts[struct]!, counts[struct]!, base - bases[struct]!);
    this.#once = once[struct]!;
    this.#height = height;
    return undefined;
  }

  /** `bits` is the member's offset in the struct, and `base` the struct's in bytes in the outermost one. */
  #member(
    struct: number,
    index: number,
    bits: number,
    base: number,
    seen: number,
    level: number,
    room: number,
  ): VerifyRule | undefined {
    const load = this.#load;
    const { kinds, words, starts, profile } = load;
    let type = words[starts[struct]! + HEAD_WORDS + index * 3 + 1]!;
    let count = 1;
    if (profile.nestedFields) {
      for (let depth = 0; kinds[type] === KIND.ARRAY; depth++) {
        if (depth === MAX_DEPTH) return "field-depth";
        count = Math.imul(count, words[starts[type]! + 5]!) >>> 0;
        type = words[starts[type]! + 3]!;
      }
      if (count === 0) return undefined;
    }
    const kind = kinds[type];
    const offset = Math.floor(bits / 8);
    const start = this.fields.length;
    const special = this.#special === undefined ? -1 : this.#special[type]! - 1;
    const bit = special < 0 ? 0 : (1 << special) & this.#names;
    if (bit !== 0) {
      if ((seen & bit) !== 0) return "field-twice";
      if (bits % 8 !== 0) return "field-bits";
      this.#once = bit & this.#unique;
      const size = this.#sizes[special]!;
      const fits = offset % (size === 4 ? 4 : 8) === 0 && kind === KIND.STRUCT && words[starts[type]! + 2] === size;
      if (!fits) return undefined;
      if ((bit & ROOTS) === 0) this.fields.push(special, base + offset);
      else {
        const wrong = this.#tags.find(struct, index);
        if (wrong !== undefined) return wrong;
        this.fields.push(special, base + offset, this.#tags.struct, this.#tags.member);
      }
      return this.#repeat(start, count, size, room);
    }
    if (kind === KIND.STRUCT) {
      if (!profile.nestedFields) return undefined;
      if (level + 1 >= MAX_DEPTH) return "field-depth";
      const wrong = this.#walk(type, level + 1, base + offset, profile.uniqueNestedFields ? seen : 0, room);
      if (wrong !== undefined) return wrong;
      if (!profile.uniqueNestedFields) this.#once = 0;
      this.#height++;
      return this.#repeat(start, count, words[starts[type]! + 2]!, room);
    }
    if (!profile.kptrFields || offset % POINTER_SIZE !== 0) return undefined;
    const kptr = findKptr(load, type);
    if (typeof kptr === "string") return kptr;
    if (kptr === 0) return undefined;
    this.fields.push(KPTR, base + offset, kptr & KPTR_TARGET, kptr & ~KPTR_TARGET);
    return this.#repeat(start, count, POINTER_SIZE, room);
  }

  /** The fields from `start` on for all elements of an array; locks, nodes and counts can't be repeated. */
  #repeat(start: number, count: number, size: number, room: number): VerifyRule | undefined {
    const { fields } = this;
    const found = fields.length - start;
    if (found > room) return "field-count";
    if (found === 0 || count === 1) return undefined;
    for (let i = start; i < start + found; i++) {
      const name = fields.names[i]!;
      if (name !== KPTR && ((1 << name) & ROOTS) === 0) return "field-array";
    }
    if (found * count > room) return "field-count";
    for (let i = 1; i < count; i++) fields.repeat(start, found, i * size);
    return undefined;
  }
}

import { KIND } from "../wire/kinds.js";
import { isFault, type Field, type FieldFault } from "./field.js";
import { findKptr } from "./kptr.js";
import type { Load } from "./load.js";
import { MAX_DEPTH } from "./resolver.js";
import { RootTags } from "./root-tags.js";
import { namesAsBits, SPECIAL_NAMES, type SpecialName } from "./special-names.js";

const HEAD_WORDS = 3;
const POINTER_SIZE = 8;

interface Found {
  readonly fields: readonly Field[];
  /** Bits of the names that a struct may have once, of those that were met, also where they were no fields. */
  readonly once: number;
  /** Levels of nested structs that were walked. */
  readonly height: number;
}

const ROOTS = namesAsBits(["bpf_list_head", "bpf_rb_root"]);
const LOCKS: readonly SpecialName[] = ["bpf_spin_lock", "bpf_res_spin_lock"];
const NOTHING: Found = { fields: [], once: 0, height: 0 };

/**
 * Looks for special fields in structs and what is nested in them. The kernel walks a nested struct each time that it
 * meets it, which doubles with each level of a struct that holds the next one twice; here what was found in a nested
 * struct is kept.
 */
export class FieldWalk {
  readonly #load: Load;
  readonly #special: Uint8Array | undefined;
  readonly #nested = new Map<number, Found>();
  readonly #tags: RootTags;
  /** Names that are looked for, and those that a struct may have once, as bits. */
  readonly #names: number;
  readonly #unique: number;

  /** `special` is what `findSpecialTypes` found. */
  constructor(load: Load, special: Uint8Array | undefined) {
    this.#load = load;
    this.#special = special;
    this.#tags = new RootTags(load);
    const { fieldTriggers, resSpinLock, uniqueNestedFields } = load.profile;
    this.#unique = namesAsBits(uniqueNestedFields ? [...LOCKS, "bpf_refcount"] : LOCKS);
    this.#names = namesAsBits(resSpinLock ? [...fieldTriggers, "bpf_res_spin_lock"] : fieldTriggers);
  }

  /** The special fields of a STRUCT, in the order of its members. */
  fieldsOf(struct: number): readonly Field[] | FieldFault {
    const found = this.#walk(struct, 0, 0, this.#load.profile.maxFields);
    return isFault(found) ? found : found.fields;
  }

  /** `level` is bounded by the kernel's own limit of {@link MAX_DEPTH}, whatever the input. */
  #walk(struct: number, level: number, before: number, room: number): Found | FieldFault {
    const known = this.#nested.get(struct);
    if (known !== undefined) {
      if (level + known.height >= MAX_DEPTH) return { rule: "field-depth" };
      if (known.fields.length > room) return { rule: "field-count" };
      return (known.once & before) === 0 ? known : { rule: "field-twice" };
    }
    const { words, starts, profile } = this.#load;
    const at = starts[struct]!;
    const vlen = this.#load.vlenAt(at);
    const flagged = this.#load.kindFlagAt(at);
    const fields: Field[] = [];
    let once = 0;
    let height = 0;
    for (let index = 0; index < vlen; index++) {
      const member = at + HEAD_WORDS + index * 3;
      const raw = words[member + 2]!;
      const bits = flagged ? raw & 0xffffff : raw;
      if (profile.nestedFields && bits % 8 !== 0) return { rule: "field-bits", index };
      const left = room - fields.length;
      const found = this.#member(struct, index, words[member + 1]!, bits, before | once, level, left);
      if (isFault(found)) return { rule: found.rule, index };
      for (const field of found.fields) fields.push(field);
      once |= found.once;
      height = Math.max(height, found.height);
    }
    const result = { fields, once, height };
    if (level > 0) this.#nested.set(struct, result);
    return result;
  }

  #member(
    struct: number,
    index: number,
    memberType: number,
    bits: number,
    seen: number,
    level: number,
    room: number,
  ): Found | FieldFault {
    const load = this.#load;
    const { kinds, words, starts, profile } = load;
    let type = memberType;
    let count = 1;
    if (profile.nestedFields) {
      for (let depth = 0; kinds[type] === KIND.ARRAY; depth++) {
        if (depth === MAX_DEPTH) return { rule: "field-depth" };
        count = Math.imul(count, words[starts[type]! + 5]!) >>> 0;
        type = words[starts[type]! + 3]!;
      }
      if (count === 0) return NOTHING;
    }
    const typeAt = starts[type]!;
    const offset = Math.floor(bits / 8);
    const special = this.#special === undefined ? -1 : this.#special[type]! - 1;
    const bit = special < 0 ? 0 : (1 << special) & this.#names;
    if (bit !== 0) {
      const name = SPECIAL_NAMES[special]!;
      if ((seen & bit) !== 0) return { rule: "field-twice" };
      const once = bit & this.#unique;
      if (bits % 8 !== 0) return { rule: "field-bits" };
      const size = profile.fieldSizes[name];
      const alignment = size === 4 ? 4 : 8;
      const fits = offset % alignment === 0 && kinds[type] === KIND.STRUCT && words[typeAt + 2] === size;
      if (!fits) return { fields: [], once, height: 0 };
      if ((bit & ROOTS) === 0)
        return this.#repeat({ fields: [{ name, offset, size }], once, height: 0 }, count, size, room);
      const value = this.#tags.valueOf(struct, index);
      if (isFault(value)) return value;
      return this.#repeat({ fields: [{ name, offset, size, value }], once, height: 0 }, count, size, room);
    }
    if (kinds[type] === KIND.STRUCT) {
      if (!profile.nestedFields) return NOTHING;
      if (level + 1 >= MAX_DEPTH) return { rule: "field-depth" };
      const inside = this.#walk(type, level + 1, profile.uniqueNestedFields ? seen : 0, room);
      if (isFault(inside)) return inside;
      const fields =
        offset === 0 ? inside.fields : inside.fields.map((field) => ({ ...field, offset: field.offset + offset }));
      const once = profile.uniqueNestedFields ? inside.once : 0;
      return this.#repeat({ fields, once, height: inside.height + 1 }, count, words[typeAt + 2]!, room);
    }
    if (!profile.kptrFields || offset % POINTER_SIZE !== 0) return NOTHING;
    const kptr = findKptr(load, type);
    if (kptr === undefined) return NOTHING;
    if (typeof kptr === "string") return { rule: kptr };
    const fields: Field[] = [{ name: "kptr", offset, size: POINTER_SIZE, kptr }];
    return this.#repeat({ fields, once: 0, height: 0 }, count, POINTER_SIZE, room);
  }

  /** The fields of all elements of an array; locks, nodes and counts can't be repeated. There is `room` for some. */
  #repeat(found: Found, count: number, size: number, room: number): Found | FieldFault {
    const { fields } = found;
    if (fields.length > room) return { rule: "field-count" };
    if (fields.length === 0 || count === 1) return found;
    if (fields.some(({ name, value }) => name !== "kptr" && value === undefined)) return { rule: "field-array" };
    if (fields.length * count > room) return { rule: "field-count" };
    const repeated: Field[] = [];
    for (let i = 0; i < count; i++) {
      for (const field of fields) repeated.push({ ...field, offset: field.offset + i * size });
    }
    return { ...found, fields: repeated };
  }
}

import { KIND } from "../wire/kinds.js";
import { findKptr, type Kptr } from "./kptr.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import type { VerifyRule } from "./rules.js";
import { findStruct, specialName, stringAt, stringIs, type SpecialName } from "./special-names.js";
import { MAX_DEPTH } from "./resolver.js";

const HEAD_WORDS = 3;
const POINTER_SIZE = 8;
const CONTAINS = ascii("contains:");
const COLON = 58;

/** A special field of a struct; `offset` in bytes from its start. */
export interface Field {
  readonly name: SpecialName | "kptr";
  readonly offset: number;
  readonly size: number;
  /** The member that it is or lies in, for the fault. */
  readonly kptr?: Kptr;
  /** What a list head or tree root holds: the struct, and the name of its node's member. */
  readonly value?: { readonly struct: number; readonly member: Uint8Array };
}

/** A refusal, and the struct's member it is about. */
export interface FieldFault {
  readonly rule: VerifyRule;
  readonly index?: number;
}

interface Found {
  readonly fields: readonly Field[];
  /** Names that a struct may have once, of those that were met, also where they were no fields. */
  readonly once: readonly string[];
  /** Levels of nested structs that were walked. */
  readonly height: number;
}

/** Whether the walk ended in a refusal. */
export function isFault(found: Found | readonly Field[] | FieldFault): found is FieldFault {
  return "rule" in found;
}

const ROOTS: ReadonlySet<string> = new Set<SpecialName>(["bpf_list_head", "bpf_rb_root"]);
const LOCKS: readonly SpecialName[] = ["bpf_spin_lock", "bpf_res_spin_lock"];
const NOTHING: Found = { fields: [], once: [], height: 0 };

/**
 * Looks for special fields in structs and what is nested in them. The kernel walks a nested struct each time that it
 * meets it, which doubles with each level of a struct that holds the next one twice; here what was found in a struct
 * is kept.
 */
export class FieldWalk {
  readonly #load: Load;
  readonly #found = new Map<number, Found>();
  #contains: Map<number, number[]> | undefined;
  readonly #names: ReadonlySet<SpecialName>;
  readonly #unique: ReadonlySet<SpecialName>;

  constructor(load: Load) {
    this.#load = load;
    const { fieldTriggers, resSpinLock, uniqueNestedFields } = load.profile;
    this.#unique = new Set(uniqueNestedFields ? [...LOCKS, "bpf_refcount"] : LOCKS);
    this.#names = new Set(resSpinLock ? [...fieldTriggers, "bpf_res_spin_lock"] : fieldTriggers);
  }

  /** The special fields of a STRUCT, in the order of its members. */
  fieldsOf(struct: number): readonly Field[] | FieldFault {
    const found = this.#walk(struct, 0, new Set(), this.#load.profile.maxFields);
    return isFault(found) ? found : found.fields;
  }

  /** `level` is bounded by the kernel's own limit of {@link MAX_DEPTH}, whatever the input. */
  #walk(struct: number, level: number, seen: Set<string>, room: number): Found | FieldFault {
    const known = this.#found.get(struct);
    if (known !== undefined) {
      if (level + known.height >= MAX_DEPTH) return { rule: "field-depth" };
      if (known.fields.length > room) return { rule: "field-count" };
      return known.once.some((name) => seen.has(name)) ? { rule: "field-twice" } : known;
    }
    const { words, starts, profile } = this.#load;
    const at = starts[struct]!;
    const vlen = this.#load.vlenAt(at);
    const flagged = this.#load.kindFlagAt(at);
    const fields: Field[] = [];
    const once: string[] = [];
    let height = 0;
    for (let index = 0; index < vlen; index++) {
      const member = at + HEAD_WORDS + index * 3;
      const raw = words[member + 2]!;
      const bits = flagged ? raw & 0xffffff : raw;
      if (profile.nestedFields && bits % 8 !== 0) return { rule: "field-bits", index };
      const left = room - fields.length;
      const found = this.#member(struct, index, words[member + 1]!, bits, seen, level, left);
      if (isFault(found)) return { rule: found.rule, index };
      fields.push(...found.fields);
      for (const name of found.once) {
        once.push(name);
        seen.add(name);
      }
      height = Math.max(height, found.height);
    }
    const result = { fields, once, height };
    this.#found.set(struct, result);
    return result;
  }

  #member(
    struct: number,
    index: number,
    memberType: number,
    bits: number,
    seen: Set<string>,
    level: number,
    room: number,
  ): Found | FieldFault {
    const load = this.#load;
    const { kinds, words, starts, strings, profile } = load;
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
    const name = specialName(strings, words[typeAt]!);
    if (name !== undefined && this.#names.has(name)) {
      if (seen.has(name)) return { rule: "field-twice" };
      const once = this.#unique.has(name) ? [name] : [];
      const none: Found = { fields: [], once, height: 0 };
      if (bits % 8 !== 0) return { rule: "field-bits" };
      const size = profile.fieldSizes[name];
      const alignment = size === 4 ? 4 : 8;
      if (offset % alignment !== 0) return none;
      if (kinds[type] !== KIND.STRUCT || words[typeAt + 2] !== size) return none;
      if (!ROOTS.has(name))
        return this.#repeat({ fields: [{ name, offset, size }], once, height: 0 }, count, size, room);
      const value = this.#valueOf(struct, index);
      return "rule" in value
        ? value
        : this.#repeat({ fields: [{ name, offset, size, value }], once, height: 0 }, count, size, room);
    }
    if (kinds[type] === KIND.STRUCT) {
      if (!profile.nestedFields) return NOTHING;
      if (level + 1 >= MAX_DEPTH) return { rule: "field-depth" };
      const nested = profile.uniqueNestedFields ? new Set(seen) : new Set<string>();
      const inside = this.#walk(type, level + 1, nested, room);
      if (isFault(inside)) return inside;
      const fields = inside.fields.map((field) => ({ ...field, offset: field.offset + offset }));
      const once = profile.uniqueNestedFields ? inside.once : [];
      return this.#repeat({ fields, once, height: inside.height + 1 }, count, words[typeAt + 2]!, room);
    }
    if (!profile.kptrFields || offset % POINTER_SIZE !== 0) return NOTHING;
    const kptr = findKptr(load, type);
    if (kptr === undefined) return NOTHING;
    if (typeof kptr === "string") return { rule: kptr };
    const fields: Field[] = [{ name: "kptr", offset, size: POINTER_SIZE, kptr }];
    return this.#repeat({ fields, once: [], height: 0 }, count, POINTER_SIZE, room);
  }

  /** The fields of all elements of an array; locks, nodes and counts can't be repeated. There is `room` for some. */
  #repeat(found: Found, count: number, size: number, room: number): Found | FieldFault {
    const { fields } = found;
    if (fields.length > room) return { rule: "field-count" };
    if (fields.length === 0 || count === 1) return found;
    if (fields.some(({ name }) => name !== "kptr" && !ROOTS.has(name))) return { rule: "field-array" };
    if (fields.length * count > room) return { rule: "field-count" };
    const repeated: Field[] = [];
    for (let i = 0; i < count; i++) {
      for (const field of fields) repeated.push({ ...field, offset: field.offset + i * size });
    }
    return { ...found, fields: repeated };
  }

  /** What the DECL_TAG `contains:TYPE:FIELD` on a list head or tree root says. */
  #valueOf(struct: number, index: number): { struct: number; member: Uint8Array } | FieldFault {
    const { strings, words, starts } = this.#load;
    const tags = (this.#tags().get(struct) ?? []).filter((id) => (words[starts[id]! + 3]! | 0) === index);
    if (tags.length !== 1) return { rule: "root-tag" };
    const value = stringAt(strings, words[starts[tags[0]!]!]!).subarray(CONTAINS.length);
    const colon = value.indexOf(COLON);
    if (colon < 0) return { rule: "root-tag" };
    const found = findStruct(this.#load, value.subarray(0, colon));
    if (found < 0) return { rule: "root-type" };
    return colon + 1 === value.length ? { rule: "root-tag" } : { struct: found, member: value.subarray(colon + 1) };
  }

  /** The DECL_TAGs `contains:` by the struct that they stand on: looked for once, and not for each root. */
  #tags(): Map<number, number[]> {
    if (this.#contains !== undefined) return this.#contains;
    const { kinds, words, starts, strings, count } = this.#load;
    const tags = new Map<number, number[]>();
    for (let id = 1; id < count; id++) {
      if (kinds[id] !== KIND.DECL_TAG) continue;
      const at = starts[id]!;
      if (!stringIs(strings, words[at]!, CONTAINS, false)) continue;
      const target = words[at + 2]!;
      const list = tags.get(target);
      if (list === undefined) tags.set(target, [id]);
      else list.push(id);
    }
    this.#contains = tags;
    return tags;
  }
}

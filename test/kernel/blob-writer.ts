/** The bytes of types that are made from plain numbers, and damage to them. */
import { KIND, packInfo } from "../../src/wire/kinds.js";

/** What one type is made of; the meaning of the numbers depends on the kind. */
export interface TypeSpec {
  readonly kind: number;
  readonly name: number;
  readonly kindFlag: boolean;
  /** 0: references and numbers are taken as they are. */
  readonly wild: number;
  readonly refs: readonly number[];
  readonly numbers: readonly number[];
  readonly elements: readonly (readonly [number, number, number])[];
}

/** A change of the finished bytes. */
export type Mutation =
  | { readonly what: "word"; readonly at: number; readonly value: number }
  | { readonly what: "info"; readonly at: number; readonly bits: number }
  | { readonly what: "header"; readonly field: number; readonly value: number; readonly relative: boolean }
  | { readonly what: "byte"; readonly at: number; readonly value: number }
  | { readonly what: "cut"; readonly keep: number }
  | { readonly what: "tail"; readonly bytes: number; readonly fill: number }
  | { readonly what: "strings-first" }
  | { readonly what: "drop-words"; readonly words: number }
  | { readonly what: "no-types" }
  | { readonly what: "long-header"; readonly bytes: number; readonly fill: number };

export const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const GOOD_NAMES = ["a", "b", "int", "foo", "T", "s_1", "_x", "a.b", ".x", "\xe9a", "a".repeat(128), "n".repeat(512)];
const BAD_NAMES = [
  "1a",
  "a-b",
  "a b",
  "\xc3\xa9",
  "a\xd7",
  "n".repeat(513),
  "long".repeat(300),
  "\x01",
  "\x7f",
  "?.data",
  " ",
];
/** Names of the kernel's own structs, and what list heads need. */
export const SPECIAL_NAMES = [
  "bpf_spin_lock",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
  "contains:a:b",
  "contains:b:a",
  "contains:foo:int",
  "contains:zz:a",
  "contains:a:",
];

const SIZES = [4, 8, 1, 2, 16, 0, 64, 3, 4096, 12, 0xffffffff, 0x7fffffff];
export const EDGES = [
  0, 1, 2, 3, 4, 7, 8, 31, 32, 33, 64, 255, 0xffff, 0x10000, 0xfffff, 0x100000, 0x1000000, 0x7fffffff, 0xfffffffe,
  0xffffffff,
];
const INT_BITS = [32, 8, 16, 64, 128, 1, 7, 24, 31, 33, 129, 0];
const FLOAT_SIZES = [4, 8, 2, 12, 16];

const MODIFIERS: readonly number[] = [KIND.TYPEDEF, KIND.CONST, KIND.VOLATILE, KIND.RESTRICT, KIND.TYPE_TAG];
const PARTS: readonly number[] = [
  KIND.INT,
  KIND.PTR,
  KIND.ARRAY,
  KIND.STRUCT,
  KIND.UNION,
  KIND.ENUM,
  KIND.ENUM64,
  KIND.FLOAT,
  ...MODIFIERS,
];
const TARGETS: readonly number[] = [...PARTS, KIND.FWD, KIND.FUNC_PROTO];
const TAGGED: readonly number[] = [KIND.STRUCT, KIND.UNION, KIND.FUNC, KIND.VAR, KIND.TYPEDEF];

export const pick = <T>(list: readonly T[], choice: number): T => list[choice % list.length]!;

/** String section and the names that stand in it. */
export class Strings {
  readonly #bytes: number[] = [0];
  readonly #offsets = new Map<string, number>();

  offset(name: string): number {
    if (name === "") return 0;
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#bytes.length;
    for (const byte of latin(name)) this.#bytes.push(byte);
    this.#bytes.push(0);
    this.#offsets.set(name, offset);
    return offset;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** The words of all types. */
class Writer {
  readonly words: number[] = [];
  readonly strings = new Strings();
  readonly #kinds: readonly number[];
  readonly #special: boolean;
  #added = 0;

  constructor(kinds: readonly number[], special: boolean) {
    this.#kinds = kinds;
    this.#special = special;
  }

  /** An id of one of the kinds, mostly; any id when the type is wild or there is none. */
  ref({ wild, kind }: TypeSpec, choice: number, kinds: readonly number[], orVoid = false): number {
    const ids = this.#kinds.flatMap((candidate, i) => (kinds.includes(candidate) ? [i + 1] : []));
    if (wild === 0) {
      return choice % 5 === 4 ? pick(EDGES, choice >> 3) : choice % (this.#kinds.length + 2);
    }
    // What comes before can't lead back: most graphs are to have no loop but those that pointers close.
    const before = ids.filter((id) => id <= this.#added);
    const usable = kind !== KIND.PTR && before.length > 0 && choice % 16 !== 0 ? before : ids;
    return usable.length === 0 || (orVoid && choice % 7 === 0) ? 0 : pick(usable, choice >> 4);
  }

  name({ wild, name }: TypeSpec, needed: "no" | "maybe" | "yes"): number {
    if (wild === 0)
      return name % 6 === 5 ? pick(EDGES, name) : this.strings.offset(pick([...BAD_NAMES, "", "a"], name));
    if (needed === "no" || (needed === "maybe" && name % 3 === 0)) return 0;
    return this.strings.offset(pick(this.#special && name % 2 === 0 ? SPECIAL_NAMES : GOOD_NAMES, name >> 1));
  }

  elementName({ wild }: TypeSpec, choice: number, needed: boolean): number {
    if (wild === 0 && choice % 4 === 0)
      return choice % 3 === 0 ? pick(EDGES, choice) : this.strings.offset(pick(BAD_NAMES, choice));
    return !needed && choice % 3 === 0 ? 0 : this.strings.offset(pick(GOOD_NAMES, choice));
  }

  number({ wild }: TypeSpec, choice: number, list: readonly number[]): number {
    return wild === 0 && choice % 2 === 0 ? pick(EDGES, choice >> 1) : pick(list, choice >> 1);
  }

  add(spec: TypeSpec): void {
    this.#add(spec);
    this.#added++;
  }

  #add(spec: TypeSpec): void {
    const { kind, kindFlag, refs, numbers, elements } = spec;
    const flag = kindFlag && (spec.wild === 0 || FLAGGED.has(kind));
    const head = (name: number, vlen: number, third: number): void => {
      this.words.push(name, packInfo(kind, vlen, flag), third >>> 0);
    };
    // Tags come before other modifiers; one in sixteen does not.
    const untagged = MODIFIERS.includes(kind) && kind !== KIND.TYPE_TAG && numbers[3]! % 16 !== 0;
    const targets = untagged ? TARGETS.filter((target) => target !== KIND.TYPE_TAG) : TARGETS;
    const target = (): number => this.ref(spec, refs[0]!, targets, true);
    switch (kind) {
      case KIND.INT: {
        const isOdd = spec.wild !== 0 && numbers[3]! % 10 === 0;
        const bits = spec.wild === 0 || isOdd ? pick(INT_BITS, numbers[1]!) : pick([8, 16, 32, 64, 128], numbers[1]!);
        const size = spec.wild === 0 ? this.number(spec, numbers[0]!, SIZES) : isOdd ? 17 : bits / 8;
        const encoding = spec.wild === 0 ? numbers[2]! % 16 : pick([0, 1, 2, 4], numbers[2]!);
        const offset =
          (spec.wild === 0 && numbers[3]! % 3 === 0) || (isOdd && bits < 28 && numbers[3]! % 20 === 0)
            ? pick([1, 5, 8, 100], numbers[3]!)
            : 0;
        head(this.name(spec, "maybe"), spec.wild === 0 && numbers[3]! % 7 === 0 ? 1 : 0, size);
        this.words.push(
          ((spec.wild === 0 && numbers[3]! % 11 === 0 ? 0xf0000000 : 0) | (encoding << 24) | (offset << 16) | bits) >>>
            0,
        );
        return;
      }
      case KIND.FLOAT:
        return head(this.name(spec, "maybe"), 0, this.number(spec, numbers[0]!, FLOAT_SIZES));
      case KIND.TYPEDEF:
      case KIND.TYPE_TAG:
        return head(this.name(spec, "yes"), spec.wild === 0 ? numbers[0]! % 2 : 0, target());
      case KIND.PTR:
      case KIND.CONST:
      case KIND.VOLATILE:
      case KIND.RESTRICT:
        return head(this.name(spec, "no"), spec.wild === 0 ? numbers[0]! % 2 : 0, target());
      case KIND.FWD:
        return head(
          this.name(spec, "yes"),
          spec.wild === 0 ? numbers[0]! % 2 : 0,
          spec.wild === 0 ? numbers[1]! % 2 : 0,
        );
      case KIND.ARRAY:
        head(this.name(spec, "no"), spec.wild === 0 ? numbers[0]! % 2 : 0, spec.wild === 0 ? numbers[1]! % 2 : 0);
        this.words.push(
          this.ref(spec, refs[0]!, PARTS),
          this.ref(spec, refs[1]!, [KIND.INT]),
          this.number(spec, numbers[2]!, [1, 2, 3, 0, 16, 5]),
        );
        return;
      case KIND.STRUCT:
      case KIND.UNION: {
        const size =
          spec.wild === 0
            ? this.number(spec, numbers[0]!, SIZES)
            : pick([4096, 4096, 256, 4096, 64, 4096, 4096, 0xffffffff], numbers[0]!);
        head(this.name(spec, "maybe"), elements.length, size);
        elements.forEach(([name, ref, place], i) => {
          const step = this.#special ? pick([64, 128, 192, 32], place) : pick([64, 32, 8, 128], numbers[1]!);
          const near = kind === KIND.UNION ? 0 : i * step;
          let offset =
            spec.wild === 0 && place % 3 === 0
              ? pick([near + 1, near + 4, pick(EDGES, place >> 6), near - 8, 0xffffffff], place >> 4)
              : near;
          if (flag)
            offset = (offset & 0xffffff) | ((place % 3 === 0 ? pick([1, 3, 8, 33, 64, 65, 128], place >> 2) : 0) << 24);
          this.words.push(this.elementName(spec, name, false), this.ref(spec, ref, PARTS), offset >>> 0);
        });
        return;
      }
      case KIND.ENUM:
      case KIND.ENUM64:
        head(this.name(spec, "maybe"), elements.length, this.number(spec, numbers[0]!, [4, 8, 1, 2]));
        for (const [name, low, high] of elements) {
          this.words.push(this.elementName(spec, name, true), pick(EDGES, low));
          if (kind === KIND.ENUM64) this.words.push(pick(EDGES, high));
        }
        return;
      case KIND.FUNC:
        return head(
          this.name(spec, "yes"),
          spec.wild === 0 ? numbers[0]! % 4 : numbers[0]! % 2,
          this.ref(spec, refs[0]!, [KIND.FUNC_PROTO]),
        );
      case KIND.FUNC_PROTO: {
        head(this.name(spec, "no"), elements.length, this.ref(spec, refs[0]!, PARTS, true));
        elements.forEach(([name, ref, last], i) => {
          const vararg = i === elements.length - 1 && last % 3 === 0;
          const named = this.elementName(spec, name, true);
          this.words.push(vararg && spec.wild !== 0 ? 0 : named, vararg ? 0 : this.ref(spec, ref, PARTS));
        });
        return;
      }
      case KIND.VAR:
        head(this.name(spec, "yes"), spec.wild === 0 ? numbers[1]! % 2 : 0, this.ref(spec, refs[0]!, PARTS));
        this.words.push(spec.wild === 0 ? numbers[0]! % 4 : numbers[0]! % 2);
        return;
      case KIND.DATASEC: {
        const size = spec.wild === 0 ? this.number(spec, numbers[0]!, [...SIZES, 0x10000, 0x5000]) : 0x10000;
        head(this.name(spec, "yes"), elements.length, size);
        elements.forEach(([ref, offset, length], i) => {
          const isOdd = spec.wild === 0 && offset % 3 === 0;
          this.words.push(
            this.ref(spec, ref, [KIND.VAR]),
            isOdd ? pick([...EDGES, size - 1, size - 2], offset >> 2) >>> 0 : i * 4096,
            isOdd || length % 9 === 0 ? this.number(spec, length, [8, 4, 1, size]) : 4096,
          );
        });
        return;
      }
      default: {
        head(this.name(spec, "yes"), spec.wild === 0 ? numbers[1]! % 2 : 0, this.ref(spec, refs[0]!, TAGGED));
        this.words.push(
          spec.wild === 0
            ? pick([0, 1, 2, 0xffffffff, 0xfffffffe, 99], numbers[0]!)
            : pick([0xffffffff, 0xffffffff, 0], numbers[0]!),
        );
      }
    }
  }
}

const FLAGGED: ReadonlySet<number> = new Set([KIND.STRUCT, KIND.UNION, KIND.ENUM, KIND.ENUM64, KIND.FWD]);

/** Joins header, types and strings. */
export function joinBlob(words: readonly number[], strings: Uint8Array, stringsFirst = false): Uint8Array {
  const types = words.length * 4;
  const bytes = new Uint8Array(24 + types + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  const header = [24, stringsFirst ? strings.length : 0, types, stringsFirst ? 0 : types, strings.length];
  header.forEach((value, i) => view.setUint32(4 + i * 4, value, true));
  const typeStart = 24 + (stringsFirst ? strings.length : 0);
  words.forEach((word, i) => view.setUint32(typeStart + i * 4, word >>> 0, true));
  bytes.set(strings, 24 + (stringsFirst ? 0 : types));
  return bytes;
}

function mutate(bytes: Uint8Array, mutation: Mutation, starts: readonly number[]): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (mutation.what) {
    case "word": {
      if (bytes.length < 32) return bytes;
      const at = 24 + (mutation.at % ((bytes.length - 24) >> 2)) * 4;
      view.setUint32(at, mutation.value, true);
      return bytes;
    }
    case "info": {
      const start = starts[mutation.at % starts.length];
      if (start === undefined || 28 + start * 4 + 4 > bytes.length) return bytes;
      const at = 28 + start * 4;
      view.setUint32(at, view.getUint32(at, true) ^ (1 << mutation.bits), true);
      return bytes;
    }
    case "header": {
      if (bytes.length < 24) return bytes;
      const at = [0, 2, 4, 8, 12, 16, 20][mutation.field % 7]!;
      if (at < 4) view.setUint8(at + (mutation.value & 1), mutation.value);
      else
        view.setUint32(
          at,
          mutation.relative ? view.getUint32(at, true) + (mutation.value % 9) - 4 : mutation.value,
          true,
        );
      return bytes;
    }
    case "byte":
      if (bytes.length > 0) bytes[mutation.at % bytes.length] = mutation.value;
      return bytes;
    case "cut":
      return bytes.slice(0, mutation.keep % (bytes.length + 1));
    case "tail": {
      const longer = new Uint8Array(bytes.length + mutation.bytes).fill(mutation.fill);
      longer.set(bytes);
      return longer;
    }
    case "long-header": {
      if (bytes.length < 24) return bytes;
      const longer = new Uint8Array(bytes.length + mutation.bytes);
      longer.set(bytes.subarray(0, 24));
      longer.fill(mutation.fill, 24, 24 + mutation.bytes);
      longer.set(bytes.subarray(24), 24 + mutation.bytes);
      new DataView(longer.buffer).setUint32(4, 24 + mutation.bytes, true);
      return longer;
    }
    // Those that change what is joined are done.
    default:
      return bytes;
  }
}

/** The bytes of some types with some damage. */
export function buildBlob(specs: readonly TypeSpec[], mutations: readonly Mutation[], special = false): Uint8Array {
  const writer = new Writer(
    specs.map(({ kind }) => kind),
    special,
  );
  const starts: number[] = [];
  for (const spec of specs) {
    starts.push(writer.words.length);
    writer.add(spec);
  }
  const first = mutations.some(({ what }) => what === "strings-first");
  const dropped = mutations.find((mutation) => mutation.what === "drop-words")?.words ?? 0;
  const words = mutations.some(({ what }) => what === "no-types") ? [] : writer.words.slice(0, -dropped || undefined);
  const blob = joinBlob(words, writer.strings.bytes(), first);
  // Strings that come last leave an empty type section a place behind them.
  if (words.length === 0 && starts.length % 2 === 0) new DataView(blob.buffer).setUint32(8, blob.length - 24, true);
  return mutations.reduce((bytes, mutation) => mutate(bytes, mutation, starts), blob);
}

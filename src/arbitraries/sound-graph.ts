import { KIND, packInfo } from "../wire/kinds.js";
import { defineBtf, type BtfRecipe, type Target } from "../builder/index.js";
import type { Profile } from "../kernel/index.js";
import type { Btf } from "../model/btf.js";
import { NO_TARGET, planKinds, TAGGED, takesKindFlag } from "./plan.js";
import type { ElementSpec, TypeSpec } from "./type-spec.js";

/** What is known of a type once it is written; sizes and alignments in bytes. */
interface Written {
  readonly kind: number;
  /** -1 for what has none. */
  readonly size: number;
  readonly align: number;
  /** Bits of an INT or ENUM that may be a bit-field, else 0. */
  readonly bits: number;
  /** Typedefs, qualifiers and tags from here on, and whether a tag is among them. */
  readonly chain: number;
  readonly hasTag: boolean;
  /** An enum, or typedefs and qualifiers of one. */
  readonly isEnum: boolean;
  /** Members or parameters. */
  readonly count: number;
  /** A FUNC_PROTO all of whose parameters have names. */
  readonly isNamed: boolean;
}

const POINTER_BYTES = 8;
/** What is larger is no part of other types, so that no size overflows. */
const LARGEST_PART = 4096;
const LONGEST_CHAIN = 16;
const BITFIELD_SHIFT = 24;
/** A kernel takes an enum to have 32 bits where kind_flag is set, whatever its size. */
const FLAGGED_ENUM_BYTES = 4;
const VOID: Written = {
  kind: KIND.VOID,
  size: -1,
  align: 1,
  bits: 0,
  chain: 0,
  hasTag: false,
  isEnum: false,
  count: 0,
  isNamed: false,
};

const INTS: readonly (readonly [name: string, size: number, encoding: number])[] = [
  ["int", 4, 1],
  ["unsigned int", 4, 0],
  ["char", 1, 1],
  ["unsigned char", 1, 0],
  ["short", 2, 1],
  ["unsigned short", 2, 0],
  ["long", 8, 1],
  ["unsigned long", 8, 0],
  ["_Bool", 1, 4],
  ["long long", 8, 1],
];
const WIDE_INT = ["__int128", 16, 1] as const;
/** An INT that is no whole number of bytes, as `_BitInt(24)`: nothing may have it as a part. */
const ODD_INT = { bytes: 4, data: 24 } as const;
const FLOAT_NAMES: Readonly<Record<number, string>> = {
  4: "float",
  8: "double",
  2: "_Float16",
  12: "long double",
  16: "_Float128",
};
const FLOAT_SIZES = [4, 8, 2, 12, 16];
const SECTIONS = [".data", ".bss", ".rodata", ".maps", ".data.own"];

const pick = <T>(list: readonly T[], choice: number): T => list[choice % list.length]!;
const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** The largest power of two up to 8 that a size is a multiple of. */
const alignOfSize = (size: number): number => [8, 4, 2].find((align) => size > 0 && size % align === 0) ?? 1;

/** Writes types that one kernel accepts, one after another. */
class Writer {
  readonly #b: BtfRecipe;
  readonly #profile: Profile;
  readonly #kinds: readonly number[];
  readonly #written: Written[] = [VOID];
  readonly #names = new Set<string>();
  /** Ids of what can be a member, an element or a parameter. */
  readonly #parts: number[] = [];
  readonly #indexes: number[] = [];
  readonly #vars: number[] = [];

  constructor(b: BtfRecipe, profile: Profile, kinds: readonly number[]) {
    this.#b = b;
    this.#profile = profile;
    this.#kinds = kinds;
  }

  get #id(): number {
    return this.#written.length;
  }

  /** A name that no other type of the graph has. */
  #unique(name: string): string {
    const unique = this.#names.has(name) ? `${name}_${this.#id}` : name;
    this.#names.add(unique);
    return unique;
  }

  /** The names of elements, each once. */
  #elementNames(elements: readonly ElementSpec[]): number[] {
    const seen = new Set<string>();
    return elements.map(({ name }, i) => {
      const unique = seen.has(name) ? `${name}_${i}` : name;
      seen.add(unique);
      return this.#b.addString(unique);
    });
  }

  /** The types before that a test lets through, by id. */
  #idsOf(test: (type: Written) => boolean): number[] {
    return this.#written.flatMap((type, id) => (test(type) ? [id] : []));
  }

  #put(kind: number, name: string, vlen: number, kindFlag: boolean, third: number, extra: readonly number[]): void {
    this.#b.addRaw({ name, info: packInfo(kind, vlen, kindFlag), sizeOrType: third, extra });
  }

  add(spec: TypeSpec): void {
    const kind = this.#kinds[this.#id]!;
    const id = this.#id;
    const written = { ...VOID, kind, ...this.#write(kind, spec) };
    this.#written.push(written);
    const { size, bits } = written;
    if (size >= 0 && size <= LARGEST_PART && kind !== KIND.VAR) this.#parts.push(id);
    if (kind === KIND.INT && bits > 0) this.#indexes.push(id);
    if (kind === KIND.VAR) this.#vars.push(id);
  }

  #write(kind: number, spec: TypeSpec): Partial<Written> {
    switch (kind) {
      case KIND.INT:
        return this.#int(spec);
      case KIND.FLOAT: {
        const size = pick(FLOAT_SIZES, spec.numbers[0]);
        this.#put(kind, this.#unique(FLOAT_NAMES[size]!), 0, false, size, []);
        return { size, align: Math.min(8, size) };
      }
      case KIND.PTR:
        this.#put(kind, "", 0, false, this.#pointee(spec), []);
        return { size: POINTER_BYTES, align: POINTER_BYTES };
      case KIND.ARRAY: {
        const element = pick(this.#parts, spec.refs[0]);
        const count = spec.numbers[0] % 9;
        const { size, align } = this.#written[element]!;
        this.#put(kind, "", 0, false, 0, [element, pick(this.#indexes, spec.refs[1]), count]);
        return { size: size * count, align };
      }
      case KIND.STRUCT:
      case KIND.UNION:
        return this.#composite(kind, spec);
      case KIND.ENUM:
      case KIND.ENUM64:
        return this.#enum(kind, spec);
      case KIND.FWD:
        this.#put(kind, this.#unique(spec.name), 0, spec.kindFlag && takesKindFlag(this.#profile, kind), 0, []);
        return {};
      case KIND.FUNC_PROTO:
        return this.#proto(spec);
      case KIND.FUNC:
        return this.#func(spec);
      case KIND.VAR: {
        const type = pick(this.#parts, spec.refs[0]);
        this.#put(kind, this.#unique(spec.name), 0, false, type, [spec.numbers[0] % 2]);
        return { size: this.#written[type]!.size, align: this.#written[type]!.align };
      }
      case KIND.DATASEC:
        return this.#datasec(spec);
      case KIND.DECL_TAG:
        return this.#declTag(spec);
      default:
        return this.#modifier(kind, spec);
    }
  }

  #int({ numbers, kindFlag, isNamed, name }: TypeSpec): Partial<Written> {
    if (kindFlag && isNamed && numbers[1] % 8 === 7 && this.#indexes.length > 0) {
      this.#put(KIND.INT, this.#unique(name), 0, false, ODD_INT.bytes, [ODD_INT.data]);
      return {};
    }
    const ints = this.#profile.maxIntBits === 128 ? [...INTS, WIDE_INT] : INTS;
    const [intName, size, encoding] = pick(ints, numbers[0]);
    const bits = size * 8;
    this.#put(KIND.INT, this.#unique(intName), 0, false, size, [(encoding << 24) | bits]);
    return { size, align: Math.min(8, size), bits };
  }

  /** What a PTR leads to: a type before it, void, or a STRUCT or UNION that is still to come. */
  #pointee({ refs, numbers }: TypeSpec): number {
    const later = numbers[0] % 3 === 2 ? this.#later() : [];
    return pick(later.length > 0 ? later : this.#idsOf(({ kind }) => !NO_TARGET.has(kind)), refs[0]);
  }

  /** STRUCTs and UNIONs that are still to come. */
  #later(): number[] {
    const ids: number[] = [];
    for (let id = this.#id + 1; id < this.#kinds.length; id++) {
      if (this.#kinds[id] === KIND.STRUCT || this.#kinds[id] === KIND.UNION) ids.push(id);
    }
    return ids;
  }

  /** A typedef, a qualifier or a tag. */
  #modifier(kind: number, { refs, name }: TypeSpec): Partial<Written> {
    const isTag = kind === KIND.TYPE_TAG;
    const ids = this.#idsOf(
      (type) => !NO_TARGET.has(type.kind) && type.chain < LONGEST_CHAIN && (isTag || !type.hasTag),
    );
    const target = pick(ids, refs[0]);
    const { size, align, chain, isEnum } = this.#written[target]!;
    const typeName = isTag ? name : kind === KIND.TYPEDEF ? this.#unique(name) : "";
    this.#put(kind, typeName, 0, false, target, []);
    return { size, align, chain: chain + 1, hasTag: isTag, isEnum };
  }

  #composite(kind: number, { name, isNamed, kindFlag, elements, numbers }: TypeSpec): Partial<Written> {
    const isUnion = kind === KIND.UNION;
    const flagged = kindFlag && takesKindFlag(this.#profile, kind);
    const members = this.#parts.length === 0 ? [] : elements;
    const names = this.#elementNames(members);
    const words: number[] = [];
    let end = 0;
    let largest = 1;
    for (const [i, { ref, number }] of members.entries()) {
      const type = pick(this.#parts, ref);
      const { size, align, bits, isEnum } = this.#written[type]!;
      const bitfield = flagged && bits > 0 && bits <= 64 ? number % Math.min(bits, 33) : 0;
      const offset = isUnion ? 0 : bitfield > 0 ? end : alignUp(end, align * 8);
      const length = bitfield > 0 ? bitfield : Math.max(size, flagged && isEnum ? FLAGGED_ENUM_BYTES : 0) * 8;
      words.push(
        i % 4 === 3 && !isNamed ? 0 : names[i]!,
        type,
        flagged ? offset | (bitfield << BITFIELD_SHIFT) : offset,
      );
      end = Math.max(end, offset + length);
      largest = Math.max(largest, bitfield > 0 ? alignOfSize(bits / 8) : align);
    }
    const padding = numbers[1] % 5 === 4 ? largest : 0;
    const size = alignUp(Math.ceil(end / 8), largest) + padding;
    this.#put(kind, isNamed || members.length === 0 ? this.#unique(name) : "", members.length, flagged, size, words);
    return { size, align: largest, count: members.length };
  }

  #enum(kind: number, { name, isNamed, kindFlag, elements, numbers }: TypeSpec): Partial<Written> {
    const wide = kind === KIND.ENUM64;
    const sizes = wide ? [8] : this.#profile.enumSizes === "4" ? [4] : [4, 4, 1, 2, 8];
    const size = pick(sizes, numbers[0]);
    const signed = kindFlag && (wide || takesKindFlag(this.#profile, kind));
    const names = this.#elementNames(elements);
    const words = elements.flatMap(({ number }, i) => {
      const low = (signed && number % 2 === 1 ? -number : number) >>> 0;
      const high = signed && number % 2 === 1 ? 0xffffffff : number & 0xff;
      return wide ? [names[i]!, low, high] : [names[i]!, low];
    });
    this.#put(kind, isNamed || elements.length === 0 ? this.#unique(name) : "", elements.length, signed, size, words);
    return { size, align: size, isEnum: true, bits: wide || size !== 4 ? 0 : 32 };
  }

  /** What stands for a type that lacks what it needs. */
  #forward(name: string): Partial<Written> {
    this.#put(KIND.FWD, this.#unique(name), 0, false, 0, []);
    return { kind: KIND.FWD };
  }

  #proto({ refs, numbers, isNamed, elements }: TypeSpec): Partial<Written> {
    const params = this.#parts.length === 0 ? [] : elements;
    const names = this.#elementNames(params);
    const words = params.flatMap(({ ref }, i) => [isNamed ? names[i]! : 0, pick(this.#parts, ref)]);
    if (numbers[0] % 6 === 5) words.push(0, 0);
    const returned = numbers[1] % 3 === 0 || this.#parts.length === 0 ? 0 : pick(this.#parts, refs[0]);
    const count = words.length / 2;
    this.#put(KIND.FUNC_PROTO, "", count, false, returned, words);
    return { count, isNamed: isNamed || params.length === 0 };
  }

  #func({ refs, numbers, name }: TypeSpec): Partial<Written> {
    const protos = this.#idsOf(({ kind, isNamed }) => kind === KIND.FUNC_PROTO && isNamed);
    if (protos.length === 0) return this.#forward(name);
    const proto = pick(protos, refs[0]);
    const linkage = this.#profile.funcLinkage === "none" ? 0 : numbers[0] % 2;
    this.#put(KIND.FUNC, this.#unique(name), linkage, false, proto, []);
    return { count: this.#written[proto]!.count };
  }

  #datasec({ refs, numbers, elements }: TypeSpec): Partial<Written> {
    const first = refs[0] % this.#vars.length;
    const entries = this.#vars.slice(first, first + 1 + elements.length);
    let end = 0;
    const words = entries.flatMap((id) => {
      const { size, align } = this.#written[id]!;
      const offset = alignUp(end, align);
      const bytes = Math.max(1, size);
      end = offset + bytes;
      return [id, offset, bytes];
    });
    this.#put(KIND.DATASEC, this.#unique(pick(SECTIONS, numbers[0])), entries.length, false, end, words);
    return {};
  }

  #declTag({ refs, numbers, name }: TypeSpec): Partial<Written> {
    const ids = this.#idsOf(({ kind }) => TAGGED.has(kind));
    if (ids.length === 0) return this.#forward(name);
    const target = pick(ids, refs[0]);
    const { count, kind } = this.#written[target]!;
    const parts = kind === KIND.VAR || kind === KIND.TYPEDEF ? 0 : count;
    const component = (numbers[0] % (parts + 1)) - 1;
    this.#put(KIND.DECL_TAG, name, 0, false, target, [component >>> 0]);
    return {};
  }
}

/** The graph that specs make: whatever they are, a kernel with this profile accepts it. */
export function soundGraph(specs: readonly TypeSpec[], profile: Profile, target: Target): Btf {
  const kinds = planKinds(specs);
  return defineBtf(
    (b) => {
      const writer = new Writer(b, profile, kinds);
      for (const spec of specs) writer.add(spec);
    },
    { target },
  );
}

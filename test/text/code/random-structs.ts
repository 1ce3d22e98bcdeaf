/** Random C structs with a value for each: as C assigns and compares it, and as TypeScript has it. */
import fc from "fast-check";

import { SEED } from "../../property/word-graph.js";

/** A struct definition, and a value of it. */
export interface RandomStruct {
  readonly name: string;
  /** C, with `RECORD` after each brace: what attributes the compiler is given. */
  readonly source: string;
  /** Expressions of C after the name of a variable, each with the value it has, as C spells it. */
  readonly leaves: readonly (readonly [path: string, value: string])[];
  /** The same value in TypeScript; of a union only the member that was chosen. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** What a declaration needs, and what its value is. */
interface Declared {
  readonly text: string;
  readonly leaves: readonly (readonly [path: string, value: string])[];
  /** Properties that it adds. */
  readonly value: Readonly<Record<string, unknown>>;
}

const SCALARS = [
  ["signed char", 8, true],
  ["unsigned char", 8, false],
  ["short", 16, true],
  ["unsigned short", 16, false],
  ["int", 32, true],
  ["unsigned int", 32, false],
  ["long", 64, true],
  ["unsigned long", 64, false],
  ["unsigned long long", 64, false],
  ["u8", 8, false],
  ["const s64", 64, true],
  ["volatile u32", 32, false],
] as const;

/** Enums that the program declares, and their values. */
const ENUMS = [
  ["enum small", 32, [0n, 1n, 7n]],
  ["enum below", 32, [-3n, 5n]],
  ["enum large", 64, [1n, 1n << 40n]],
] as const;

export const PRELUDE = `typedef unsigned char u8;
typedef unsigned int u32;
typedef long s64;
enum small { SMALL_0, SMALL_1, SMALL_7 = 7 };
enum below { BELOW_LOW = -3, BELOW_HIGH = 5 };
enum large { LARGE_1 = 1, LARGE_40 = 1L << 40 };
`;

/** A source of random numbers that one seed gives. */
class Source {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** A whole number below `end`. */
  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state % end;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A number of so many bits, often one at the end of its range. */
  integer(bits: number, signed: boolean): bigint {
    const some = (BigInt(this.below(0xffffffff)) << 32n) | BigInt(this.below(0xffffffff));
    const value = this.of([0n, -1n, 1n << BigInt(bits - 1), some, some, some]);
    return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  }
}

/** An integer as C spells it: its smallest is an expression. */
function cInteger(value: bigint): string {
  if (value === -(1n << 63n)) return "(-9223372036854775807L - 1)";
  return value < 0n ? `${value}L` : `${value}UL`;
}

const tsInteger = (value: bigint, bits: number): number | bigint => (bits > 32 ? value : Number(value));

/** A value with the text of C for it. */
type Leaf = readonly [c: string, ts: unknown];

class Structs {
  readonly #source: Source;
  #count = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  #name(): string {
    return `m${this.#count++}`;
  }

  /** The members of a struct or union. */
  members(isUnion: boolean, depth: number, earlier: readonly RandomStruct[]): Declared {
    const all = Array.from({ length: 1 + this.#source.below(isUnion ? 3 : 7) }, () => this.#member(depth, earlier));
    const chosen = isUnion ? [this.#source.of(all)] : all;
    return {
      text: all.map(({ text }) => `  ${text}`).join("\n"),
      leaves: chosen.flatMap(({ leaves }) => leaves),
      value: Object.assign({}, ...chosen.map(({ value }) => value)) as Record<string, unknown>,
    };
  }

  #member(depth: number, earlier: readonly RandomStruct[]): Declared {
    const kind = this.#source.below(16);
    const name = this.#name();
    if (kind < 4) return this.#listed(name, ...this.#scalar());
    if (kind < 6) return this.#listed(name, ...this.#enum());
    if (kind === 6) return this.#one(name, "_Bool", () => this.#bool());
    if (kind === 7) return this.#listed(name, ...this.#float());
    if (kind === 8) return this.#text(name);
    if (kind === 9) return this.#one(name, "POINTER", () => this.#pointer());
    if (kind < 13) return this.#bitField(name);
    if (kind === 13 && earlier.length > 0) return this.#named(name, this.#source.of(earlier));
    if (depth < 3) return this.#nested(name, depth, earlier);
    return this.#listed(name, ...this.#scalar());
  }

  #one(name: string, type: string, make: () => Leaf): Declared {
    const [c, ts] = make();
    return { text: `${type} ${name};`, leaves: [[`.${name}`, c]], value: { [name]: ts } };
  }

  #bool(): Leaf {
    const value = this.#source.below(2) === 1;
    return [value ? "1" : "0", value];
  }

  #pointer(): Leaf {
    const value = this.#source.integer(64, false);
    return [`(POINTER)${cInteger(value)}`, value];
  }

  #scalar(): [type: string, make: () => Leaf, isBytes: boolean] {
    const [type, bits, signed] = this.#source.of(SCALARS);
    const make = (): Leaf => {
      const value = this.#source.integer(bits, signed);
      return [cInteger(value), tsInteger(value, bits)];
    };
    return [type, make, bits === 8 && !signed];
  }

  #enum(): [type: string, make: () => Leaf, isBytes: boolean] {
    const [type, bits, values] = this.#source.of(ENUMS);
    const make = (): Leaf => {
      const value = this.#source.of<bigint>(values);
      return [cInteger(value), tsInteger(value, bits)];
    };
    return [type, make, false];
  }

  #float(): [type: string, make: () => Leaf, isBytes: boolean] {
    const type = this.#source.of(["float", "double"]);
    const make = (): Leaf => {
      const value = (this.#source.below(1 << 20) - (1 << 19)) / 16;
      return [value.toFixed(4), value];
    };
    return [type, make, false];
  }

  /** A member, an array or an array of arrays. */
  #listed(name: string, type: string, make: () => Leaf, isBytes: boolean): Declared {
    const dimensions = this.#source.of([[], [], [3], [2, 2]]);
    if (dimensions.length === 0) return this.#one(name, type, make);
    const leaves: [string, string][] = [];
    const list = (path: string, [count, ...rest]: readonly number[]): unknown => {
      if (count === undefined) {
        const [c, ts] = make();
        leaves.push([path, c]);
        return ts;
      }
      const items = Array.from({ length: count }, (_, i) => list(`${path}[${i}]`, rest));
      return isBytes && rest.length === 0 ? Uint8Array.from(items as number[]) : items;
    };
    const value = list(`.${name}`, dimensions);
    const declarator = dimensions.map((count) => `[${count}]`).join("");
    return { text: `${type} ${name}${declarator};`, leaves, value: { [name]: value } };
  }

  #text(name: string): Declared {
    const length = 1 + this.#source.below(8);
    const text = this.#source.of(["", "a", "comm", "caf\u00e9", "\udcff!", "12345678"]).slice(0, length);
    const bytes = [...Buffer.from(text.replace("\udcff", ""), "utf8")];
    if (text.includes("\udcff")) bytes.unshift(0xff);
    // What has no room is no text of this array.
    const [kept, value] = bytes.length > length ? [[], ""] : [bytes, text];
    const leaves = Array.from({ length }, (_, i) => [`.${name}[${i}]`, `(char)${kept[i] ?? 0}`] as const);
    return { text: `char ${name}[${length}];`, leaves, value: { [name]: value } };
  }

  #bitField(name: string): Declared {
    const [type, bits, signed] = this.#source.of([
      ["int", 32, true],
      ["unsigned int", 32, false],
      ["long", 64, true],
      ["unsigned long", 64, false],
      ["unsigned char", 8, false],
      ["short", 16, true],
      ["_Bool", 1, false],
      ["enum small", 32, false],
    ] as const);
    const isEnum = type === "enum small";
    const width = isEnum ? 3 + this.#source.below(8) : 1 + this.#source.below(bits);
    const value = isEnum ? this.#source.of([0n, 7n]) : this.#source.integer(width, signed);
    const ts = type === "_Bool" ? value === 1n : tsInteger(value, width);
    const gap = this.#source.below(5) === 0 ? ` int : ${this.#source.below(8)};` : "";
    return {
      text: `${type} ${name} : ${width};${gap}`,
      leaves: [[`.${name}`, cInteger(value)]],
      value: { [name]: ts },
    };
  }

  #named(name: string, { name: struct, leaves, value }: RandomStruct): Declared {
    if (this.#source.below(2) === 0) {
      const own = leaves.map(([path, c]) => [`.${name}${path}`, c] as const);
      return { text: `struct ${struct} ${name};`, leaves: own, value: { [name]: value } };
    }
    const two = [0, 1].flatMap((i) => leaves.map(([path, c]) => [`.${name}[${i}]${path}`, c] as const));
    return { text: `struct ${struct} ${name}[2];`, leaves: two, value: { [name]: [value, value] } };
  }

  #nested(name: string, depth: number, earlier: readonly RandomStruct[]): Declared {
    const keyword = this.#source.of(["struct", "union"]);
    const { text, leaves, value } = this.members(keyword === "union", depth + 1, earlier);
    const body = `${keyword} {\n${text}\n} RECORD`;
    if (this.#source.below(2) === 0) return { text: `${body};`, leaves, value };
    const own = leaves.map(([path, c]) => [`.${name}${path}`, c] as const);
    return { text: `${body} ${name};`, leaves: own, value: { [name]: value } };
  }
}

/** Random structs; some hold earlier ones. */
export function randomStructs(count: number): RandomStruct[] {
  const [seed] = fc.sample(fc.integer({ min: 1, max: 0x7fffffff }), { seed: SEED, numRuns: 1 });
  const source = new Source(seed!);
  const all: RandomStruct[] = [];
  for (let i = 0; i < count; i++) {
    const { text, leaves, value } = new Structs(source).members(false, 0, all.slice(-5));
    const name = `s${i}`;
    const record = source.below(4) === 0 ? "PACKED" : "RECORD";
    all.push({ name, source: `struct ${name} {\n${text}\n} ${record};\n`, leaves, value });
  }
  return all;
}

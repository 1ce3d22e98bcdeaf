/** Random structs and unions with all that moves members about, for compilers of every target. */

import { mulberry32 } from "./random-declarations.js";

export interface RecordOptions {
  /** Whether long and pointers have 4 bytes, and there is no __int128. */
  readonly narrow: boolean;
  /**
   * Without what gcc does otherwise than clang: `aligned` on a bit-field or on the typedef that it has, of two alignments
   * of a struct the last and not the larger, and enums of a told type, which gcc 12 does not know.
   */
  readonly gcc?: boolean;
}

/** A declaration of `s<i>`, of `w<i>` with an `s<i>` behind a char, and of variables of both; members are `m<i>_<n>`. */
export interface RandomRecord {
  readonly index: number;
  readonly text: string;
}

/** So many declarations; the same for the same seed. */
export function randomRecords(seed: number, count: number, options: RecordOptions): RandomRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    text: new RecordWriter(mulberry32(seed * 100_003 + index), index, options).text(),
  }));
}

type Bits = readonly [type: string, bits: number];

class RecordWriter {
  readonly #random: () => number;
  readonly #index: number;
  readonly #gcc: boolean;
  readonly #integers: readonly Bits[];
  readonly #others: readonly string[];
  readonly #named: Bits[] = [];
  readonly #before: string[] = [];
  #hasRecord = false;
  #names = 0;

  constructor(random: () => number, index: number, { narrow, gcc = false }: RecordOptions) {
    this.#random = random;
    this.#index = index;
    this.#gcc = gcc;
    const long = narrow ? 32 : 64;
    this.#integers = [
      ["char", 8],
      ["signed char", 8],
      ["unsigned char", 8],
      ["short", 16],
      ["unsigned short", 16],
      ["int", 32],
      ["unsigned", 32],
      ["long", long],
      ["unsigned long", long],
      ["long long", 64],
      ["unsigned long long", 64],
      ["_Bool", 1],
      ...(narrow
        ? []
        : ([
            ["__int128", 128],
            ["unsigned __int128", 128],
          ] as const)),
    ];
    this.#others = ["float", "double", "long double", ...(narrow ? [] : ["__int128"])];
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }

  #maybe(probability: number, make: () => string): string {
    return this.#chance(probability) ? make() : "";
  }

  #name(): string {
    return `m${this.#index}_${this.#names++}`;
  }

  #align(): string {
    return `aligned(${this.#pick([1, 2, 4, 8, 16, 32, 64])})`;
  }

  #attribute(): string {
    const said = ["packed", this.#align(), `packed, ${this.#align()}`, "aligned", "packed, aligned"];
    return ` __attribute__((${this.#pick(said)}))`;
  }

  text(): string {
    const i = this.#index;
    this.#declareTypes();
    const keyword = this.#chance(0.78) ? "struct" : "union";
    const tagged = this.#maybe(0.12, () => this.#attribute());
    const body = this.#body(keyword, 0);
    const after = this.#gcc && tagged !== "" ? "" : this.#maybe(0.3, () => this.#attribute());
    const record = this.#packed(`${keyword}${tagged} s${i} ${body}${after};`);
    return [
      ...this.#before,
      record,
      `struct w${i} { char c${i}; ${keyword} s${i} in${i}; };`,
      `${keyword} s${i} v${i}; struct w${i} x${i}; int z${i}[sizeof(x${i})];`,
    ].join("\n");
  }

  #packed(record: string): string {
    const form = this.#below(18);
    const most = this.#pick([1, 2, 4, 8, 16]);
    if (form === 0) return `#pragma pack(push, ${most})\n${record}\n#pragma pack(pop)`;
    if (form === 1) return `#pragma pack(${most})\n${record}\n#pragma pack()`;
    if (form === 2) return `#pragma pack(push, here, 2)\n#pragma pack(${most})\n${record}\n#pragma pack(pop, here)`;
    return record;
  }

  #declareTypes(): void {
    const i = this.#index;
    if (this.#chance(0.5)) {
      const [type, bits] = this.#pick(this.#integers);
      this.#before.push(`typedef ${type} T${i}${this.#maybe(0.8, () => ` __attribute__((${this.#align()}))`)};`);
      this.#named.push([`T${i}`, bits]);
    }
    if (this.#chance(0.3)) {
      const value = this.#pick(["0", "-1", "255", "0x100000000ll", "-0x80000000ll", "70000", "0xffffffffu"]);
      const attribute = this.#maybe(0.5, () => " __attribute__((packed))");
      this.#before.push(`enum E${i} { E${i}_a = ${value}, E${i}_b = 2 }${attribute};`);
      this.#named.push([`enum E${i}`, 8]);
    }
    if (this.#chance(0.15) && !this.#gcc) {
      const type = this.#pick(["unsigned char", "short", "long long", "unsigned"]);
      this.#before.push(`enum F${i} : ${type} { F${i}_a = 1 };`);
      this.#named.push([`enum F${i}`, 8]);
    }
    if (this.#chance(0.2)) {
      const bitField = `${this.#pick(this.#integers)[0]} b : 1;`;
      const [own, typedef] = [this.#maybe(0.5, () => this.#attribute()), this.#maybe(0.2, () => this.#attribute())];
      this.#before.push(`typedef struct { char a; ${bitField} }${own} R${i}${this.#gcc ? "" : typedef};`);
      this.#hasRecord = true;
    }
  }

  #integer(): Bits {
    return this.#named.length > 0 && this.#chance(0.35) ? this.#pick(this.#named) : this.#pick(this.#integers);
  }

  #body(keyword: "struct" | "union", depth: number): string {
    const members = Array.from({ length: this.#below(depth > 0 ? 5 : 9) }, () => this.#member(depth));
    if (keyword === "struct" && depth === 0 && this.#chance(0.04)) {
      members.push(`char first${this.#index};`, `${this.#pick(["int", "short", "long"])} rest${this.#index}[];`);
    }
    return `{ ${members.join(" ")} }`;
  }

  #member(depth: number): string {
    const kind = this.#below(12);
    if (kind < 6) return this.#bitField();
    if (kind === 6 && depth < 3) return this.#nested(depth);
    const attribute = this.#maybe(0.25, () => this.#attribute());
    if (kind === 7)
      return `${this.#chance(0.5) ? "void *" : `int (*`}${this.#name()}${attribute};`.replace(
        /^(int \(\*\w+)/,
        "$1)(void)",
      );
    if (kind === 8 && this.#hasRecord) return `R${this.#index} ${this.#name()}${attribute};`;
    if (kind === 9) {
      const alignas = this.#maybe(0.2, () => `_Alignas(${this.#pick([16, 32, 64])}) `);
      const array = this.#maybe(0.3, () => `[${this.#below(4)}]`);
      return `${alignas}${this.#pick(this.#others)} ${this.#name()}${array}${attribute};`;
    }
    const [type] = this.#integer();
    const isPlain = this.#integers.some(([name]) => name === type);
    const array = isPlain
      ? this.#maybe(0.3, () => this.#pick(["[3]", "[2][2]", "[0]", "[sizeof(long)]", "[(int)2.5]"]))
      : "";
    return `${this.#pick(["", "const ", "volatile "])}${type} ${this.#name()}${array}${attribute};`;
  }

  #nested(depth: number): string {
    const keyword = this.#chance(0.6) ? "struct" : "union";
    const own = this.#maybe(0.3, () => this.#attribute());
    const name = this.#chance(0.5) ? "" : ` ${this.#name()}${this.#maybe(0.3, () => "[2]")}`;
    const after = this.#gcc && own !== "" ? "" : this.#maybe(0.15, () => this.#attribute());
    return `${keyword} ${this.#body(keyword, depth + 1)}${own}${name}${after};`;
  }

  #bitField(): string {
    const [type, bits] = this.#gcc ? this.#pick(this.#integers) : this.#integer();
    const width = 1 + this.#below(bits);
    const qualified = `${this.#pick(["", "const ", "volatile "])}${type}`;
    const attribute = (): string =>
      this.#maybe(0.25, () => (this.#gcc ? " __attribute__((packed))" : this.#attribute()));
    if (this.#chance(0.08)) return `${qualified} : 0;`;
    if (this.#chance(0.12)) return `${qualified} : ${width}${attribute()};`;
    const second = this.#maybe(0.2, () => `, ${this.#name()} : ${1 + this.#below(bits)}${attribute()}`);
    return `${qualified} ${this.#name()} : ${width}${attribute()}${second};`;
  }
}

/** Random C declarations: what a compiler and `parseC` are both given. */

/** A generator of numbers from 0 up to 1, the same for the same seed. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface RandomOptions {
  /** What gcc 12 does not know, or does otherwise than the ABI's other compilers, is left out. */
  readonly gcc?: boolean;
}

const INTEGERS = [
  ["char", 8],
  ["signed char", 8],
  ["unsigned char", 8],
  ["short", 16],
  ["unsigned short int", 16],
  ["int", 32],
  ["unsigned", 32],
  ["long", 64],
  ["long unsigned int", 64],
  ["long long", 64],
  ["unsigned long long", 64],
  ["_Bool", 1],
] as const;

const OTHERS = ["float", "double", "__int128", "unsigned __int128", "void *", "const char *", "long double"];

/** So many declarations, each with a global `v<i>` of its type `struct s<i>`, `union s<i>` or `t<i>`. */
export function randomDeclarations(seed: number, count: number, options: RandomOptions = {}): string[] {
  return Array.from({ length: count }, (_, i) => new Generator(mulberry32(seed * 100_003 + i), options).declaration(i));
}

class Generator {
  readonly #random: () => number;
  readonly #options: RandomOptions;
  #names = 0;
  /** The record at hand, as its members name it. */
  #self = "";

  constructor(random: () => number, options: RandomOptions) {
    this.#random = random;
    this.#options = options;
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

  declaration(i: number): string {
    const kind = this.#below(10);
    if (kind < 7) return this.#topRecord(i);
    if (kind < 8) return this.#enumDeclaration(i);
    return this.#typedefDeclaration(i);
  }

  #topRecord(i: number): string {
    const keyword = this.#chance(0.75) ? "struct" : "union";
    this.#self = `${keyword} s${i}`;
    const body = this.#body(keyword, i, 0);
    const before = this.#chance(0.1) ? `${this.#recordAttribute()} ` : "";
    // Of two alignments gcc takes the last and clang the larger.
    const isOnce = this.#options.gcc === true && before !== "";
    const after = !isOnce && this.#chance(0.25) ? ` ${this.#recordAttribute()}` : "";
    const text = `${keyword} ${before}s${i} ${body}${after}; ${keyword} s${i} v${i};`;
    if (!this.#chance(0.1) || this.#options.gcc === true) return text;
    return `#pragma pack(push, ${this.#pick([1, 2, 4, 8, 16])})\n${text}\n#pragma pack(pop)`;
  }

  #recordAttribute(): string {
    const align = this.#pick([1, 2, 4, 8, 16, 32]);
    return this.#pick([
      "__attribute__((packed))",
      `__attribute__((aligned(${align})))`,
      `__attribute__((packed, aligned(${align})))`,
      `__attribute__((__packed__)) __attribute__((__aligned__(${align})))`,
    ]);
  }

  #body(keyword: "struct" | "union", i: number, depth: number): string {
    const members: string[] = [];
    const count = this.#below(8);
    for (let at = 0; at < count; at++) members.push(this.#member(i, depth));
    if (keyword === "struct" && depth === 0 && this.#chance(0.08)) {
      members.push("char first;", `${this.#pick(["int", "short", "long"])} rest[${this.#pick(["", "0"])}];`);
    }
    return `{ ${members.join(" ")} }`;
  }

  #name(): string {
    return `m${this.#names++}`;
  }

  #member(i: number, depth: number): string {
    const kind = this.#below(12);
    if (kind < 5) return this.#bitField();
    if (kind === 5 && depth < 3) {
      const keyword = this.#chance(0.6) ? "struct" : "union";
      const attribute = this.#chance(0.2) ? ` ${this.#recordAttribute()}` : "";
      const name = this.#chance(0.5) ? "" : ` ${this.#name()}${this.#chance(0.3) ? this.#array() : ""}`;
      return `${keyword} ${this.#body(keyword, i, depth + 1)}${attribute}${name};`;
    }
    if (kind === 6) return this.#pointerMember();
    if (kind === 7) return `enum { E${i}_${this.#names} = ${this.#below(100)} } ${this.#name()};`;
    const type = this.#chance(0.7) ? this.#pick(INTEGERS)[0] : this.#pick(OTHERS);
    const qualifier = this.#pick(["", "", "", "const ", "volatile ", "const volatile "]);
    const alignas = this.#chance(0.05) ? `_Alignas(${this.#pick([16, 32])}) ` : "";
    const second = this.#chance(0.2) ? `, *${this.#name()}` : "";
    return `${alignas}${qualifier}${type} ${this.#name()}${this.#chance(0.3) ? this.#array() : ""}${second}${this.#memberAttribute()};`;
  }

  #memberAttribute(): string {
    if (!this.#chance(0.15)) return "";
    const align = this.#pick([1, 2, 4, 8, 16]);
    return this.#pick([
      " __attribute__((packed))",
      ` __attribute__((aligned(${align})))`,
      ` __attribute__((packed, aligned(${align})))`,
    ]);
  }

  #bitField(): string {
    const [type, bits] = this.#pick(INTEGERS);
    const width = 1 + this.#below(bits);
    if (this.#chance(0.1)) return `${type} : ${this.#chance(0.4) ? 0 : width};`;
    const attribute = this.#options.gcc === true ? "" : this.#memberAttribute();
    const second = this.#chance(0.3) ? `, ${this.#name()} : ${1 + this.#below(bits)}` : "";
    return `${this.#pick(["", "", "const ", "volatile "])}${type} ${this.#name()} : ${width}${attribute}${second};`;
  }

  #pointerMember(): string {
    const name = this.#name();
    return this.#pick([
      `${this.#self} *${name};`,
      `const ${this.#self} *const *${name};`,
      `int (*${name})(int, ${this.#self} *, ...);`,
      `void (*${name}[3])(void);`,
      `char (*${name})[4][2];`,
      `const char *(*(*${name})(unsigned long, int (*)(char)))(void);`,
      `struct unknown${this.#below(3)} *${name};`,
      `int *restrict ${name};`,
      `unsigned char *volatile ${name}[2];`,
    ]);
  }

  #array(): string {
    return this.#pick([
      `[${1 + this.#below(9)}]`,
      `[${1 + this.#below(4)}][${1 + this.#below(4)}]`,
      "[0]",
      "[sizeof(long) * 2 - 1]",
      "[(1 << 3) | 1]",
      "[3 > 2 ? 2 : 5]",
      "[0x10 / 4 + ~(-2)]",
      "['A' - '>'][2][1]",
      "[sizeof(int[3]) % 5]",
    ]);
  }

  #enumDeclaration(i: number): string {
    const values: string[] = [];
    const count = 1 + this.#below(5);
    for (let at = 0; at < count; at++)
      values.push(
        `K${i}_${at}${this.#chance(0.5) || this.#options.gcc === true ? ` = ${this.#enumValue(i, at)}` : ""}`,
      );
    const packed = this.#chance(0.15) ? " __attribute__((packed))" : "";
    return `enum s${i} { ${values.join(", ")} }${packed}; enum s${i} v${i};`;
  }

  #enumValue(i: number, at: number): string {
    const values = ["1", "-1", "0x7fff", "-200", "0x7fffffff", "1u << 31", "1 << 4 | 3"];
    if (at > 0 && this.#options.gcc !== true) values.push(`K${i}_${at - 1} + 7`);
    if (this.#options.gcc !== true) values.push("0x100000000ull", "-0x7fffffffffffll", "1ll << 40");
    return this.#pick(values);
  }

  #typedefDeclaration(i: number): string {
    const [type] = this.#pick(INTEGERS);
    const aligned = this.#chance(0.5) ? ` __attribute__((aligned(${this.#pick([1, 2, 4, 8, 16])})))` : "";
    return this.#pick([
      `typedef ${type} t${i}${aligned}; struct s${i} { char c; t${i} m; t${i} b : 1; const t${i} n; } v${i};`,
      `typedef ${type} t${i}[${1 + this.#below(5)}][2]; struct s${i} { char c; t${i} m; t${i} *p; const t${i} q; } v${i};`,
      `typedef struct s${i} { ${this.#bitField()} ${this.#bitField()} } t${i}${aligned}; struct w${i} { char c; t${i} m; } v${i}; t${i} x${i};`,
      `typedef int (*t${i})(const char *, ${type}); typedef t${i} u${i}; struct s${i} { u${i} f; t${i} g[2]; } v${i};`,
      `typedef const ${type} t${i}; typedef volatile t${i} u${i}; struct s${i} { u${i} m; t${i} *p; u${i} *const q; } v${i};`,
    ]);
  }
}

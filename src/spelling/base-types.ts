import type { BaseType } from "./tree.js";

/**
 * Every base type's names in BTF: clang's first (which is the canonical spelling), gcc's where it differs, then what other
 * compilers write. `void` has none: it is type 0.
 */
const BTF_NAMES: Readonly<Record<BaseType, readonly string[]>> = {
  void: [],
  _Bool: ["_Bool", "bool"],
  char: ["char"],
  "signed char": ["signed char"],
  "unsigned char": ["unsigned char"],
  short: ["short", "short int"],
  "unsigned short": ["unsigned short", "short unsigned int", "unsigned short int"],
  int: ["int"],
  "unsigned int": ["unsigned int", "unsigned"],
  long: ["long", "long int"],
  "unsigned long": ["unsigned long", "long unsigned int", "unsigned long int"],
  "long long": ["long long", "long long int"],
  "unsigned long long": ["unsigned long long", "long long unsigned int", "unsigned long long int"],
  __int128: ["__int128"],
  "unsigned __int128": ["unsigned __int128", "__int128 unsigned"],
  _Float16: ["_Float16"],
  float: ["float"],
  double: ["double"],
  "long double": ["long double"],
};

/** Spellings of C that no compiler writes into BTF; any order of the words is meant. */
const OTHER_SPELLINGS: Readonly<Partial<Record<BaseType, readonly string[]>>> = {
  void: ["void"],
  short: ["signed short", "signed short int"],
  int: ["signed", "signed int"],
  long: ["signed long", "signed long int"],
  "long long": ["signed long long", "signed long long int"],
  __int128: ["signed __int128"],
};

const keyOf = (words: readonly string[]): string => [...words].sort().join(" ");

const BY_WORDS: ReadonlyMap<string, BaseType> = new Map(
  [...Object.entries(BTF_NAMES), ...Object.entries(OTHER_SPELLINGS)].flatMap(([base, names]) =>
    names.map((name): [string, BaseType] => [keyOf(name.split(" ")), base as BaseType]),
  ),
);

const BY_BTF_NAME: ReadonlyMap<string, BaseType> = new Map(
  Object.entries(BTF_NAMES).flatMap(([base, names]) =>
    names.map((name): [string, BaseType] => [name, base as BaseType]),
  ),
);

/** The words that base types are spelled with, each with the word it is another form of. */
export const BASE_WORDS: ReadonlyMap<string, string> = new Map([
  ...[...BY_WORDS.keys()].flatMap((key) => key.split(" ")).map((word): [string, string] => [word, word]),
  ["__signed", "signed"],
  ["__signed__", "signed"],
]);

/**
 * The base type that specifier words spell, in any order; undefined for words that spell none (`unsigned float`).
 *
 * @example
 * ```ts
 * baseTypeOfWords(["long", "unsigned", "int"]); // "unsigned long"
 * ```
 */
export function baseTypeOfWords(words: readonly string[]): BaseType | undefined {
  return BY_WORDS.get(keyOf(words.map((word) => BASE_WORDS.get(word) ?? word)));
}

/**
 * The names that compilers give a base type in BTF, clang's first; none for void.
 *
 * @example
 * ```ts
 * baseTypeNames("unsigned long"); // ["unsigned long", "long unsigned int", "unsigned long int"]
 * ```
 */
export function baseTypeNames(base: BaseType): readonly string[] {
  return BTF_NAMES[base];
}

/**
 * The base type that the name of an INT or FLOAT stands for, whichever compiler wrote it; undefined for any other name.
 *
 * @example
 * ```ts
 * baseTypeOfBtfName("long unsigned int"); // "unsigned long"
 * baseTypeOfBtfName("__ARRAY_SIZE_TYPE__"); // undefined
 * ```
 */
export function baseTypeOfBtfName(name: string): BaseType | undefined {
  return BY_BTF_NAME.get(name);
}

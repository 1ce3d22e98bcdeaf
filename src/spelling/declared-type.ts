import { fail } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { applyModifiers } from "./modifiers.js";
import type { Modifiers } from "./modifiers.js";
import type { Token } from "./tokens.js";
import type { ParamTree, TypeTree } from "./tree.js";

/** An array or function as a declarator says it: what it is of comes from further out. */
export type Suffix =
  | {
      readonly kind: "array";
      readonly count: number | undefined;
      /** Those between the brackets of a parameter; they qualify the pointer it decays to. */
      readonly modifiers: Modifiers | undefined;
      readonly at: Token;
    }
  | {
      readonly kind: "function";
      readonly params: readonly ParamTree[];
      readonly variadic: boolean;
      readonly at: Token;
    };

/** One level of a declarator's parentheses: pointers in the order of the text, then suffixes in theirs. */
export interface Shell {
  /** Tags right after the "(", of what its first pointer points to. */
  readonly tags: readonly string[];
  readonly pointers: readonly Modifiers[];
  readonly suffixes: Suffix[];
}

/** The type that a declarator's levels, outermost first, make of the specifiers' type. */
export function applyShells(cursor: Cursor, shells: readonly Shell[], base: TypeTree): TypeTree | undefined {
  let type = base;
  for (const { tags, pointers, suffixes } of shells) {
    for (const value of tags) type = { kind: "type_tag", value, to: type };
    for (const modifiers of pointers) type = applyModifiers({ kind: "ptr", to: type }, modifiers);
    for (let i = suffixes.length - 1; i >= 0; i--) {
      const suffix = suffixes[i];
      const applied: TypeTree | undefined = suffix && applySuffix(cursor, suffix, type);
      if (applied === undefined) return undefined;
      type = applied;
    }
  }
  return type;
}

function applySuffix(cursor: Cursor, suffix: Suffix, type: TypeTree): TypeTree | undefined {
  if (suffix.kind === "function") {
    if (type.kind === "array" || type.kind === "function") {
      return fail(cursor, `a function cannot return ${nameOf(type.kind)}: it can return a pointer to one`, suffix.at);
    }
    return { kind: "function", returns: type, params: suffix.params, variadic: suffix.variadic };
  }
  if (type.kind === "function") return fail(cursor, "an array cannot hold functions: it can hold pointers", suffix.at);
  if (type.kind === "base" && type.name === "void") return fail(cursor, "an array cannot hold void", suffix.at);
  if (type.kind === "array" && type.count === undefined) {
    return fail(cursor, "only the first bound of an array can be left out", suffix.at);
  }
  return { kind: "array", of: type, count: suffix.count };
}

const nameOf = (kind: "array" | "function"): string => (kind === "array" ? "an array" : "a function");

/** The type a parameter really has: a pointer where it is written as an array or a function. */
export function decay(type: TypeTree, shells: readonly Shell[]): TypeTree {
  if (type.kind === "function") return { kind: "ptr", to: type };
  if (type.kind !== "array") return type;
  const modifiers = outermostSuffix(shells)?.modifiers;
  const pointer: TypeTree = { kind: "ptr", to: type.of };
  return modifiers === undefined ? pointer : applyModifiers(pointer, modifiers);
}

/** The array a declarator is, first of all: the suffix nearest to its name. */
function outermostSuffix(shells: readonly Shell[]): (Suffix & { kind: "array" }) | undefined {
  for (let i = shells.length - 1; i >= 0; i--) {
    const suffix = shells[i]?.suffixes[0];
    if (suffix !== undefined) return suffix.kind === "array" ? suffix : undefined;
  }
  return undefined;
}

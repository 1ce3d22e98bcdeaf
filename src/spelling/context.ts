import type { Cursor } from "./cursor.js";
import type { Token } from "./tokens.js";
import type { TypeTree } from "./tree.js";

/** An attribute as read: `__attribute__((name(args)))`. */
export interface Attribute {
  /** Without leading and trailing underscores, so `__packed__` is `packed`. */
  readonly name: string;
  /** The tokens between its parentheses; none without them. */
  readonly args: readonly Token[];
  /** The token of its name. */
  readonly at: Token;
  /** Whether it stands among the specifiers or after a declarator. */
  readonly where: "specifiers" | "declarator";
}

/**
 * What a reader of more than spellings adds. Spellings alone have no bodies, constants or symbols: each of these is then a
 * failure that says so. A function here that cannot go on fails the cursor and returns undefined.
 */
export interface SyntaxContext {
  /** Reads what follows `struct`, `union` or `enum` and an optional tag ("" without), at a `{` (or an enum's `:`). */
  readonly body?: (cursor: Cursor, kind: "struct" | "union" | "enum", tag: string) => TypeTree | undefined;
  /** Reads the bound of an array, up to its `]`, when it is not a plain number. */
  readonly arrayBound?: (cursor: Cursor) => number | undefined;
  /** Takes an attribute other than a type tag; false when it does not know it. */
  readonly attribute?: (attribute: Attribute) => boolean;
  /** Whether a word names a type: what tells `int (x)` the function from `int (x)` the variable. */
  readonly isTypeName?: (name: string) => boolean;
  /** Whether `()` says nothing about the parameters, as in C before C23: clang writes `(...)` for it. */
  readonly emptyParamsVariadic?: boolean;
}

/** The context of spellings alone. */
export const SPELLING_CONTEXT: SyntaxContext = {};

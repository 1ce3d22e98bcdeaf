import type { Cursor } from "./cursor.js";
import type { Token } from "./tokens.js";
import type { ParamTree, TypeTree } from "./tree.js";

/** An attribute as read: `__attribute__((name(args)))`. */
export interface Attribute {
  /** Without leading and trailing underscores, so `__packed__` is `packed`. */
  readonly name: string;
  /** The tokens between its parentheses; none without them. */
  readonly args: readonly Token[];
  /** The token of its name. */
  readonly at: Token;
  /** Whether it stands among the specifiers, between `struct` and its tag, or after a declarator. */
  readonly where: "specifiers" | "tag" | "declarator";
}

/** What a word among the specifiers that is not C's own or that spellings refuse comes to. */
export type SpecialSpecifier =
  | { readonly kind: "type"; readonly type: TypeTree }
  /** Something that is done to the type which the other words spell. */
  | { readonly kind: "wrap"; readonly wrap: (type: TypeTree) => TypeTree }
  /** Nothing of the type: it has been read. */
  | { readonly kind: "taken" };

/**
 * What a reader of more than spellings adds. Spellings alone have no bodies, constants or symbols: each of these is then a
 * failure that says so. A function here that cannot go on fails the cursor and returns undefined.
 */
export interface SyntaxContext {
  /** Reads what follows `struct`, `union` or `enum` and an optional tag ("" without), at a `{` (or an enum's `:`). */
  readonly body?: (cursor: Cursor, kind: "struct" | "union" | "enum", tag: string, at: Token) => TypeTree | undefined;
  /** What `struct tag` without a body stands for. */
  readonly tagged?: (cursor: Cursor, kind: "struct" | "union" | "enum", tag: string) => TypeTree | undefined;
  /** What a word stands for where a type is expected. It is the word at the cursor, which stays there. */
  readonly typeName?: (cursor: Cursor) => TypeTree | undefined;
  /** Reads a word among the specifiers that is more than a spelling, as `typeof`; "none" leaves it where it is. */
  readonly special?: (cursor: Cursor) => SpecialSpecifier | "none" | undefined;
  /** Makes a type `_Atomic`; without it the word is refused. */
  readonly atomic?: (type: TypeTree) => TypeTree;
  /** Reads the bound of an array, up to its `]`, when it is not a plain number. */
  readonly arrayBound?: (cursor: Cursor, isParam: boolean) => number | undefined;
  /** Takes an attribute other than a type tag; false when it does not know it. */
  readonly attribute?: (attribute: Attribute) => boolean;
  /** The attributes that a word, a macro, stands for; undefined when it is none. It is at the cursor and taken. */
  readonly macro?: (cursor: Cursor) => readonly Attribute[] | undefined;
  /** Words that `macro` knows. */
  readonly isMacro?: (name: string) => boolean;
  /** Reads a parameter by calling `read`: for who keeps what its attributes say. */
  readonly param?: (read: () => ParamTree | undefined) => ParamTree | undefined;
  /** Whether a word names a type: what tells `int (x)` the function from `int (x)` the variable. */
  readonly isTypeName?: (name: string) => boolean;
  /** Whether `()` says nothing about the parameters, as in C before C23: clang writes `(...)` for it. */
  readonly emptyParamsVariadic?: boolean;
}

/** The context of spellings alone. */
export const SPELLING_CONTEXT: SyntaxContext = {};

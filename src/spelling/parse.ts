import { parseAttributes } from "./attributes.js";
import { SPELLING_CONTEXT } from "./context.js";
import { accept, fail, failExpected, failureOf, openCursor, peek } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { parseDeclarator } from "./declarator.js";
import type { Declared } from "./declarator.js";
import { parseSpecifiers } from "./specifiers.js";
import type { Storage } from "./specifiers.js";
import type { SpellingFailure } from "./tokens.js";
import type { TypeTree } from "./tree.js";

/** A type, or why the text is none. */
export type ParseResult = { readonly ok: true; readonly type: TypeTree } | SpellingFailure;

/** One declaration: what it declares, as what. */
export interface Declaration {
  readonly name: string;
  readonly type: TypeTree;
  readonly storage?: Storage;
}

/** A declaration, or why the text is none. */
export type DeclarationResult = ({ readonly ok: true } & Declaration) | SpellingFailure;

/**
 * Reads the name of a type, as `sizeof` takes it.
 *
 * `bool` is `_Bool`; any other word that is not C's own is a name. `()` is no parameters, as `(void)` is. Parameters that
 * are arrays or functions become pointers; names of parameters and their `const` stay. Never throws: what cannot be read is
 * a failure with the place in the text. Chains of pointers may be of any length; parentheses nest at most 128 deep.
 *
 * @example
 * ```ts
 * parseTypeName("const char *");
 * // { ok: true, type: { kind: "ptr", to: { kind: "const", to: { kind: "base", name: "char" } } } }
 * parseTypeName("struct *");
 * // { ok: false, message: 'expected the name of the struct, found "*"', offset: 7 }
 * ```
 */
export function parseTypeName(text: string): ParseResult {
  return parseWhole(text, '"*", "[", "(" or the end', (cursor) => {
    const specifiers = parseSpecifiers(cursor, SPELLING_CONTEXT);
    if (specifiers === undefined) return undefined;
    if (specifiers.storage !== undefined) {
      return fail(cursor, `${specifiers.storage} has no place in the name of a type`, specifiers.storageAt);
    }
    const declared = parseDeclarator(cursor, SPELLING_CONTEXT, specifiers.type, "type-name");
    return declared && { type: declared.type };
  });
}

/**
 * Reads one declaration with a name; a `;` may follow. `storage` is absent when none is written; `inline` and `register`
 * are read over. Errors are as with {@link parseTypeName}.
 *
 * @example
 * ```ts
 * parseDeclaration("extern const unsigned long jiffies;");
 * // { ok: true, name: "jiffies", type: { kind: "const", to: { kind: "base", name: "unsigned long" } }, storage: "extern" }
 * ```
 */
export function parseDeclaration(text: string): DeclarationResult {
  return parseWhole(text, '";" or the end', (cursor) => {
    const specifiers = parseSpecifiers(cursor, SPELLING_CONTEXT);
    if (specifiers === undefined) return undefined;
    const declared: Declared | undefined = parseDeclarator(cursor, SPELLING_CONTEXT, specifiers.type, "declaration");
    if (declared === undefined || !parseAttributes(cursor, SPELLING_CONTEXT, "declarator")) return undefined;
    accept(cursor, ";");
    return specifiers.storage === undefined ? declared : { ...declared, storage: specifiers.storage };
  });
}

/** Reads a whole text, to its end; `orElse` is what could have stood where something else does. */
function parseWhole<T extends object>(
  text: string,
  orElse: string,
  read: (cursor: Cursor) => T | undefined,
): ({ readonly ok: true } & T) | SpellingFailure {
  const cursor = openCursor(text);
  if ("ok" in cursor) return cursor;
  const result = read(cursor);
  if (result === undefined) return failureOf(cursor);
  if (peek(cursor).kind !== "end") {
    failExpected(cursor, orElse);
    return failureOf(cursor);
  }
  return { ok: true, ...result };
}

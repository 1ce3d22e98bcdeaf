import type { SyntaxContext } from "./context.js";
import { accept, expect, fail, failExpected, peek, sees, take } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { parseModifier } from "./modifiers.js";
import type { Modifiers } from "./modifiers.js";

/** The most elements an ARRAY of BTF can have. */
export const MAX_ARRAY_COUNT = 0xffff_ffff;

const INTEGER = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)(?:[uU](?:ll?|LL?)?|(?:ll?|LL?)[uU]?)?$/;

/**
 * Reads what follows the "[" of an array, its "]" included. The qualifiers of a parameter (`int a[const 5]`, `[static 5]`)
 * go to `modifiers`; where there are none to take them they are a failure.
 */
export function parseArrayBound(
  cursor: Cursor,
  context: SyntaxContext,
  modifiers: Modifiers | undefined,
): { readonly count: number | undefined } | undefined {
  if (modifiers !== undefined && !parseParamModifiers(cursor, context, modifiers)) return undefined;
  if (accept(cursor, "]")) return { count: undefined };
  const count =
    isPlainNumber(cursor) || context.arrayBound === undefined
      ? parseCount(cursor)
      : context.arrayBound(cursor, modifiers !== undefined);
  if (count === undefined) return undefined;
  return expect(cursor, "]", "after the number of elements") && { count };
}

function parseParamModifiers(cursor: Cursor, context: SyntaxContext, modifiers: Modifiers): true | undefined {
  for (;;) {
    if (accept(cursor, "static")) continue;
    const more = parseModifier(cursor, context, modifiers, "declarator");
    if (more === undefined) return undefined;
    if (!more) return true;
  }
}

const isPlainNumber = (cursor: Cursor): boolean => peek(cursor).kind === "number" && sees(cursor, "]", 1);

/** Reads a number of elements: decimal, hexadecimal, octal or binary. */
function parseCount(cursor: Cursor): number | undefined {
  const token = peek(cursor);
  if (token.kind !== "number") return failExpected(cursor, 'a number of elements or "]"');
  const digits = INTEGER.exec(token.text)?.[1];
  if (digits === undefined) return fail(cursor, `"${token.text}" is not a whole number`);
  const octal = /^0[0-9]/.test(digits);
  if (octal && /[89]/.test(digits)) return fail(cursor, `"${token.text}" is not an octal number`);
  const count = Number(octal ? `0o${digits}` : digits);
  if (count > MAX_ARRAY_COUNT) {
    return fail(cursor, `an array of ${token.text} elements is larger than BTF can say: at most ${MAX_ARRAY_COUNT}`);
  }
  take(cursor);
  return count;
}

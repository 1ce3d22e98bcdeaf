import { parseAttribute, seesAttribute } from "./attributes.js";
import type { SyntaxContext } from "./context.js";
import { peek, sees, take } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import type { TypeTree } from "./tree.js";

/** The qualifiers and tags of one type, as far as they are read. */
export interface Modifiers {
  const: boolean;
  volatile: boolean;
  restrict: boolean;
  /** In the order of the text. */
  readonly tags: string[];
  /** Done before all others, to the unqualified type: what `_Atomic` does. */
  innermost: ((type: TypeTree) => TypeTree) | undefined;
}

/** Every way to write a qualifier. */
export const QUALIFIERS: ReadonlyMap<string, "const" | "volatile" | "restrict"> = new Map([
  ["const", "const"],
  ["__const", "const"],
  ["__const__", "const"],
  ["volatile", "volatile"],
  ["__volatile", "volatile"],
  ["__volatile__", "volatile"],
  ["restrict", "restrict"],
  ["__restrict", "restrict"],
  ["__restrict__", "restrict"],
]);

/** No modifiers yet. */
export function noModifiers(): Modifiers {
  return { const: false, volatile: false, restrict: false, tags: [], innermost: undefined };
}

/** Reads one qualifier or attribute; false when neither is next. */
export function parseModifier(
  cursor: Cursor,
  context: SyntaxContext,
  modifiers: Modifiers,
  where: "specifiers" | "declarator",
): boolean | undefined {
  const qualifier = QUALIFIERS.get(peek(cursor).text);
  if (qualifier !== undefined) {
    take(cursor);
    modifiers[qualifier] = true;
    return true;
  }
  if (context.atomic !== undefined && sees(cursor, "_Atomic") && !sees(cursor, "(", 1)) {
    take(cursor);
    modifiers.innermost = context.atomic;
    return true;
  }
  return seesAttribute(cursor, context) ? parseAttribute(cursor, context, where, modifiers.tags) : false;
}

/**
 * A type with its modifiers, in the order clang writes them whatever the text's: restrict innermost, then volatile, const,
 * and the tags around them all, the last of the text outermost.
 */
export function applyModifiers(type: TypeTree, modifiers: Modifiers): TypeTree {
  let result = modifiers.innermost?.(type) ?? type;
  if (modifiers.restrict) result = { kind: "restrict", to: result };
  if (modifiers.volatile) result = { kind: "volatile", to: result };
  if (modifiers.const) result = { kind: "const", to: result };
  for (const value of modifiers.tags) result = { kind: "type_tag", value, to: result };
  return result;
}

import { parseAttributes, seesAttribute } from "./attributes.js";
import { BASE_WORDS, baseTypeOfWords } from "./base-types.js";
import type { SyntaxContext } from "./context.js";
import { describeToken, endOfLast, fail, failExpected, peek, sees, take } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { applyModifiers, noModifiers, parseModifier, QUALIFIERS } from "./modifiers.js";
import type { Token } from "./tokens.js";
import type { TypeTree } from "./tree.js";

/** The storage class of a declaration. */
export type Storage = "extern" | "static" | "typedef";

/** What stands before the declarators: `extern const unsigned long` in `extern const unsigned long jiffies, *p`. */
export interface Specifiers {
  readonly type: TypeTree;
  readonly storage: Storage | undefined;
  /** The token of the storage class. */
  readonly storageAt: Token | undefined;
}

const STORAGE: ReadonlyMap<string, Storage> = new Map([
  ["extern", "extern"],
  ["static", "static"],
  ["typedef", "typedef"],
]);

/** Words that say nothing about the type. */
const IGNORED: ReadonlySet<string> = new Set([
  "inline",
  "__inline",
  "__inline__",
  "_Noreturn",
  "__extension__",
  "register",
]);

/** Words of C that make types BTF has no place for, or that need more than a spelling. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ...["_Atomic", "_Complex", "__complex__", "_Imaginary", "_BitInt", "_Decimal32", "_Decimal64", "_Decimal128"].map(
    (word): [string, string] => [word, `BTF has no ${word} types`],
  ),
  ...["typeof", "__typeof", "__typeof__", "typeof_unqual", "__auto_type", "auto"].map((word): [string, string] => [
    word,
    `${word} is not supported: name the type`,
  ]),
  ...["_Alignas", "alignas", "_Thread_local", "thread_local", "__thread", "constexpr"].map((word): [string, string] => [
    word,
    `${word} is not supported`,
  ]),
]);

const isTagKeyword = (word: string): word is "struct" | "union" | "enum" =>
  word === "struct" || word === "union" || word === "enum";

const KEYWORDS: ReadonlySet<string> = new Set([
  ...BASE_WORDS.keys(),
  ...QUALIFIERS.keys(),
  ...STORAGE.keys(),
  ...IGNORED,
  ...REFUSED.keys(),
  "struct",
  "union",
  "enum",
  "__attribute__",
  "__attribute",
]);

/** Whether a word is one of C's own where a type is expected, and so never a name. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

/** Whether a word can be the name of what is declared: `bool` can in a file, which may itself define it. */
export function isName(context: SyntaxContext, word: string): boolean {
  return !KEYWORDS.has(word) || (word === "bool" && context.typeName !== undefined);
}

/** Reads specifiers in any order: one type, and around it qualifiers, tags and a storage class. */
export function parseSpecifiers(cursor: Cursor, context: SyntaxContext): Specifiers | undefined {
  const modifiers = noModifiers();
  const words: string[] = [];
  const first = peek(cursor);
  let type: TypeTree | undefined;
  let storage: Storage | undefined;
  let storageAt: Token | undefined;
  let wrap: ((type: TypeTree) => TypeTree) | undefined;
  for (;;) {
    const token = peek(cursor);
    if (token.kind !== "word" && !seesAttribute(cursor, context)) break;
    const modified = parseModifier(cursor, context, modifiers, "specifiers");
    if (modified === undefined) return undefined;
    if (modified) continue;
    const special = context.special?.(cursor) ?? (cursor.failure === undefined ? "none" : undefined);
    if (special === undefined) return undefined;
    if (special !== "none") {
      if (special.kind === "wrap") wrap = special.wrap;
      if (special.kind !== "type") continue;
      if (type !== undefined || words.length > 0) return fail(cursor, "this is a second type", token);
      type = special.type;
      continue;
    }
    const refusal = REFUSED.get(token.text);
    const storageWord = STORAGE.get(token.text);
    if (refusal !== undefined) return fail(cursor, refusal);
    if (storageWord !== undefined) {
      if (storage !== undefined) return fail(cursor, `${storage} and ${storageWord} exclude each other`);
      [storage, storageAt] = [storageWord, token];
      take(cursor);
    } else if (IGNORED.has(token.text)) {
      take(cursor);
    } else if (BASE_WORDS.has(token.text) && !isName(context, token.text)) {
      if (type !== undefined) return failSecondType(cursor);
      words.push(token.text);
      take(cursor);
    } else if (isTagKeyword(token.text)) {
      if (type !== undefined || words.length > 0) return failSecondType(cursor);
      type = parseTagged(cursor, context, token.text);
      if (type === undefined) return undefined;
    } else if (type === undefined && words.length === 0) {
      type = context.typeName === undefined ? { kind: "name", name: token.text } : context.typeName(cursor);
      if (type === undefined) return undefined;
      take(cursor);
    } else {
      break;
    }
  }
  if (type === undefined) {
    if (words.length === 0) return failExpected(cursor, "a type");
    const name = baseTypeOfWords(words);
    if (name === undefined) return fail(cursor, `C has no type "${words.join(" ")}"`, first);
    type = { kind: "base", name };
  }
  if (wrap !== undefined) type = wrap(type);
  if (modifiers.restrict && type.kind !== "name") return fail(cursor, "restrict qualifies pointers only", first);
  return { type: applyModifiers(type, modifiers), storage, storageAt };
}

/** Reads `struct name`, or has the context read the body. */
function parseTagged(cursor: Cursor, context: SyntaxContext, kind: "struct" | "union" | "enum"): TypeTree | undefined {
  const at = take(cursor);
  if (!parseAttributes(cursor, context, "tag")) return undefined;
  const token = peek(cursor);
  const named = token.kind === "word";
  if (named && isKeyword(token.text) && token.text !== "bool") {
    return failExpected(cursor, `the name of the ${kind}`);
  }
  const name = named ? take(cursor).text : "";
  if (sees(cursor, "{") || (kind === "enum" && seesUnderlying(cursor, context))) {
    if (context.body !== undefined) return context.body(cursor, kind, name, named ? token : at);
    return fail(cursor, `the body of a ${kind} has no place in a spelling: name the type`);
  }
  if (!named) return failExpected(cursor, `the name of the ${kind}`);
  return context.tagged === undefined ? { kind, name } : context.tagged(cursor, kind, name);
}

/** Whether ":" and a type are next, as in `enum e : u8`; the ":" of a bit-field has its width behind it. */
function seesUnderlying(cursor: Cursor, context: SyntaxContext): boolean {
  const { kind, text } = peek(cursor, 1);
  return sees(cursor, ":") && kind === "word" && (isKeyword(text) || context.isTypeName?.(text) === true);
}

function failSecondType(cursor: Cursor): undefined {
  if (sees(cursor, "}", -1)) return fail(cursor, 'expected ";" after the "}"', endOfLast(cursor));
  return fail(cursor, `${describeToken(peek(cursor))} is a second type: one declaration has one`);
}

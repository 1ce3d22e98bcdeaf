import { tokenize } from "./tokens.js";
import type { SpellingFailure, Token } from "./tokens.js";

/** How deep parentheses, parameter lists and bodies may nest. */
export const MAX_NESTING = 128;

/**
 * A place in a list of tokens. Functions that read from it move it on; one that cannot go on records why with
 * {@link fail} and returns undefined, and so does everything that called it.
 */
export interface Cursor {
  readonly tokens: readonly Token[];
  position: number;
  /** Open parentheses and parameter lists around this place. */
  depth: number;
  /** The first failure; nothing is read after it. */
  failure: SpellingFailure | undefined;
}

/** A cursor at the start of a text, or why the text has no tokens. */
export function openCursor(text: string): Cursor | SpellingFailure {
  const tokens = tokenize(text);
  return "ok" in tokens ? tokens : { tokens, position: 0, depth: 0, failure: undefined };
}

const END: Token = { kind: "end", text: "", offset: 0 };

/** The token at the cursor, or so many further on; past the last it is the end. */
export function peek(cursor: Cursor, ahead = 0): Token {
  return cursor.tokens[cursor.position + ahead] ?? cursor.tokens.at(-1) ?? END;
}

/** Takes the token at the cursor. */
export function take(cursor: Cursor): Token {
  const token = peek(cursor);
  if (token.kind !== "end") cursor.position++;
  return token;
}

/** Whether the token at the cursor, or so many further on, is this word or punctuation. */
export function sees(cursor: Cursor, text: string, ahead = 0): boolean {
  const token = peek(cursor, ahead);
  return token.text === text && (token.kind === "word" || token.kind === "punctuator");
}

/** Takes a word or punctuation if it is next. */
export function accept(cursor: Cursor, text: string): boolean {
  if (!sees(cursor, text)) return false;
  cursor.position++;
  return true;
}

/** Where the token before the cursor ends: the place where something is missing. */
export function endOfLast(cursor: Cursor): Token {
  const last = cursor.tokens[cursor.position - 1];
  return last === undefined ? peek(cursor) : { kind: "end", text: "", offset: last.offset + last.text.length };
}

/** Takes a word or punctuation, or fails saying what it is needed for: `expected ")" after the parameters`. */
export function expect(cursor: Cursor, text: string, where: string): true | undefined {
  return accept(cursor, text) || failExpected(cursor, `"${text}" ${where}`);
}

/** Records a failure at a token (the one at the cursor unless told), unless there is one already. */
export function fail(cursor: Cursor, message: string, at: Token = peek(cursor)): undefined {
  cursor.failure ??= { ok: false, message, offset: at.offset };
  return undefined;
}

/** Fails at the token at the cursor: `expected a type, found "*"`. */
export function failExpected(cursor: Cursor, expected: string): undefined {
  return fail(cursor, `expected ${expected}, found ${describeToken(peek(cursor))}`);
}

/** A token for a message. */
export function describeToken(token: Token): string {
  if (token.kind === "end") return "the end";
  return token.kind === "string" || token.kind === "character" ? token.text : `"${token.text}"`;
}

/** Goes one level of nesting down, or fails at the limit. */
export function descend(cursor: Cursor): true | undefined {
  if (cursor.depth >= MAX_NESTING) return fail(cursor, `this nests deeper than ${MAX_NESTING} levels`);
  cursor.depth++;
  return true;
}

/** What a reader gives back for a cursor that has failed. */
export function failureOf(cursor: Cursor): SpellingFailure {
  return cursor.failure ?? { ok: false, message: "cannot be read", offset: peek(cursor).offset };
}

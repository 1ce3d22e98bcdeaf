/**
 * C text as tokens. Identifiers are those of BTF: after the first character they may hold dots, as `foo.llvm.123` does,
 * and any character beyond ASCII is a letter.
 */

/** A word, a number, a string with its quotes, a character constant with its quotes, punctuation, or the end. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "character" | "punctuator" | "end";
  /** As written; "" for the end. */
  readonly text: string;
  /** Where it starts, in characters (UTF-16 units) from the start of the text. */
  readonly offset: number;
}

/** Why a text could not be read. */
export interface SpellingFailure {
  readonly ok: false;
  /** What was expected and what was found. */
  readonly message: string;
  /** Where, in characters (UTF-16 units) from the start of the text. */
  readonly offset: number;
}

/** Longest first among those that start alike. */
const PUNCTUATORS = /\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|##|[-[\](){}.&*+~!/%<>^|?:;=,#@]/y;

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);
const isDigit = (character: string | undefined): boolean => character !== undefined && /[0-9]/.test(character);
const startsWord = (character: string | undefined): boolean =>
  character !== undefined && (/[A-Za-z_$]/.test(character) || (character >= "\x80" && !isSpace(character)));

// Loops and not one expression for a whole token: an expression runs out of stack on a token of some million characters.

function endOfWord(text: string, start: number): number {
  for (let i = start + 1; ; i++) {
    const inside = startsWord(text[i]) || isDigit(text[i]) || (text[i] === "." && !text.startsWith("...", i));
    if (!inside) return i;
  }
}

function endOfNumber(text: string, start: number): number {
  for (let i = start + 1; ; i++) {
    const inside = startsWord(text[i]) || isDigit(text[i]) || text[i] === ".";
    const signOfExponent = /[-+]/.test(text[i] ?? "") && /[eEpP]/.test(text[i - 1] ?? "");
    if (!inside && !signOfExponent) return i;
  }
}

/** The end of a string or character constant, undefined if it has none on its line. */
function endOfQuoted(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length && text[i] !== "\n"; i++) {
    if (text[i] === text[start]) return i + 1;
    if (text[i] === "\\") i++;
  }
  return undefined;
}

/** The end of spaces and comments; a comment that is not closed is none. */
function endOfSpace(text: string, start: number): number {
  for (let i = start; ;) {
    if (isSpace(text[i])) {
      i++;
    } else if (text.startsWith("//", i)) {
      const end = text.indexOf("\n", i);
      i = end < 0 ? text.length : end;
    } else if (text.startsWith("/*", i)) {
      const end = text.indexOf("*/", i + 2);
      if (end < 0) return i;
      i = end + 2;
    } else {
      return i;
    }
  }
}

/**
 * Splits C text into tokens; spaces and comments are dropped and the last token is the end.
 *
 * @example
 * ```ts
 * const tokens = tokenize("struct sock *");
 * Array.isArray(tokens) && tokens.map((token) => token.text); // ["struct", "sock", "*", ""]
 * ```
 */
export function tokenize(text: string): readonly Token[] | SpellingFailure {
  const tokens: Token[] = [];
  for (let last = 0; ;) {
    const offset = endOfSpace(text, last);
    if (offset >= text.length) {
      tokens.push({ kind: "end", text: "", offset });
      return tokens;
    }
    if (text.startsWith("/*", offset)) return { ok: false, message: "this comment is not closed", offset };
    const [kind, end] = scan(text, offset);
    if (end === undefined) return { ok: false, message: describeStray(text[offset] ?? ""), offset };
    tokens.push({ kind, text: text.slice(offset, end), offset });
    last = end;
  }
}

/** The kind and end of the token at an offset; no end if there is none. */
function scan(text: string, offset: number): [kind: Token["kind"], end: number | undefined] {
  const character = text[offset];
  if (startsWord(character)) return ["word", endOfWord(text, offset)];
  if (isDigit(character) || (character === "." && isDigit(text[offset + 1]))) {
    return ["number", endOfNumber(text, offset)];
  }
  if (character === '"') return ["string", endOfQuoted(text, offset)];
  if (character === "'") return ["character", endOfQuoted(text, offset)];
  PUNCTUATORS.lastIndex = offset;
  return ["punctuator", PUNCTUATORS.test(text) ? PUNCTUATORS.lastIndex : undefined];
}

function describeStray(character: string): string {
  return character === '"' || character === "'"
    ? `what the ${character} opens is not closed on its line`
    : `the character ${JSON.stringify(character)} has no place in C`;
}

import type { SpellingFailure, Token } from "./tokens.js";

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  e: "\x1b",
  "\\": "\\",
  '"': '"',
  "'": "'",
  "?": "?",
};

/** What stands before the quote of a string or character: `L`, `u8`, `u`, `U`, mostly nothing. */
export function quotePrefix(text: string): string {
  return /^(?:L|u8?|U)(?=["'])/.exec(text)?.[0] ?? "";
}

/**
 * What a string token says, or a failure for an escape that is not one of C's or stands for a byte above 0x7f.
 */
export function stringValue(token: Token): { readonly ok: true; readonly value: string } | SpellingFailure {
  let failure: SpellingFailure | undefined;
  const value = token.text
    .slice(quotePrefix(token.text).length + 1, -1)
    .replaceAll(/\\(x[0-9a-fA-F]+|[0-7]{1,3}|[^])/g, (all: string, escape: string, at: number) => {
      const code = /^[0-7]/.test(escape)
        ? parseInt(escape, 8)
        : /^x./.test(escape)
          ? parseInt(escape.slice(1), 16)
          : NaN;
      const character = code <= 0x7f ? String.fromCharCode(code) : SIMPLE_ESCAPES[escape];
      if (character === undefined)
        failure ??= { ok: false, message: `${all} is not an escape for ASCII`, offset: token.offset + 1 + at };
      return character ?? "";
    });
  return failure ?? { ok: true, value };
}

/** A string as a C literal, quotes included: what {@link stringValue} reads back. */
export function quoteString(value: string): string {
  let escaped = "";
  for (const character of value) {
    const code = character.charCodeAt(0);
    if (character === "\\" || character === '"') escaped += `\\${character}`;
    else if (code < 0x20 || code === 0x7f) escaped += `\\${code.toString(8).padStart(3, "0")}`;
    else escaped += character;
  }
  return `"${escaped}"`;
}

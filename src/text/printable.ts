// Names may hold anything. What a terminal acts on, what XML can't say and what was no UTF-8 is written as an escape.
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Surrogate}/gu;

function escape(character: string): string {
  const code = character.charCodeAt(0);
  // A byte that was no UTF-8; see `wire/names.ts`.
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Text on one line, of characters that can be shown. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escape);
}

/** A text as C reads it: lines that end in a backslash joined with the next, and `\u00e9` as the letter that it is. */
export interface Spliced {
  readonly text: string;
  /** The place in the text as it was written. */
  readonly origin: (offset: number) => number;
}

const SPLICE = /\\[ \t\v\f]*\r?\n|\\\\|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g;

/** Joins continued lines and decodes universal character names; a text without any is itself. */
export function splice(text: string): Spliced {
  if (!text.includes("\\")) return { text, origin: (offset) => offset };
  const parts: string[] = [];
  // From starts[i] of the result on, an offset is offsets[i] further in the text as written.
  const starts: number[] = [0];
  const shifts: number[] = [0];
  let [copied, length] = [0, 0];
  for (const match of text.matchAll(SPLICE)) {
    const [found, four, eight] = match;
    if (found === "\\\\") continue;
    const code = parseInt(four ?? eight ?? "", 16);
    // What is no letter, as \u0024, is left to be told of where it stands.
    if (!Number.isNaN(code) && (code < 0xa0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))) continue;
    const part = text.slice(copied, match.index);
    const made = Number.isNaN(code) ? "" : String.fromCodePoint(code);
    parts.push(part, made);
    length += part.length + made.length;
    copied = match.index + found.length;
    starts.push(length);
    shifts.push(copied - length);
  }
  if (parts.length === 0) return { text, origin: (offset) => offset };
  parts.push(text.slice(copied));
  return { text: parts.join(""), origin: (offset) => offset + shifts[lastAtMost(starts, offset)]! };
}

function lastAtMost(list: readonly number[], wanted: number): number {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (list[middle]! <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

import { encodeName } from "../../wire/names.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Bytes as the inside of a C string. Octal escapes have three digits, so that a digit may follow. */
export function cEscaped(bytes: Uint8Array): string {
  let text = "";
  for (const [i, byte] of bytes.entries()) {
    if (byte === QUOTE || byte === BACKSLASH) text += `\\${String.fromCharCode(byte)}`;
    else if (byte === 0 && !isDigit(bytes[i + 1])) text += "\\0";
    else if (byte < 0x20 || byte > 0x7e) text += `\\${byte.toString(8).padStart(3, "0")}`;
    // Two question marks would begin a trigraph.
    else if (byte === 0x3f && bytes[i - 1] === 0x3f) text += "\\?";
    else text += String.fromCharCode(byte);
  }
  return text;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** A name as a C string. */
export function cString(name: string): string {
  return `"${cEscaped(encodeName(name))}"`;
}

/** A text for a comment on one line, in any language: what ends a line or a comment is escaped, as is what is no UTF-8. */
export function commentText(text: string): string {
  let out = "";
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0xdc80 && point <= 0xdcff)) {
      out += `\\x${(point & 0xff).toString(16).padStart(2, "0")}`;
    } else if (isUnseen(point)) out += `\\u{${point.toString(16)}}`;
    else out += character;
  }
  return out.replaceAll("*/", "*\\/").replaceAll("/*", "/\\*");
}

/** Characters that end a line or change the direction of what follows, and so could hide code. */
function isUnseen(point: number): boolean {
  return (
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2066 && point <= 0x2069) ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0xd800 && point <= 0xdfff) ||
    point === 0xfeff
  );
}

import { decodeName } from "../wire/names.js";

const NEWLINE = 0x0a;

/** Where the first byte that is not ASCII lies, from `at` on. */
function endOfAscii(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end]! < 0x80) end++;
  return end;
}

/** Text that a writer made, as a string: UTF-8, and a byte that is none as U+DC80 to U+DCFF. */
export function decodeText(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const ascii = endOfAscii(bytes, at);
    text += decoder.decode(bytes.subarray(at, ascii));
    const newline = bytes.indexOf(NEWLINE, ascii);
    // No sequence of UTF-8 goes on after a newline.
    const end = newline === -1 ? bytes.length : newline;
    if (ascii < bytes.length) text += decodeName(bytes, ascii, end);
    at = Math.max(ascii, end);
  }
  return text;
}

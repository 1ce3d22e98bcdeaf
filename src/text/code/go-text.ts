import { encodeName } from "../../wire/names.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A name as a Go string: what is not printable ASCII by its bytes. */
export function goString(name: string): string {
  let text = "";
  for (const byte of encodeName(name)) {
    if (byte === QUOTE || byte === BACKSLASH) text += `\\${String.fromCharCode(byte)}`;
    else if (byte < 0x20 || byte > 0x7e) text += `\\x${byte.toString(16).padStart(2, "0")}`;
    else text += String.fromCharCode(byte);
  }
  return `"${text}"`;
}

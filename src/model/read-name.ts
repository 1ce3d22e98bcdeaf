import { decodeName } from "../wire/names.js";
import { runOfString, stringEndAt, type Run } from "./segment.js";

/** After so many names were decoded one by one, the whole section is turned into text and names are cut from it. */
const READS_BEFORE_TEXT = 64;

/** Stands for a byte that is not ASCII in a segment's text; a name that holds it is decoded from its bytes. */
const NOT_ASCII = "\u0001";

function makeText(run: Run): void {
  const { segment } = run;
  let bytes = segment.strings.subarray(0, run.stringEnd - segment.stringStart);
  let high = 0;
  for (const byte of bytes) high |= byte;
  if (high >= 0x80) bytes = bytes.map((byte) => (byte < 0x80 ? byte : NOT_ASCII.charCodeAt(0)));
  segment.text = new TextDecoder().decode(bytes);
  segment.nameReads = 0;
}

/** The name at a string offset: "" at 0, undefined at an offset beyond the strings. */
export function readName(runs: readonly Run[], offset: number): string | undefined {
  if (offset === 0) return "";
  const run = runOfString(runs, offset);
  if (run === undefined) return undefined;
  const { segment } = run;
  const start = offset - segment.stringStart;
  if (start < segment.text.length) {
    const end = segment.text.indexOf("\0", start);
    const name = segment.text.slice(start, end === -1 ? segment.text.length : end);
    if (!name.includes(NOT_ASCII)) return name;
  } else if (++segment.nameReads > READS_BEFORE_TEXT) {
    makeText(run);
  }
  return decodeName(segment.strings, start, stringEndAt(run, start));
}

/** True when the name at a string offset is empty: offset 0, or an offset of a NUL. */
export function isEmptyName(runs: readonly Run[], offset: number): boolean {
  if (offset === 0) return true;
  const run = runOfString(runs, offset);
  if (run === undefined) return false;
  const start = offset - run.segment.stringStart;
  return stringEndAt(run, start) === start;
}

import { decodeName } from "../wire/names.js";
import { LONG_STRING, runOfString, stringEndAt, type Run } from "./segment.js";

/**
 * After so many names were decoded one by one, and as many again for a number of bytes, the whole section is turned
 * into text, from which a name is cut in a tenth of the time. A section that grows is turned into text so rarely that
 * it costs no more than the reads; a name of as many bytes counts as so many names.
 */
const READS_BEFORE_TEXT = 64;
const BYTES_PER_READ = 512;

/** Stands for a byte that is not ASCII in a segment's text; a name that holds it is decoded from its bytes. */
const NOT_ASCII = "\u0001";

function makeText(run: Run): void {
  const { segment } = run;
  const bytes = segment.strings.subarray(0, run.stringEnd - segment.stringStart);
  segment.nameReads = 0;
  segment.text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  // UTF-8 of more than one byte makes text shorter than its bytes, and what is no UTF-8 becomes U+FFFD.
  segment.textIsPlain = segment.text.length === bytes.length && !segment.text.includes("\uFFFD");
  if (segment.textIsPlain) return;
  const ascii = bytes.map((byte) => (byte < 0x80 ? byte : NOT_ASCII.charCodeAt(0)));
  segment.text = new TextDecoder().decode(ascii);
}

/** Cuts a name from a segment's text, undefined when it has to be decoded from its bytes. */
function cutName(run: Run, start: number): string | undefined {
  const { text, textIsPlain, longStrings } = run.segment;
  let end = longStrings === undefined ? text.indexOf("\0", start) : stringEndAt(run, start);
  // The end of a long string is looked up once and remembered.
  if (end === -1 || end - start > LONG_STRING) end = stringEndAt(run, start);
  if (end > text.length) return undefined;
  const name = text.slice(start, end);
  return textIsPlain || !name.includes(NOT_ASCII) ? name : undefined;
}

/** The name at a string offset: "" at 0, undefined at an offset beyond the strings. */
export function readName(runs: readonly Run[], offset: number): string | undefined {
  if (offset === 0) return "";
  const run = runOfString(runs, offset);
  if (run === undefined) return undefined;
  const { segment } = run;
  const start = offset - segment.stringStart;
  if (start < segment.text.length) {
    const name = cutName(run, start);
    if (name !== undefined) return name;
  }
  const end = stringEndAt(run, start);
  segment.nameReads += 1 + Math.floor((end - start) / BYTES_PER_READ);
  const length = run.stringEnd - segment.stringStart;
  if (length > segment.text.length && segment.nameReads > READS_BEFORE_TEXT + length / BYTES_PER_READ) makeText(run);
  return decodeName(segment.strings, start, end);
}

/** True when the name at a string offset is empty: offset 0, or an offset of a NUL. */
export function isEmptyName(runs: readonly Run[], offset: number): boolean {
  if (offset === 0) return true;
  const segment = runOfString(runs, offset)?.segment;
  return segment !== undefined && segment.strings[offset - segment.stringStart] === 0;
}

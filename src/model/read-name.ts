import { decodeName } from "../wire/names.js";
import { LONG_STRING, runOfString, stringEndAt, type Run, type Segment } from "./segment.js";

/**
 * After so many names were decoded one by one, and as many again for a number of bytes, the whole section is turned
 * into text, from which a name is cut in a tenth of the time. A section that grows is turned into text so rarely that
 * it costs no more than the reads; a name of as many bytes counts as so many names.
 */
const READS_BEFORE_TEXT = 64;
const BYTES_PER_READ = 512;

/** The same before the section was ever turned into text: who reads so many names most often reads them all. */
const BYTES_PER_FIRST_READ = 2048;

/** Stands for a byte that is not ASCII in a segment's text; a name that holds it is decoded from its bytes. */
const NOT_ASCII = "\u0001";

function makeText({ segment, stringEnd }: Run): void {
  const bytes = segment.strings.subarray(0, stringEnd - segment.stringStart);
  segment.nameReads = 0;
  segment.text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  // UTF-8 of more than one byte makes text shorter than its bytes, and what is no UTF-8 becomes U+FFFD.
  const isAscii = segment.text.length === bytes.length && !segment.text.includes("\uFFFD");
  segment.textIsAscii = isAscii;
  segment.textIsPlain = isAscii && bytes[bytes.length - 1] === 0 && segment.longStrings === undefined;
  if (isAscii) return;
  const ascii = bytes.map((byte) => (byte < 0x80 ? byte : NOT_ASCII.charCodeAt(0)));
  segment.text = new TextDecoder().decode(ascii);
}

/** Forgets what was kept of a segment's strings to read names, as those at `end` or later are about to be others. */
export function forgetText(segment: Segment, end: number): void {
  segment.longStrings = undefined;
  if (segment.text.length <= end) return;
  segment.text = "";
  segment.textIsAscii = false;
  segment.textIsPlain = false;
}

/** The name at `start` in a run's strings, however long it is and whatever it is made of. */
function readAnyName(run: Run, start: number): string {
  const { segment } = run;
  const { text, textIsAscii } = segment;
  const end = stringEndAt(run, start);
  if (end - start > LONG_STRING) segment.textIsPlain = false;
  if (end <= text.length) {
    const name = text.slice(start, end);
    if (textIsAscii || !name.includes(NOT_ASCII)) return name;
  }
  segment.nameReads += 1 + Math.floor((end - start) / BYTES_PER_READ);
  const length = run.stringEnd - segment.stringStart;
  const perRead = text === "" ? BYTES_PER_FIRST_READ : BYTES_PER_READ;
  if (length > text.length && segment.nameReads > READS_BEFORE_TEXT + length / perRead) makeText(run);
  return decodeName(segment.strings, start, end);
}

/** The name at a string offset: "" at 0, undefined at an offset beyond the strings. */
export function readName(runs: readonly Run[], offset: number): string | undefined {
  if (offset === 0) return "";
  const run = runOfString(runs, offset);
  if (run === undefined) return undefined;
  const { stringStart, text, textIsPlain } = run.segment;
  const start = offset - stringStart;
  if (textIsPlain && start < text.length) {
    const end = text.indexOf("\0", start);
    if (end - start <= LONG_STRING) return text.slice(start, end);
  }
  return readAnyName(run, start);
}

/** True when the name at a string offset is empty: offset 0, or an offset of a NUL. */
export function isEmptyName(runs: readonly Run[], offset: number): boolean {
  if (offset === 0) return true;
  const segment = runOfString(runs, offset)?.segment;
  return segment !== undefined && segment.strings[offset - segment.stringStart] === 0;
}

import { HEADER_BYTES_WITH_LAYOUT, HEADER_FIELD_OFFSETS as AT, type Endian } from "../wire/header.js";
import { copyWords, HOST_ENDIAN } from "../wire/words.js";
import type { CopiedHeader } from "./header.js";
import type { Load } from "./load.js";
import { classifyNames } from "./names.js";
import { refuse } from "./refuse.js";

/** Bytes of one kind in the layout section. */
const LAYOUT_ROW = 4;

interface Section {
  readonly offset: number;
  readonly length: number;
  /** Where the header says its offset and its length. */
  readonly offsetField: number;
  readonly lengthField: number;
}

function section(offset: number, length: number, offsetField: number): Section {
  return { offset, length, offsetField, lengthField: offsetField + 4 };
}

/** Sections must lie one behind the other from the end of the header to the end of the data. */
function checkPlaces(load: Load, sections: Section[], hdrLen: number): boolean {
  // The kernel compares by signed differences of 32 bits.
  sections.sort((a, b) => (a.offset - b.offset) | 0 || (a.length - b.length) | 0);
  const expected = load.bytes.length - hdrLen;
  let total = 0;
  for (const { offset, length, offsetField, lengthField } of sections) {
    if (offset > expected) return refuse(load, "section-offset", offsetField);
    if (total < offset) return refuse(load, "section-gap", offsetField);
    if (total > offset) return refuse(load, "section-overlap", offsetField);
    if (expected - total < length) return refuse(load, "section-length", lengthField);
    total += length;
  }
  return total === expected || refuse(load, "section-gap", hdrLen + total);
}

function checkStrings(load: Load, { hdrLen, strOff, strLen }: CopiedHeader): boolean {
  const { bytes, profile } = load;
  const start = hdrLen + strOff;
  const end = start + strLen;
  const anywhere = profile.layoutSection && hdrLen >= HEADER_BYTES_WITH_LAYOUT;
  if (!anywhere && end !== bytes.length) return refuse(load, "string-section-place", AT.stringOffset);
  if (strLen === 0 || strLen - 1 > profile.maxNameOffset) return refuse(load, "string-section", AT.stringLength);
  if (bytes[end - 1] !== 0) return refuse(load, "string-section", end - 1);
  if (bytes[start] !== 0) return refuse(load, "string-section", start);
  load.strings = bytes.subarray(start, end);
  return true;
}

function checkLayout(load: Load, { layoutOff, layoutLen }: CopiedHeader): boolean {
  if (layoutOff % 4 !== 0) return refuse(load, "layout-alignment", AT.layoutOffset);
  if (layoutLen < LAYOUT_ROW) return refuse(load, "layout-size", AT.layoutLength);
  return layoutLen % LAYOUT_ROW === 0 || refuse(load, "layout-length", AT.layoutLength, LAYOUT_ROW);
}

/** The words of the type section; the data itself where it lies as this machine reads words. */
function wordsOf(bytes: Uint8Array, endian: Endian): Uint32Array {
  if (bytes.byteOffset % 4 !== 0 || endian !== HOST_ENDIAN) return copyWords(bytes, endian);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
}

/** Checks the sections, in the kernel's order, and finds the types' words and the strings. */
export function checkSections(load: Load, header: CopiedHeader): boolean {
  const { profile, bytes, endian } = load;
  const { hdrLen, typeOff, typeLen, strOff, strLen, layoutOff, layoutLen } = header;
  const hasLayout = profile.layoutSection && hdrLen >= HEADER_BYTES_WITH_LAYOUT && layoutLen > 0;
  const sections = [section(typeOff, typeLen, AT.typeOffset), section(strOff, strLen, AT.stringOffset)];
  if (hasLayout) sections.push(section(layoutOff, layoutLen, AT.layoutOffset));
  if (!checkPlaces(load, sections, hdrLen) || !checkStrings(load, header)) return false;
  if (hasLayout && !checkLayout(load, header)) return false;

  if (typeOff % 4 !== 0) return refuse(load, "type-section-alignment", AT.typeOffset);
  if (typeLen === 0) return refuse(load, "no-types", AT.typeLength);
  load.typeStart = hdrLen + typeOff;
  load.typeBytes = typeLen;
  load.words = wordsOf(bytes.subarray(load.typeStart, load.typeStart + typeLen), endian);
  if (profile.checksNames) load.nameBits = classifyNames(load.strings, profile);
  return true;
}

/**
 * Names on the wire are bytes up to a NUL. As text they are UTF-8, and a byte that is no valid UTF-8 is U+DC80 to
 * U+DCFF (0xdc00 + the byte), both ways, so that nothing is lost.
 */

const ESCAPE = 0xdc00;

/** Length in bytes of the valid UTF-8 sequence at `at`, or 0: shortest form, no surrogates, up to U+10FFFF. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length < 2) return length;
  if (at + length > end) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** Names up to this length are decoded here; for longer ones the platform's decoder is faster. */
const SHORT = 48;

/** A byte order mark is a character of a name like any other. */
const UTF8 = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** How many UTF-16 units are made a string at once; more would overflow the stack of some engines. */
const UNITS_AT_ONCE = 8192;

/** Writes the text of the bytes to `units` as UTF-16, returns how many units it has; there is room for one a byte. */
function decodeUnits(bytes: Uint8Array, start: number, end: number, units: Uint16Array): number {
  let out = 0;
  let at = start;
  while (at < end) {
    const first = bytes[at]!;
    const length = sequenceLength(bytes, at, end);
    if (length <= 1) {
      units[out++] = length === 1 ? first : ESCAPE | first;
      at++;
      continue;
    }
    let point = first & (0xff >> (length + 1));
    for (let i = 1; i < length; i++) point = (point << 6) | (bytes[at + i]! & 0x3f);
    if (point < 0x10000) units[out++] = point;
    else {
      units[out++] = 0xd7c0 + (point >> 10);
      units[out++] = 0xdc00 | (point & 0x3ff);
    }
    at += length;
  }
  return out;
}

function textOf(units: Uint16Array): string {
  if (units.length <= UNITS_AT_ONCE) return String.fromCharCode(...units);
  const parts: string[] = [];
  for (let at = 0; at < units.length; at += UNITS_AT_ONCE) {
    parts.push(String.fromCharCode(...units.subarray(at, at + UNITS_AT_ONCE)));
  }
  return parts.join("");
}

/** The text of the name in `bytes` from `start` up to, not with, `end`. */
export function decodeName(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) {
    const text = UTF8.decode(bytes.subarray(start, end));
    // What is no UTF-8 became U+FFFD; a name that has one of its own is decoded the long way too.
    if (!text.includes("\uFFFD")) return text;
  } else {
    let text = "";
    let at = start;
    while (at < end && bytes[at]! < 0x80) text += String.fromCharCode(bytes[at++]!);
    if (at === end) return text;
  }
  const units = new Uint16Array(end - start);
  return textOf(units.subarray(0, decodeUnits(bytes, start, end, units)));
}

/** Why a text can't be a name: it holds a NUL, or half a surrogate pair that stands for no byte. */
export type NameFault = "nul" | "surrogate";

/** The fault that keeps `text` from being a name, if any. */
export function nameFault(text: string): NameFault | undefined {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0) return "nul";
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) i++;
    else if (unit < ESCAPE + 0x80 || unit > ESCAPE + 0xff) return "surrogate";
  }
  return undefined;
}

/** The most bytes that `encodeNameInto` writes for a text of this many UTF-16 units. */
export function maxNameBytes(units: number): number {
  return units * 3;
}

/** Writes the bytes of a name without a {@link nameFault} to `target` at `at`; returns where they end. No NUL is added. */
export function encodeNameInto(text: string, target: Uint8Array, at: number): number {
  let out = at;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point < 0x80) target[out++] = point;
    else if (point < 0x800) {
      target[out++] = 0xc0 | (point >> 6);
      target[out++] = 0x80 | (point & 0x3f);
    } else if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xff) {
      target[out++] = point & 0xff;
    } else if (point < 0x10000) {
      target[out++] = 0xe0 | (point >> 12);
      target[out++] = 0x80 | ((point >> 6) & 0x3f);
      target[out++] = 0x80 | (point & 0x3f);
    } else {
      i++;
      target[out++] = 0xf0 | (point >> 18);
      target[out++] = 0x80 | ((point >> 12) & 0x3f);
      target[out++] = 0x80 | ((point >> 6) & 0x3f);
      target[out++] = 0x80 | (point & 0x3f);
    }
  }
  return out;
}

/** The bytes of a name without a {@link nameFault}, without the closing NUL. */
export function encodeName(text: string): Uint8Array {
  const bytes = new Uint8Array(maxNameBytes(text.length));
  return bytes.subarray(0, encodeNameInto(text, bytes, 0));
}

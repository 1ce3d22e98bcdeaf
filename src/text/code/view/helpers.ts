import type { Endian } from "../../../wire/header.js";
import type { Helper } from "./access.js";

/** Helpers that put bytes together to numbers, the lowest first; `at + i` is the place of byte `i`. */
const OF_ORDER: ReadonlySet<Helper> = new Set(["bitsAt", "putBits", "wideAt", "putWide"]);

/** The functions that a view's text ends with, where it uses them. They are part of the text and depend on nothing. */
export function helperText(helper: Helper, endian: Endian): string {
  const text = HELPERS[helper];
  return endian === "big" && OF_ORDER.has(helper) ? text.replaceAll("at + i", "at + bytes - 1 - i") : text;
}

const HELPERS: Readonly<Record<Helper, string>> = {
  bitsAt: `/** Bits of a number that some bytes make, as a number with or without a sign. */
function bitsAt(view: DataView, at: number, bytes: number, shift: number, bits: number, signed: boolean): bigint {
  let whole = 0n;
  for (let i = 0; i < bytes; i++) whole |= BigInt(view.getUint8(at + i)) << BigInt(8 * i);
  const value = whole >> BigInt(shift);
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
`,
  putBits: `/** Writes bits of a number that some bytes make, and leaves the others as they are. */
function putBits(view: DataView, at: number, bytes: number, shift: number, bits: number, value: bigint): void {
  const mask = ((1n << BigInt(bits)) - 1n) << BigInt(shift);
  const shifted = BigInt.asUintN(bits, value) << BigInt(shift);
  for (let i = 0; i < bytes; i++) {
    const kept = view.getUint8(at + i) & ~Number((mask >> BigInt(8 * i)) & 0xffn);
    view.setUint8(at + i, kept | Number((shifted >> BigInt(8 * i)) & 0xffn));
  }
}
`,
  wideAt: `/** A number of 128 bits. */
function wideAt(view: DataView, at: number, signed: boolean): bigint {
  const bytes = 16;
  let whole = 0n;
  for (let i = 0; i < bytes; i++) whole |= BigInt(view.getUint8(at + i)) << BigInt(8 * i);
  return signed ? BigInt.asIntN(128, whole) : whole;
}
`,
  putWide: `/** Writes a number of 128 bits. */
function putWide(view: DataView, at: number, value: bigint): void {
  const bytes = 16;
  for (let i = 0; i < bytes; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
}
`,
  bytesAt: `/** A copy of some bytes. */
function bytesAt(view: DataView, at: number, count: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, count).slice();
}
`,
  putBytes: `/** Writes some bytes. */
function putBytes(view: DataView, at: number, count: number, value: Uint8Array): void {
  if (value.length !== count) throw new RangeError(\`\${value.length} bytes, \${count} expected\`);
  new Uint8Array(view.buffer, view.byteOffset + at, count).set(value);
}
`,
  textAt: `/** The text up to a NUL: UTF-8, and a byte that is none as U+DC80 to U+DCFF. */
function textAt(view: DataView, at: number, count: number): string {
  let text = "";
  let next = at;
  let end = at;
  while (end < at + count && view.getUint8(end) !== 0) end++;
  while (next < end) {
    const first = view.getUint8(next);
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    let point = length > 1 ? first & (0xff >> (length + 1)) : first;
    let isWhole = length > 0 && next + length <= end;
    for (let i = 1; isWhole && i < length; i++) {
      const byte = view.getUint8(next + i);
      point = (point << 6) | (byte & 0x3f);
      isWhole = (byte & 0xc0) === 0x80;
    }
    const least = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
    isWhole &&= point >= least && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    text += isWhole ? String.fromCodePoint(point) : String.fromCharCode(0xdc00 | first);
    next += isWhole ? length : 1;
  }
  return text;
}
`,
  putText: `/** Writes a text as textAt reads it, and NULs in what is left of its bytes. */
function putText(view: DataView, at: number, count: number, value: string): void {
  const bytes: number[] = [];
  for (const character of value) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes.push(point);
    else if (point >= 0xdc80 && point <= 0xdcff) bytes.push(point & 0xff);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f));
      bytes.push(0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    }
  }
  if (bytes.length > count) throw new RangeError(\`a text of \${bytes.length} bytes, at most \${count} expected\`);
  for (let i = 0; i < count; i++) view.setUint8(at + i, bytes[i] ?? 0);
}
`,
  listOf: `/** As many items as there are in an array. */
function listOf<Item>(count: number, item: (i: number) => Item): Item[] {
  return Array.from({ length: count }, (_, i) => item(i));
}
`,
  putList: `/** Writes as many items as there are in an array. */
function putList<Item>(items: readonly Item[], count: number, put: (item: Item, i: number) => void): void {
  if (items.length !== count) throw new RangeError(\`\${items.length} items, \${count} expected\`);
  for (const [i, item] of items.entries()) put(item, i);
}
`,
};

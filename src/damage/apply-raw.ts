import { endianOf, HEADER_BYTES, HEADER_FIELD_OFFSETS as AT, readHeader, type Header } from "../wire/header.js";
import { infoKind, infoVlen } from "../wire/kinds.js";
import { encodeName } from "../wire/names.js";
import { forEachTypeWord, SHAPES, typeWords } from "../wire/shapes.js";
import { copyWords, writeWords } from "../wire/words.js";
import { BtfError } from "../model/errors.js";
import type { Change, HeaderDamage, RawDamage, TypeDamage } from "./raw-damage.js";

/** What says where the ids and name offsets of a split BTF begin. */
export interface Start {
  readonly firstId: number;
  readonly stringStart: number;
}

const WORD_MAX = 0xffffffff;

const changed = (change: Change | undefined, value: number): number =>
  (typeof change === "function" ? change(value) : (change ?? value)) >>> 0;

function refuse(field: string, message: string): BtfError {
  return new BtfError(`damage(): ${field} ${message}`, { code: "EINVAL", rule: "damage-place", field });
}

/** Byte offset and width in bits of each header field. */
const HEADER_FIELDS: Readonly<Record<keyof HeaderDamage, readonly [offset: number, bits: 8 | 16 | 32]>> = {
  magic: [AT.magic, 16],
  version: [AT.version, 8],
  flags: [AT.flags, 8],
  hdrLen: [AT.headerLength, 32],
  typeOff: [AT.typeOffset, 32],
  typeLen: [AT.typeLength, 32],
  strOff: [AT.stringOffset, 32],
  strLen: [AT.stringLength, 32],
  layoutOff: [AT.layoutOffset, 32],
  layoutLen: [AT.layoutLength, 32],
};

/** The fields that {@link HeaderDamage} has. */
export const HEADER_FIELD_NAMES = Object.keys(HEADER_FIELDS) as readonly (keyof HeaderDamage)[];

function damageHeader(bytes: Uint8Array, damage: HeaderDamage, little: boolean): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [name, change] of Object.entries(damage)) {
    const field = HEADER_FIELDS[name as keyof HeaderDamage];
    if (field === undefined) throw refuse(`header.${name}`, `is none of ${HEADER_FIELD_NAMES.join(", ")}`);
    const [offset, bits] = field;
    if (offset + bits / 8 > bytes.length) throw refuse(`header.${name}`, `lies beyond the ${bytes.length} bytes`);
    if (bits === 8) view.setUint8(offset, changed(change, view.getUint8(offset)));
    else if (bits === 16) view.setUint16(offset, changed(change, view.getUint16(offset, little)), little);
    else view.setUint32(offset, changed(change, view.getUint32(offset, little)), little);
  }
}

/** One part of `info` in place of what is there. */
function setBits(info: number, shift: number, mask: number, change: Change | undefined, value: number): number {
  if (change === undefined) return info;
  return ((info & ~(mask << shift)) | ((changed(change, value) & mask) << shift)) >>> 0;
}

function damageType(words: Uint32Array, id: number, damage: TypeDamage): void {
  words[0] = changed(damage.nameOff, words[0]!);
  let info = changed(damage.info, words[1]!);
  info = setBits(info, 24, 0x7f, damage.kind, infoKind(info));
  info = setBits(info, 0, 0xffffff, damage.vlen, infoVlen(info));
  if (damage.kindFlag !== undefined) info = setBits(info, 31, 1, damage.kindFlag ? 1 : 0, 0);
  words[1] = info;
  words[2] = changed(damage.sizeOrType, words[2]!);
  for (const [place, change] of Object.entries(damage.words ?? {})) {
    const index = Number(place);
    if (!(index in words)) throw refuse(`types[${id}].words[${place}]`, `is none of its ${words.length} words`);
    words[index] = changed(change, words[index]!);
  }
}

/** Where types begin, as far as they can be told apart. */
function startsIn(words: Uint32Array): number[] {
  const starts = [0];
  for (let at = 0; at + 2 < words.length;) {
    const length = typeWords(SHAPES, words[at + 1]!);
    if (length === 0 || at + length > words.length) break;
    at += length;
    starts.push(at);
  }
  return starts;
}

function damageTypes(bytes: Uint8Array, header: Header, { types = {}, ids = {} }: RawDamage, start: Start): void {
  const { headerLength, typeOffset, typeLength, endian } = header;
  const from = headerLength + typeOffset;
  const words = copyWords(bytes.subarray(from, Math.min(from + typeLength, bytes.length)), endian);
  const starts = startsIn(words);
  const to = new Map(Object.entries(ids).map(([id, other]) => [Number(id), other]));
  if (to.size > 0) {
    for (const at of starts.slice(0, -1)) {
      forEachTypeWord(words, at, (position) => {
        words[position] = to.get(words[position]!) ?? words[position]!;
      });
    }
  }
  for (const [key, damage] of Object.entries(types)) {
    const index = Number(key) - start.firstId;
    const at = starts[index];
    const end = starts[index + 1];
    if (at === undefined || end === undefined) {
      throw refuse(`types[${key}]`, `is none of [${start.firstId}] to [${start.firstId + starts.length - 2}]`);
    }
    damageType(words.subarray(at, end), Number(key), damage);
  }
  // A section that begins beyond the data has no words.
  if (words.length > 0) writeWords(bytes, from, words, endian);
}

function damageStrings(bytes: Uint8Array, header: Header, damage: RawDamage, { stringStart }: Start): void {
  for (const [key, text] of Object.entries(damage.strings ?? {})) {
    const offset = Number(key) - stringStart;
    const at = header.headerLength + header.stringOffset + offset;
    const put = typeof text === "string" ? encodeName(text) : Uint8Array.of(text);
    if (!(offset >= 0 && at + put.length <= bytes.length)) {
      throw refuse(`strings[${key}]`, "lies outside the string section");
    }
    bytes.set(put, at);
  }
}

/** Damages bytes in place, but for their length. */
export function applyRaw(bytes: Uint8Array<ArrayBuffer>, damage: RawDamage, start: Start): Uint8Array<ArrayBuffer> {
  const endian = endianOf(bytes) ?? "little";
  const header = bytes.length >= HEADER_BYTES ? readHeader(bytes, endian) : undefined;
  if (damage.types !== undefined || damage.ids !== undefined || damage.strings !== undefined) {
    if (header === undefined) throw refuse("types", `need a header of 24 bytes, and there are ${bytes.length}`);
    damageTypes(bytes, header, damage, start);
    damageStrings(bytes, header, damage, start);
  }
  if (damage.header !== undefined) damageHeader(bytes, damage.header, endian === "little");
  for (const [key, change] of Object.entries(damage.bytes ?? {})) {
    const at = Number(key);
    if (!(at in bytes)) throw refuse(`bytes[${key}]`, `is none of the ${bytes.length} bytes`);
    bytes[at] = changed(change, bytes[at]!);
  }
  if (damage.byteLength === undefined) return bytes;
  const length = changed(damage.byteLength, bytes.length);
  if (length > WORD_MAX / 4) throw refuse("byteLength", `${length} is more than 1 GiB`);
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  return result;
}

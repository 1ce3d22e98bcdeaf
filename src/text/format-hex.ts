import {
  endianOf,
  HEADER_BYTES,
  HEADER_BYTES_WITH_LAYOUT,
  HEADER_FIELD_OFFSETS,
  readHeader,
  type Header,
} from "../wire/header.js";
import { KIND_NAMES } from "../wire/kinds.js";
import { LAYOUT_ENTRY_BYTES, readLayout } from "../wire/layout.js";
import { decodeName } from "../wire/names.js";
import { shapesWithLayout, typeWords, type Shapes } from "../wire/shapes.js";
import type { Btf } from "../model/btf.js";
import { hexLine, visible } from "./hex/hex-line.js";
import { HexNames, type HexSections } from "./hex/hex-names.js";
import { hexType } from "./hex/hex-type.js";

/** What {@link formatHex} is told beside the bytes. */
export interface HexOptions {
  /** The graph that a split BTF stands on, for its names. */
  readonly base?: Btf;
}

/** A stretch of the bytes that belongs together. */
interface Stretch {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly lines: () => Iterable<string>;
}

/** Where the types begin, up to one that is not whole or whose kind has no known length. */
function typeOffsets(view: DataView, start: number, end: number, little: boolean, shapes: Shapes): number[] {
  const offsets: number[] = [];
  for (let at = start; at + 12 <= end;) {
    const words = typeWords(shapes, view.getUint32(at + 4, little));
    if (words === 0 || at + words * 4 > end) break;
    offsets.push(at);
    at += words * 4;
  }
  return offsets;
}

function* headerLines(bytes: Uint8Array, header: Header): Generator<string> {
  const end = Math.min(header.headerLength, bytes.length);
  const field = (offset: number, size: number, name: string, meaning: string): string =>
    offset + size <= end ? hexLine(bytes, offset, offset + size, name, meaning) : "";
  const at = HEADER_FIELD_OFFSETS;
  const from = (offset: number): string => `${offset}: from byte ${header.headerLength + offset} on`;
  yield hexLine(bytes, 0, 2, "magic", `0xeb9f, ${header.endian} endian`);
  yield hexLine(bytes, at.version, at.flags, "version", String(header.version));
  yield hexLine(bytes, at.flags, at.headerLength, "flags", String(header.flags));
  yield hexLine(bytes, at.headerLength, at.typeOffset, "hdr_len", `${header.headerLength} bytes`);
  yield field(at.typeOffset, 4, "type_off", from(header.typeOffset));
  yield field(at.typeLength, 4, "type_len", `${header.typeLength} bytes`);
  yield field(at.stringOffset, 4, "str_off", from(header.stringOffset));
  yield field(at.stringLength, 4, "str_len", `${header.stringLength} bytes`);
  if (end < HEADER_BYTES_WITH_LAYOUT) return;
  yield field(at.layoutOffset, 4, "layout_off", from(header.layoutOffset));
  yield field(at.layoutLength, 4, "layout_len", `${header.layoutLength} bytes`);
}

function* layoutLines(bytes: Uint8Array, start: number, end: number, header: Header): Generator<string> {
  for (const [kind, entry] of readLayout(bytes.subarray(start, end), header.endian).entries()) {
    const at = start + kind * LAYOUT_ENTRY_BYTES;
    const { infoBytes, elementBytes, flags } = entry;
    const flagText = flags === 0 ? "" : `, flags ${flags}`;
    const meaning = `${infoBytes} bytes after the first 12, ${elementBytes} an element${flagText}`;
    yield hexLine(bytes, at, at + LAYOUT_ENTRY_BYTES, `layout ${KIND_NAMES[kind] ?? kind}`, meaning);
  }
}

function* stringLines(bytes: Uint8Array, start: number, end: number, firstOffset: number): Generator<string> {
  for (let at = start; at < end;) {
    const nul = bytes.indexOf(0, at);
    const isClosed = nul !== -1 && nul < end;
    const textEnd = isClosed ? nul : end;
    const text = `'${visible(decodeName(bytes, at, textEnd))}'${isClosed ? "" : ", without a NUL"}`;
    const next = isClosed ? nul + 1 : end;
    // Above sixteen bytes a name does not stand beside its bytes but before them.
    yield hexLine(bytes, at, next, `string ${firstOffset + at - start}`, text);
    at = next;
  }
}

/** The parts of a BTF in the order of the bytes. Where sections overlap the bytes are shown once for each. */
function stretchesOf(bytes: Uint8Array, header: Header, base: Btf | undefined): Stretch[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const clip = (offset: number): number => Math.min(header.headerLength + offset, bytes.length);
  const [typeStart, typeEnd] = [clip(header.typeOffset), clip(header.typeOffset + header.typeLength)];
  const [stringStart, stringEnd] = [clip(header.stringOffset), clip(header.stringOffset + header.stringLength)];
  const [layoutStart, layoutEnd] = [clip(header.layoutOffset), clip(header.layoutOffset + header.layoutLength)];
  const isLittle = header.endian === "little";
  const shapes = shapesWithLayout(readLayout(bytes.subarray(layoutStart, layoutEnd), header.endian));
  const offsets = typeOffsets(view, typeStart, typeEnd, isLittle, shapes);
  const sections: HexSections = { bytes, view, isLittle, typeOffsets: offsets, stringStart, stringEnd, base };
  const names = new HexNames(sections);
  const last = offsets.at(-1);
  const known = last === undefined ? typeStart : last + typeWords(shapes, view.getUint32(last + 4, isLittle)) * 4;
  return [
    {
      name: "types",
      start: typeStart,
      end: typeEnd,
      lines: function* () {
        for (const [i, at] of offsets.entries()) {
          yield* hexType(sections, names, names.startId + i, at, offsets[i + 1] ?? known);
        }
        if (known < typeEnd) yield hexLine(bytes, known, typeEnd, "no whole type", "");
      },
    },
    {
      name: "layout",
      start: layoutStart,
      end: layoutEnd,
      lines: () => layoutLines(bytes, layoutStart, layoutEnd, header),
    },
    {
      name: "strings",
      start: stringStart,
      end: stringEnd,
      lines: () => stringLines(bytes, stringStart, stringEnd, names.firstString),
    },
  ];
}

/**
 * The lines of {@link formatHex} one by one, each with its newline; for large files.
 *
 * @example
 * ```ts
 * for (const line of hexLines(bytes)) process.stdout.write(line);
 * ```
 */
export function* hexLines(bytes: Uint8Array, { base }: HexOptions = {}): Generator<string> {
  const endian = endianOf(bytes);
  if (endian === undefined || bytes.length < HEADER_BYTES) {
    yield hexLine(bytes, 0, bytes.length, "no BTF", endian === undefined ? "no magic number" : "a header cut short");
    return;
  }
  const header = readHeader(bytes, endian);
  yield* headerLines(bytes, header);
  let at = Math.min(bytes.length, Math.max(HEADER_BYTES, Math.min(header.headerLength, HEADER_BYTES_WITH_LAYOUT)));
  if (header.headerLength < HEADER_BYTES_WITH_LAYOUT) at = HEADER_BYTES;
  const stretches = stretchesOf(bytes, header, base).filter(({ start, end }) => end > start);
  for (const { name, start, end, lines } of stretches.sort((a, b) => a.start - b.start)) {
    if (start > at) yield hexLine(bytes, at, start, "between sections", "");
    yield `\n# ${name}: ${end - start} bytes\n`;
    yield* lines();
    at = Math.max(at, end);
  }
  if (at < bytes.length) yield hexLine(bytes, at, bytes.length, "behind all sections", "");
}

/**
 * A BTF as hexadecimal with every word explained: where it is, its bytes, whose it is, and what it says in the terms of
 * `include/uapi/linux/btf.h`. It reads damaged BTF too, as far as sections and types can be found.
 *
 * @param bytes the BTF: a raw file, or a section `.BTF`
 *
 * @example
 * ```ts
 * formatHex(encode(btf().addInt("int", 4, "signed").build()));
 * // 00000000  9f eb        magic                     0xeb9f, little endian
 * // 00000002  01           version                   1
 * // …
 * // # types: 16 bytes
 * // 00000018  01 00 00 00  [1] name_off              0x00000001  'int'
 * // 0000001c  00 00 00 01  [1] info                  0x01000000  INT
 * // 00000020  04 00 00 00  [1] size                  0x00000004  4 bytes
 * // 00000024  20 00 00 01  [1] int_data              0x01000020  SIGNED, bits_offset 0, nr_bits 32
 * // …
 * ```
 */
export function formatHex(bytes: Uint8Array, options: HexOptions = {}): string {
  let text = "";
  for (const line of hexLines(bytes, options)) text += line;
  return text;
}

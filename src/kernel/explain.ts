import { HEADER_BYTES, HEADER_FIELD_OFFSETS as AT, MAGIC, type Endian } from "../wire/header.js";
import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND_NAMES, KINDS, type KindName } from "../wire/kinds.js";
import { decodeName } from "../wire/names.js";
import type { Btf } from "../model/btf.js";
import { lastLine, printable } from "./last-line.js";
import type { VerifyRule } from "./rules.js";
import { bytesOf, type Verdict } from "./verify.js";

/** A part of a line and where its bytes are in the data. */
interface Piece {
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

const WORD = 4;
/** What is refused before it is known that the data are in the host's byte order. */
const BEFORE_MAGIC: ReadonlySet<VerifyRule> = new Set<VerifyRule>([
  "size-limit",
  "log-arguments",
  "header-short",
  "header-cut",
  "header-tail",
  "magic",
]);
const LINKAGES = ["static", "global", "extern"];
const ENCODINGS = ["(none)", "SIGNED", "CHAR", "UNKN", "BOOL"];

/** Reads words and names of data that may end anywhere. */
class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, endian: Endian) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#little = endian === "little";
  }

  /** The word at an offset; 0 beyond the end. */
  word(offset: number): number {
    return offset + WORD <= this.bytes.length ? this.#view.getUint32(offset, this.#little) : 0;
  }

  get magic(): number {
    return this.#view.getUint16(AT.magic, this.#little);
  }

  get typeStart(): number {
    return this.word(AT.headerLength) + this.word(AT.typeOffset);
  }

  /** The name at an offset of the string section, as a raw dump shows it. */
  name(offset: number): string {
    if (offset === 0) return "(anon)";
    const start = this.word(AT.headerLength) + this.word(AT.stringOffset) + offset;
    if (start >= this.bytes.length) return "(invalid)";
    const end = this.bytes.indexOf(0, start);
    return printable(decodeName(this.bytes, start, end < 0 ? this.bytes.length : end));
  }

  /** Where a type begins; undefined when the types before it can't be counted. */
  startOf(id: number): number | undefined {
    let at = this.typeStart;
    for (let i = 1; i < id; i++) {
      const info = this.word(at + WORD);
      const kind = KIND_NAMES[infoKind(info)];
      if (kind === undefined || at >= this.bytes.length) return undefined;
      const { trailer, element } = KINDS[kind];
      at += (HEAD_WORDS + trailer.length + element.length * (element.length > 0 ? infoVlen(info) : 0)) * WORD;
    }
    return at;
  }
}

type Describe = (read: Reader, at: number, info: number) => readonly (readonly [text: string, word: number])[];

const typeId: Describe = (read, at) => [[`type_id=${read.word(at + 8)}`, 2]];
const sizeAndVlen: Describe = (read, at, info) => [
  [`size=${read.word(at + 8)}`, 2],
  [`vlen=${infoVlen(info)}`, 1],
];

/** What a raw dump shows of a type after its name, with the word that says it. */
const FIELDS: Partial<Record<KindName, Describe>> = {
  INT: (read, at) => {
    const data = read.word(at + 12);
    return [
      [`size=${read.word(at + 8)}`, 2],
      [`bits_offset=${(data >>> 16) & 0xff}`, 3],
      [`nr_bits=${data & 0xff}`, 3],
      [`encoding=${ENCODINGS[(data >>> 24) & 0xf] ?? "UNKN"}`, 3],
    ];
  },
  PTR: typeId,
  TYPEDEF: typeId,
  CONST: typeId,
  VOLATILE: typeId,
  RESTRICT: typeId,
  TYPE_TAG: typeId,
  FWD: (_, __, info) => [[`fwd_kind=${infoKindFlag(info) ? "union" : "struct"}`, 1]],
  ARRAY: (read, at) => [
    [`type_id=${read.word(at + 12)}`, 3],
    [`index_type_id=${read.word(at + 16)}`, 4],
    [`nr_elems=${read.word(at + 20)}`, 5],
  ],
  STRUCT: sizeAndVlen,
  UNION: sizeAndVlen,
  ENUM: sizeAndVlen,
  ENUM64: sizeAndVlen,
  DATASEC: sizeAndVlen,
  FLOAT: (read, at) => [[`size=${read.word(at + 8)}`, 2]],
  FUNC: (read, at, info) => [
    [`type_id=${read.word(at + 8)}`, 2],
    [`linkage=${LINKAGES[infoVlen(info)] ?? infoVlen(info)}`, 1],
  ],
  FUNC_PROTO: (read, at, info) => [
    [`ret_type_id=${read.word(at + 8)}`, 2],
    [`vlen=${infoVlen(info)}`, 1],
  ],
  VAR: (read, at) => [
    [`type_id=${read.word(at + 8)}`, 2],
    [`linkage=${LINKAGES[read.word(at + 12)] ?? read.word(at + 12)}`, 3],
  ],
  DECL_TAG: (read, at) => [
    [`type_id=${read.word(at + 8)}`, 2],
    [`component_idx=${read.word(at + 12) | 0}`, 3],
  ],
};

/** The same for one element; words count from the element's first. */
function elementFields(kind: KindName, read: Reader, at: number, info: number): readonly (readonly [string, number])[] {
  const second = read.word(at + 4);
  const third = read.word(at + 8);
  const named = [`'${read.name(read.word(at))}'`, 0] as const;
  switch (kind) {
    case "STRUCT":
    case "UNION":
      if (!infoKindFlag(info)) return [named, [`type_id=${second}`, 1], [`bits_offset=${third}`, 2]];
      return [named, [`type_id=${second}`, 1], [`bits_offset=${third & 0xffffff} bitfield_size=${third >>> 24}`, 2]];
    case "ENUM":
      return [named, [`val=${infoKindFlag(info) ? second | 0 : second}`, 1]];
    case "ENUM64": {
      const value = (BigInt(third) << 32n) | BigInt(second);
      return [named, [`val=${infoKindFlag(info) ? BigInt.asIntN(64, value) : value}`, 1]];
    }
    case "FUNC_PROTO":
      return [named, [`type_id=${second}`, 1]];
    default:
      return [
        [`type_id=${read.word(at)}`, 0],
        [`offset=${second}`, 1],
        [`size=${third}`, 2],
      ];
  }
}

const piecesAt = (fields: readonly (readonly [string, number])[], at: number): Piece[] =>
  fields.map(([text, word]) => ({ text, start: at + word * WORD, length: WORD }));

/** The line, and below it marks under each piece that holds the byte. */
function marked(indent: string, pieces: readonly Piece[], byteOffset: number | undefined): string[] {
  const line = indent + pieces.map(({ text }) => text).join(" ");
  let marks = " ".repeat(indent.length);
  for (const { text, start, length } of pieces) {
    const hit = byteOffset !== undefined && byteOffset >= start && byteOffset < start + length;
    marks += (hit ? "^" : " ").repeat(text.length) + " ";
  }
  return marks.trim() === "" ? [line] : [line, marks.trimEnd()];
}

function drawType(read: Reader, id: number, index: number | undefined, byteOffset: number | undefined): string[] {
  const at = read.startOf(id);
  if (at === undefined) return [];
  const info = read.word(at + WORD);
  const number = infoKind(info);
  const kind = KIND_NAMES[number];
  const fields = kind === undefined || kind === "VOID" ? undefined : FIELDS[kind];
  if (kind === undefined || fields === undefined) {
    const raw: Piece[] = [{ text: `info=0x${info.toString(16)}`, start: at + WORD, length: WORD }];
    return marked(`[${id}] kind ${number} `, raw, byteOffset);
  }
  const head: Piece = { text: `'${read.name(read.word(at))}'`, start: at, length: WORD };
  const lines = marked(`[${id}] ${kind} `, [head, ...piecesAt(fields(read, at, info), at)], byteOffset);
  const { trailer, element } = KINDS[kind];
  if (index === undefined || element.length === 0) return lines;
  const start = at + (HEAD_WORDS + trailer.length + index * element.length) * WORD;
  return [...lines, ...marked("    ", piecesAt(elementFields(kind, read, start, info), start), byteOffset)];
}

function drawHeader(read: Reader, byteOffset: number | undefined): string[] {
  const { bytes } = read;
  if (bytes.length < HEADER_BYTES) return [`data of ${bytes.length} bytes`];
  const field = (name: string, start: number): Piece => ({ text: `${name}=${read.word(start)}`, start, length: WORD });
  const pieces: Piece[] = [
    { text: `magic=0x${read.magic.toString(16)}`, start: AT.magic, length: 2 },
    { text: `version=${bytes[AT.version]!}`, start: AT.version, length: 1 },
    { text: `flags=0x${bytes[AT.flags]!.toString(16)}`, start: AT.flags, length: 1 },
    field("hdr_len", AT.headerLength),
    field("type_off", AT.typeOffset),
    field("type_len", AT.typeLength),
    field("str_off", AT.stringOffset),
    field("str_len", AT.stringLength),
  ];
  return marked("header ", pieces, byteOffset);
}

/** Data whose magic number was taken are in the host's byte order. */
function orderOf(bytes: Uint8Array, at: Verdict["at"]): Endian {
  const isBig = bytes[AT.magic] === MAGIC >>> 8 && bytes[AT.magic + 1] === (MAGIC & 0xff);
  return isBig && at !== undefined && !BEFORE_MAGIC.has(at.rule) ? "big" : "little";
}

/**
 * A picture of a verdict for a terminal: the type at fault as in the raw dump, the field marked, the kernel's line and
 * how to mend it.
 *
 * @param x what was verified
 * @param host the byte order that `verify` was told; left out it is the data's own where the header was taken, else
 * little
 *
 * @example
 * ```ts
 * console.log(explain(verify(graph), graph));
 * // [3] FUNC 'f' type_id=2 linkage=extern
 * //                        ^^^^^^^^^^^^^^
 * // kernel: EINVAL: [3] FUNC f type_id=2 Invalid func linkage
 * // hint: FUNC linkage extern is refused by every kernel; lower() makes it global
 * ```
 */
export function explain(verdict: Verdict, x: Btf | Uint8Array, host?: Endian): string {
  const { at, errno } = verdict;
  if (errno === 0) return "accepted";
  const bytes = bytesOf(x);
  const read = new Reader(bytes, host ?? orderOf(bytes, at));
  const lines: string[] = [];
  if (at?.typeId !== undefined) lines.push(...drawType(read, at.typeId, at.index, at.byteOffset));
  else if (at !== undefined) lines.push(...drawHeader(read, at.byteOffset));
  if (at?.byteOffset !== undefined && !lines.some((line) => line.includes("^"))) {
    lines.push(`at byte ${at.byteOffset} (0x${at.byteOffset.toString(16)})`);
  }
  lines.push(`kernel: ${errno}: ${lastLine(verdict)}`);
  if (at !== undefined) lines.push(`hint: ${at.hint}`);
  return lines.join("\n");
}

import fc from "fast-check";

/**
 * Random sound BTF, written word by word and by its own table: it shares nothing with the library but the format, so
 * that it can settle what the library should read.
 */

/** Roles of a type's words by kind: the third word, the trailer, one element. s: string offset, t: type id, v: value. */
const ROLES: Readonly<Record<number, readonly [third: string, trailer: string, element: string]>> = {
  1: ["v", "v", ""],
  2: ["t", "", ""],
  3: ["v", "ttv", ""],
  4: ["v", "", "stv"],
  5: ["v", "", "stv"],
  6: ["v", "", "sv"],
  7: ["v", "", ""],
  8: ["t", "", ""],
  9: ["t", "", ""],
  10: ["t", "", ""],
  11: ["t", "", ""],
  12: ["t", "", ""],
  13: ["t", "", "st"],
  14: ["t", "v", ""],
  15: ["v", "", "tvv"],
  16: ["v", "", ""],
  17: ["t", "v", ""],
  18: ["t", "", ""],
  19: ["v", "", "svv"],
  20: ["v", "v", "v"],
  21: ["v", "", "t"],
  22: ["v", "", "ttv"],
};
const FUNC = 12;
const FUNC_PROTO = 13;

/** A type before ids and offsets are brought into range. */
interface TypeSpec {
  readonly kind: number;
  readonly kindFlag: boolean;
  /** What vlen is when the kind has no elements. */
  readonly vlen: number;
  readonly name: number;
  readonly third: number;
  readonly trailer: readonly number[];
  readonly elements: readonly (readonly number[])[];
}

/** A BTF before it is written. */
export interface GraphSpec {
  readonly types: readonly TypeSpec[];
  /** The strings' bytes between the first NUL and the last. */
  readonly strings: Uint8Array;
  readonly little: boolean;
  /** Bytes of the header; those after what is known are 0. */
  readonly headerLength: number;
  /** Words between header and types, bytes between types (or layout) and strings, bytes after the strings. */
  readonly gaps: readonly [words: number, bytes: number, trailing: number];
  /** Entries of the layout section, none when 0. */
  readonly layoutEntries: number;
  readonly gapByte: number;
}

/** One type as it was written. */
export interface WrittenType {
  readonly words: readonly number[];
  readonly references: readonly number[];
  readonly stringOffsets: readonly number[];
}

/** What was written: the bytes, and what a reader should find in them. */
export interface Written {
  readonly bytes: Uint8Array;
  readonly types: readonly WrittenType[];
  readonly startId: number;
  readonly endId: number;
  readonly stringStart: number;
  /** All string bytes, the base's first. */
  readonly strings: Uint8Array;
}

const word = fc.oneof(
  { weight: 4, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffffffff }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff, 0x01000000, 0x00ffffff) },
);

const typeSpec: fc.Arbitrary<TypeSpec> = fc.record({
  kind: fc.integer({ min: 1, max: 22 }),
  kindFlag: fc.boolean(),
  vlen: fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffff })),
  name: fc.nat(),
  third: word,
  trailer: fc.tuple(word, word, word),
  elements: fc.array(fc.tuple(word, word, word), { maxLength: 4 }),
});

const nameByte = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0x61, max: 0x64 }) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);

/** Sound BTF of any kinds, in any form that a reader has to take. */
export const graphSpec: fc.Arbitrary<GraphSpec> = fc.record({
  types: fc.array(typeSpec, { maxLength: 24 }),
  strings: fc.array(nameByte, { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes)),
  little: fc.boolean(),
  headerLength: fc.oneof(fc.constantFrom(24, 32), fc.integer({ min: 24, max: 67 })),
  gaps: fc.oneof(fc.constant<GraphSpec["gaps"]>([0, 0, 0]), fc.tuple(fc.nat(3), fc.nat(9), fc.nat(9))),
  layoutEntries: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })),
  gapByte: fc.nat(255),
});

const NO_BASE = { endId: 1, strings: new Uint8Array(0) };

/** Writes a BTF, on a base when there is one. */
export function writeGraph(spec: GraphSpec, base: Pick<Written, "endId" | "strings"> = NO_BASE): Written {
  const startId = base.endId;
  const stringStart = base.strings.length;
  const endId = startId + spec.types.length;
  const isSplit = base !== NO_BASE;
  const ownStrings = isSplit && spec.strings.length === 0 ? [] : [isSplit ? 0x41 : 0, ...spec.strings, 0];
  const strings = Uint8Array.from([...base.strings, ...ownStrings]);
  const protos = spec.types.flatMap(({ kind }, i) => (kind === FUNC_PROTO ? [startId + i] : []));

  const types = spec.types.map((type): WrittenType => {
    const kind = type.kind === FUNC && protos.length === 0 ? FUNC_PROTO - 5 : type.kind;
    const [third, trailer, element] = ROLES[kind]!;
    const elements = element === "" ? [] : type.elements;
    const references: number[] = [];
    const stringOffsets: number[] = [];
    const put = (role: string, value: number): number => {
      if (role === "v") return value;
      if (role === "s") {
        const offset = value % strings.length;
        stringOffsets.push(offset);
        return offset;
      }
      const id = kind === FUNC ? protos[value % protos.length]! : value % endId;
      references.push(id);
      return id;
    };
    const vlen = element === "" ? type.vlen : elements.length;
    const info = ((type.kindFlag ? 0x80000000 : 0) | (kind << 24) | vlen) >>> 0;
    const words = [put("s", type.name), info, put(third, type.third)];
    for (const [i, role] of trailer.split("").entries()) words.push(put(role, type.trailer[i]!));
    for (const values of elements) {
      for (const [i, role] of element.split("").entries()) words.push(put(role, values[i]!));
    }
    return { words, references, stringOffsets };
  });

  const layoutEntries = spec.headerLength >= 32 ? spec.layoutEntries : 0;
  const typeLength = types.reduce((sum, { words }) => sum + words.length * 4, 0);
  const typeOffset = spec.gaps[0] * 4;
  const layoutOffset = typeOffset + typeLength;
  const stringOffset = layoutOffset + layoutEntries * 4 + spec.gaps[1];
  const bytes = new Uint8Array(spec.headerLength + stringOffset + ownStrings.length + spec.gaps[2]);
  bytes.fill(spec.gapByte, spec.headerLength);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, spec.little);
  view.setUint8(2, 1);
  const fields = [spec.headerLength, typeOffset, typeLength, stringOffset, ownStrings.length];
  if (layoutEntries > 0) fields.push(layoutOffset, layoutEntries * 4);
  for (const [i, field] of fields.entries()) view.setUint32(4 + i * 4, field, spec.little);
  let at = spec.headerLength + typeOffset;
  for (const value of types.flatMap(({ words }) => words)) {
    view.setUint32(at, value, spec.little);
    at += 4;
  }
  for (let kind = 0; kind < layoutEntries; kind++) {
    const [, trailer, element] = ROLES[kind] ?? ["v", "", ""];
    bytes[at] = trailer.length * 4;
    bytes[at + 1] = element.length * 4;
    view.setUint16(at + 2, kind * 257, spec.little);
    at += 4;
  }
  bytes.set(ownStrings, spec.headerLength + stringOffset);
  return { bytes, types, startId, endId, stringStart, strings };
}

/** The bytes at an address that is `offset` beyond a multiple of 8, between others. */
export function atOffset(bytes: Uint8Array, offset: number): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 16).fill(0xa5);
  buffer.set(bytes, offset);
  return buffer.subarray(offset, offset + bytes.length);
}

/** The seed of a run: one may be given to repeat it. */
export const SEED = Number(process.env["BTFKIT_SEED"] ?? Math.floor(Math.random() * 0x7fffffff));

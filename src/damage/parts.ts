import { HEADER_BYTES, readHeader, endianOf, type Endian } from "../wire/header.js";
import { infoKind } from "../wire/kinds.js";
import { SHAPES, typeWords } from "../wire/shapes.js";
import { copyWords } from "../wire/words.js";
import { encode } from "../encoder/index.js";
import { graphOf, type Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { stringStartOf } from "../model/graph.js";

/** A BTF taken apart, so that types and strings can be added to it. */
export interface Parts {
  readonly endian: Endian;
  /** The words of its own types. */
  readonly words: Uint32Array;
  /** Its own string section. */
  readonly strings: Uint8Array;
  /** The id of the next type. */
  readonly endId: number;
  /** The name offset of its own first string: that of a split BTF goes on from its base's. */
  readonly stringStart: number;
}

const refuse = (message: string, rule: string, byteOffset: number): BtfError =>
  new BtfError(`damage(): ${message}`, { code: "EINVAL", rule, byteOffset });

/** The part of the data that a section takes. */
function section(bytes: Uint8Array, name: string, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) {
    throw refuse(
      `the ${name} section ends at byte ${start + length}, beyond the ${bytes.length} of the data; ` +
        "a recipe needs a BTF that is sound so far",
      "damage-section",
      start,
    );
  }
  return bytes.subarray(start, start + length);
}

/** Where each type begins in the words, up to and with where the last one ends. */
export function typeStarts(words: Uint32Array): number[] {
  const starts: number[] = [];
  let at = 0;
  while (at < words.length) {
    starts.push(at);
    const length = at + 1 < words.length ? typeWords(SHAPES, words[at + 1]!) : 0;
    if (length === 0 || at + length > words.length) {
      const kind = at + 1 < words.length ? `kind ${infoKind(words[at + 1]!)}` : "one word";
      throw refuse(
        `type [${starts.length}], of ${kind}, does not end in the type section; a recipe needs a BTF that is sound so far`,
        "damage-type",
        at * 4,
      );
    }
    at += length;
  }
  starts.push(at);
  return starts;
}

/** The header of data that has one in either byte order. */
export function headerOf(bytes: Uint8Array): ReturnType<typeof readHeader> {
  const endian = endianOf(bytes);
  if (endian === undefined || bytes.length < HEADER_BYTES) {
    throw refuse("the data does not begin with a BTF header of 24 bytes", "damage-header", 0);
  }
  return readHeader(bytes, endian);
}

/** Takes bytes apart. What is not a type or a string (gaps, a longer header, a layout section) is left behind. */
function partsOfBytes(bytes: Uint8Array): Parts {
  const { endian, headerLength, typeOffset, typeLength, stringOffset, stringLength } = headerOf(bytes);
  const words = copyWords(section(bytes, "type", headerLength + typeOffset, typeLength), endian);
  const strings = section(bytes, "string", headerLength + stringOffset, stringLength);
  return { endian, words, strings, endId: typeStarts(words).length, stringStart: 0 };
}

/** Takes a graph or bytes apart. @throws BtfError EINVAL for bytes whose types can't be told apart */
export function partsOf(x: Btf | Uint8Array): Parts {
  if (x instanceof Uint8Array) return partsOfBytes(x);
  const parts = partsOfBytes(encode(x));
  return { ...parts, endId: x.typeCount, stringStart: stringStartOf(graphOf(x)) };
}

import { KIND, packInfo, type KindName } from "../../wire/kinds.js";
import { parseLocation } from "../../model/location-text.js";
import type { LineFields } from "./read-fields.js";

/** A name that is not in a string section yet, or a word. */
export type NameOrWord = string | number;

/** A type of a dump as words, but for names. */
export interface RawWords {
  readonly kind: KindName;
  readonly name: string;
  readonly kindFlag: boolean;
  readonly vlen: number;
  readonly sizeOrType: number;
  readonly rest: readonly NameOrWord[];
}

const ENCODINGS = { "(none)": 0, SIGNED: 1, CHAR: 2, BOOL: 4, UNKN: 3 };
const LINKAGES = { static: 0, global: 1, extern: 2, "global-alloc": 1, "global-extern": 2, "(unknown)": 3 };
// The selftests have no word for an extern VAR.
const QUOTED_LINKAGES = { ...LINKAGES, "(unknown)": 2 };

/** The one attribute that compilers and pahole write as a TYPE_TAG with kind_flag, which dumps do not show. */
const ATTRIBUTE = /^address_space\(\d+\)$/;

const INT32_MIN = -0x80000000;

function intWord(head: LineFields): number {
  return (
    ((head.word("encoding", ENCODINGS) << 24) |
      ((head.number("bits_offset") & 0xff) << 16) |
      head.number("nr_bits")) >>>
    0
  );
}

/** The offset of a member as a word: with its bit-field size in the high byte where one of its struct has any. */
function memberWord(member: LineFields, kindFlag: boolean): number {
  const offset = member.number("bits_offset");
  if (!kindFlag) return offset;
  const size = member.has("bitfield_size") ? member.number("bitfield_size") : 0;
  if (offset > 0xffffff)
    member.fail(member.placeOf("bits_offset"), "at most 16777215 beside a bit-field", "bits_offset");
  if (size > 0xff) member.fail(member.placeOf("bitfield_size"), "at most 255 bits", "bitfield_size");
  return (offset | (size << 24)) >>> 0;
}

function isSigned(head: LineFields, values: readonly LineFields[]): boolean {
  if (head.has("encoding")) return head.word("encoding", { UNSIGNED: 0, SIGNED: 1 }) === 1;
  return values.some((value) => value.text("val").startsWith("-"));
}

function locationWords(head: LineFields, elements: readonly LineFields[]): readonly number[] {
  const flags = head.number("flags");
  if (!head.has("values")) return [flags, ...elements.map((value) => value.number("value"))];
  const shown = head.text("values").replace(/^'(.*)'$/, "$1");
  const words = parseLocation(shown, flags, head.number("vlen"));
  if (words === undefined || words.length !== head.number("vlen")) {
    return head.fail(head.placeOf("values"), `${shown} is no place of ${head.number("vlen")} words`, "values");
  }
  return [flags, ...words];
}

/** The words of a type from its line and those of its elements. */
export function rawWords(
  kind: KindName,
  head: LineFields,
  elements: readonly LineFields[],
  isQuoted: boolean,
): RawWords {
  const { name } = head;
  const plain = { kind, name, kindFlag: false, vlen: elements.length };
  switch (kind) {
    case "INT":
      return { ...plain, sizeOrType: head.number("size"), rest: [intWord(head)] };
    case "ARRAY":
      return {
        ...plain,
        sizeOrType: 0,
        rest: [head.number("type_id"), head.number("index_type_id"), head.number("nr_elems")],
      };
    case "STRUCT":
    case "UNION": {
      const kindFlag = elements.some((member) => member.has("bitfield_size"));
      const rest = elements.flatMap((member) => [member.name, member.number("type_id"), memberWord(member, kindFlag)]);
      return { ...plain, kindFlag, sizeOrType: head.number("size"), rest };
    }
    case "ENUM": {
      const rest = elements.flatMap((value) => [value.name, value.number("val", INT32_MIN)]);
      return { ...plain, kindFlag: isSigned(head, elements), sizeOrType: head.number("size"), rest };
    }
    case "ENUM64": {
      const rest = elements.flatMap((value) => [value.name, ...value.wide("val")]);
      return { ...plain, kindFlag: isSigned(head, elements), sizeOrType: head.number("size"), rest };
    }
    case "FWD":
      return { ...plain, kindFlag: head.word("fwd_kind", { struct: 0, union: 1 }) === 1, sizeOrType: 0, rest: [] };
    case "FUNC": {
      const vlen = head.has("linkage") ? head.word("linkage", LINKAGES) : 0;
      return { ...plain, vlen, sizeOrType: head.number("type_id"), rest: [] };
    }
    case "FUNC_PROTO": {
      const rest = elements.flatMap((param) => [param.name, param.number("type_id")]);
      return { ...plain, sizeOrType: head.number("ret_type_id"), rest };
    }
    case "VAR": {
      const linkage = head.word("linkage", isQuoted ? QUOTED_LINKAGES : LINKAGES);
      return { ...plain, sizeOrType: head.number("type_id"), rest: [linkage] };
    }
    case "DATASEC": {
      const rest = elements.flatMap((entry) => ["type_id", "offset", "size"].map((key) => entry.number(key)));
      return { ...plain, sizeOrType: head.number("size"), rest };
    }
    case "FLOAT":
      return { ...plain, sizeOrType: head.number("size"), rest: [] };
    case "DECL_TAG":
      return { ...plain, sizeOrType: head.number("type_id"), rest: [head.number("component_idx", INT32_MIN)] };
    case "LOC_PARAM": {
      const rest = locationWords(head, elements);
      return { ...plain, vlen: rest.length - 1, sizeOrType: head.number("size"), rest };
    }
    case "LOC_PROTO":
      return { ...plain, sizeOrType: 0, rest: elements.map((param) => param.number("type_id")) };
    case "LOCSEC": {
      const keys = ["func_type_id", "loc_proto_type_id", "offset"];
      return { ...plain, sizeOrType: 0, rest: elements.flatMap((place) => keys.map((key) => place.number(key))) };
    }
    case "TYPE_TAG":
      return { ...plain, kindFlag: ATTRIBUTE.test(name), sizeOrType: head.number("type_id"), rest: [] };
    default:
      return { ...plain, sizeOrType: head.number("type_id"), rest: [] };
  }
}

/** `info` of a type. */
export function infoOf({ kind, vlen, kindFlag }: RawWords): number {
  return packInfo(KIND[kind], vlen, kindFlag);
}

import { HEAD_WORDS, KIND, KIND_COUNT, KIND_LIMIT, KIND_NAMES, KINDS, type KindName } from "../wire/kinds.js";
import { token, type Token } from "./byte-writer.js";

/** What follows the text of a {@link Part}. */
export const VALUE = {
  nothing: 0,
  name: 1,
  decimal: 2,
  signed: 3,
  /** The vlen of the type. */
  vlen: 4,
  /** The low 24 bits, and the high 8 as the size of a bit-field where they are not 0. */
  bitOffset: 5,
  /** Bits 16 to 23. */
  intOffset: 6,
  /** Bits 0 to 7. */
  intBits: 7,
  intEncoding: 8,
  linkage: 9,
  vlenAsLinkage: 10,
  hex: 11,
  /** Two words, the lower first. */
  signed64: 12,
  unsigned64: 13,
  /** Kind and name of the type with this id, when there is one. */
  target: 14,
} as const;

/** A text and the value after it. `word` counts from the start of the type, or of the element. */
export interface Part {
  readonly text: Token;
  readonly value: number;
  readonly word: number;
}

/** How types with one top byte of `info`, kind_flag and kind, are written. */
export interface Line {
  /** What comes after the id. */
  readonly head: readonly Part[];
  readonly element: readonly Part[];
  /** Words before the first element. */
  readonly first: number;
  /** Words of an element; 0 when there are none. */
  readonly stride: number;
}

type Spec = readonly [text: string, value?: keyof typeof VALUE, word?: number];

const TYPE_ID: Spec = ["' type_id=", "decimal", 2];
const SIZE: Spec = ["' size=", "decimal", 2];
const VLEN: Spec = [" vlen=", "vlen"];
const MEMBER: readonly Spec[] = [
  ["\n\t'", "name", 0],
  ["' type_id=", "decimal", 1],
];

/** What is written after the name, and of each element; every text is bpftool's. */
function specOf(kind: KindName, kindFlag: boolean): { head: readonly Spec[]; element?: readonly Spec[] } {
  switch (kind) {
    case "INT":
      return {
        head: [SIZE, [" bits_offset=", "intOffset", 3], [" nr_bits=", "intBits", 3], [" encoding=", "intEncoding", 3]],
      };
    case "PTR":
    case "CONST":
    case "VOLATILE":
    case "RESTRICT":
    case "TYPEDEF":
    case "TYPE_TAG":
      return { head: [TYPE_ID] };
    case "ARRAY":
      return {
        head: [
          ["' type_id=", "decimal", 3],
          [" index_type_id=", "decimal", 4],
          [" nr_elems=", "decimal", 5],
        ],
      };
    case "STRUCT":
    case "UNION":
      return { head: [SIZE, VLEN], element: [...MEMBER, [" bits_offset=", kindFlag ? "bitOffset" : "decimal", 2]] };
    case "ENUM":
    case "ENUM64": {
      const value = kind === "ENUM" ? (kindFlag ? "signed" : "decimal") : kindFlag ? "signed64" : "unsigned64";
      return {
        head: [[`' encoding=${kindFlag ? "SIGNED" : "UNSIGNED"}`], [" size=", "decimal", 2], VLEN],
        element: [
          ["\n\t'", "name", 0],
          ["' val=", value, 1],
        ],
      };
    }
    case "FWD":
      return { head: [[`' fwd_kind=${kindFlag ? "union" : "struct"}`]] };
    case "FUNC":
      return { head: [TYPE_ID, [" linkage=", "vlenAsLinkage"]] };
    case "FUNC_PROTO":
      return { head: [["' ret_type_id=", "decimal", 2], VLEN], element: MEMBER };
    case "VAR":
      return { head: [TYPE_ID, [", linkage=", "linkage", 3]] };
    case "DATASEC":
      return {
        head: [SIZE, VLEN],
        element: [
          ["\n\ttype_id=", "decimal", 0],
          [" offset=", "decimal", 1],
          [" size=", "decimal", 2],
          ["", "target", 0],
        ],
      };
    case "FLOAT":
      return { head: [SIZE] };
    case "DECL_TAG":
      return { head: [TYPE_ID, [" component_idx=", "signed", 3]] };
    // Of bpf-next, in the words of its selftests.
    case "LOC_PARAM":
      return { head: [SIZE, [" flags=0x", "hex", 3], VLEN], element: [["\n\tvalue=", "decimal", 0]] };
    case "LOC_PROTO":
      return { head: [["'"], VLEN], element: [["\n\ttype_id=", "decimal", 0]] };
    case "LOCSEC":
      return {
        head: [["'"], VLEN],
        element: [
          ["\n\tfunc_type_id=", "decimal", 0],
          [" loc_proto_type_id=", "decimal", 1],
          [" offset=", "decimal", 2],
        ],
      };
    default:
      return { head: [["'"]] };
  }
}

function part([text, value = "nothing", word = 0]: Spec): Part {
  return { text: token(text), value: VALUE[value], word };
}

function lineOf(topByte: number): Line {
  const kind = KIND_NAMES[topByte & (KIND_LIMIT - 1)];
  if (kind === undefined || kind === "VOID") {
    return { head: [part(["] UNKNOWN '", "name", 0]), part(["'"])], element: [], first: 0, stride: 0 };
  }
  const { head, element = [] } = specOf(kind, topByte >= KIND_LIMIT);
  const row = KINDS[kind];
  return {
    head: [part([`] ${kind} '`, "name", 0]), ...head.map(part)],
    element: element.map(part),
    first: HEAD_WORDS + row.trailer.length,
    stride: row.element.length,
  };
}

/** The lines by the top byte of `info`. */
export const LINES: readonly Line[] = Array.from({ length: KIND_LIMIT * 2 }, (_, topByte) => lineOf(topByte));

/** Kinds as a DATASEC's entries show them. */
export const KIND_TEXT: readonly Token[] = Array.from({ length: KIND_LIMIT }, (_, kind) =>
  token(kind === KIND.VOID || kind >= KIND_COUNT ? "UNKNOWN" : KIND_NAMES[kind]!),
);

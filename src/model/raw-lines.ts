import { HEAD_WORDS, KIND, KIND_COUNT, KIND_LIMIT, KIND_NAMES, KINDS, type KindName } from "../wire/kinds.js";
import { token, type Token } from "./byte-writer.js";
import { OWN_VALUES, VALUE as PART_VALUE } from "./part-values.js";

/** What follows the text of a {@link Part}: {@link PART_VALUE}, and what the raw dump alone has. */
export const VALUE = {
  ...PART_VALUE,
  /** The low 24 bits, and the high 8 as the size of a bit-field where they are not 0. */
  bitOffsetAndSize: OWN_VALUES,
  hex: OWN_VALUES + 1,
  /** Kind and name of the type with this id, when there is one. */
  target: OWN_VALUES + 2,
  /** As `linkage`, in the words of the selftests. */
  variableLinkage: OWN_VALUES + 3,
  /** As `name`, as it stands in a C string. */
  quotedName: OWN_VALUES + 4,
  /** The name of the type with this id. */
  nameOf: OWN_VALUES + 5,
  /** What the words of a LOC_PARAM say. */
  location: OWN_VALUES + 6,
  /** What the words of the LOC_PARAM with this id say. */
  locationOf: OWN_VALUES + 7,
} as const;

/** A text and the value after it. `word` counts from the start of the type, or of the element. */
export interface Part {
  readonly text: Token;
  readonly value: number;
  readonly word: number;
}

/**
 * Whose text a raw dump equals: bpftool 7.1 or 7.8, whose raw dumps are the same for every kind that they know; bpftool
 * of bpf-next, which knows the LOC kinds; or the strings that the kernel's selftests give to `VALIDATE_RAW_BTF`.
 */
export type RawStyle = (typeof RAW_STYLES)[number];

/** The names of all {@link RawStyle}s. */
export const RAW_STYLES = ["bpftool-7.1", "bpftool-7.8", "bpf-next", "selftest"] as const;

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
function specOf(
  kind: KindName,
  kindFlag: boolean,
  style: RawStyle,
): { head: readonly Spec[]; element?: readonly Spec[] } {
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
      return {
        head: [SIZE, VLEN],
        element: [...MEMBER, [" bits_offset=", kindFlag ? "bitOffsetAndSize" : "decimal", 2]],
      };
    case "ENUM":
    case "ENUM64": {
      const value = kind === "ENUM" ? (kindFlag ? "signed" : "decimal") : kindFlag ? "signed64" : "unsigned64";
      return {
        head: [[`' encoding=${kindFlag ? "SIGNED" : "UNSIGNED"}`], [" size=", "decimal", 2], VLEN],
        element: [
          ["\n\t'", "name", 0],
          ["' val=", value, 1],
          ...(kind === "ENUM" ? [] : [[kindFlag ? "LL" : "ULL"] as const]),
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
      return { head: [TYPE_ID, [", linkage=", style === "selftest" ? "variableLinkage" : "linkage", 3]] };
    case "DATASEC":
      return {
        head: [SIZE, VLEN],
        element: [
          ["\n\ttype_id=", "decimal", 0],
          [" offset=", "decimal", 1],
          [" size=", "decimal", 2],
          ...(style === "selftest" ? [] : [["", "target", 0] as const]),
        ],
      };
    case "FLOAT":
      return { head: [SIZE] };
    case "DECL_TAG":
      return { head: [TYPE_ID, [" component_idx=", "signed", 3]] };
    // Of bpf-next: in the words of its bpftool where they are asked for, else in those of its selftests.
    case "LOC_PARAM": {
      const head: readonly Spec[] = [SIZE, [" flags=0x", "hex", 3], VLEN];
      return style === "bpf-next"
        ? { head: [...head, [" values='", "location", 3], ["'"]] }
        : { head, element: [["\n\tvalue=", "decimal", 0]] };
    }
    case "LOC_PROTO": {
      const id: Spec = ["\n\ttype_id=", "decimal", 0];
      return {
        head: [["'"], VLEN],
        element: style === "bpf-next" ? [id, [" value='", "locationOf", 0], ["'"]] : [id],
      };
    }
    case "LOCSEC":
      return {
        head: [["'"], VLEN],
        element: [
          ...(style === "bpf-next"
            ? ([
                ["\n\tname='", "nameOf", 0],
                ["' func_type_id=", "decimal", 0],
              ] as const)
            : [["\n\tfunc_type_id=", "decimal", 0] as const]),
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

/** The same inside of a C string: a line's end closes the string, and the next line opens another. */
function quotedPart([text, value, word]: Spec): Part {
  const quoted = text.replaceAll("\t", "\\t").replaceAll("\n", '\\n"\n"');
  return part([quoted, value === "name" ? "quotedName" : (value ?? "nothing"), word ?? 0]);
}

function lineOf(topByte: number, style: RawStyle): Line {
  const toPart = style === "selftest" ? quotedPart : part;
  const kind = KIND_NAMES[topByte & (KIND_LIMIT - 1)];
  if (kind === undefined || kind === "VOID") {
    const head: readonly Spec[] = [["] UNKNOWN '", "name", 0], ["'"]];
    return { head: head.map(toPart), element: [], first: 0, stride: 0 };
  }
  const { head, element = [] } = specOf(kind, topByte >= KIND_LIMIT, style);
  const row = KINDS[kind];
  const first: Spec = [`] ${kind} '`, "name", 0];
  return {
    head: [first, ...head].map(toPart),
    element: element.map(toPart),
    first: HEAD_WORDS + row.trailer.length,
    stride: element.length === 0 ? 0 : row.element.length,
  };
}

/** What a dump in one style is made of. */
export interface RawLines {
  /** What comes before a type's id. */
  readonly open: Token;
  /** What comes after a type. */
  readonly close: Token;
  /** How types with one top byte of `info` are written. */
  readonly lineOf: (topByte: number) => Line;
}

/** The lines of a style. */
export function rawLines(style: RawStyle): RawLines {
  const isQuoted = style === "selftest";
  return {
    open: token(isQuoted ? '"[' : "["),
    close: token(isQuoted ? '",\n' : "\n"),
    lineOf: (topByte) => lineOf(topByte, style),
  };
}

/** A kind as a DATASEC's entries show it. */
export function kindText(kind: number): string {
  return kind === KIND.VOID || kind >= KIND_COUNT ? "UNKNOWN" : KIND_NAMES[kind]!;
}

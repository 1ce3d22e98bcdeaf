/**
 * Everything that is a fact about a kind of BTF type, in one table. Encoding, decoding, walking references, swapping
 * bytes, printing and the layout section read it; adding a kind is adding a row.
 *
 * A type on the wire is `struct btf_type` of `include/uapi/linux/btf.h`, three 32-bit words: the name's string offset,
 * `info` (vlen in bits 0-23, kind in bits 24-30, kind_flag in bit 31), and a word that is a size in bytes or a type id.
 * After it come the kind's fixed trailer words, then `vlen` elements of the kind's element words.
 */

/** What one 32-bit word of a type holds: a string offset, a type id, or a plain value. */
export type WordRole = "string" | "type" | "value";

/** What bit 31 of `info` says for a kind; kinds without an entry have no use for it. */
export type KindFlagMeaning = "bitfields" | "union" | "signed" | "attribute";

export interface KindRow {
  /** `BTF_KIND_*` of the UAPI header. */
  readonly kind: number;
  /** What the third word is: a size in bytes, a type id, or unused. */
  readonly sizeOrType: "size" | "type" | "unused";
  /** Roles of the words that every type of the kind has after the first three. */
  readonly trailer: readonly WordRole[];
  /** Roles of the words of one element; there are `vlen` elements. */
  readonly element: readonly WordRole[];
  /** What vlen means. */
  readonly vlen: "elements" | "linkage" | "unused";
  readonly kindFlag?: KindFlagMeaning;
  /** The first mainline release that has the kind. */
  readonly since: string;
}

const table = {
  VOID: { kind: 0, sizeOrType: "unused", trailer: [], element: [], vlen: "unused", since: "4.18" },
  INT: { kind: 1, sizeOrType: "size", trailer: ["value"], element: [], vlen: "unused", since: "4.18" },
  PTR: { kind: 2, sizeOrType: "type", trailer: [], element: [], vlen: "unused", since: "4.18" },
  ARRAY: {
    kind: 3,
    sizeOrType: "unused",
    trailer: ["type", "type", "value"],
    element: [],
    vlen: "unused",
    since: "4.18",
  },
  STRUCT: {
    kind: 4,
    sizeOrType: "size",
    trailer: [],
    element: ["string", "type", "value"],
    vlen: "elements",
    kindFlag: "bitfields",
    since: "4.18",
  },
  UNION: {
    kind: 5,
    sizeOrType: "size",
    trailer: [],
    element: ["string", "type", "value"],
    vlen: "elements",
    kindFlag: "bitfields",
    since: "4.18",
  },
  ENUM: {
    kind: 6,
    sizeOrType: "size",
    trailer: [],
    element: ["string", "value"],
    vlen: "elements",
    kindFlag: "signed",
    since: "4.18",
  },
  FWD: { kind: 7, sizeOrType: "unused", trailer: [], element: [], vlen: "unused", kindFlag: "union", since: "4.18" },
  TYPEDEF: { kind: 8, sizeOrType: "type", trailer: [], element: [], vlen: "unused", since: "4.18" },
  VOLATILE: { kind: 9, sizeOrType: "type", trailer: [], element: [], vlen: "unused", since: "4.18" },
  CONST: { kind: 10, sizeOrType: "type", trailer: [], element: [], vlen: "unused", since: "4.18" },
  RESTRICT: { kind: 11, sizeOrType: "type", trailer: [], element: [], vlen: "unused", since: "4.18" },
  FUNC: { kind: 12, sizeOrType: "type", trailer: [], element: [], vlen: "linkage", since: "5.0" },
  FUNC_PROTO: {
    kind: 13,
    sizeOrType: "type",
    trailer: [],
    element: ["string", "type"],
    vlen: "elements",
    since: "5.0",
  },
  VAR: { kind: 14, sizeOrType: "type", trailer: ["value"], element: [], vlen: "unused", since: "5.2" },
  DATASEC: {
    kind: 15,
    sizeOrType: "size",
    trailer: [],
    element: ["type", "value", "value"],
    vlen: "elements",
    since: "5.2",
  },
  FLOAT: { kind: 16, sizeOrType: "size", trailer: [], element: [], vlen: "unused", since: "5.13" },
  DECL_TAG: {
    kind: 17,
    sizeOrType: "type",
    trailer: ["value"],
    element: [],
    vlen: "unused",
    kindFlag: "attribute",
    since: "5.16",
  },
  TYPE_TAG: {
    kind: 18,
    sizeOrType: "type",
    trailer: [],
    element: [],
    vlen: "unused",
    kindFlag: "attribute",
    since: "5.17",
  },
  ENUM64: {
    kind: 19,
    sizeOrType: "size",
    trailer: [],
    element: ["string", "value", "value"],
    vlen: "elements",
    kindFlag: "signed",
    since: "6.0",
  },
  LOC_PARAM: {
    kind: 20,
    sizeOrType: "size",
    trailer: ["value"],
    element: ["value"],
    vlen: "elements",
    since: "bpf-next",
  },
  LOC_PROTO: { kind: 21, sizeOrType: "unused", trailer: [], element: ["type"], vlen: "elements", since: "bpf-next" },
  LOCSEC: {
    kind: 22,
    sizeOrType: "unused",
    trailer: [],
    element: ["type", "type", "value"],
    vlen: "elements",
    since: "bpf-next",
  },
} as const satisfies Record<string, KindRow>;

/** The name of a kind, as the UAPI header and bpftool spell it. */
export type KindName = keyof typeof table;

/** The kind table: one row a kind. */
export const KINDS: Readonly<Record<KindName, KindRow>> = table;

/** Kind numbers by name: `KIND.STRUCT` is 4, `BTF_KIND_STRUCT`. */
export const KIND = Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row.kind])) as {
  readonly [Name in KindName]: (typeof table)[Name]["kind"];
};

/** Kind names by number; a number without a row has no entry. */
export const KIND_NAMES: readonly KindName[] = Object.keys(table) as KindName[];

/** One more than the highest kind number that has a row. */
export const KIND_COUNT = KIND_NAMES.length;

/** Words that every type has: name offset, info, size or type. */
export const HEAD_WORDS = 3;

/** The number of kinds that `info` can express: 7 bits. */
export const KIND_LIMIT = 128;

/** The highest vlen that `info` can express: 24 bits. */
export const VLEN_MAX = 0xffffff;

/** The highest name offset a kernel takes, `BTF_MAX_NAME_OFFSET`. */
export const NAME_OFFSET_MAX = 0xffffff;

/** Packs `info`: vlen, kind and kind_flag as one unsigned word. */
export function packInfo(kind: number, vlen: number, kindFlag = false): number {
  return (((kindFlag ? 1 : 0) << 31) | ((kind & 0x7f) << 24) | (vlen & VLEN_MAX)) >>> 0;
}

/** The kind number in `info`. */
export function infoKind(info: number): number {
  return (info >>> 24) & 0x7f;
}

/** The vlen in `info`. */
export function infoVlen(info: number): number {
  return info & VLEN_MAX;
}

/** The kind_flag in `info`. */
export function infoKindFlag(info: number): boolean {
  return info >>> 31 === 1;
}

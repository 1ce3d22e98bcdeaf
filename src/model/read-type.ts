import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND_NAMES, type KindName } from "../wire/kinds.js";
import { readName } from "./read-name.js";
import type { Run } from "./segment.js";
import { INT_ENCODINGS, LINKAGES, type BtfType, type IntEncoding, type Linkage } from "./types.js";

/** What a reader of one kind gets: the type's first three words, taken apart, and where the rest begins. */
interface Head {
  readonly words: Uint32Array;
  /** Word offset of what follows the first three words. */
  readonly rest: number;
  readonly name: string;
  readonly vlen: number;
  readonly kindFlag: boolean;
  readonly sizeOrType: number;
  /** The name at a string offset; "" where there is none. */
  readonly nameAt: (offset: number) => string;
}

function intEncoding(bits: number): IntEncoding | number {
  for (const [word, number] of Object.entries(INT_ENCODINGS)) if (number === bits) return word as IntEncoding;
  return bits;
}

function linkage(number: number): Linkage | number {
  return LINKAGES[number] ?? number;
}

/** `count` elements of `stride` words each, every one read by `read` from its word offset. */
function elements<T>(head: Head, first: number, stride: number, read: (at: number) => T): T[] {
  const list: T[] = [];
  // Only a type that was made wrong on purpose has a vlen beyond its words.
  const count = Math.min(head.vlen, Math.floor((head.words.length - first) / stride));
  for (let i = 0; i < count; i++) list.push(read(first + i * stride));
  return list;
}

type Readers = { readonly [Kind in KindName]: (head: Head) => Extract<BtfType, { kind: Kind }> };

const reference =
  <Kind extends "PTR" | "CONST" | "VOLATILE" | "RESTRICT">(kind: Kind) =>
  ({ name, sizeOrType }: Head) => ({ kind, name, typeId: sizeOrType });

const composite =
  <Kind extends "STRUCT" | "UNION">(kind: Kind) =>
  (head: Head) => ({
    kind,
    name: head.name,
    size: head.sizeOrType,
    kindFlag: head.kindFlag,
    members: elements(head, head.rest, 3, (at) => {
      const offset = head.words[at + 2]!;
      return {
        name: head.nameAt(head.words[at]!),
        typeId: head.words[at + 1]!,
        bitsOffset: head.kindFlag ? offset & 0xffffff : offset,
        bitfieldSize: head.kindFlag ? offset >>> 24 : 0,
      };
    }),
  });

const READERS: Readers = {
  VOID: ({ name }) => ({ kind: "VOID", name }),
  INT: ({ words, rest, name, sizeOrType }) => ({
    kind: "INT",
    name,
    size: sizeOrType,
    encoding: intEncoding((words[rest]! >>> 24) & 0xf),
    bitsOffset: (words[rest]! >>> 16) & 0xff,
    nrBits: words[rest]! & 0xff,
  }),
  PTR: reference("PTR") as Readers["PTR"],
  ARRAY: ({ words, rest, name }) => ({
    kind: "ARRAY",
    name,
    typeId: words[rest]!,
    indexTypeId: words[rest + 1]!,
    nrElems: words[rest + 2]!,
  }),
  STRUCT: composite("STRUCT") as Readers["STRUCT"],
  UNION: composite("UNION") as Readers["UNION"],
  ENUM: (head) => ({
    kind: "ENUM",
    name: head.name,
    size: head.sizeOrType,
    signed: head.kindFlag,
    values: elements(head, head.rest, 2, (at) => ({
      name: head.nameAt(head.words[at]!),
      val: head.kindFlag ? head.words[at + 1]! | 0 : head.words[at + 1]!,
    })),
  }),
  FWD: ({ name, kindFlag }) => ({ kind: "FWD", name, fwdKind: kindFlag ? "union" : "struct" }),
  TYPEDEF: ({ name, sizeOrType }) => ({ kind: "TYPEDEF", name, typeId: sizeOrType }),
  VOLATILE: reference("VOLATILE") as Readers["VOLATILE"],
  CONST: reference("CONST") as Readers["CONST"],
  RESTRICT: reference("RESTRICT") as Readers["RESTRICT"],
  FUNC: ({ name, vlen, sizeOrType }) => ({ kind: "FUNC", name, linkage: linkage(vlen), typeId: sizeOrType }),
  FUNC_PROTO: (head) => ({
    kind: "FUNC_PROTO",
    name: head.name,
    retTypeId: head.sizeOrType,
    params: elements(head, head.rest, 2, (at) => ({
      name: head.nameAt(head.words[at]!),
      typeId: head.words[at + 1]!,
    })),
  }),
  VAR: ({ words, rest, name, sizeOrType }) => ({
    kind: "VAR",
    name,
    linkage: linkage(words[rest]!),
    typeId: sizeOrType,
  }),
  DATASEC: (head) => ({
    kind: "DATASEC",
    name: head.name,
    size: head.sizeOrType,
    vars: elements(head, head.rest, 3, (at) => ({
      typeId: head.words[at]!,
      offset: head.words[at + 1]!,
      size: head.words[at + 2]!,
    })),
  }),
  FLOAT: ({ name, sizeOrType }) => ({ kind: "FLOAT", name, size: sizeOrType }),
  DECL_TAG: ({ words, rest, name, sizeOrType, kindFlag }) => ({
    kind: "DECL_TAG",
    name,
    typeId: sizeOrType,
    componentIdx: words[rest]! | 0,
    attribute: kindFlag,
  }),
  TYPE_TAG: ({ name, sizeOrType, kindFlag }) => ({ kind: "TYPE_TAG", name, typeId: sizeOrType, attribute: kindFlag }),
  ENUM64: (head) => ({
    kind: "ENUM64",
    name: head.name,
    size: head.sizeOrType,
    signed: head.kindFlag,
    values: elements(head, head.rest, 3, (at) => {
      const val = BigInt(head.words[at + 1]!) | (BigInt(head.words[at + 2]!) << 32n);
      return { name: head.nameAt(head.words[at]!), val: head.kindFlag ? BigInt.asIntN(64, val) : val };
    }),
  }),
  LOC_PARAM: (head) => ({
    kind: "LOC_PARAM",
    name: head.name,
    size: head.sizeOrType,
    flags: head.words[head.rest]!,
    values: elements(head, head.rest + 1, 1, (at) => head.words[at]!),
  }),
  LOC_PROTO: (head) => ({
    kind: "LOC_PROTO",
    name: head.name,
    params: elements(head, head.rest, 1, (at) => head.words[at]!),
  }),
  LOCSEC: (head) => ({
    kind: "LOCSEC",
    name: head.name,
    locs: elements(head, head.rest, 3, (at) => ({
      funcTypeId: head.words[at]!,
      locProtoTypeId: head.words[at + 1]!,
      offset: head.words[at + 2]!,
    })),
  }),
};

/** The type whose words begin at `at` of `words`, as an object; names come from the strings of `runs`. */
export function readType(runs: readonly Run[], words: Uint32Array, at: number): BtfType {
  const nameAt = (offset: number): string => readName(runs, offset) ?? "";
  const info = words[at + 1]!;
  const kind = infoKind(info);
  const head: Head = {
    words,
    rest: at + HEAD_WORDS,
    name: nameAt(words[at]!),
    vlen: infoVlen(info),
    kindFlag: infoKindFlag(info),
    sizeOrType: words[at + 2]!,
    nameAt,
  };
  const kindName = KIND_NAMES[kind];
  if (kindName !== undefined) return READERS[kindName](head);
  const { name, vlen, kindFlag, sizeOrType } = head;
  return { kind: "UNKNOWN", name, kindNumber: kind, vlen, kindFlag, sizeOrType };
}

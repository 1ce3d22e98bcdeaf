/** BTF for each message that 6.18 can log, in the order of the fact sheet's section 12. */
import { btf, encode } from "btfkit";
import type { VerifyRule } from "btfkit/kernel";
import type { RawType } from "../../src/builder/writer.js";
import { HEADER_BYTES, writeHeader } from "../../src/wire/header.js";
import { array, datasec, int, LONG_CHAIN, named, proto, raw, struct, types, variable } from "./raw-types.js";

const INT = types();

/** The INT's bytes with a change. */
function bytes(change: (view: DataView, data: Uint8Array) => void, data = INT.slice()): Uint8Array {
  change(new DataView(data.buffer), data);
  return data;
}

const word = (at: number, value: number) => bytes((view) => view.setUint32(at, value, true));

export interface MessageCase {
  readonly rule: VerifyRule;
  readonly name: string;
  readonly data: Uint8Array;
  /** The end of the log, from the last line on. */
  readonly ends: string;
  readonly errno?: string;
}

/** A header of 24 bytes whose sections lie where it is said, and so many bytes. */
function sections(
  [typeOffset, typeLength, stringOffset, stringLength]: readonly [number, number, number, number],
  length: number,
): Uint8Array {
  const data = new Uint8Array(HEADER_BYTES + length);
  const places = { typeOffset, typeLength, stringOffset, stringLength, layoutOffset: 0, layoutLength: 0 };
  writeHeader(data, { endian: "little", version: 1, flags: 0, headerLength: HEADER_BYTES, ...places });
  return data;
}

export const HEADER: readonly MessageCase[] = [
  { rule: "header-short", name: "no header", data: INT.slice(0, 7), ends: "hdr_len not found" },
  {
    rule: "header-cut",
    name: "a header that is longer than the data",
    data: word(4, 4000),
    ends: "btf_header not found",
  },
  {
    rule: "header-tail",
    name: "the header of 2026, with a layout section",
    data: encode(btf().addInt("int", 4).build(), { layout: true }),
    ends: "Unsupported btf_header",
    errno: "E2BIG",
  },
  {
    rule: "magic",
    name: "another magic",
    data: bytes((view) => view.setUint16(0, 0xeb9e, true)),
    ends: "Invalid magic",
  },
  {
    rule: "version",
    name: "version 2",
    data: bytes((view) => view.setUint8(2, 2)),
    ends: "Unsupported version",
    errno: "ENOTSUPP",
  },
  {
    rule: "flags",
    name: "flags",
    data: bytes((view) => view.setUint8(3, 1)),
    ends: "Unsupported flags",
    errno: "ENOTSUPP",
  },
  { rule: "no-data", name: "a header alone", data: INT.slice(0, 24), ends: "No data" },
  { rule: "section-offset", name: "strings beyond the data", data: word(16, 4000), ends: "Invalid section offset" },
  {
    rule: "section-gap",
    name: "a gap before the types",
    data: sections([4, 12, 16, 1], 17),
    ends: "Unsupported section found",
  },
  { rule: "section-overlap", name: "strings among the types", data: word(16, 12), ends: "Section overlap found" },
  {
    rule: "section-length",
    name: "strings that are too long",
    data: word(20, 4000),
    ends: "Total section length too long",
  },
  {
    rule: "string-section-place",
    name: "strings first",
    data: sections([4, 12, 0, 4], 16),
    ends: "String section is not at the end",
  },
  {
    rule: "string-section",
    name: "strings without a NUL first",
    data: bytes((_, data) => (data[40] = 65)),
    ends: "Invalid string section",
  },
  {
    rule: "type-section-alignment",
    name: "types at an odd place",
    data: sections([5, 0, 0, 5], 5),
    ends: "Unaligned type_off",
  },
  { rule: "no-types", name: "no types", data: sections([0, 0, 0, 1], 1), ends: "No type found" },
];

export const HEADS: readonly MessageCase[] = [
  { rule: "type-cut", name: "half a type", data: sections([0, 8, 8, 1], 9), ends: "[1] meta_left:8 meta_needed:12" },
  {
    rule: "info",
    name: "a bit that is reserved",
    data: types(raw("PTR", { info: 0x02010000 })),
    ends: "[2] Invalid btf_info:2010000",
  },
  { rule: "kind", name: "kind 20", data: types(raw("PTR", { info: 0x14000000 })), ends: "[2] Invalid kind:20" },
  {
    rule: "name-offset",
    name: "a name beyond the strings",
    data: types(raw("PTR", { name: 99 })),
    ends: "[2] Invalid name_offset:99",
  },
  {
    rule: "elements-cut",
    name: "an INT without its data",
    data: types(raw("INT", { name: "i", sizeOrType: 4 })),
    ends: "[2] INT i meta_left:0 meta_needed:4\n",
  },
  {
    rule: "int-data",
    name: "high bits of an INT's data",
    data: types(int(4, 0x10000020)),
    ends: "[2] INT i Invalid int_data:10000020\n",
  },
];

export const METAS: readonly MessageCase[] = [
  {
    rule: "vlen",
    name: "a PTR with vlen",
    data: types(raw("PTR", { vlen: 1, sizeOrType: 1 })),
    ends: "[2] PTR (anon) type_id=1 vlen != 0\n",
  },
  {
    rule: "kind-flag",
    name: "a PTR with kind_flag",
    data: types(raw("PTR", { kindFlag: true, sizeOrType: 1 })),
    ends: "[2] PTR (anon) type_id=1 Invalid btf_info kind_flag\n",
  },
  {
    rule: "int-bits",
    name: "an INT of 129 bits",
    data: types(int(32, 129)),
    ends: "size=32 bits_offset=0 nr_bits=129 encoding=(none) nr_bits exceeds 128\n",
  },
  {
    rule: "int-size",
    name: "33 bits in 4 bytes",
    data: types(int(4, 33)),
    ends: "nr_bits=33 encoding=(none) nr_bits exceeds type_size\n",
  },
  {
    rule: "int-encoding",
    name: "an INT that is signed and char",
    data: types(int(4, 0x03000020)),
    ends: "encoding=UNKN Unsupported encoding\n",
    errno: "ENOTSUPP",
  },
  {
    rule: "type-id-range",
    name: "a PTR to an id that no kernel has",
    data: types(raw("PTR", { sizeOrType: 0x100000 })),
    ends: "[2] PTR (anon) type_id=1048576 Invalid type_id\n",
  },
  {
    rule: "no-name",
    name: "a PTR with a name",
    data: types(named("p", "PTR")),
    ends: "[2] PTR p type_id=1 Invalid name\n",
  },
  {
    rule: "name",
    name: "a TYPEDEF that is no identifier",
    data: types(named("a-b")),
    ends: "[2] TYPEDEF a-b type_id=1 Invalid name\n",
  },
  {
    rule: "section-name",
    name: "a DATASEC with a control character",
    data: types(raw("DATASEC", { name: "a\u0001", sizeOrType: 4 })),
    ends: "size=4 vlen=0 Invalid name\n",
  },
  {
    rule: "tag-name",
    name: "a TYPE_TAG without a text",
    data: types(raw("TYPE_TAG", { sizeOrType: 1 })),
    ends: "[2] TYPE_TAG (anon) type_id=1 Invalid name\n",
  },
  { rule: "fwd-type", name: "a FWD with a type", data: types(named("f", "FWD")), ends: "[2] FWD f struct type != 0\n" },
  {
    rule: "array-size",
    name: "an ARRAY with a size",
    data: types(array(1, 1, 4, 8)),
    ends: "[2] ARRAY (anon) type_id=1 index_type_id=1 nr_elems=4 size != 0\n",
  },
  { rule: "array-element", name: "an ARRAY of void", data: types(array(0, 1, 4)), ends: "nr_elems=4 Invalid elem\n" },
  {
    rule: "array-index",
    name: "an ARRAY without an index",
    data: types(array(1, 0, 4)),
    ends: "nr_elems=4 Invalid index\n",
  },
  {
    rule: "array-int",
    name: "an ARRAY of 24 bits",
    data: types(int(4, 24), array(2, 1, 4)),
    ends: "[3] ARRAY (anon) type_id=2 index_type_id=1 nr_elems=4 Invalid array of int\n",
  },
  {
    rule: "array-overflow",
    name: "an ARRAY of 4 GiB",
    data: types(array(1, 1, 0x40000000)),
    ends: "nr_elems=1073741824 Array size overflows U32_MAX\n",
  },
  {
    rule: "enum-size",
    name: "an ENUM of 3 bytes",
    data: types(raw("ENUM", { name: "e", sizeOrType: 3 })),
    ends: "[2] ENUM e size=3 vlen=0 Unexpected size\n",
  },
  {
    rule: "func-linkage",
    name: "an extern FUNC",
    data: types(raw("FUNC_PROTO"), raw("FUNC", { name: "f", vlen: 2, sizeOrType: 2 })),
    ends: "[3] FUNC f type_id=2 Invalid func linkage\n",
  },
  {
    rule: "var-linkage",
    name: "an extern VAR",
    data: types(variable(1, 2)),
    ends: "[2] VAR v type_id=1 linkage=2 Linkage not supported\n",
  },
  {
    rule: "datasec-size",
    name: "a DATASEC of 0 bytes",
    data: types(datasec(0, [])),
    ends: "[2] DATASEC .data size=0 vlen=0 size == 0\n",
  },
  {
    rule: "datasec-sum",
    name: "entries that come to more than the section",
    data: types(variable(), datasec(0xfffffffe, [2, 0, 0xfffffff0, 2, 0xfffffff0, 0x20, 2, 0x10, 0x10])),
    ends: "[3] DATASEC .data size=4294967294 vlen=3 Invalid btf_info size\n",
  },
  {
    rule: "float-size",
    name: "a FLOAT of 3 bytes",
    data: types(raw("FLOAT", { name: "f", sizeOrType: 3 })),
    ends: "[2] FLOAT f size=3 Invalid type_size\n",
  },
  {
    rule: "tag-value",
    name: "a DECL_TAG without a text",
    data: types(struct(4, []), raw("DECL_TAG", { sizeOrType: 2, extra: [0xffffffff] })),
    ends: "[3] DECL_TAG (anon) type=2 component_idx=-1 Invalid value\n",
  },
  {
    rule: "component-range",
    name: "a DECL_TAG on -2",
    data: types(struct(4, []), raw("DECL_TAG", { name: "t", sizeOrType: 2, extra: [0xfffffffe] })),
    ends: "[3] DECL_TAG t type=2 component_idx=-2 Invalid component_idx\n",
  },
  {
    rule: "value-name-offset",
    name: "an enumerator's name beyond the strings",
    data: types(raw("ENUM", { name: "e", vlen: 1, sizeOrType: 4, extra: [99, 0] })),
    ends: "[2] ENUM e size=4 vlen=1\n\tInvalid name_offset:99",
  },
  {
    rule: "value-name",
    name: "an enumerator without a name",
    data: types(raw("ENUM", { name: "e", vlen: 1, sizeOrType: 4, extra: [0, 0] })),
    ends: "[2] ENUM e size=4 vlen=1\n[2] ENUM e size=4 vlen=1 Invalid name\n",
  },
  {
    rule: "member-name-offset",
    name: "a member's name beyond the strings",
    data: types(struct(4, [99, 1, 0])),
    ends: "\t(invalid-name-offset) type_id=1 bits_offset=0 Invalid member name_offset:99\n",
  },
  {
    rule: "member-name",
    name: "a member whose name is empty but not absent",
    data: types(struct(4, [4, 1, 0])),
    ends: "\t type_id=1 bits_offset=0 Invalid name\n",
  },
  {
    rule: "member-type-id",
    name: "a member of type void",
    data: types(struct(4, [0, 0, 0])),
    ends: "\t(anon) type_id=0 bits_offset=0 Invalid type_id\n",
  },
  {
    rule: "member-offset",
    name: "members that go back",
    data: types(struct(8, [0, 1, 32, 0, 1, 0])),
    ends: "\t(anon) type_id=1 bits_offset=0 Invalid member bits_offset\n",
  },
  {
    rule: "member-beyond",
    name: "a member beyond the struct",
    data: types(struct(4, [0, 1, 40])),
    ends: "\t(anon) type_id=1 bits_offset=40 Member bits_offset exceeds its struct size\n",
  },
  {
    rule: "entry-type-id",
    name: "an entry of type void",
    data: types(datasec(4, [0, 0, 4])),
    ends: "\t type_id=0 offset=0 size=4 Invalid type_id\n",
  },
  {
    rule: "entry-offset",
    name: "an entry beyond the section",
    data: types(variable(), datasec(4, [2, 4, 4])),
    ends: "\t type_id=2 offset=4 size=4 Invalid offset\n",
  },
  {
    rule: "entry-size",
    name: "an entry of 0 bytes",
    data: types(variable(), datasec(4, [2, 0, 0])),
    ends: "\t type_id=2 offset=0 size=0 Invalid size\n",
  },
  {
    rule: "entry-end",
    name: "an entry that ends beyond the section",
    data: types(variable(), datasec(8, [2, 4, 8])),
    ends: "\t type_id=2 offset=4 size=8 Invalid offset+size\n",
  },
];

const member = (type: number, offset: number, size = 4, kindFlag = false): RawType =>
  struct(size, [0, type, offset], kindFlag);
const shown = (type: number, rest: string): string => `\t(anon) type_id=${type} ${rest}\n`;
const pointers = (count: number): RawType[] =>
  Array.from({ length: count }, (_, i) => raw("PTR", { sizeOrType: i + 1 < count ? i + 3 : 0 }));

export const RESOLVES: readonly MessageCase[] = [
  {
    rule: "type-reference",
    name: "a PTR to no type",
    data: types(raw("PTR", { sizeOrType: 9 })),
    ends: "[2] PTR (anon) type_id=9 Invalid type_id\n",
  },
  {
    rule: "component-index",
    name: "a DECL_TAG on a member that is not there",
    data: types(struct(4, []), raw("DECL_TAG", { name: "t", sizeOrType: 2, extra: [0] })),
    ends: "component_idx=0 Invalid component_idx\n",
  },
  {
    rule: "return-type",
    name: "a FUNC_PROTO that returns a FUNC_PROTO",
    data: types(proto(2)),
    ends: "[2] FUNC_PROTO (anon) return=2 args=(void) Invalid return type\n",
  },
  {
    rule: "argument",
    name: "a parameter of type void",
    data: types(proto(0, [0, 0, 0, 1])),
    ends: "[2] FUNC_PROTO (anon) return=0 args=(0 (anon), 1 (anon)) Invalid arg#1\n",
  },
  {
    rule: "func-argument",
    name: "a FUNC whose parameter has no name",
    data: types(proto(0, [0, 1]), raw("FUNC", { name: "f", sizeOrType: 2 })),
    ends: "[3] FUNC f type_id=2 Invalid arg#1\n",
  },
  {
    rule: "depth",
    name: "33 pointers to one another",
    data: types(...pointers(33)),
    ends: "[2] PTR (anon) type_id=3 Exceeded max resolving depth:32\n",
    errno: "E2BIG",
  },
  {
    rule: "loop",
    name: "a TYPEDEF of itself",
    data: types(raw("TYPEDEF", { name: "t", sizeOrType: 2 })),
    ends: "[2] TYPEDEF t type_id=2 Loop detected\n",
    errno: "EEXIST",
  },
  {
    rule: "member-type",
    name: "a member that is no type",
    data: types(member(9, 0)),
    ends: `[2] STRUCT s size=4 vlen=1\n${shown(9, "bits_offset=0 Invalid member")}`,
  },
  {
    rule: "member-offset-overflow",
    name: "a member's and an INT's offset of more than 32 bits",
    data: types(int(4, 0x00050008), member(2, 0xffffffff, 0xffffffff)),
    ends: shown(2, "bits_offset=4294967295 bits_offset exceeds U32_MAX"),
  },
  {
    rule: "member-bits",
    name: "128 bits at bit 1",
    data: types(int(16, 128), member(2, 1, 32)),
    ends: shown(2, "bits_offset=1 nr_copy_bits exceeds 128"),
  },
  {
    rule: "member-end",
    name: "an INT at the end",
    data: types(member(1, 8)),
    ends: shown(1, "bits_offset=8 Member exceeds struct_size"),
  },
  {
    rule: "bitfield-base",
    name: "a bit-field of 24 bits",
    data: types(int(4, 24), member(2, 3 << 24, 4, true)),
    ends: shown(2, "bitfield_size=3 bits_offset=0 Invalid member base type"),
  },
  {
    rule: "bitfield-offset",
    name: "no bit-field at bit 1",
    data: types(member(1, 1, 8, true)),
    ends: shown(1, "bitfield_size=0 bits_offset=1 Invalid member offset"),
  },
  {
    rule: "bitfield-size",
    name: "33 bits of an int",
    data: types(member(1, 33 << 24, 8, true)),
    ends: shown(1, "bitfield_size=33 bits_offset=0 Invalid member bitfield_size"),
  },
  {
    rule: "member-byte",
    name: "a pointer at bit 1",
    data: types(raw("PTR", { sizeOrType: 1 }), member(2, 1, 16)),
    ends: shown(2, "bits_offset=1 Member is not byte aligned"),
  },
  {
    rule: "member-alignment",
    name: "a FLOAT at byte 1",
    data: types(raw("FLOAT", { name: "f", sizeOrType: 4 }), member(2, 8, 8)),
    ends: shown(2, "bits_offset=8 Member is not properly aligned"),
  },
  {
    rule: "entry-kind",
    name: "a FUNC in a DATASEC",
    data: types(proto(0), raw("FUNC", { name: "f", vlen: 1, sizeOrType: 2 }), datasec(4, [3, 0, 4])),
    ends: "[4] DATASEC .data size=4 vlen=1\n\t type_id=3 offset=0 size=4 Not a VAR kind member\n",
  },
  {
    rule: "chain-length",
    name: "a chain of 35 qualifiers whose parts are resolved",
    data: types(...LONG_CHAIN),
    ends: `type_id=1\nMax chain length or cycle detected`,
    errno: "ELOOP",
  },
  {
    rule: "chain-order",
    name: "a TYPE_TAG behind a CONST",
    data: types(raw("CONST", { sizeOrType: 3 }), raw("TYPE_TAG", { name: "t", sizeOrType: 1 })),
    ends: "[3] TYPE_TAG t type_id=1\nType tags don't precede modifiers",
  },
];

/** Other rules that print a message that one of the above prints. */
export const ALSO: readonly MessageCase[] = [
  {
    rule: "func-proto",
    name: "a FUNC of an INT",
    data: types(raw("FUNC", { name: "f", sizeOrType: 1 })),
    ends: "[2] FUNC f type_id=1 Invalid type_id\n",
  },
  {
    rule: "pointer-to-func",
    name: "a PTR before its FUNC",
    data: types(raw("PTR", { sizeOrType: 4 }), proto(0), raw("FUNC", { name: "f", sizeOrType: 3 })),
    ends: "[2] PTR (anon) type_id=4 Invalid type_id\n",
  },
  {
    rule: "var-type",
    name: "a VAR of void",
    data: types(raw("CONST"), variable(2)),
    ends: "[3] VAR v type_id=2 linkage=1 Invalid type_id\n",
  },
  {
    rule: "tag-target",
    name: "a DECL_TAG on an INT",
    data: types(raw("DECL_TAG", { name: "t", sizeOrType: 1, extra: [0xffffffff] })),
    ends: "[2] DECL_TAG t type=1 component_idx=-1 Invalid type_id\n",
  },
];

/** All of them. */
export const ALL_MESSAGES: readonly MessageCase[] = [...HEADER, ...HEADS, ...METAS, ...RESOLVES, ...ALSO];

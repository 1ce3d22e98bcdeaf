/** A type id. Plain numbers pass; the brand only keeps an id of one kind out of a place that takes another. */
export type TypeId<Kind extends string = string> = number & { readonly __btfKind?: Kind };

/** How an INT's value is read: `BTF_INT_SIGNED`, `BTF_INT_CHAR`, `BTF_INT_BOOL`; a number where it is none of these. */
export type IntEncoding = "none" | "signed" | "char" | "bool";

/** Linkage of a FUNC (`enum btf_func_linkage`) or VAR (`BTF_VAR_*`): 0, 1 and 2. */
export type Linkage = "static" | "global" | "extern";

/** What a FWD promises. */
export type FwdKind = "struct" | "union";

/** Id 0: no type, `void`. */
export interface VoidType {
  readonly kind: "VOID";
  readonly name: string;
}

/** `BTF_KIND_INT`: `size` in bytes, `bitsOffset` and `nrBits` in bits. */
export interface IntType {
  readonly kind: "INT";
  readonly name: string;
  readonly size: number;
  readonly encoding: IntEncoding | number;
  readonly bitsOffset: number;
  readonly nrBits: number;
}

/** `BTF_KIND_FLOAT`: `size` in bytes. */
export interface FloatType {
  readonly kind: "FLOAT";
  readonly name: string;
  readonly size: number;
}

/** `BTF_KIND_PTR`, `BTF_KIND_CONST`, `BTF_KIND_VOLATILE`, `BTF_KIND_RESTRICT`; their name is "" in sound BTF. */
export interface ReferenceType {
  readonly kind: "PTR" | "CONST" | "VOLATILE" | "RESTRICT";
  readonly name: string;
  readonly typeId: number;
}

/** `BTF_KIND_TYPEDEF`. */
export interface TypedefType {
  readonly kind: "TYPEDEF";
  readonly name: string;
  readonly typeId: number;
}

/** `BTF_KIND_TYPE_TAG`; `attribute` (kind_flag) marks a raw `__attribute__`. */
export interface TypeTagType {
  readonly kind: "TYPE_TAG";
  readonly name: string;
  readonly typeId: number;
  readonly attribute: boolean;
}

/** `BTF_KIND_DECL_TAG`; `componentIdx` is the member or parameter from 0, or -1 for the whole. */
export interface DeclTagType {
  readonly kind: "DECL_TAG";
  readonly name: string;
  readonly typeId: number;
  readonly componentIdx: number;
  readonly attribute: boolean;
}

/** `BTF_KIND_ARRAY`, `struct btf_array`. */
export interface ArrayType {
  readonly kind: "ARRAY";
  readonly name: string;
  /** The element's type. */
  readonly typeId: number;
  readonly indexTypeId: number;
  readonly nrElems: number;
}

/** A member of a STRUCT or UNION, `struct btf_member`, in bits; `bitfieldSize` is 0 for what is no bit-field. */
export interface Member {
  readonly name: string;
  readonly typeId: number;
  readonly bitsOffset: number;
  readonly bitfieldSize: number;
}

/** `BTF_KIND_STRUCT` and `BTF_KIND_UNION`: `size` in bytes; `kindFlag` says that members' offsets carry bit-field sizes. */
export interface CompositeType {
  readonly kind: "STRUCT" | "UNION";
  readonly name: string;
  readonly size: number;
  readonly kindFlag: boolean;
  readonly members: readonly Member[];
}

/** `struct btf_enum`. */
export interface EnumValue {
  readonly name: string;
  readonly val: number;
}

/** `BTF_KIND_ENUM`: `size` in bytes; values are read as signed or unsigned 32-bit numbers. */
export interface EnumType {
  readonly kind: "ENUM";
  readonly name: string;
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly EnumValue[];
}

/** `struct btf_enum64`. */
export interface Enum64Value {
  readonly name: string;
  readonly val: bigint;
}

/** `BTF_KIND_ENUM64`: `size` in bytes. */
export interface Enum64Type {
  readonly kind: "ENUM64";
  readonly name: string;
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly Enum64Value[];
}

/** `BTF_KIND_FWD`. */
export interface FwdType {
  readonly kind: "FWD";
  readonly name: string;
  readonly fwdKind: FwdKind;
}

/** `BTF_KIND_FUNC`; `typeId` is a FUNC_PROTO. */
export interface FuncType {
  readonly kind: "FUNC";
  readonly name: string;
  readonly linkage: Linkage | number;
  readonly typeId: number;
}

/** `struct btf_param`. */
export interface Param {
  readonly name: string;
  readonly typeId: number;
}

/** `BTF_KIND_FUNC_PROTO`; a last parameter of type 0 without a name is the `...`. */
export interface FuncProtoType {
  readonly kind: "FUNC_PROTO";
  readonly name: string;
  readonly retTypeId: number;
  readonly params: readonly Param[];
}

/** `BTF_KIND_VAR`. */
export interface VarType {
  readonly kind: "VAR";
  readonly name: string;
  readonly linkage: Linkage | number;
  readonly typeId: number;
}

/** `struct btf_var_secinfo`: `offset` and `size` in bytes. */
export interface SectionVar {
  readonly typeId: number;
  readonly offset: number;
  readonly size: number;
}

/** `BTF_KIND_DATASEC`: `size` in bytes. */
export interface DatasecType {
  readonly kind: "DATASEC";
  readonly name: string;
  readonly size: number;
  readonly vars: readonly SectionVar[];
}

/** `BTF_KIND_LOC_PARAM` (bpf-next): `size` in bytes, `values` are 32-bit words. */
export interface LocParamType {
  readonly kind: "LOC_PARAM";
  readonly name: string;
  readonly size: number;
  readonly flags: number;
  readonly values: readonly number[];
}

/** `BTF_KIND_LOC_PROTO` (bpf-next): ids of LOC_PARAMs, 0 for a parameter without a location. */
export interface LocProtoType {
  readonly kind: "LOC_PROTO";
  readonly name: string;
  readonly params: readonly number[];
}

/** One inline site of a LOCSEC; `offset` in bytes. */
export interface Location {
  readonly funcTypeId: number;
  readonly locProtoTypeId: number;
  readonly offset: number;
}

/** `BTF_KIND_LOCSEC` (bpf-next). */
export interface LocsecType {
  readonly kind: "LOCSEC";
  readonly name: string;
  readonly locs: readonly Location[];
}

/** A type whose kind has no row: what the layout section let the decoder skip. `graph.raw(id)` has its words. */
export interface UnknownType {
  readonly kind: "UNKNOWN";
  readonly name: string;
  readonly kindNumber: number;
  readonly vlen: number;
  readonly kindFlag: boolean;
  readonly sizeOrType: number;
}

/** A type as a plain readonly object, discriminated by `kind`. */
export type BtfType =
  | VoidType
  | IntType
  | FloatType
  | ReferenceType
  | TypedefType
  | TypeTagType
  | DeclTagType
  | ArrayType
  | CompositeType
  | EnumType
  | Enum64Type
  | FwdType
  | FuncType
  | FuncProtoType
  | VarType
  | DatasecType
  | LocParamType
  | LocProtoType
  | LocsecType
  | UnknownType;

/** Words of INT encodings by their UAPI number. */
export const INT_ENCODINGS: Readonly<Record<IntEncoding, number>> = { none: 0, signed: 1, char: 2, bool: 4 };

/** Linkages by their UAPI number. */
export const LINKAGES: readonly Linkage[] = ["static", "global", "extern"];

import type { Btf } from "../model/btf.js";
import type { FwdKind, IntEncoding, Linkage, TypeId } from "../model/types.js";
import type { DeclarationId, ValueTypeId, VariableId } from "./spelling-types.js";
import type { RawType } from "./writer.js";

/**
 * What a recipe builds with: libbpf's `btf__add_*` calls, each giving back the id of the type that it added.
 *
 * The calls are those of {@link BtfBuilder}, which tells of each what it takes, what it refuses and what it writes. A
 * type is named by its id, C spelling, label or name; spellings are looked up when the call is made. Sizes and offsets
 * are in bytes but for `bitOffset` and `bitSize`, which are in bits.
 */
export interface BtfRecipe {
  /** The id of the type that a method was last named for, never that of one which a spelling implied; 0 before the first. */
  readonly lastId: number;

  /** The id of a type by its C spelling or label; what the spelling implies and is missing is added. @throws BtfError ENOENT for an unknown type */
  id(spelling: string): number;

  /** `btf__add_str`: a string without a type; gives its offset in bytes in the string section. */
  addString(text: string): number;

  /** `btf__add_int`: `size` in bytes. */
  addInt(name: string, size: number, encoding?: IntEncoding | number): TypeId<"INT">;
  /** `btf__add_float`: `size` in bytes. */
  addFloat(name: string, size: number): TypeId<"FLOAT">;
  /** `btf__add_ptr`. */
  addPtr(type: ValueTypeId | string): TypeId<"PTR">;
  /** `btf__add_const`. */
  addConst(type: ValueTypeId | string): TypeId<"CONST">;
  /** `btf__add_volatile`. */
  addVolatile(type: ValueTypeId | string): TypeId<"VOLATILE">;
  /** `btf__add_restrict`. */
  addRestrict(type: ValueTypeId | string): TypeId<"RESTRICT">;
  /** `btf__add_array`: the index type first, then the elements' type and number. */
  addArray(indexType: ValueTypeId | string, elementType: ValueTypeId | string, nrElems: number): TypeId<"ARRAY">;

  /** `btf__add_struct`: `size` in bytes; laid out as C does without it. */
  addStruct(name: string, size?: number): TypeId<"STRUCT">;
  /** `btf__add_union`: `size` in bytes; laid out as C does without it. */
  addUnion(name: string, size?: number): TypeId<"UNION">;
  /** `btf__add_field`: a member of the STRUCT or UNION that is the newest type; offset and size in bits. */
  addField(name: string, type: ValueTypeId | string, bitOffset?: number, bitSize?: number): void;

  /** `btf__add_enum`: `size` in bytes, 4 without it. */
  addEnum(name: string, size?: number): TypeId<"ENUM">;
  /** `btf__add_enum_value`: a value of the ENUM that is the newest type. */
  addEnumValue(name: string, value: number | bigint): void;
  /** `btf__add_enum64`: `size` in bytes, 8 without it. */
  addEnum64(name: string, size?: number, isSigned?: boolean): TypeId<"ENUM64">;
  /** `btf__add_enum64_value`: a value of the ENUM64 that is the newest type. */
  addEnum64Value(name: string, value: number | bigint): void;
  /** `btf__add_fwd`: a FWD; for an enum an ENUM of 4 bytes without values. */
  addFwd(name: string, fwdKind: FwdKind | "enum"): TypeId<"FWD" | "ENUM">;

  /** `btf__add_typedef`. */
  addTypedef(name: string, type: ValueTypeId | string): TypeId<"TYPEDEF">;
  /** `btf__add_type_tag`. */
  addTypeTag(value: string, type: ValueTypeId | string): TypeId<"TYPE_TAG">;
  /** `btf__add_type_attr`: a TYPE_TAG with kind_flag. */
  addTypeAttr(value: string, type: ValueTypeId | string): TypeId<"TYPE_TAG">;

  /** `btf__add_func`. */
  addFunc(name: string, linkage: Linkage | number, proto: TypeId<"FUNC_PROTO"> | string): TypeId<"FUNC">;
  /** `btf__add_func_proto`. */
  addFuncProto(retType: ValueTypeId | string): TypeId<"FUNC_PROTO">;
  /** `btf__add_func_param`: a parameter of the FUNC_PROTO that is the newest type; no name and type 0, last, is `...`. */
  addFuncParam(name: string, type: ValueTypeId | string): void;

  /** `btf__add_var`. */
  addVar(name: string, linkage: Linkage | number, type: ValueTypeId | string): TypeId<"VAR">;
  /** `btf__add_datasec`: `size` in bytes; from what lies in it without it. */
  addDatasec(name: string, size?: number): TypeId<"DATASEC">;
  /** `btf__add_datasec_var_info`: lists a VAR or FUNC in the DATASEC that is the newest type; offset and size in bytes. */
  addDatasecVarInfo(variable: VariableId | string, offset?: number, size?: number): void;

  /** `btf__add_decl_tag`: `componentIdx` counts members or parameters from 0; -1 or none is the whole. */
  addDeclTag(value: string, declaration: DeclarationId | string, componentIdx?: number): TypeId<"DECL_TAG">;
  /** `btf__add_decl_attr`: a DECL_TAG with kind_flag. */
  addDeclAttr(value: string, declaration: DeclarationId | string, componentIdx?: number): TypeId<"DECL_TAG">;

  /** A LOC_PARAM (bpf-next): where a parameter of `size` bytes lies. */
  addLocParam(size: number, flags: number): TypeId<"LOC_PARAM">;
  /** A 32-bit word of the LOC_PARAM that is the newest type. */
  addLocParamValue(value: number): void;
  /** A LOC_PROTO (bpf-next). */
  addLocProto(): TypeId<"LOC_PROTO">;
  /** A LOC_PARAM of the LOC_PROTO that is the newest type; 0 is a parameter without a place. */
  addLocProtoParam(param: TypeId<"LOC_PARAM"> | string): void;
  /** A LOCSEC (bpf-next). */
  addLocsec(name: string): TypeId<"LOCSEC">;
  /** A place where a FUNC was inlined, in the LOCSEC that is the newest type; `offset` in bytes. */
  addLocsecLoc(func: TypeId<"FUNC"> | string, locProto: TypeId<"LOC_PROTO"> | string, offset: number): void;

  /** An extern of the kernel from its C declaration: a FUNC or VAR, and its entry in `.ksyms`, written at the end. */
  addKsym(declaration: string): TypeId<"FUNC" | "VAR">;
  /** An extern of the kernel's configuration: a VAR, and its entry in `.kconfig`, written at the end. */
  addKconfig(name: string, type: ValueTypeId | string): TypeId<"VAR">;

  /** `btf__add_type`: a copy of one type; the ids in it stay as they are in `source`. */
  addType(source: Btf, id: number): number;
  /** `btf__add_btf`: all types of a graph, renumbered; gives the id of the first. */
  addBtf(source: Btf): number;
  /** A type word by word, unchecked. */
  addRaw(type: RawType): number;

  /** Gives the newest type a label, for later references and for `ids` of the graph. @throws BtfError EEXIST when another has it */
  as(label: string): void;
  /**
   * Promises a type by its spelling or label; the id given back stands for it until the graph is built.
   *
   * @example
   * ```ts
   * defineBtf((b) => {
   *   const node = b.forward("struct node");
   *   const next = b.addPtr(node);
   *   b.addStruct("node", 8);
   *   b.addField("next", next, 0);
   * });
   * // [1] PTR '(anon)' type_id=2
   * // [2] STRUCT 'node' size=8 vlen=1
   * //         'next' type_id=1 bits_offset=0
   * ```
   */
  forward(spelling: string): number;
  /** Accepts what libbpf refuses, where words can say it, while `steps` runs. */
  unchecked<Result>(steps: () => Result): Result;
}

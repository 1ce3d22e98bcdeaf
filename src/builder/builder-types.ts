import type { Btf } from "../model/btf.js";
import type { FwdKind, IntEncoding, Linkage, TypeId } from "../model/types.js";
import type { BuildOptions } from "./build.js";
import type {
  BtfTypeError,
  DeclarationId,
  KnownDeclaration,
  KnownProto,
  KnownType,
  KnownVariable,
  NamedKind,
  NewestIs,
  ValueTypeId,
  VariableId,
} from "./spelling-types.js";
import type { RawType } from "./writer.js";

/** What `build()` gives: a graph whose labels are known to the compiler. */
export type BuiltBtf<Labels extends string = string> = Btf & {
  /** The ids of the types that got a label with `as()`. */
  readonly ids: Readonly<Record<Labels, number>>;
};

/** Any builder value, also one whose promises are still to be kept. */
export type AnyBtfBuilder = BtfBuilder<string, NamedKind, string>;

/**
 * A type graph in the making, as a value: every call gives a new one and leaves the old one as it was, valid for good.
 *
 * One method a call of libbpf's `btf__add_*`, with its order of arguments, its ids, its bytes and its refusals: a
 * refusal is a {@link BtfError} whose `code` is the errno that libbpf gives back, and then nothing has been added.
 * Sizes and offsets are in bytes but for `bitOffset` and `bitSize`, which are in bits.
 *
 * A type is named by its id, or by its C spelling: `"struct sock *"`, `"const char *"`, `"int[4]"`. What a spelling
 * implies and is missing (a pointer, an array, a base type of the target) is added along. Structs, typedefs and labels
 * are checked by the compiler against what the chain has added; {@link BtfBuilder.widen} leaves that to the run.
 *
 * The type parameters are what the compiler knows of the chain: the `Types` that spellings may name, the kinds of what is
 * `Named` (VARs, FUNCs and labels), what `forward()` has `Promised`, all `Labels`, and the newest type's `Kind`. A helper
 * that takes a plain `BtfBuilder` takes any chain whose promises are kept.
 */
export interface BtfBuilder<
  out Types extends string = string,
  out Named extends NamedKind = NamedKind,
  out Promised extends string = never,
  in Labels extends string = never,
  out Kind extends string = string,
> {
  /**
   * The id of the type that a method was last named for, never that of one which a spelling implied; 0 before the
   * first.
   *
   * @example
   * ```ts
   * btf().addStruct("s", 8).addField("a", "int *", 0).lastId; // 1: "int" and "int *" became 2 and 3
   * ```
   */
  readonly lastId: TypeId<Kind>;

  /**
   * Adds a string without a type, as `btf__add_str`.
   *
   * @throws BtfError EINVAL for a NUL in it
   */
  addString(text: string): this;

  /**
   * Adds an INT, as `btf__add_int`. `size` is in bytes: 1, 2, 4, 8 or 16.
   *
   * @throws BtfError EINVAL for an empty name, another size or encoding
   *
   * @example
   * ```ts
   * btf().addInt("int", 4, "signed").build().toString();
   * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
   * ```
   */
  addInt<const Name extends string>(
    name: Name,
    size: number,
    encoding?: IntEncoding | number,
  ): BtfBuilder<Types | Name, Named, Exclude<Promised, Name>, Labels, "INT">;

  /**
   * Adds a FLOAT, as `btf__add_float`. `size` is in bytes: 2, 4, 8, 12 or 16.
   *
   * @throws BtfError EINVAL for an empty name or another size
   */
  addFloat<const Name extends string>(
    name: Name,
    size: number,
  ): BtfBuilder<Types | Name, Named, Exclude<Promised, Name>, Labels, "FLOAT">;

  /**
   * Adds a PTR, as `btf__add_ptr`.
   *
   * @throws BtfError ENOENT for a spelling of something unknown, with the nearest known names
   *
   * @example
   * ```ts
   * btf().addPtr("void").build().toString();
   * // [1] PTR '(anon)' type_id=0
   * ```
   */
  addPtr<const Type extends ValueTypeId | string>(
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named, Promised, Labels, "PTR">;

  /** Adds a CONST, as `btf__add_const`. @throws BtfError as {@link BtfBuilder.addPtr} */
  addConst<const Type extends ValueTypeId | string>(
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named, Promised, Labels, "CONST">;

  /** Adds a VOLATILE, as `btf__add_volatile`. @throws BtfError as {@link BtfBuilder.addPtr} */
  addVolatile<const Type extends ValueTypeId | string>(
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named, Promised, Labels, "VOLATILE">;

  /** Adds a RESTRICT, as `btf__add_restrict`. @throws BtfError as {@link BtfBuilder.addPtr} */
  addRestrict<const Type extends ValueTypeId | string>(
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named, Promised, Labels, "RESTRICT">;

  /**
   * Adds an ARRAY, as `btf__add_array`: the type of the index first, then that of the elements, then their number.
   *
   * @throws BtfError EINVAL for a number of elements that is no 32-bit word
   *
   * @example
   * ```ts
   * btf().addInt("int", 4, "signed").addArray("int", "int", 3).build().toString();
   * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
   * // [2] ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=3
   * ```
   */
  addArray<const Index extends ValueTypeId | string, const Element extends ValueTypeId | string>(
    indexType: KnownType<Index, Types>,
    elementType: KnownType<Element, Types>,
    nrElems: number,
  ): BtfBuilder<Types, Named, Promised, Labels, "ARRAY">;

  /**
   * Adds a STRUCT, as `btf__add_struct`; {@link BtfBuilder.addField} gives it members. `size` is in bytes; without it
   * the target's C rules lay the struct out. An empty name makes it anonymous.
   *
   * @throws BtfError EINVAL for a size that is no 32-bit word
   *
   * @example
   * ```ts
   * btf().addStruct("sock").addField("family", "int").addField("next", "struct sock *").build().toString();
   * // [1] STRUCT 'sock' size=16 vlen=2
   * //         'family' type_id=2 bits_offset=0
   * //         'next' type_id=3 bits_offset=64
   * // [2] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
   * // [3] PTR '(anon)' type_id=1
   * ```
   */
  addStruct<const Name extends string>(
    name: Name,
    size?: number,
  ): BtfBuilder<Types | `struct ${Name}`, Named, Exclude<Promised, `struct ${Name}`>, Labels, "STRUCT">;

  /** Adds a UNION, as `btf__add_union`; else as {@link BtfBuilder.addStruct}. Its members are all at bit 0. */
  addUnion<const Name extends string>(
    name: Name,
    size?: number,
  ): BtfBuilder<Types | `union ${Name}`, Named, Exclude<Promised, `union ${Name}`>, Labels, "UNION">;

  /**
   * Adds a member to the STRUCT or UNION that is the newest type, as `btf__add_field`. `bitOffset` and `bitSize` are in
   * bits; `bitSize` 0 or none is no bit-field. Without `bitOffset` the target's C rules place the member.
   *
   * @throws BtfError EINVAL when the newest type is of another kind, for an offset in a UNION, for an offset between
   * bytes of what is no bit-field, and for an offset of 2^24 bits or more beside a bit-field
   *
   * @example
   * ```ts
   * btf().addStruct("flags").addField("a", "unsigned int", 0, 3).addField("b", "unsigned int", 3, 5).build().toString();
   * // [1] STRUCT 'flags' size=4 vlen=2
   * //         'a' type_id=2 bits_offset=0 bitfield_size=3
   * //         'b' type_id=2 bits_offset=3 bitfield_size=5
   * // [2] INT 'unsigned int' size=4 bits_offset=0 nr_bits=32 encoding=(none)
   * ```
   */
  addField<const Type extends ValueTypeId | string>(
    name: string & NewestIs<"STRUCT" | "UNION", "addField: a STRUCT or UNION">[Kind],
    type: KnownType<Type, Types>,
    bitOffset?: number,
    bitSize?: number,
  ): this;

  /**
   * Adds an ENUM of `size` bytes (1, 2, 4 or 8; 4 when left out), as `btf__add_enum`; {@link BtfBuilder.addEnumValue}
   * gives it values.
   *
   * @throws BtfError EINVAL for another size
   */
  addEnum<const Name extends string>(
    name: Name,
    size?: number,
  ): BtfBuilder<Types | `enum ${Name}`, Named, Exclude<Promised, `enum ${Name}`>, Labels, "ENUM">;

  /**
   * Adds a value to the ENUM that is the newest type, as `btf__add_enum_value`. One negative value makes the ENUM
   * signed.
   *
   * @throws BtfError EINVAL for an empty name, E2BIG for a value outside -2^31 to 2^32 - 1
   */
  addEnumValue(name: string & NewestIs<"ENUM", "addEnumValue: an ENUM">[Kind], value: number | bigint): this;

  /**
   * Adds an ENUM64 of `size` bytes (1, 2, 4 or 8; 8 when left out), as `btf__add_enum64`;
   * {@link BtfBuilder.addEnum64Value} gives it values.
   *
   * @throws BtfError EINVAL for another size
   */
  addEnum64<const Name extends string>(
    name: Name,
    size?: number,
    isSigned?: boolean,
  ): BtfBuilder<Types | `enum ${Name}`, Named, Exclude<Promised, `enum ${Name}`>, Labels, "ENUM64">;

  /**
   * Adds a value to the ENUM64 that is the newest type, as `btf__add_enum64_value`.
   *
   * @throws BtfError EINVAL for an empty name, E2BIG for a value outside -2^63 to 2^64 - 1
   */
  addEnum64Value(name: string & NewestIs<"ENUM64", "addEnum64Value: an ENUM64">[Kind], value: number | bigint): this;

  /**
   * Adds a forward declaration, as `btf__add_fwd`: a FWD for a struct or union; for an enum an ENUM of 4 bytes without
   * values, as libbpf does.
   *
   * @throws BtfError EINVAL for an empty name or another kind
   *
   * @example
   * ```ts
   * btf().addFwd("sock", "struct").build().toString();
   * // [1] FWD 'sock' fwd_kind=struct
   * ```
   */
  addFwd<const Name extends string, const Fwd extends FwdKind | "enum">(
    name: Name,
    fwdKind: Fwd,
  ): BtfBuilder<
    Types | `${Fwd} ${Name}`,
    Named,
    Exclude<Promised, `${Fwd} ${Name}`>,
    Labels,
    Fwd extends "enum" ? "ENUM" : "FWD"
  >;

  /**
   * Adds a TYPEDEF, as `btf__add_typedef`.
   *
   * @throws BtfError EINVAL for an empty name, ENOENT for a spelling of something unknown
   *
   * @example
   * ```ts
   * btf().addTypedef("u32", "unsigned int").addPtr("u32").build().toString();
   * // [1] INT 'unsigned int' size=4 bits_offset=0 nr_bits=32 encoding=(none)
   * // [2] TYPEDEF 'u32' type_id=1
   * // [3] PTR '(anon)' type_id=2
   * ```
   */
  addTypedef<const Name extends string, const Type extends ValueTypeId | string>(
    name: Name,
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types | Name, Named, Exclude<Promised, Name>, Labels, "TYPEDEF">;

  /** Adds a TYPE_TAG, as `btf__add_type_tag`. @throws BtfError EINVAL for an empty value */
  addTypeTag<const Type extends ValueTypeId | string>(
    value: string,
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named, Promised, Labels, "TYPE_TAG">;

  /** Adds a TYPE_TAG for a raw `__attribute__` (kind_flag), as `btf__add_type_attr`. @throws BtfError EINVAL for an empty value */
  addTypeAttr<const Type extends ValueTypeId | string>(
    value: string,
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named, Promised, Labels, "TYPE_TAG">;

  /**
   * Adds a FUNC, as `btf__add_func`. `proto` is a FUNC_PROTO: its id, its label, or a prototype in C.
   *
   * @throws BtfError EINVAL for an empty name or another linkage
   *
   * @example
   * ```ts
   * btf().addFunc("foo", "extern", "int (void)").build().toString();
   * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
   * // [2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=0
   * // [3] FUNC 'foo' type_id=2 linkage=extern
   * ```
   */
  addFunc<const Name extends string, const Proto extends TypeId<"FUNC_PROTO"> | string>(
    name: Name,
    linkage: Linkage | number,
    proto: KnownProto<Proto, Named>,
  ): BtfBuilder<Types, Named | `FUNC ${Name}`, Exclude<Promised, Name>, Labels, "FUNC">;

  /**
   * Adds a FUNC_PROTO that returns `retType`, as `btf__add_func_proto`; {@link BtfBuilder.addFuncParam} gives it
   * parameters. A label from {@link BtfBuilder.as} is what later calls name it by.
   */
  addFuncProto<const Type extends ValueTypeId | string>(
    retType: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named, Promised, Labels, "FUNC_PROTO">;

  /**
   * Adds a parameter to the FUNC_PROTO that is the newest type, as `btf__add_func_param`. No name and type 0 (or
   * `"void"`), last, is `...`.
   *
   * @throws BtfError EINVAL when the newest type is of another kind
   */
  addFuncParam<const Type extends ValueTypeId | string>(
    name: string & NewestIs<"FUNC_PROTO", "addFuncParam: a FUNC_PROTO">[Kind],
    type: KnownType<Type, Types>,
  ): this;

  /**
   * Adds a VAR, as `btf__add_var`.
   *
   * @throws BtfError EINVAL for an empty name or another linkage
   *
   * @example
   * ```ts
   * btf().addVar("counter", "global", "int").build().toString();
   * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
   * // [2] VAR 'counter' type_id=1, linkage=global
   * ```
   */
  addVar<const Name extends string, const Type extends ValueTypeId | string>(
    name: Name,
    linkage: Linkage | number,
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named | `VAR ${Name}`, Exclude<Promised, Name>, Labels, "VAR">;

  /**
   * Adds a DATASEC, as `btf__add_datasec`; {@link BtfBuilder.addDatasecVarInfo} lists what lies in it. `size` is in
   * bytes; without it the variables are laid out one after another.
   *
   * @throws BtfError EINVAL for an empty name
   *
   * @example
   * ```ts
   * btf()
   *   .addFunc("foo", "extern", "int (void)")
   *   .addDatasec(".ksyms", 0)
   *   .addDatasecVarInfo("foo", 0, 0)
   *   .build();
   * // [4] DATASEC '.ksyms' size=0 vlen=1
   * //         type_id=3 offset=0 size=0 (FUNC 'foo')
   * ```
   */
  addDatasec(name: string, size?: number): BtfBuilder<Types, Named, Promised, Labels, "DATASEC">;

  /**
   * Lists a VAR, or an extern FUNC, in the DATASEC that is the newest type, as `btf__add_datasec_var_info`. `offset`
   * and `size` are in bytes; what is left out comes from the VAR's type.
   *
   * @throws BtfError EINVAL when the newest type is of another kind, ENOENT for an unknown name
   */
  addDatasecVarInfo<const Variable extends VariableId | string>(
    variable: KnownVariable<Variable, Named> & NewestIs<"DATASEC", "addDatasecVarInfo: a DATASEC">[Kind],
    offset?: number,
    size?: number,
  ): this;

  /**
   * Adds a DECL_TAG, as `btf__add_decl_tag`. `componentIdx` counts members or parameters from 0; -1 or none is the
   * whole.
   *
   * @throws BtfError EINVAL for an empty value or an index below -1
   */
  addDeclTag<const Declaration extends DeclarationId | string>(
    value: string,
    declaration: KnownDeclaration<Declaration, Types, Named>,
    componentIdx?: number,
  ): BtfBuilder<Types, Named, Promised, Labels, "DECL_TAG">;

  /** Adds a DECL_TAG for a raw `__attribute__` (kind_flag), as `btf__add_decl_attr`; else as {@link BtfBuilder.addDeclTag}. */
  addDeclAttr<const Declaration extends DeclarationId | string>(
    value: string,
    declaration: KnownDeclaration<Declaration, Types, Named>,
    componentIdx?: number,
  ): BtfBuilder<Types, Named, Promised, Labels, "DECL_TAG">;

  /** Adds a LOC_PARAM (bpf-next): where a parameter of `size` bytes lies; {@link BtfBuilder.addLocParamValue} adds words. */
  addLocParam(size: number, flags: number): BtfBuilder<Types, Named, Promised, Labels, "LOC_PARAM">;

  /** Adds a 32-bit word to the LOC_PARAM that is the newest type. @throws BtfError EINVAL for another kind or no word */
  addLocParamValue(value: number & NewestIs<"LOC_PARAM", "addLocParamValue: a LOC_PARAM">[Kind]): this;

  /** Adds a LOC_PROTO (bpf-next); {@link BtfBuilder.addLocProtoParam} gives it parameters. */
  addLocProto(): BtfBuilder<Types, Named, Promised, Labels, "LOC_PROTO">;

  /** Adds a LOC_PARAM, by id or label, to the LOC_PROTO that is the newest type; 0 is a parameter without a place. */
  addLocProtoParam(
    param: (TypeId<"LOC_PARAM"> | string) & NewestIs<"LOC_PROTO", "addLocProtoParam: a LOC_PROTO">[Kind],
  ): this;

  /** Adds a LOCSEC (bpf-next); {@link BtfBuilder.addLocsecLoc} lists inlined calls. @throws BtfError EINVAL for an empty name */
  addLocsec(name: string): BtfBuilder<Types, Named, Promised, Labels, "LOCSEC">;

  /** Lists a place where a FUNC was inlined in the LOCSEC that is the newest type; `offset` is in bytes. */
  addLocsecLoc(
    func: (TypeId<"FUNC"> | string) & NewestIs<"LOCSEC", "addLocsecLoc: a LOCSEC">[Kind],
    locProto: TypeId<"LOC_PROTO"> | string,
    offset: number,
  ): this;

  /**
   * Adds a function or variable of the kernel from its C declaration, as compilers write it: a FUNC or VAR with linkage
   * extern, and its entry in the DATASEC `.ksyms` that `build()` writes behind all types. Structs that are not there
   * are declared with a FWD.
   *
   * @throws BtfError EINVAL for what declares no extern, EEXIST for a name or a DATASEC `.ksyms` that is there already
   *
   * @example
   * ```ts
   * btf().addKsym("int foo(struct sock *)").build().toString();
   * // [1] FWD 'sock' fwd_kind=struct
   * // [2] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
   * // [3] PTR '(anon)' type_id=1
   * // [4] FUNC_PROTO '(anon)' ret_type_id=2 vlen=1
   * //         '(anon)' type_id=3
   * // [5] FUNC 'foo' type_id=4 linkage=extern
   * // [6] DATASEC '.ksyms' size=0 vlen=1
   * //         type_id=5 offset=0 size=0 (FUNC 'foo')
   * ```
   */
  addKsym(declaration: string): BtfBuilder<Types, Named, Promised, Labels, "FUNC" | "VAR">;

  /**
   * Adds something of the kernel's configuration, as compilers write it: a VAR with linkage extern, and its entry in the
   * DATASEC `.kconfig` that `build()` writes behind all types.
   *
   * @throws BtfError EEXIST for a name or a DATASEC `.kconfig` that is there already
   *
   * @example
   * ```ts
   * btf().addKconfig("CONFIG_HZ", "int").build();
   * // [2] VAR 'CONFIG_HZ' type_id=1, linkage=extern
   * // [3] DATASEC '.kconfig' size=0 vlen=1
   * //         type_id=2 offset=0 size=4 (VAR 'CONFIG_HZ')
   * ```
   */
  addKconfig<const Name extends string, const Type extends ValueTypeId | string>(
    name: Name,
    type: KnownType<Type, Types>,
  ): BtfBuilder<Types, Named | `VAR ${Name}`, Exclude<Promised, Name>, Labels, "VAR">;

  /**
   * Adds a copy of one type of another graph, as `btf__add_type`: its ids stay as they are in `source`. The compiler
   * knows no names from here on.
   */
  addType(source: Btf, id: number): BtfBuilder<string, NamedKind, Promised, Labels>;

  /** Adds all types of another graph, as `btf__add_btf`, renumbered. The compiler knows no names from here on. */
  addBtf(source: Btf): BtfBuilder<string, NamedKind, Promised, Labels>;

  /**
   * Adds a type word by word, unchecked: any kind, any flags, any trailer. For fixtures that are broken on purpose.
   *
   * @example
   * ```ts
   * btf().addRaw({ name: "odd", info: 31 << 24, sizeOrType: 7, extra: [1, 2] });
   * ```
   */
  addRaw(type: RawType): BtfBuilder<Types, Named, Promised, Labels>;

  /**
   * Gives the newest type a label, for later references and for `ids` of the graph. A label wins over a type's name.
   *
   * @throws BtfError EEXIST when another type has the label
   *
   * @example
   * ```ts
   * btf().addFuncProto("int").as("proto").addFunc("foo", "global", "proto").build().ids.proto; // 2: "int" became 1
   * ```
   */
  as<const Label extends string>(
    label: Label,
  ): BtfBuilder<Types | Label, Named | `${Kind} ${Label}`, Exclude<Promised, Label>, Labels | Label, Kind>;

  /**
   * Promises types by their spellings or labels: they can be referred to at once and have to be added before `build()`,
   * which the compiler refuses until then.
   *
   * @example
   * ```ts
   * btf().forward("struct node").addPtr("struct node").addStruct("node", 8).addField("next", 1, 0).build();
   * // [1] PTR '(anon)' type_id=2
   * // [2] STRUCT 'node' size=8 vlen=1
   * //         'next' type_id=1 bits_offset=0
   * ```
   */
  forward<const Spelling extends string>(
    ...spellings: Spelling[]
  ): BtfBuilder<
    Types | Spelling,
    Named | `${string} ${Spelling}`,
    string extends Spelling ? Promised : Promised | Spelling,
    Labels,
    Kind
  >;

  /** Goes on with what a helper gives back, so that a chain needs no variable. */
  call<Result>(helper: (builder: this) => Result): Result;

  /** Accepts what libbpf refuses, where words can say it, in the calls that `steps` makes. */
  unchecked<Result extends AnyBtfBuilder>(steps: (builder: this) => Result): Result;

  /** The same builder without the compiler's knowledge of names: they are looked up when the call is made. */
  widen(): BtfBuilder;

  /**
   * The finished graph. The builder stays as it is, and can go on.
   *
   * @throws BtfError EINVAL for references beyond the last type, unless `dangling` is set; ENOENT for a promise that
   * was not kept
   */
  readonly build: [Promised] extends [never]
    ? (options?: BuildOptions) => BuiltBtf<Labels>
    : BtfTypeError<`build: promised with forward() and never added: ${Promised}`>;

  /** The raw dump of what is there so far. */
  toString(): string;
}

/**
 * BTF (BPF Type Format): build type graphs, write them as kernels take them, and read them back.
 *
 * @packageDocumentation
 */
export { btf, defineBtf } from "./builder/index.js";
export type {
  AnyBtfBuilder,
  ArgumentList,
  BaseEncoding,
  BaseLayout,
  BtfBuilder,
  BtfRecipe,
  BtfTypeError,
  BuilderOptions,
  BuildOptions,
  BuiltBtf,
  DataModel,
  DeclarationId,
  KnownDeclaration,
  KnownProto,
  KnownType,
  KnownVariable,
  NamedKind,
  NewestIs,
  RawType,
  SizedBaseType,
  Target,
  TargetName,
  ValueTypeId,
  VariableId,
} from "./builder/index.js";
export type { DecodeOptions } from "./decoder/index.js";
export { decode } from "./decoder/with-spellings.js";
export { encode, type EncodeOptions } from "./encoder/index.js";
export { Btf } from "./model/btf.js";
export { BtfError, isBtfError, type BtfErrorDetails, type Errno } from "./model/errors.js";
export type { Endian } from "./wire/header.js";
export type { KindName } from "./wire/kinds.js";
export type {
  ArrayType,
  BtfType,
  CompositeType,
  DatasecType,
  DeclTagType,
  Enum64Type,
  Enum64Value,
  EnumType,
  EnumValue,
  FloatType,
  FuncProtoType,
  FuncType,
  FwdKind,
  FwdType,
  IntEncoding,
  IntType,
  Linkage,
  Location,
  LocParamType,
  LocProtoType,
  LocsecType,
  Member,
  Param,
  ReferenceType,
  SectionVar,
  TypedefType,
  TypeId,
  TypeTagType,
  UnknownType,
  VarType,
  VoidType,
} from "./model/types.js";
export { applyPatches, edit, editWithPatches } from "./transform/index.js";
export type {
  BtfDraft,
  BtfPatch,
  DraftType,
  EditableKind,
  EditResult,
  JsonValue,
  NewType,
  References,
  RemoveOptions,
  TypeOfKind,
} from "./transform/index.js";

import type { Token } from "../../spelling/tokens.js";
import type { FunctionTree, TypeTree } from "../../spelling/index.js";

/** A member as its type and its place, for `sizeof` and `offsetof`. */
export interface RecordMember {
  readonly type: TypeTree;
  /** Undefined until the record is laid out. */
  readonly bitsOffset: number;
}

/** A struct or union. */
export interface RecordEntity {
  readonly kind: "record";
  readonly record: "struct" | "union";
  readonly name: string;
  /** The id of its STRUCT or UNION, or of its FWD as long as it has no members. */
  readonly id: number;
  /** Where its members begin, once they are read. */
  at: Token | undefined;
  isComplete: boolean;
  /** Bytes. */
  size: number;
  align: number;
  /** The named ones; those of unnamed structs among them too. */
  members: ReadonlyMap<string, RecordMember>;
  /** The last member's type when it is an array without a bound. */
  flexible: TypeTree | undefined;
  /** Values that an initializer without inner braces has for it; undefined when that is not known. */
  scalars: number | undefined;
  /** Members that an initializer has values for, those of unnamed records not counted. */
  fields: number;
  /** Whether `preserve_access_index` is said of it: an access to a member puts it into BTF. */
  keepsAccess: boolean;
}

/** An enum. */
export interface EnumEntity {
  readonly kind: "enum";
  readonly name: string;
  readonly id: number;
  at: Token | undefined;
  isComplete: boolean;
  size: number;
  align: number;
  signed: boolean;
}

/** A typedef. */
export interface TypedefEntity {
  readonly kind: "typedef";
  readonly name: string;
  readonly id: number;
  /** What it stands for in the end: no typedef, qualifier or tag. */
  readonly resolved: TypeTree;
  /** Whether what it stands for, or what that is an array of, is. */
  readonly isConst: boolean;
  readonly isVolatile: boolean;
  /** Bytes, of its own `__attribute__((aligned(n)))`. */
  readonly align: number | undefined;
  readonly at: Token | undefined;
  /** Its size and alignment, once they are known. */
  measures: Measures | undefined;
}

/** A type by its id alone: one of another graph, or what BTF has no word for, which is then void with a size. */
export interface OpaqueEntity {
  readonly kind: "opaque";
  readonly id: number;
  /** Undefined for what has no size. */
  readonly measures: Measures | undefined;
  /** What it is made of, as the element of a vector. */
  readonly inner: TypeTree | undefined;
}

/** What a type's name or tag can stand for. */
export type TypeEntity = RecordEntity | EnumEntity | TypedefEntity | OpaqueEntity;

/** Size and alignment in bytes. */
export interface Measures {
  readonly size: number;
  readonly align: number;
}

/** Something used in a function or an initializer. */
export interface Use {
  readonly entity: ObjectEntity | FunctionEntity;
  /** How: called, written to or with its address taken, only read, or only declared, as a static in a function. */
  readonly how: "called" | "changed" | "read" | "declared";
}

/** A variable. */
export interface ObjectEntity {
  readonly kind: "object";
  /** Its symbol's, which `asm("...")` can say. */
  name: string;
  type: TypeTree;
  storage: "static" | "extern" | "global" | "local";
  /** Whether an initializer says so, or it is a definition without one. */
  definition: "none" | "tentative" | "initialized";
  isZero: boolean;
  section: string | undefined;
  addressSpace: number;
  /** Bytes, of its own `aligned(n)`. */
  align: number;
  declTags: string[];
  /** Bytes that a flexible array's initializer adds to its size. */
  extraSize: number;
  isUsed: boolean;
  readonly uses: Use[];
  readonly at: Token;
}

/** A function. */
export interface FunctionEntity {
  readonly kind: "function";
  readonly name: string;
  type: FunctionTree;
  isStatic: boolean;
  isDefined: boolean;
  isInline: boolean;
  isNoinline: boolean;
  section: string | undefined;
  declTags: string[];
  /** By the parameter's index. */
  paramTags: Map<number, readonly string[]>;
  isUsed: boolean;
  readonly uses: Use[];
  readonly at: Token;
}

/** A constant of an enum. */
export interface EnumeratorEntity {
  readonly kind: "enumerator";
  readonly name: string;
  readonly value: bigint;
  readonly at: Token | undefined;
}

/** What an ordinary name can stand for. */
export type NameEntity = TypedefEntity | ObjectEntity | FunctionEntity | EnumeratorEntity;

/** The entity that a leaf of a tree was made with. */
export function entityOf(tree: TypeTree): TypeEntity | undefined {
  return "entity" in tree ? (tree.entity as TypeEntity | undefined) : undefined;
}

/** The leaf of a tree that stands for an entity. */
export function treeOf(entity: TypeEntity): TypeTree {
  switch (entity.kind) {
    case "record":
      return { kind: entity.record, name: entity.name, entity };
    case "enum":
      return { kind: "enum", name: entity.name, entity };
    case "typedef":
      return { kind: "name", name: entity.name, entity };
    default:
      return { kind: "name", name: "", entity };
  }
}

import type { KindName } from "../wire/kinds.js";
import type { TypeId } from "../model/types.js";

/**
 * Stands where an argument is wrong; its text, which the compiler prints, says what would do. Nothing has this type.
 */
export interface BtfTypeError<Message extends string> {
  readonly __btfTypeError: Message;
}

/** What declares something and is no type of a value. */
type DeclarationKind = "FUNC" | "VAR" | "DATASEC" | "DECL_TAG" | "LOC_PARAM" | "LOC_PROTO" | "LOCSEC";

/** The id of a type that a member, parameter, pointer or variable can have. */
export type ValueTypeId = TypeId<"VOID" | Exclude<KindName, DeclarationKind>>;

/** The id of what a DATASEC lists. */
export type VariableId = TypeId<"VAR" | "FUNC">;

/** The id of what a DECL_TAG marks. */
export type DeclarationId = TypeId<"STRUCT" | "UNION" | "TYPEDEF" | "VAR" | "FUNC">;

type BaseWord =
  | "void"
  | "char"
  | "short"
  | "int"
  | "long"
  | "signed"
  | "unsigned"
  | "float"
  | "double"
  | "bool"
  | "_Bool"
  | "_Float16"
  | "__int128"
  | "__signed"
  | "__signed__";

/**
 * The type below the pointers, arrays and qualifiers of a spelling. It depends on the spelling alone, so that the
 * compiler works it out once and not once a builder. Prototypes and attributes are left to the run, as "void".
 */
type Stem<Spelling extends string> = Spelling extends `${string}(${string}`
  ? "void"
  : Spelling extends `${infer Element}[${string}`
    ? Pointed<Element>
    : Pointed<Spelling>;

/** What stands left of the pointers, without what qualifies it. */
type Pointed<Spelling extends string> = Spelling extends `${infer Target}*${string}`
  ? Unqualified<Target>
  : Unqualified<Spelling>;

type Qualifier = "" | "const" | "volatile" | "restrict";

/** Word by word: a union of templates costs the compiler an instantiation a template, one of words nothing. */
type Unqualified<Spelling extends string> = Spelling extends `${infer Word} ${infer Rest}`
  ? Word extends Qualifier
    ? Unqualified<Rest>
    : Word extends BaseWord
      ? "void"
      : Word extends "struct" | "union" | "enum"
        ? Rest extends `${infer Tag} ${infer Last}`
          ? Last extends Qualifier
            ? `${Word} ${Tag}`
            : Spelling
          : Spelling
        : Rest extends Qualifier
          ? Word
          : Spelling
  : Spelling;

/**
 * A reference to a type; an error for a spelling of something that the builder doesn't know. For an empty one all that it
 * does know, which is what editors complete from. An id has no stem: `never`, which any builder knows.
 */
export type KnownType<Reference, Spellings extends string> =
  Stem<Reference & string> extends Spellings | BaseWord
    ? Reference
    : Reference extends ""
      ? Spellings
      : BtfTypeError<`unknown type '${Reference & string}': add it before, promise it with forward(), or widen() the builder`>;

/** What a name or label stands for: its kind, a blank, and the name, as one string so that a union of them is cheap. */
export type NamedKind = `${string} ${string}`;

/** A reference to a FUNC_PROTO; an error for what is no label of one and no prototype. */
export type KnownProto<Reference, Named extends NamedKind> = `FUNC_PROTO ${Reference & string}` extends
  Named | `FUNC_PROTO ${string}(${string}`
  ? Reference
  : BtfTypeError<`unknown FUNC_PROTO '${Reference & string}': give one this label with as(), or write a prototype such as 'int (void *)'`>;

/** A reference to what a DATASEC lists; an error for a name that is no VAR's and no FUNC's. */
export type KnownVariable<Reference, Named extends NamedKind> = Reference extends string
  ? `VAR ${Reference}` extends Named
    ? Reference
    : `FUNC ${Reference}` extends Named
      ? Reference
      : BtfTypeError<`unknown VAR or FUNC '${Reference}': add it before, promise it with forward(), or widen() the builder`>
  : Reference;

/** A reference to what a DECL_TAG marks; an error for a name that is neither a type's nor a VAR's or FUNC's. */
export type KnownDeclaration<Reference, Types extends string, Named extends NamedKind> = Reference extends Types
  ? Reference
  : KnownVariable<Reference, Named>;

/**
 * By the kind of the newest type: nothing more to ask of an argument, or an error where it is none of `Wanted`.
 * Looked up and not worked out, so that a builder can stand for one whose newest type isn't known.
 */
export type NewestIs<Wanted extends KindName, Message extends string> = {
  readonly [Kind in KindName]: Kind extends Wanted
    ? unknown
    : BtfTypeError<`${Message} expected; the newest type is ${Kind}`>;
} & { readonly [other: string]: unknown };

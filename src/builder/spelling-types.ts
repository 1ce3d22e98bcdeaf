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
  : Spelling extends `${infer Before}[${string}`
    ? Stem<Before>
    : Spelling extends `${infer Before}*${string}`
      ? Stem<Before>
      : Spelling extends ` ${infer Rest}` | `const ${infer Rest}` | `volatile ${infer Rest}` | `restrict ${infer Rest}`
        ? Stem<Rest>
        : Spelling extends `${infer Rest} ` | `${infer Rest} const` | `${infer Rest} volatile`
          ? Stem<Rest>
          : Spelling extends `${BaseWord} ${string}`
            ? "void"
            : Spelling;

/**
 * A reference to a type; an error for a spelling of something that the builder doesn't know. For an empty one all that it
 * does know, which is what editors complete from.
 */
export type KnownType<Reference, Spellings extends string> = Reference extends string
  ? Stem<Reference> extends Spellings | BaseWord
    ? Reference
    : Reference extends ""
      ? Spellings
      : BtfTypeError<`unknown type '${Reference}': add it before, promise it with forward(), or widen() the builder`>
  : Reference;

/** A name or label with the kind of what it stands for. */
export type NamedKind = readonly [name: string, kind: string];

/** A reference to a FUNC_PROTO; an error for what is no label of one and no prototype. */
export type KnownProto<Reference, Named extends NamedKind> = Reference extends string
  ? readonly [Reference, "FUNC_PROTO"] extends Named
    ? Reference
    : Reference extends `${string}(${string}`
      ? Reference
      : BtfTypeError<`unknown FUNC_PROTO '${Reference}': give one this label with as(), or write a prototype such as 'int (void *)'`>
  : Reference;

/** A reference to what a DATASEC lists; an error for a name that is no VAR's and no FUNC's. */
export type KnownVariable<Reference, Named extends NamedKind> = Reference extends string
  ? readonly [Reference, "VAR"] extends Named
    ? Reference
    : readonly [Reference, "FUNC"] extends Named
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

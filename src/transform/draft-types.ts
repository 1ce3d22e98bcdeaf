import type { Btf } from "../model/btf.js";
import type { BtfType, TypeId } from "../model/types.js";

/** The kinds of types that can be edited and added: all but VOID and what the kind table does not know. */
export type EditableKind = Exclude<BtfType["kind"], "VOID" | "UNKNOWN">;

/** The object of a type of one kind, as `graph.type(id)` gives it. */
export type TypeOfKind<Kind extends EditableKind, Type extends BtfType = BtfType> = Type extends BtfType
  ? Kind extends Type["kind"]
    ? Omit<Type, "kind"> & { readonly kind: Kind }
    : never
  : never;

/** A field that may be assigned; lists and what is in them too. */
type DraftField<Value> = Value extends readonly (infer Element)[]
  ? (Element extends object ? { -readonly [Key in keyof Element]: Element[Key] } : Element)[]
  : Value;

/** A type whose fields may be assigned and whose lists may be changed; its kind stays. */
export type DraftType<Kind extends EditableKind = EditableKind> = Kind extends EditableKind
  ? { readonly kind: Kind } & {
      -readonly [Field in Exclude<keyof TypeOfKind<Kind>, "kind">]: DraftField<TypeOfKind<Kind>[Field]>;
    }
  : never;

/** A whole type object to put into a graph. */
export type NewType = { [Kind in EditableKind]: TypeOfKind<Kind> }[EditableKind];

/**
 * What becomes of the references to a type that is removed.
 *
 * | reference from | `"error"` | `"void"` | `"remove"` |
 * | --- | --- | --- | --- |
 * | an entry of a DATASEC or LOCSEC | refused | the entry is dropped | the entry is dropped |
 * | a parameter of a LOC_PROTO | refused | 0, no location | 0, no location |
 * | a FUNC | refused | refused: it needs a FUNC_PROTO | the FUNC is removed too |
 * | all others: a member, a parameter, a PTR, a DECL_TAG, … | refused | 0 | the whole type is removed too |
 *
 * What is removed along is removed with `"remove"` itself. A reference from a type that the same edit removes never
 * counts.
 */
export type References = "error" | "void" | "remove";

/** Options of {@link BtfDraft.remove}. */
export interface RemoveOptions {
  /** What becomes of the references to the type; `"error"` when left out. */
  readonly references?: References;
}

/**
 * What the recipe of an edit works on.
 *
 * A type is named by its id, or by its label, C spelling or name, as it was before the edit. Ids stay what they are
 * until the recipe has returned: added types are numbered on from the last, and only then do later types move up to
 * where removed ones were. A draft is good for nothing after its recipe has returned.
 */
export interface BtfDraft {
  /** The graph as it was. */
  readonly graph: Btf;

  /** The id of a type. @throws BtfError ENOENT for a type that is not there */
  id(spelling: string): number;

  /**
   * A type to change: fields may be assigned and lists changed, as those of any object. With a kind, a bare name is
   * enough (`"sock", "STRUCT"`), and the object has that kind's fields.
   *
   * @throws BtfError EINVAL `base-type` for a type of the base, `kind` for one of another kind, `removed`, `void`,
   * `unknown-kind`; ENOENT for one that is not there
   */
  type(type: number | string): DraftType;
  /** The same with the kind, which then has that kind's fields. */
  type<Kind extends EditableKind>(type: number | string, kind: Kind): DraftType<Kind>;

  /** Adds a type, of which a copy is taken; gives its id. */
  add<const Type extends NewType>(type: Type): TypeId<Type["kind"]>;

  /** Puts another type, of any kind, in a type's place. */
  replace(type: number | string, by: NewType): void;

  /** Removes a type; when the recipe has returned, ids after it move up by one, as `btf__permute` does. */
  remove(type: number | string, options?: RemoveOptions): void;
}

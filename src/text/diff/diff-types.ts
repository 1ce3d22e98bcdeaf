import type { KindName } from "../../wire/kinds.js";
import type { DiffKind } from "./groups.js";

/** A type with a name, or an ENUM without one, which goes by its first value. */
export interface DiffType {
  readonly kind: DiffKind;
  /** "" for an ENUM without one. */
  readonly name: string;
  readonly id: number;
  /** In one line of C, without a semicolon: `struct sock`, `int foo(struct sock *sk)`, `enum { A, … }`. */
  readonly text: string;
}

/** What a part of a type is, by what kind of part it is. Types are C text. */
export interface DiffParts {
  /** A member of a STRUCT or UNION, or of a typedef's that has no name. */
  readonly member: {
    readonly type: string;
    /** Bits from the start of the type; also for members of anonymous structs in it. */
    readonly bitsOffset: number;
    /** Bits of a bit-field, 0 for what is none. */
    readonly bitfieldSize: number;
  };
  /** A value of an ENUM or ENUM64. */
  readonly value: { readonly val: number | bigint };
  /** A parameter of a FUNC; `index` counts from 0. */
  readonly param: { readonly index: number; readonly type: string };
  /** A VAR or FUNC in a DATASEC; `offset` and `size` in bytes. */
  readonly var: { readonly offset: number; readonly size: number };
  /** A DECL_TAG of the type, of a member or of a parameter. */
  readonly tag: { readonly attribute: boolean };
}

/** A kind of part that a type has several of. */
export type DiffPartKind = keyof DiffParts;

/** What a type has of its own, apart from parts. */
export interface DiffFields {
  /** Another kind of the same name: a FWD that became a STRUCT, an ENUM that became an ENUM64. */
  readonly kind: KindName;
  /** Another spelling of an INT, as `long unsigned int`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly signed: boolean;
  readonly encoding: string | number;
  /** Bits of an INT. */
  readonly bitsOffset: number;
  /** Bits of an INT. */
  readonly nrBits: number;
  readonly linkage: string | number;
  /** What a TYPEDEF or VAR is, in C. */
  readonly type: string;
  /** What a FUNC returns, in C. */
  readonly returnType: string;
}

/** A field, of a part or of a type itself, that differs. */
export type DiffFieldChange<Part extends string, Fields> = {
  readonly [Field in keyof Fields]: {
    readonly what: "changed";
    readonly part: Part;
    /** `members.u.x.bitsOffset`, or the field alone for the type's own. */
    readonly path: string;
    /** The part's name; "" for the type itself. */
    readonly name: string;
    readonly field: Field;
    readonly before: Fields[Field];
    readonly after: Fields[Field];
  };
}[keyof Fields];

/** A part that came or went. */
export interface DiffPartAdded<Part extends DiffPartKind> {
  readonly what: "added";
  readonly part: Part;
  /** `members.u.x`: members of anonymous structs by the names around them. */
  readonly path: string;
  readonly name: string;
  readonly after: DiffParts[Part];
}

/** A part that went. */
export interface DiffPartRemoved<Part extends DiffPartKind> {
  readonly what: "removed";
  readonly part: Part;
  readonly path: string;
  readonly name: string;
  readonly before: DiffParts[Part];
}

/** What of a parameter can differ; its name where place and type are the same. */
export interface DiffParamFields {
  readonly name: string;
  readonly index: number;
  readonly type: string;
}

/** One thing that differs between two types of one name. */
export type DiffChange =
  | { readonly [Part in DiffPartKind]: DiffPartAdded<Part> | DiffPartRemoved<Part> }[DiffPartKind]
  | DiffFieldChange<"type", DiffFields>
  | DiffFieldChange<"member", DiffParts["member"]>
  | DiffFieldChange<"value", DiffParts["value"]>
  | DiffFieldChange<"param", DiffParamFields>
  | DiffFieldChange<"var", DiffParts["var"]>
  /** The parts are the same, but not their order, or the anonymous structs around them. */
  | { readonly what: "rearranged"; readonly path: "" };

/** A type that is in both graphs and not the same. */
export interface ChangedType {
  readonly before: DiffType;
  readonly after: DiffType;
  /** At least one, in the order of the type's parts. */
  readonly changes: readonly DiffChange[];
}

/** How many types of a kind there are; changed ones count under the kind that they have now. */
export interface DiffCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
}

/** What differs between two graphs, `a` before and `b` after. */
export interface GraphDiff {
  /** Types that only `b` has, by kind and name. */
  readonly added: readonly DiffType[];
  /** Types that only `a` has. */
  readonly removed: readonly DiffType[];
  readonly changed: readonly ChangedType[];
  readonly counts: Readonly<Record<DiffKind, DiffCounts>>;
}

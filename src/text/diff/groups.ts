import { KIND, type KindName } from "../../wire/kinds.js";

/** Kinds of types that {@link diff} tells apart by their names; others are part of those that refer to them. */
export const DIFF_KINDS = [
  "STRUCT",
  "UNION",
  "ENUM",
  "ENUM64",
  "TYPEDEF",
  "FUNC",
  "VAR",
  "DATASEC",
  "INT",
  "FLOAT",
  "FWD",
  "LOCSEC",
] as const satisfies readonly KindName[];

/** A kind of types that have names; in the order in which people look for them. */
export type DiffKind = (typeof DIFF_KINDS)[number];

/**
 * The kind as which a type with a name is looked for in the other graph: an ENUM64 as an ENUM, and a FWD as the STRUCT or
 * UNION that it promises. 0 for types that are known by what they hold.
 */
export function groupOf(kind: number, kindFlag: boolean): number {
  switch (kind) {
    case KIND.STRUCT:
    case KIND.UNION:
    case KIND.ENUM:
    case KIND.TYPEDEF:
    case KIND.FUNC:
    case KIND.VAR:
    case KIND.DATASEC:
    case KIND.INT:
    case KIND.FLOAT:
    case KIND.LOCSEC:
      return kind;
    case KIND.ENUM64:
      return KIND.ENUM;
    case KIND.FWD:
      return kindFlag ? KIND.UNION : KIND.STRUCT;
    default:
      return 0;
  }
}

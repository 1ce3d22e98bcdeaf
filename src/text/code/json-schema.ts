import type { BtfType, Enum64Type, UnknownType, VoidType } from "../../model/types.js";
import type { Endian } from "../../wire/header.js";

/** The version of the form that `toJson` writes; `fromJson` reads this one and those before it. */
export const JSON_VERSION = 1;

/** A type of {@link BtfJson}: the fields of its kind as `graph.type(id)` has them, and its id. */
export type BtfJsonType =
  | ({ readonly id: number } & Exclude<BtfType, VoidType | UnknownType | Enum64Type>)
  | ({ readonly id: number; readonly values: readonly BtfJsonEnum64Value[] } & Omit<Enum64Type, "values">)
  | BtfJsonRawType;

/** A value of an ENUM64: a decimal number, as a string because JSON's readers know no 64-bit numbers. */
export interface BtfJsonEnum64Value {
  readonly name: string;
  readonly val: string;
}

/** A type that the fields of its kind cannot say, by its words. */
export interface BtfJsonRawType {
  readonly id: number;
  readonly kind: "RAW";
  /** All of them, string offsets and info too, as unsigned numbers. */
  readonly words: readonly number[];
}

/**
 * A graph as plain data that JSON can hold, version 1. In names a byte that is no valid UTF-8 is U+DC80 to U+DCFF, in JSON
 * text an escape such as `\udc80`, as Python's `surrogateescape` has it.
 */
export interface BtfJson {
  readonly format: "btfkit";
  readonly version: typeof JSON_VERSION;
  readonly endian: Endian;
  /** Bytes of a pointer on the target. */
  readonly pointerSize: 4 | 8;
  /** Bytes of the header. */
  readonly header: 24 | 32;
  /** The layout section, when there is one: per kind bytes after the first 12, bytes an element, flags. */
  readonly layout?: readonly (readonly [infoBytes: number, elementBytes: number, flags: number])[];
  /** What the graph stands on, when it is split BTF: `fromJson` has to be given it. */
  readonly base?: { readonly typeCount: number; readonly stringBytes: number };
  /** True when types refer to ids beyond the last. */
  readonly dangling?: true;
  /** Ids by the labels that the builder gave. */
  readonly labels?: Readonly<Record<string, number>>;
  /**
   * The strings of the section in their order, the empty one at its start left out. Without it they are the names of the
   * types in the order of the types, each once.
   */
  readonly strings?: readonly string[];
  /** The graph's own types, in the order of their ids. */
  readonly types: readonly BtfJsonType[];
}

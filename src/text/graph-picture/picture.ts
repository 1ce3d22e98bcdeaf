import type { KindName } from "../../wire/kinds.js";

/** A line of a node: a member, a value, a parameter. */
export interface PictureRow {
  /** What stands before it: an offset in bytes, or bytes and bits; "" for none. */
  readonly place: string;
  /** In C, without a semicolon. */
  readonly text: string;
}

/** A type in a picture. */
export interface PictureNode {
  readonly id: number;
  readonly kind: KindName | "UNKNOWN";
  /** In one line: `struct sock`. */
  readonly title: string;
  /** Bytes, where the type has a size of its own. */
  readonly size: number | undefined;
  /** Empty for a type without parts, and for one at the edge of the picture. */
  readonly rows: readonly PictureRow[];
  /** True for a type at the edge of the picture, of which only the title is shown. */
  readonly isCut: boolean;
}

/** A line between two types. */
export interface PictureEdge {
  readonly from: number;
  /** The row that it starts from; undefined for the type as a whole. */
  readonly row: number | undefined;
  readonly to: number;
  /** The member, parameter or variable that refers to the other type; "" for none. */
  readonly label: string;
  /** Whether the other type is held, pointed to, or what a tag is for. */
  readonly by: "value" | "pointer" | "tag";
}

/** Types and what leads from one to another. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

/** What {@link formatDot} and {@link formatMermaid} are told beside the graph. */
export interface PictureOptions {
  /** The types to begin with, by id, name or C spelling; all of the graph's own unless given. */
  readonly root?: number | string | readonly (number | string)[];
  /**
   * How many steps from a root a type may be away. Types at the last step are shown by name alone. Without it, as many
   * steps as lead to 100 types.
   */
  readonly depth?: number;
}

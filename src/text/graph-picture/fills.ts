import type { PictureNode } from "./picture.js";

/** Grounds of a type's title by kind, the same in every picture of a graph. */
export const FILLS: Readonly<Partial<Record<PictureNode["kind"], string>> & { readonly other: string }> = {
  STRUCT: "#e6dafc",
  UNION: "#fbd3e0",
  ENUM: "#fdf0b8",
  ENUM64: "#fdf0b8",
  TYPEDEF: "#cfe3ff",
  FUNC: "#d6f0d2",
  VAR: "#c9eef0",
  DATASEC: "#ffd9b8",
  other: "#f1f1f1",
};

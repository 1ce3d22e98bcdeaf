import { current, isDraft } from "immer";

/** The deepest that a type's objects go: the type, a list, an element, its fields. */
const DEPTH = 4;

/** A copy of a type object that shares nothing with it, with the present state of what are immer drafts. */
export function copyOf(value: unknown, depth = DEPTH): unknown {
  if (typeof value !== "object" || value === null || depth === 0) return value;
  const plain: unknown = isDraft(value) ? current(value) : value;
  if (Array.isArray(plain)) return plain.map((entry) => copyOf(entry, depth - 1));
  return Object.fromEntries(Object.entries(plain as object).map(([key, entry]) => [key, copyOf(entry, depth - 1)]));
}

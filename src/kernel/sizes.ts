import { KIND } from "../wire/kinds.js";
import { IS, is } from "./kind-sets.js";
import type { Load } from "./load.js";

/** The answer of {@link sized} for a type without a size. */
export const NO_SIZE = -1;

const POINTER_SIZE = 8;

/** Writes the size of a type that stands for itself to `load.size`. */
function ownSize(load: Load, id: number, kind: number): boolean {
  if (is(kind, IS.sized)) load.size = load.words[load.starts[id]! + 2]!;
  else if (kind === KIND.ARRAY) load.size = load.resolvedSizes[id]!;
  else if (kind === KIND.PTR) load.size = POINTER_SIZE;
  else return false;
  return true;
}

/**
 * The id of the type that gives `id` its size, which `load.size` then holds in bytes; {@link NO_SIZE} when it has
 * none. Only one step is made, along what is resolved: an open type has no size yet, an open array has 0.
 */
export function sized(load: Load, id: number): number {
  const kind = load.kindOf(id);
  if (ownSize(load, id, kind)) return id;
  if (!is(kind, IS.modifier) && kind !== KIND.VAR) return NO_SIZE;
  const behind = load.resolvedIds[id]!;
  return ownSize(load, behind, load.kindOf(behind)) ? behind : NO_SIZE;
}

/** Whether the INT at `at` fills 1, 2, 4, 8 or 16 whole bytes (not 16 before 5.1). */
export function isRegularInt(load: Load, at: number): boolean {
  const data = load.words[at + 3]!;
  if (((data >>> 16) & 0xff) !== 0) return false;
  const bits = data & 0xff;
  return bits === 8 || bits === 16 || bits === 32 || bits === 64 || (bits === 128 && load.profile.maxIntBits === 128);
}

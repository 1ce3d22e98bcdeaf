import type { Draft } from "./draft.js";

/**
 * The name of a parameter that has none and needs one, of a string that costs as little as can be: kernels before 5.5
 * have room for 64 KiB of them.
 */
const PARAM = "unnamed";

/** The string offset of a name for a parameter. */
export function nameForParam(draft: Draft): number {
  return draft.intern(PARAM);
}

import { KIND } from "../wire/kinds.js";
import { IS, KIND_BITS } from "./kind-sets.js";
import type { Load } from "./load.js";
import { refuseType } from "./refuse.js";
import type { VerifyRule } from "./rules.js";

const MAX_CHAIN = 32;

const no = (load: Load, id: number, rule: VerifyRule): false =>
  refuseType(load, rule, { id, at: load.starts[id]!, word: load.starts[id]! + 2 });

/**
 * Chains of typedefs, qualifiers and tags: their length, and that tags come before the others. A walk stops at a type
 * that an earlier walk began at, so that the pass is linear.
 */
export function checkChains(load: Load): boolean {
  const { profile, kinds, words, starts, count } = load;
  if (!profile.chainLimit && !profile.tagOrder) return true;
  let good = 0;
  for (let id = 1; id < count; id++) {
    if ((KIND_BITS[kinds[id]!]! & IS.modifier) === 0) continue;
    let current = id;
    let onlyTags = true;
    for (let length = 1; (KIND_BITS[kinds[current]!]! & IS.modifier) !== 0; length++) {
      if (length > MAX_CHAIN && profile.chainLimit) return no(load, id, "chain-length");
      if (kinds[current] !== KIND.TYPE_TAG) onlyTags = false;
      else if (!onlyTags && profile.tagOrder) return no(load, id, "chain-order");
      if (current <= good) break;
      current = words[starts[current]! + 2]!;
    }
    good = id;
  }
  return true;
}

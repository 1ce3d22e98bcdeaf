import { KIND } from "../../wire/kinds.js";
import { IS, KIND_BITS } from "../kind-sets.js";
import type { Draft } from "./draft.js";
import type { LowerRule } from "./lower-rules.js";

/**
 * What typedefs, qualifiers and pointers lead to: past type tags where this kernel wants tags first (5.19 to 7.1), and
 * to a FUNC's prototype where it can't lead to a FUNC (before 5.17). The tag itself stays for those that may have it.
 */
export function lowerReferences(draft: Draft): void {
  const { profile, kinds, endId } = draft;
  const wantsTagsFirst = profile.tagOrder;
  const wantsNoFunc = profile.kinds.has(KIND.FUNC) && !profile.resolvesFunc;
  if (!wantsTagsFirst && !wantsNoFunc) return;
  for (let id = 1; id < endId; id++) {
    const kind = kinds[id]!;
    const isModifier = (KIND_BITS[kind]! & IS.modifier) !== 0;
    if (!isModifier && kind !== KIND.PTR) continue;
    if (wantsTagsFirst && isModifier && kind !== KIND.TYPE_TAG) skip(draft, "tag-order", id, KIND.TYPE_TAG);
    if (wantsNoFunc) skip(draft, "pointer-to-func", id, KIND.FUNC);
  }
}

/** Lets a reference lead past all types of a kind that it leads to. */
function skip(draft: Draft, rule: LowerRule, id: number, kind: number): void {
  const { words, starts } = draft;
  const found = words[starts[id]! + 2]!;
  let target = found;
  // A loop of tags has no end to lead to, and no kernel takes it.
  for (let i = 0; draft.kindOf(target) === kind && i < draft.endId; i++) target = words[starts[target]! + 2]!;
  if (target === found || draft.kindOf(target) === kind) return;
  draft.rewrite(rule, id, (all, at) => {
    all[at + 2] = target;
  });
}

/** VARs as parameters or returned, which kernels before 6.2 took: their types are as good. */
export function lowerDataParams(draft: Draft): void {
  if (!draft.profile.refusesDataParams) return;
  const { kinds, endId } = draft;
  const typeOf = (id: number): number => (draft.kindOf(id) === KIND.VAR ? draft.words[draft.starts[id]! + 2]! : id);
  for (let id = 1; id < endId; id++) {
    if (kinds[id] !== KIND.FUNC_PROTO) continue;
    const returned = draft.words[draft.starts[id]! + 2]!;
    if (draft.kindOf(returned) === KIND.VAR) {
      draft.rewrite("data-param", id, (words, at) => {
        words[at + 2] = typeOf(returned);
      });
    }
    for (let i = 0, vlen = draft.vlen(id); i < vlen; i++) {
      const type = draft.words[draft.starts[id]! + 4 + i * 2]!;
      if (draft.kindOf(type) !== KIND.VAR) continue;
      draft.rewriteElement("data-param", id, i, (words, element) => {
        words[element + 1] = typeOf(type);
      });
    }
  }
}

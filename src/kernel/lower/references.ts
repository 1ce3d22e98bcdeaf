import { KIND, packInfo } from "../../wire/kinds.js";
import { IS, KIND_BITS } from "../kind-sets.js";
import type { Draft } from "./draft.js";
import type { LowerRule } from "./lower-rules.js";
import { simulateResolve } from "./simulate.js";

/** A reference that is to lead elsewhere. */
interface Redirection {
  readonly rule: LowerRule;
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What typedefs, qualifiers and pointers lead to: past type tags where this kernel wants tags first (5.19 to 7.1), and
 * to a FUNC's prototype where it can't lead to a FUNC (before 5.17). The tag itself stays for those that may have it.
 */
export function lowerReferences(draft: Draft): void {
  const { profile, kinds, endId } = draft;
  const wantsTagsFirst = profile.tagOrder;
  const wantsNoFunc = profile.kinds.has(KIND.FUNC) && !profile.resolvesFunc;
  if (!wantsTagsFirst && !wantsNoFunc) return;
  const found: Redirection[] = [];
  const { words, starts } = draft;
  const { PTR, TYPE_TAG, FUNC } = KIND;
  const bits = KIND_BITS;
  const { modifier } = IS;
  for (let id = 1; id < endId; id++) {
    const kind = kinds[id]!;
    const isModifier = (bits[kind]! & modifier) !== 0;
    if (!isModifier && kind !== PTR) continue;
    const target = words[starts[id]! + 2]!;
    const of = target < endId ? kinds[target] : 0;
    if (of !== TYPE_TAG && of !== FUNC) continue;
    const wanted = of === FUNC ? wantsNoFunc : wantsTagsFirst && isModifier && kind !== TYPE_TAG;
    const past = wanted ? skip(draft, of === FUNC ? "pointer-to-func" : "tag-order", id, of) : undefined;
    if (past !== undefined) found.push(past);
  }
  if (found.length === 0) return;
  if (wantsTagsFirst && !canRedirect(draft, found)) {
    for (const { from } of found) tagsToConst(draft, from);
    return;
  }
  for (const { rule, id, to } of found) {
    draft.rewrite(rule, id, (all, at) => {
      all[at + 2] = to;
    });
  }
}

/** A reference past all types of a kind that it leads to. */
function skip(
  { words, starts, kinds, endId }: Draft,
  rule: LowerRule,
  id: number,
  kind: number,
): Redirection | undefined {
  const from = words[starts[id]! + 2]!;
  let to = from;
  // A loop of tags has no end to lead to, and no kernel takes it.
  for (let i = 0; to < endId && kinds[to] === kind && i < endId; i++) to = words[starts[to]! + 2]!;
  return to === from || (to < endId && kinds[to] === kind) ? undefined : { rule, id, from, to };
}

/**
 * Whether the kernel still finds its way: it takes a struct that holds itself when a tag on the way was resolved for a
 * pointer before, and without the tag that is a loop.
 */
function canRedirect(draft: Draft, redirections: readonly Redirection[]): boolean {
  const { words, starts } = draft;
  for (const { id, to } of redirections) words[starts[id]! + 2] = to;
  const { fault } = simulateResolve(draft);
  for (const { id, from } of redirections) words[starts[id]! + 2] = from;
  return fault !== "loop" && fault !== "depth";
}

/** Makes a chain of tags one of CONSTs, which may stand anywhere. */
function tagsToConst(draft: Draft, tag: number): void {
  for (let id = tag; draft.kindOf(id) === KIND.TYPE_TAG; id = draft.words[draft.starts[id]! + 2]!) {
    draft.rewrite("tag-order", id, (words, at) => {
      words[at] = 0;
      words[at + 1] = packInfo(KIND.CONST, 0);
    });
  }
}

/** VARs as parameters or returned, which kernels before 6.2 took: their types are as good. */
export function lowerDataParams(draft: Draft): void {
  if (!draft.profile.refusesDataParams) return;
  const { kinds, endId } = draft;
  const { FUNC_PROTO } = KIND;
  const typeOf = (id: number): number => (draft.kindOf(id) === KIND.VAR ? draft.words[draft.starts[id]! + 2]! : id);
  for (let id = 1; id < endId; id++) {
    if (kinds[id] !== FUNC_PROTO) continue;
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

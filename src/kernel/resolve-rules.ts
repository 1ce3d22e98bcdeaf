import { KIND, KIND_COUNT } from "../wire/kinds.js";
import { IS, is } from "./kind-sets.js";
import { STATE, type Load } from "./load.js";
import { checkMember } from "./members.js";
import type { Profile } from "./profile.js";
import { unnamedParam } from "./protos.js";
import { refuseType } from "./refuse.js";
import type { Outcome, Resolver, ResolveRule } from "./resolver.js";
import type { VerifyRule } from "./rules.js";
import { isRegularInt, NO_SIZE, sized } from "./sizes.js";

const HEAD_WORDS = 3;

function no(load: Load, rule: VerifyRule, id: number, at: number, word: number, value = 0): Outcome {
  refuseType(load, rule, { id, at, word: at + word }, value);
  return "refused";
}

function noElement(load: Load, rule: VerifyRule, id: number, at: number, index: number, word: number): Outcome {
  refuseType(load, rule, { id, at, index, word });
  return "refused";
}

/** A kind that can't be pointed at; -1 is a type that is not there. */
const isNoTarget = (kind: number): boolean => kind < 0 || is(kind, IS.sourceOnly);
/** A kind that can't be a part of a type. */
const isNoPart = (kind: number): boolean => isNoTarget(kind) || is(kind, IS.sizeless);

/** Ends a reference: it stands for what gives its target a size, or for void, a FWD or a FUNC_PROTO. */
function endReference(load: Load, resolver: Resolver, id: number, at: number): Outcome {
  const target = load.words[at + 2]!;
  const final = sized(load, target);
  if (final !== NO_SIZE) return resolver.pop(final);
  const behind = load.states[target] === STATE.resolved ? load.resolvedIds[target]! : target;
  const kind = load.kindOf(behind);
  if (kind === KIND.VOID || kind === KIND.FWD || kind === KIND.FUNC_PROTO) return resolver.pop(behind);
  return no(load, load.kindOf(target) === KIND.FUNC ? "pointer-to-func" : "type-reference", id, at, 2);
}

/** A pointer behind the modifier `target`, where it has still to be resolved: else -1. */
function pointerBehind(load: Load, resolver: Resolver, target: number): number {
  if (!is(load.kindOf(target), IS.modifier)) return -1;
  const behind = load.resolvedIds[target]!;
  return load.kindOf(behind) === KIND.PTR && resolver.needsFirst(behind) ? behind : -1;
}

const modifier: ResolveRule = (load, resolver, id, at) => {
  const target = load.words[at + 2]!;
  if (isNoTarget(load.kindOf(target))) return no(load, "type-reference", id, at, 2);
  if (resolver.needsFirst(target)) return resolver.push(target);
  return endReference(load, resolver, id, at);
};

const pointer: ResolveRule = (load, resolver, id, at) => {
  const target = load.words[at + 2]!;
  if (isNoTarget(load.kindOf(target))) return no(load, "type-reference", id, at, 2);
  if (resolver.needsFirst(target)) return resolver.push(target);
  const behind = pointerBehind(load, resolver, target);
  if (behind !== -1) return resolver.push(behind);
  return endReference(load, resolver, id, at);
};

const variable: ResolveRule = (load, resolver, id, at) => {
  const target = load.words[at + 2]!;
  if (isNoTarget(load.kindOf(target))) return no(load, "type-reference", id, at, 2);
  if (resolver.needsFirst(target)) return resolver.push(target);
  const behind = pointerBehind(load, resolver, target);
  if (behind !== -1) return resolver.push(behind);
  const final = sized(load, target);
  return final === NO_SIZE ? no(load, "var-type", id, at, 2) : resolver.pop(final);
};

const array: ResolveRule = (load, resolver, id, at) => {
  const { words, starts } = load;
  const index = words[at + 4]!;
  if (isNoPart(load.kindOf(index))) return no(load, "array-index", id, at, 4);
  if (resolver.needsFirst(index)) return resolver.push(index);
  const indexType = sized(load, index);
  if (indexType === NO_SIZE || load.kindOf(indexType) !== KIND.INT || !isRegularInt(load, starts[indexType]!)) {
    return no(load, "array-index", id, at, 4);
  }
  const element = words[at + 3]!;
  if (isNoPart(load.kindOf(element))) return no(load, "array-element", id, at, 3);
  if (resolver.needsFirst(element)) return resolver.push(element);
  const elementType = sized(load, element);
  if (elementType === NO_SIZE) return no(load, "array-element", id, at, 3);
  if (load.kindOf(elementType) === KIND.INT && !isRegularInt(load, starts[elementType]!)) {
    return no(load, "array-int", id, at, 3);
  }
  const count = words[at + 5]!;
  if (count !== 0 && load.size > Math.floor(0xffffffff / count)) return no(load, "array-overflow", id, at, 5);
  return resolver.pop(elementType, load.size * count);
};

const composite: ResolveRule = (load, resolver, id, at) => {
  const { words, states, profile } = load;
  const vlen = load.vlenAt(at);
  let index = resolver.next;
  // Back from a member that was pushed: now it has its size.
  if (index > 0) {
    const last = index - 1;
    const type = words[at + HEAD_WORDS + last * 3 + 1]!;
    const kept = profile.memberIds16 ? type & 0xffff : type;
    if (states[kept] !== STATE.resolved) {
      return noElement(load, "member-type-16", id, at, last, at + HEAD_WORDS + last * 3 + 1);
    }
    if (!checkMember(load, id, at, last, kept)) return "refused";
  }
  for (; index < vlen; index++) {
    const word = at + HEAD_WORDS + index * 3 + 1;
    const type = words[word]!;
    const kind = load.kindOf(type);
    if (isNoPart(kind)) return noElement(load, "member-type", id, at, index, word);
    if (resolver.needsFirst(type)) return resolver.push(type, index + 1);
    if (!checkMember(load, id, at, index, type)) return "refused";
  }
  return resolver.pop(0);
};

/** A FUNC's type must be a FUNC_PROTO, whose parameters have names; the extern FUNC of the proposal needs none. */
export function checkFunc(load: Load, id: number, at: number): boolean {
  const { words, starts, profile } = load;
  const proto = words[at + 2]!;
  if (load.kindOf(proto) !== KIND.FUNC_PROTO) return refuseType(load, "func-proto", { id, at, word: at + 2 });
  if (profile.externFunc && load.vlenAt(at) === 2) return true;
  const index = unnamedParam(load, proto);
  if (index < 0) return true;
  const word = starts[proto]! + HEAD_WORDS + index * 2;
  return refuseType(load, "func-argument", { id, at, word, index }, index + 1);
}

const func: ResolveRule = (load, resolver, id, at) =>
  checkFunc(load, id, at) ? resolver.pop(load.words[at + 2]!) : "refused";

const TAGGED: ReadonlySet<number> = new Set([KIND.FUNC, KIND.STRUCT, KIND.UNION, KIND.VAR, KIND.TYPEDEF]);

const declTag: ResolveRule = (load, resolver, id, at) => {
  const { words, starts } = load;
  const target = words[at + 2]!;
  const kind = load.kindOf(target);
  if (!TAGGED.has(kind)) return no(load, "tag-target", id, at, 2);
  if (resolver.needsFirst(target)) return resolver.push(target);
  const component = words[at + 3]! | 0;
  if (component !== -1) {
    if (kind === KIND.VAR || kind === KIND.TYPEDEF) return no(load, "component-index", id, at, 3);
    const holder = kind === KIND.FUNC ? words[starts[target]! + 2]! : target;
    const count = load.kindOf(holder) < 0 ? 0 : load.vlenAt(starts[holder]!);
    if (component >= count) return no(load, "component-index", id, at, 3);
  }
  return resolver.pop(target);
};

/** An entry of a DATASEC that is an extern, with a what-if: it has neither a place nor a size. */
function externEntry(load: Load, target: number): boolean {
  const { profile, words, starts } = load;
  const kind = load.kindOf(target);
  const at = starts[target]!;
  if (kind === KIND.FUNC) return profile.externFunc && load.vlenAt(at) === 2;
  return kind === KIND.VAR && profile.externVar && words[at + 3] === 2;
}

const datasec: ResolveRule = (load, resolver, id, at) => {
  const { words, starts, profile } = load;
  const vlen = load.vlenAt(at);
  if (profile.datasecResetsMode) resolver.resetMode();
  for (let index = resolver.next; index < vlen; index++) {
    const entry = at + HEAD_WORDS + index * 3;
    const target = words[entry]!;
    const extern = externEntry(load, target);
    if (load.kindOf(target) !== KIND.VAR && !extern) {
      return noElement(load, profile.externFunc ? "entry-kind-extern" : "entry-kind", id, at, index, entry);
    }
    if (extern) {
      if (words[entry + 1] !== 0 || words[entry + 2] !== 0) {
        return noElement(load, "entry-extern", id, at, index, entry + 1);
      }
    } else if (words[entry + 2] === 0) return noElement(load, "entry-size", id, at, index, entry + 2);
    if (profile.externsUnmixed && extern !== externEntry(load, words[at + HEAD_WORDS]!)) {
      return noElement(load, "entry-mixed", id, at, index, entry);
    }
    // A VAR that had to be pushed is not measured: the kernel goes on with the next entry.
    if (resolver.needsFirst(target)) return resolver.push(target, index + 1);
    if (extern) continue;
    if (sized(load, words[starts[target]! + 2]!) === NO_SIZE) {
      return noElement(load, "entry-var-type", id, at, index, entry);
    }
    if (words[entry + 2]! < load.size) return noElement(load, "entry-size", id, at, index, entry + 2);
  }
  return resolver.pop(0);
};

/** What the resolve pass tests, by kind number; a kind without a rule is resolved from the start. */
export function resolveRules({ resolvesFunc }: Profile): readonly (ResolveRule | undefined)[] {
  const rules: (ResolveRule | undefined)[] = Array.from({ length: KIND_COUNT }, () => undefined);
  rules[KIND.PTR] = pointer;
  rules[KIND.ARRAY] = array;
  rules[KIND.STRUCT] = composite;
  rules[KIND.UNION] = composite;
  rules[KIND.TYPEDEF] = modifier;
  rules[KIND.VOLATILE] = modifier;
  rules[KIND.CONST] = modifier;
  rules[KIND.RESTRICT] = modifier;
  rules[KIND.VAR] = variable;
  rules[KIND.DATASEC] = datasec;
  rules[KIND.DECL_TAG] = declTag;
  rules[KIND.TYPE_TAG] = modifier;
  if (resolvesFunc) rules[KIND.FUNC] = func;
  return rules;
}

import { KIND } from "../../wire/kinds.js";
import { IS, is } from "../kind-sets.js";
import { Load, STATE } from "../load.js";
import { checkMember } from "../members.js";
import { checkProto } from "../protos.js";
import { resolveRules } from "../resolve-rules.js";
import { Resolver, type ResolveRule } from "../resolver.js";
import type { VerifyRule } from "../rules.js";
import { sized } from "../sizes.js";
import type { Draft } from "./draft.js";

const HEAD_WORDS = 3;
const ID_16 = 0xffff;

/** What the kernel would stumble over in its resolve pass. */
export interface Stumbles {
  /** Words that hold the id of a member which the kernel would cut to 16 bits, with the size in bytes of its type. */
  readonly members: { readonly id: number; readonly index: number; readonly size: number }[];
  /** DATASECs whose VARs it would look at too early. */
  readonly datasecs: number[];
  /** What ended the pass early, when something did. */
  fault: VerifyRule | undefined;
}

/** A load that holds a draft's types in the place of bytes. */
export function loadOf(draft: Draft, profile = draft.profile): Load {
  const load = new Load(new Uint8Array(0), profile, "little", undefined, undefined);
  load.words = draft.words;
  load.starts = draft.starts;
  load.kinds = draft.kinds;
  load.count = draft.endId;
  load.strings = draft.strings.subarray(0, draft.stringEnd);
  load.inMeta = false;
  return load;
}

/** As the kernel's rule for STRUCT and UNION, but a member whose id would be cut in vain is written down. */
function compositeRule(stumbles: Stumbles, original: ResolveRule): ResolveRule {
  return (load, resolver, id, at) => {
    const { words, states, kinds } = load;
    const vlen = load.vlenAt(at);
    let index = resolver.next;
    if (index > 0) {
      const last = index - 1;
      const type = words[at + HEAD_WORDS + last * 3 + 1]!;
      const kept = type & ID_16;
      const isSound = kept === type || (states[kept] === STATE.resolved && checkMember(load, id, at, last, kept));
      if (!isSound) {
        stumbles.members.push({ id, index: last, size: sized(load, type) < 0 ? 0 : load.size });
        load.fault = undefined;
      } else if (kept === type && !checkMember(load, id, at, last, kept)) return "refused";
    }
    for (; index < vlen; index++) {
      const type = words[at + HEAD_WORDS + index * 3 + 1]!;
      // The kernel's own rule has the words for what can't be a member.
      if (type >= load.count || is(kinds[type]!, IS.sourceOnly | IS.sizeless)) return original(load, resolver, id, at);
      if (resolver.needsFirst(type)) return resolver.push(type, index + 1);
      if (!checkMember(load, id, at, index, type)) return "refused";
    }
    return resolver.pop(0);
  };
}

/** As the kernel's rule for DATASEC, but one that it refuses is written down and taken for resolved. */
function datasecRule(stumbles: Stumbles, original: ResolveRule): ResolveRule {
  return (load, resolver, id, at) => {
    const outcome = original(load, resolver, id, at);
    if (outcome !== "refused") return outcome;
    stumbles.datasecs.push(id);
    load.fault = undefined;
    return resolver.pop(0);
  };
}

/**
 * Goes through the resolve pass of this kernel, and past what depends on the order in which it comes to types. What it
 * refuses for another reason is left to the verifier.
 */
export function simulateResolve(draft: Draft): Stumbles {
  const stumbles: Stumbles = { members: [], datasecs: [], fault: undefined };
  const load = loadOf(draft);
  const { count, kinds, profile } = load;
  load.states = new Uint8Array(count);
  load.resolvedIds = new Uint32Array(count);
  load.resolvedSizes = new Uint32Array(count);
  load.unnamedParams = new Uint32Array(count);
  // Names were seen to already.
  load.nameBits = new Uint8Array(load.strings.length).fill(0xff);
  const rules = [...resolveRules(profile)];
  if (profile.memberIds16) {
    const original = rules[KIND.STRUCT]!;
    rules[KIND.STRUCT] = compositeRule(stumbles, original);
    rules[KIND.UNION] = compositeRule(stumbles, original);
  }
  if (!profile.datasecResetsMode) rules[KIND.DATASEC] = datasecRule(stumbles, rules[KIND.DATASEC]!);
  const resolver = new Resolver(load, rules);
  for (let id = 1; id < count; id++) {
    const isSound =
      (!resolver.needs(id) || resolver.resolve(id)) &&
      (kinds[id] !== KIND.FUNC_PROTO || checkProto(load, resolver, id));
    if (isSound) continue;
    stumbles.fault = load.fault?.rule;
    break;
  }
  return stumbles;
}

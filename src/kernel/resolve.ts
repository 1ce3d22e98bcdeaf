import { KIND } from "../wire/kinds.js";
import type { Load } from "./load.js";
import { checkProto } from "./protos.js";
import { checkFunc, resolveRules } from "./resolve-rules.js";
import { Resolver } from "./resolver.js";

/** All types in the order of their ids, with what they lead to. */
export function resolveTypes(load: Load): boolean {
  const { kinds, count, starts, profile } = load;
  load.inMeta = false;
  load.states = new Uint8Array(count);
  load.resolvedIds = new Uint32Array(count);
  load.resolvedSizes = new Uint32Array(count);
  load.unnamedParams = new Uint32Array(count);
  const resolver = new Resolver(load, resolveRules(profile));
  for (let id = 1; id < count; id++) {
    if (resolver.needs(id) && !resolver.resolve(id)) return false;
    const kind = kinds[id];
    if (kind === KIND.FUNC_PROTO) {
      if (!checkProto(load, resolver, id)) return false;
    } else if (kind === KIND.FUNC && !profile.resolvesFunc && !checkFunc(load, id, starts[id]!)) return false;
  }
  return true;
}

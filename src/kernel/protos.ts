import { IS, is } from "./kind-sets.js";
import type { Load } from "./load.js";
import { NAME } from "./names.js";
import { refuseType } from "./refuse.js";
import type { Resolver } from "./resolver.js";
import { NO_SIZE, sized } from "./sizes.js";

const HEAD_WORDS = 3;

/**
 * The index of the first parameter of a FUNC_PROTO that has a type but no name, or -1. Asked for each FUNC of the
 * prototype: the kernel looks through all parameters each time, here each prototype is looked through once.
 */
export function unnamedParam({ words, starts, profile, unnamedParams }: Load, proto: number): number {
  const known = unnamedParams[proto]!;
  if (known !== 0) return known - 2;
  const at = starts[proto]!;
  const count = words[at + 1]! & profile.vlenMask;
  let found = -1;
  for (let i = 0; i < count && found < 0; i++) {
    const param = at + HEAD_WORDS + i * 2;
    if (words[param] === 0 && words[param + 1] !== 0) found = i;
  }
  unnamedParams[proto] = found + 2;
  return found;
}

/** A type that can be returned or passed: resolved on the way, with a size; the errno of a search of its own stays. */
function isPassable(load: Load, resolver: Resolver, id: number): boolean | "refused" {
  if (resolver.needs(id) && !resolver.resolve(id)) return "refused";
  return sized(load, id) !== NO_SIZE;
}

function noReturn(load: Load, id: number, at: number): false {
  return refuseType(load, "return-type", { id, at, word: at + 2 });
}

function noParam(load: Load, id: number, at: number, index: number, word: number): false {
  return refuseType(load, "argument", { id, at, index, word: at + HEAD_WORDS + index * 2 + word }, index + 1);
}

/** A type that is not there, or, from 6.2 on, one of a kind that nothing may lead to. */
function isExcluded(load: Load, type: number): boolean {
  const kind = load.kindOf(type);
  return kind < 0 || (load.profile.refusesDataParams && is(kind, IS.sourceOnly));
}

/** What a FUNC_PROTO is checked for when its id comes up in the resolve pass. */
export function checkProto(load: Load, resolver: Resolver, id: number): boolean {
  const { words, starts, strings, nameBits } = load;
  const at = starts[id]!;
  const returned = words[at + 2]!;
  if (returned !== 0) {
    if (isExcluded(load, returned)) return noReturn(load, id, at);
    const passable = isPassable(load, resolver, returned);
    if (passable === "refused") return false;
    if (!passable) return noReturn(load, id, at);
  }

  let count = load.vlenAt(at);
  if (count > 0 && words[at + HEAD_WORDS + (count - 1) * 2 + 1] === 0) {
    count--;
    if (words[at + HEAD_WORDS + count * 2] !== 0) return noParam(load, id, at, count, 0);
  }
  for (let i = 0; i < count; i++) {
    const param = at + HEAD_WORDS + i * 2;
    const type = words[param + 1]!;
    if (isExcluded(load, type)) return noParam(load, id, at, i, 1);
    const name = words[param]!;
    if (name !== 0 && (name >= strings.length || (nameBits[name]! & NAME.identifier) === 0)) {
      return noParam(load, id, at, i, 0);
    }
    const passable = isPassable(load, resolver, type);
    if (passable === "refused") return false;
    if (!passable) return noParam(load, id, at, i, 1);
  }
  return true;
}

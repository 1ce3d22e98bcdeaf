import type { FunctionTree, TypeTree } from "../../spelling/index.js";
import { entityOf } from "./entities.js";
import { isQualified, resolveTree } from "./measure.js";
import type { Unit } from "./unit.js";

/** Whether a function says nothing of its parameters. */
const isOpen = (type: FunctionTree): boolean => type.params.length === 0 && type.variadic;

/**
 * Whether two types are one to C, which looks behind typedefs: what lets two declarations of one name agree. An array
 * without a bound agrees with any, `()` with any parameters, and an enum with the integer that it is. Tags, restrict and
 * address spaces make no difference here.
 */
export function sameType(unit: Unit, one: TypeTree, other: TypeTree): boolean {
  const pending: [TypeTree, TypeTree][] = [[one, other]];
  // Functions that take functions can lead to one pair in very many ways.
  const seen = new Map<TypeTree, Set<TypeTree>>();
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (isQualified(a, "const") !== isQualified(b, "const")) return false;
    if (isQualified(a, "volatile") !== isQualified(b, "volatile")) return false;
    const [x, y] = [resolveTree(a), resolveTree(b)];
    if (x.kind === "ptr" && y.kind === "ptr") {
      pending.push([x.to, y.to]);
    } else if (x.kind === "array" && y.kind === "array") {
      // The qualifiers of an array are those of its elements, and are compared.
      let [p, q]: [TypeTree, TypeTree] = [x, y];
      while (p.kind === "array" && q.kind === "array") {
        if (p.count !== undefined && q.count !== undefined && p.count !== q.count) return false;
        [p, q] = [resolveTree(p.of), resolveTree(q.of)];
      }
      pending.push([p, q]);
    } else if (x.kind === "function" && y.kind === "function") {
      const others = seen.get(x);
      if (others?.has(y) === true) continue;
      if (others === undefined) seen.set(x, new Set([y]));
      else others.add(y);
      pending.push([x.returns, y.returns]);
      if (isOpen(x) || isOpen(y)) continue;
      if (x.variadic !== y.variadic || x.params.length !== y.params.length) return false;
      // What a parameter's own qualifiers are is the function's business alone.
      for (const [i, { type }] of x.params.entries()) pending.push([resolveTree(type), resolveTree(y.params[i]!.type)]);
    } else if (!sameLeaf(unit, x, y)) {
      return false;
    }
  }
  return true;
}

function sameLeaf(unit: Unit, x: TypeTree, y: TypeTree): boolean {
  const [a, b] = [entityOf(x), entityOf(y)];
  if (a?.kind === "opaque" && b?.kind === "opaque") {
    return a.id === b.id && a.measures?.size === b.measures?.size && a.measures?.align === b.measures?.align;
  }
  // What is not known or has no word in BTF is not held against anybody.
  if ((a?.kind === "opaque" && a.inner === undefined) || (b?.kind === "opaque" && b.inner === undefined)) return true;
  if (a !== undefined && b !== undefined) return a === b || a.id === b.id;
  if (a?.kind === "enum" || b?.kind === "enum") {
    const [theEnum, integer] = a?.kind === "enum" ? [a, y] : [b, x];
    const layout = integer.kind === "base" && integer.name !== "void" ? unit.model.base[integer.name] : undefined;
    return (
      theEnum?.kind === "enum" &&
      layout?.kind === "INT" &&
      layout.size === theEnum.size &&
      (layout.encoding === "signed") === theEnum.signed
    );
  }
  return x.kind === "base" && y.kind === "base" && x.name === y.name;
}

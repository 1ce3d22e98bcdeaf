import type { BaseType, TypeTree } from "../../spelling/index.js";
import type { Token } from "../../spelling/tokens.js";
import type { AttributeFacts } from "./attributes.js";
import { treeOf, type OpaqueEntity } from "./entities.js";
import { measure, resolveTree } from "./measure.js";
import { typeId } from "./type-ids.js";
import type { Unit } from "./unit.js";

const MODE_BYTES: ReadonlyMap<string, number> = new Map([
  ["QI", 1],
  ["byte", 1],
  ["HI", 2],
  ["SI", 4],
  ["DI", 8],
  ["TI", 16],
  ["SF", 4],
  ["DF", 8],
]);

const BY_BYTES: ReadonlyMap<number, readonly [signed: BaseType, unsigned: BaseType]> = new Map([
  [1, ["signed char", "unsigned char"]],
  [2, ["short", "unsigned short"]],
  [4, ["int", "unsigned int"]],
  [8, ["long long", "unsigned long long"]],
  [16, ["__int128", "unsigned __int128"]],
]);

/** The type that `mode(DI)` or `vector_size(16)` makes of another; any other attribute leaves it as it is. */
export function modedType(
  unit: Unit,
  type: TypeTree,
  { mode, vectorSize, vectorCount }: AttributeFacts,
  at: Token,
): TypeTree {
  if (vectorCount !== undefined) {
    const bytes = (measure(unit, type)?.size ?? 1) * vectorCount;
    // Three elements take the room of four.
    return vectorOf(unit, type, 2 ** Math.ceil(Math.log2(Math.max(bytes, 1))), at, vectorCount);
  }
  if (vectorSize !== undefined) return vectorOf(unit, type, vectorSize, at);
  if (mode === undefined) return type;
  const bytes = mode === "word" || mode === "pointer" ? unit.model.pointerSize : MODE_BYTES.get(mode);
  const resolved = resolveTree(type);
  if (bytes === undefined || resolved.kind !== "base" || resolved.name === "void") {
    if (resolved.kind === "enum") return type;
    unit.problems.error(at.offset, `mode(${mode}) cannot be applied here`, "c-attribute");
    return type;
  }
  const layout = unit.model.base[resolved.name];
  if (layout?.kind === "FLOAT") return { kind: "base", name: bytes === 4 ? "float" : "double" };
  const pair = BY_BYTES.get(bytes) ?? ["int", "unsigned int"];
  const unsigned = layout?.encoding === "none";
  // Of two types of one size the compilers take long.
  if (bytes === 8 && unit.model.base.long?.size === 8)
    return { kind: "base", name: unsigned ? "unsigned long" : "long" };
  return { kind: "base", name: pair[unsigned ? 1 : 0] };
}

/** A vector is an array in BTF, with the size for its alignment. */
function vectorOf(unit: Unit, type: TypeTree, size: number, at: Token, elements?: number): TypeTree {
  const element = measure(unit, type);
  const count = elements ?? (element === undefined || element.size === 0 ? NaN : size / element.size);
  if (!Number.isInteger(count) || count < 1) {
    unit.problems.error(at.offset, `vector_size(${size}) is no multiple of the element's size`, "c-attribute");
    return type;
  }
  const id = unit.types.array(typeId(unit, type), count);
  const entity: OpaqueEntity = { kind: "opaque", id, measures: { size, align: size }, inner: type };
  return treeOf(entity);
}

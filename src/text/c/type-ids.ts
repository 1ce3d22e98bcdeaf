import type { Param } from "../../model/types.js";
import { formatTypeName, type ArrayTree, type FunctionTree, type TypeTree } from "../../spelling/index.js";
import { entityOf } from "./entities.js";
import { peek } from "../../spelling/cursor.js";
import { elementOf, measure, resolveTree } from "./measure.js";
import type { Unit } from "./unit.js";

const REFERENCE_KINDS = { ptr: "PTR", const: "CONST", volatile: "VOLATILE", restrict: "RESTRICT" } as const;

/** The id of a type; the derived types it is made of are added where they are not there yet. */
export function typeId(unit: Unit, tree: TypeTree): number {
  // Wrappers can be as many as the text is long; functions nest only as deep as the parser lets them.
  const wrappers: TypeTree[] = [];
  let leaf = tree;
  for (;;) {
    if ("to" in leaf) wrappers.push(leaf);
    else if (leaf.kind === "array") wrappers.push(leaf);
    else break;
    leaf = "to" in leaf ? leaf.to : leaf.of;
  }
  let id = leafId(unit, leaf);
  const hidden = entityOf(leaf);
  const salt = id === 0 && hidden?.kind === "opaque" && hidden.inner ? unit.types.saltOf(showType(hidden.inner)) : "";
  for (let part = wrappers.pop(); part !== undefined; part = wrappers.pop()) {
    switch (part.kind) {
      case "ptr":
      case "const":
      case "volatile":
      case "restrict":
        id = unit.types.reference(REFERENCE_KINDS[part.kind], id, salt);
        break;
      case "type_tag": {
        const values = [part.value];
        for (let outer = wrappers.at(-1); outer?.kind === "type_tag"; outer = wrappers.at(-1)) {
          values.push(outer.value);
          wrappers.pop();
        }
        // As clang: only what a pointer points to keeps its tags.
        if (wrappers.at(-1)?.kind === "ptr") id = unit.types.typeTags(values, id);
        break;
      }
      case "array":
        id = unit.types.arrays(id, countsOf(part, wrappers));
        break;
    }
  }
  return id;
}

/** The counts of an array and of the arrays right around it, which are taken from `around`. */
function countsOf(array: ArrayTree, around: TypeTree[]): number[] {
  const counts = [array.count ?? 0];
  for (let outer = around.at(-1); outer?.kind === "array"; outer = around.at(-1)) {
    counts.push(outer.count ?? 0);
    around.pop();
  }
  return counts;
}

function leafId(unit: Unit, leaf: TypeTree): number {
  const entity = entityOf(leaf);
  if (entity !== undefined) return entity.id;
  if (leaf.kind === "function") return unit.types.proto(typeId(unit, leaf.returns), protoParams(unit, leaf, false));
  if (leaf.kind !== "base" || leaf.name === "void") return 0;
  const id = unit.types.base(leaf.name);
  if (id === undefined)
    unit.problems.error(peek(unit.cursor).offset, `the target has no type "${leaf.name}"`, "target-type");
  return id ?? 0;
}

/** The parameters of a function as BTF has them. Compilers name those of what is defined alone. */
export function protoParams(unit: Unit, { params, variadic }: FunctionTree, isDefinition: boolean): Param[] {
  const found = params.map(({ name, type }): Param => ({ name: isDefinition ? name : "", typeId: typeId(unit, type) }));
  return variadic ? [...found, { name: "", typeId: 0 }] : found;
}

/** How a message names a type. */
export const showType = (tree: TypeTree): string => `"${formatTypeName(tree)}"`;

/** Why an array cannot be, whose elements are incomplete, or aligned to more than they have bytes; undefined otherwise. */
export function arrayFault(unit: Unit, type: TypeTree): string | undefined {
  const element = elementOf(type);
  if (element === undefined) return undefined;
  const measures = measure(unit, element);
  if (measures === undefined) {
    const entity = entityOf(resolveTree(element));
    const isIncomplete = entity?.kind === "record" || entity?.kind === "enum";
    return isIncomplete ? `an array cannot hold the incomplete type ${showType(element)}` : undefined;
  }
  const { size, align } = measures;
  if (size % align === 0) return undefined;
  return `an array cannot hold ${showType(element)}: it has ${size} bytes, and is aligned to ${align}`;
}

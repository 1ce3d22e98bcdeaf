import type { TypeTree } from "../../spelling/index.js";
import { entityOf, type Measures, type TypedefEntity } from "./entities.js";
import type { Unit } from "./unit.js";

/** Bytes beyond which sizes in bits are not exact. */
export const SIZE_MAX = 2 ** 50;

/** A type behind its typedefs, qualifiers and tags. */
export function resolveTree(tree: TypeTree): TypeTree {
  for (let type = tree; ;) {
    const entity = entityOf(type);
    if (entity?.kind === "typedef") return entity.resolved;
    if (type.kind !== "const" && type.kind !== "volatile" && type.kind !== "restrict" && type.kind !== "type_tag") {
      return type;
    }
    type = type.to;
  }
}

/** Whether a type, or what it is an array of, has a qualifier. */
export function isQualified(tree: TypeTree, qualifier: "const" | "volatile"): boolean {
  for (let type = tree; ;) {
    if (type.kind === qualifier) return true;
    const entity = entityOf(type);
    if (entity?.kind === "typedef") return qualifier === "const" ? entity.isConst : entity.isVolatile;
    if (type.kind === "array") type = type.of;
    else if (
      type.kind === "const" ||
      type.kind === "volatile" ||
      type.kind === "restrict" ||
      type.kind === "type_tag"
    ) {
      type = type.to;
    } else {
      return false;
    }
  }
}

/** The alignment that a typedef around a type asks for. */
export function typedefAlign(tree: TypeTree): number | undefined {
  for (let type = tree; ;) {
    const entity = entityOf(type);
    if (entity?.kind === "typedef") return entity.align;
    if (type.kind === "array") type = type.of;
    else if (
      type.kind === "const" ||
      type.kind === "volatile" ||
      type.kind === "restrict" ||
      type.kind === "type_tag"
    ) {
      type = type.to;
    } else {
      return undefined;
    }
  }
}

/**
 * Size and alignment of a type in bytes; undefined for one that is incomplete or has no size. A size beyond
 * {@link SIZE_MAX} is not exact.
 */
export function measure(unit: Unit, tree: TypeTree): Measures | undefined {
  let factor = 1;
  for (let type = tree; ;) {
    switch (type.kind) {
      case "const":
      case "volatile":
      case "restrict":
      case "type_tag":
        type = type.to;
        continue;
      case "array":
        factor *= type.count ?? 0;
        type = type.of;
        continue;
    }
    const own = measureLeaf(unit, type);
    return own && { size: own.size * factor, align: own.align };
  }
}

function measureLeaf(unit: Unit, type: TypeTree): Measures | undefined {
  const entity = entityOf(type);
  switch (entity?.kind) {
    case "typedef":
      return measureTypedef(unit, entity);
    case "record":
    case "enum":
      return entity.isComplete ? { size: entity.size, align: entity.align } : undefined;
    case "opaque":
      return entity.measures;
  }
  if (type.kind === "ptr") return { size: unit.model.pointerSize, align: unit.model.pointerSize };
  return type.kind === "base" && type.name !== "void" ? unit.model.base[type.name] : undefined;
}

/** A typedef of what was incomplete is measured when it is asked for again: an array of that there cannot be. */
function measureTypedef(unit: Unit, entity: TypedefEntity): Measures | undefined {
  if (entity.measures === undefined) {
    const found = measure(unit, entity.resolved);
    if (found !== undefined) entity.measures = { size: found.size, align: entity.align ?? found.align };
  }
  return entity.measures;
}

/** What an array is of, or an array of arrays in the end; undefined for any other type. */
export function elementOf(tree: TypeTree): TypeTree | undefined {
  let type = resolveTree(tree);
  if (type.kind !== "array") return undefined;
  // Only the outermost typedef is looked behind: what is behind others was looked at when they were declared.
  while (type.kind === "array") type = type.of;
  return type;
}

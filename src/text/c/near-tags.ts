import { nearestNames, type TypeTree } from "../../spelling/index.js";
import { entityOf } from "./entities.js";
import { resolveTree } from "./measure.js";
import type { Unit } from "./unit.js";

/** What an incomplete struct or union may have been meant for, as the end of a message. */
export function nearTags(unit: Unit, type: TypeTree): string {
  const entity = entityOf(resolveTree(type));
  if (entity?.kind !== "record") return "";
  const names: string[] = [];
  for (const [name, tag] of unit.scopes.tags()) {
    if (tag.kind === "record" && tag.record === entity.record && tag.isComplete) names.push(name);
  }
  if (unit.into !== undefined) {
    const kind = entity.record === "struct" ? "STRUCT" : "UNION";
    for (const [, each] of unit.into.types()) if (each.kind === kind) names.push(each.name);
  }
  const near = nearestNames(entity.name, names);
  if (near.length === 0) return "";
  return `; did you mean ${near.map((name) => `"${entity.record} ${name}"`).join(" or ")}?`;
}

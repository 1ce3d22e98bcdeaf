import type { TypeTree } from "../../spelling/index.js";
import { nearestNames } from "../../spelling/index.js";
import { entityOf, type RecordMember } from "./entities.js";
import { resolveTree } from "./measure.js";
import { showType } from "./type-ids.js";
import type { Unit } from "./unit.js";

/** The member of a struct or union by its name, or why there is none. */
export function memberOf(_unit: Unit, type: TypeTree, name: string): RecordMember | string {
  const entity = entityOf(resolveTree(type));
  if (entity?.kind !== "record") return `${showType(type)} has no members`;
  if (!entity.isComplete) return `${showType(type)} is incomplete: its members are not known here`;
  const found = entity.members.get(name);
  if (found !== undefined) return found;
  const near = nearestNames(name, entity.members.keys());
  const hint = near.length === 0 ? "" : `; did you mean ${near.map((each) => `"${each}"`).join(" or ")}?`;
  return `${showType(type)} has no member "${name}"${hint}`;
}

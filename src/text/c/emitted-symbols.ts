import type { FunctionEntity, ObjectEntity, Use } from "./entities.js";
import { isQualified, resolveTree } from "./measure.js";
import type { Unit } from "./unit.js";

type Entity = ObjectEntity | FunctionEntity;

/**
 * The variables and functions that are left of a source when clang has optimized it, in the order in which LLVM makes
 * them: those that others can see, what these use, and of statics what cannot be folded into its users. What an optimizer
 * does is more than can be told from declarations; this is what it does to programs as they are written.
 */
export function emittedSymbols(unit: Unit): Entity[] {
  const reached = reach(unit);
  const emitted = creationOrder(unit).filter((entity) => isEmitted(entity, reached.get(entity)));
  // Functions are written with the code, and variables after it.
  return [...emitted.filter(({ kind }) => kind === "function"), ...emitted.filter(({ kind }) => kind === "object")];
}

/** How an entity is used by what runs; undefined for one that is not. */
type Hows = ReadonlyMap<Entity, ReadonlySet<Use["how"]>>;

function reach(unit: Unit): Hows {
  const reached = new Map<Entity, Set<Use["how"]>>();
  const pending: Entity[] = unit.objects.filter(isRoot);
  const followed = new Set<Entity>(pending);
  for (let entity = pending.pop(); entity !== undefined; entity = pending.pop()) {
    for (const { entity: used, how } of entity.uses) {
      if (how === "declared") continue;
      const hows = reached.get(used);
      if (hows === undefined) reached.set(used, new Set([how]));
      else hows.add(how);
      if (followed.has(used)) continue;
      followed.add(used);
      pending.push(used);
    }
  }
  return reached;
}

/** Whether others can see it, or it is told to stay. */
function isRoot(entity: Entity): boolean {
  if (entity.isUsed) return true;
  if (entity.kind === "function") return entity.isDefined && !entity.isStatic && !entity.isInline;
  return entity.storage === "global";
}

function isEmitted(entity: Entity, hows: ReadonlySet<Use["how"]> | undefined): boolean {
  if (isRoot(entity)) return true;
  if (hows === undefined) return false;
  if (entity.kind === "function") {
    if (!entity.isDefined) return true;
    // A function that is only called becomes part of its callers.
    return entity.isStatic && (entity.isNoinline || hows.has("changed"));
  }
  if (entity.storage === "extern" || isQualified(entity.type, "volatile")) return true;
  // A static that nobody changes and nobody points to is its value; an array is always pointed to.
  return hows.has("changed") || resolveTree(entity.type).kind === "array";
}

/**
 * The order in which LLVM's module comes to have them: a definition behind what its initializer uses, what a body uses as
 * it is used, variables without an initializer at the end, and then the bodies of static functions.
 */
function creationOrder(unit: Unit): Entity[] {
  const order = new Set<Entity>();
  const later: FunctionEntity[] = [];
  const define = (entity: Entity): void => {
    if (entity.kind === "function") order.add(entity);
    for (const { entity: used } of entity.uses) {
      if (used.kind === "function" && used.isDefined && used.isStatic && !order.has(used)) later.push(used);
      order.add(used);
    }
    order.add(entity);
  };
  for (const entity of unit.definitions) {
    if (entity.kind === "function" ? !entity.isStatic : entity.storage !== "static" || entity.isUsed) define(entity);
  }
  for (const entity of unit.objects) {
    if (entity.kind === "object" && entity.definition === "tentative" && entity.storage === "global") order.add(entity);
  }
  const bodies = new Set<FunctionEntity>();
  for (let entity = later.shift(); entity !== undefined; entity = later.shift()) {
    if (bodies.has(entity)) continue;
    bodies.add(entity);
    define(entity);
  }
  for (const entity of unit.objects) order.add(entity);
  return [...order];
}

import { applyPatches as applyToType, type Draft, type Patch } from "immer";
import { Interner } from "../builder/interner.js";
import { Btf, graphOf } from "../model/btf.js";
import { endIdOf, startIdOf, type Graph } from "../model/graph.js";
import { writeType } from "../model/write-type.js";
import { Drafting } from "./drafting.js";
import { checkRawWords, finish } from "./finish.js";
import { immer } from "./immer.js";
import { isRawWords, rawWords, readBigints, refusePatch, toJson, typeOfValue, type BtfPatch } from "./patches.js";
import { renumber } from "./renumber.js";
import { rewriteTypes } from "./rewrite-types.js";

/** Patches sorted by what they are about; each with its place in the list. */
interface Sorted {
  readonly added: Map<number, BtfPatch>;
  readonly changed: Map<number, [index: number, patch: BtfPatch][]>;
  readonly removed: Set<number>;
  readonly labels: [index: number, patch: BtfPatch][];
}

const OPS: ReadonlySet<unknown> = new Set(["add", "replace", "remove"]);

function isKey(key: unknown): boolean {
  return typeof key === "string" || (Number.isInteger(key) && (key as number) >= 0);
}

function isPatch(patch: unknown): patch is BtfPatch {
  if (typeof patch !== "object" || patch === null) return false;
  const { op, path } = patch as { readonly op?: unknown; readonly path?: unknown };
  return OPS.has(op) && Array.isArray(path) && path.every(isKey);
}

function sortPatches(patches: readonly BtfPatch[]): Sorted {
  const sorted: Sorted = { added: new Map(), changed: new Map(), removed: new Set(), labels: [] };
  for (const [index, patch] of patches.entries()) {
    if (!isPatch(patch)) refusePatch(index, 'expected { op: "add", "replace" or "remove", path: […], value }');
    const [what, key] = patch.path;
    if (what === "ids" && typeof key === "string" && patch.path.length === 2) sorted.labels.push([index, patch]);
    else if (what !== "types" || typeof key !== "number") {
      refusePatch(index, `path ${JSON.stringify(patch.path)}; expected ["types", id, …] or ["ids", label]`);
    } else if (patch.path.length === 2 && patch.op === "add") sorted.added.set(key, patch);
    else if (patch.path.length === 2 && patch.op === "remove") sorted.removed.add(key);
    else {
      const of = sorted.changed.get(key);
      if (of === undefined) sorted.changed.set(key, [[index, patch]]);
      else of.push([index, patch]);
    }
  }
  return sorted;
}

/** The graph with every added type in its place. */
function insertTypes(btf: Btf, added: ReadonlyMap<number, BtfPatch>): Btf {
  if (added.size === 0) return btf;
  const graph = graphOf(btf);
  const addedFrom = endIdOf(graph.runs);
  const endId = addedFrom + added.size;
  const names = new Interner(graph.runs);
  const written = new Map<number, Uint32Array>();
  for (const [id, { value = null }] of [...added].sort(([a], [b]) => a - b)) {
    if (id < startIdOf(graph) || id >= endId) {
      refusePatch(0, `it adds type [${id}]; expected an id from ${startIdOf(graph)} to ${endId - 1}`);
    }
    const type = typeOfValue(value);
    if (isRawWords(type)) {
      const words = rawWords(id, type);
      checkRawWords(id, words, endId, names.stringEnd);
      written.set(id, words);
    } else {
      const intern = (name: string): number => names.intern(name);
      written.set(id, writeType(type, { typeId: id, endId, intern }));
    }
  }
  const areLast = [...written.keys()].every((id) => id >= addedFrom);
  const made: Graph = areLast
    ? rewriteTypes(graph, new Map<number, Uint32Array>(), [...written.values()], names)
    : renumber(graph, new Uint8Array(addedFrom), written, names).graph;
  return new Btf(made, btf.base);
}

/** The graph with labels added, moved and taken away. */
function changeLabels(btf: Btf, labels: Sorted["labels"]): Btf {
  if (labels.length === 0) return btf;
  const ids = Object.assign(Object.create(null) as Record<string, number>, btf.ids);
  for (const [index, { op, path, value }] of labels) {
    const label = path[1] as string;
    if (op === "remove") delete ids[label];
    else if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < btf.typeCount) {
      ids[label] = value as number;
    } else refusePatch(index, `label '${label}': ${JSON.stringify(value)} is no type id`);
  }
  return new Btf({ ...graphOf(btf), ids: Object.freeze(ids) }, btf.base);
}

function changeType(drafting: Drafting, id: number, patches: readonly [index: number, patch: BtfPatch][]): void {
  for (const [index, { op, path, value }] of patches) {
    if (path.length === 2) {
      drafting.replace(id, typeOfValue(value ?? null));
      continue;
    }
    const draft = drafting.type(id);
    const patch: Patch = { op, path: path.slice(2), ...(op === "remove" ? {} : { value: toJson(value) }) };
    try {
      applyToType(draft as Draft<object>, [patch]);
    } catch (error) {
      refusePatch(index, `${JSON.stringify(path)} can't be changed: ${error instanceof Error ? error.message : ""}`);
    }
    readBigints(draft);
  }
}

/**
 * Does again, or undoes, what {@link editWithPatches} did. Patches may come from JSON; they are checked as an edit is.
 *
 * @throws BtfError EINVAL `patch` for what is no patch or does not fit the graph, else as {@link edit}
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").build();
 * const { graph: renamed, inverse } = editWithPatches(graph, (draft) => {
 *   draft.type("int").name = "s32";
 * });
 * applyPatches(renamed, inverse).equals(graph); // true
 * ```
 */
export function applyPatches(graph: Btf, patches: readonly BtfPatch[]): Btf {
  const { added, changed, removed, labels } = sortPatches(patches);
  immer();
  const drafting = new Drafting(changeLabels(insertTypes(graph, added), labels));
  try {
    for (const [id, of] of changed) changeType(drafting, id, of);
    for (const id of removed) drafting.remove(id);
    return finish(drafting).graph;
  } finally {
    drafting.close();
  }
}

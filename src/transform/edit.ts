import type { Btf } from "../model/btf.js";
import type { BtfDraft } from "./draft-types.js";
import { Drafting } from "./drafting.js";
import { finish, type Finished } from "./finish.js";
import type { BtfPatch } from "./patches.js";

/** A graph, and what leads to it and back. */
export interface EditResult {
  readonly graph: Btf;
  /** What the edit did; `applyPatches(before, patches)` does it again. */
  readonly patches: readonly BtfPatch[];
  /** What undoes it: `applyPatches(graph, inverse)` has the types that were there before, with the same ids. */
  readonly inverse: readonly BtfPatch[];
  /** The id in `graph` of a type by the id that it had in the draft; undefined for one that was removed. */
  readonly newId: (id: number) => number | undefined;
}

function run(graph: Btf, recipe: (draft: BtfDraft) => void): Finished {
  const drafting = new Drafting(graph);
  try {
    recipe(drafting);
    return finish(drafting);
  } finally {
    drafting.close();
  }
}

/**
 * Changes a graph: the recipe works on drafts of the types it asks for, and what comes back is a graph with these
 * changes. The graph itself stays as it was; if the recipe throws or leaves a type that can't be written, nothing has
 * happened; if it changes nothing, the same object comes back. Only the changed types are made objects: all others are
 * copied as words or shared. Removing a type moves the ids of later ones up by one, as libbpf's `btf__permute` would.
 *
 * New names go to the end of the string section, and no string is ever removed. The result is written in canonical form
 * and in the graph's byte order by `encode`.
 *
 * @throws BtfError EINVAL for a type that can't be written (`type-field`, `type-id-range`, `name-bytes`, `func-proto`),
 * for one of the base (`base-type`), and for a removed one that others refer to (`referenced`); ENOENT for a type that
 * is not there
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").addStruct("sock", 4).addField("family", "int", 0).build();
 * edit(graph, (draft) => {
 *   const sock = draft.type("struct sock", "STRUCT");
 *   sock.name = "sock_common";
 *   sock.size = 8;
 *   sock.members.push({ name: "state", typeId: draft.id("int"), bitsOffset: 32, bitfieldSize: 0 });
 * });
 * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 * // [2] STRUCT 'sock_common' size=8 vlen=2
 * //         'family' type_id=1 bits_offset=0
 * //         'state' type_id=1 bits_offset=32
 * ```
 */
export function edit(graph: Btf, recipe: (draft: BtfDraft) => void): Btf {
  return run(graph, recipe).graph;
}

/**
 * As {@link edit}, and says what was done and how to undo it.
 *
 * @throws BtfError as {@link edit}
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").build();
 * const { patches, inverse } = editWithPatches(graph, (draft) => {
 *   draft.type("int").name = "s32";
 * });
 * patches; // [{ op: "replace", path: ["types", 1, "name"], value: "s32" }]
 * inverse; // [{ op: "replace", path: ["types", 1, "name"], value: "int" }]
 * ```
 */
export function editWithPatches(graph: Btf, recipe: (draft: BtfDraft) => void): EditResult {
  const { graph: made, patches, inverse, newIds } = run(graph, recipe);
  const newId = (id: number): number | undefined => {
    const to = newIds === undefined ? id : newIds[id];
    return to !== undefined && (to !== 0 || id === 0) && to < made.typeCount ? to : undefined;
  };
  return { graph: made, patches: patches(), inverse: inverse(), newId };
}

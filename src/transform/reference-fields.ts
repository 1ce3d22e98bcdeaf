import type { DraftType } from "./draft-types.js";

/** Fields of types and their elements that hold a type id. */
const ID_FIELDS = ["typeId", "indexTypeId", "retTypeId", "funcTypeId", "locProtoTypeId"];

type Slots = Record<string, unknown>;

function clearIds(slots: Slots, isGone: (id: number) => boolean): void {
  for (const field of ID_FIELDS) {
    const id = slots[field];
    if (typeof id === "number" && id !== 0 && isGone(id)) slots[field] = 0;
  }
}

function dropEntries<Entry>(list: Entry[], isDropped: (entry: Entry) => boolean): void {
  for (let i = list.length - 1; i >= 0; i--) if (isDropped(list[i]!)) list.splice(i, 1);
}

/** Makes a type refer to void instead of what is gone; entries of a DATASEC and LOCSEC are dropped. */
export function forgetIds(type: DraftType, isGone: (id: number) => boolean): void {
  if (type.kind === "DATASEC") return dropEntries(type.vars, ({ typeId }) => isGone(typeId));
  if (type.kind === "LOCSEC") {
    return dropEntries(type.locs, ({ funcTypeId, locProtoTypeId }) => isGone(funcTypeId) || isGone(locProtoTypeId));
  }
  if (type.kind === "LOC_PROTO") {
    for (const [i, id] of type.params.entries()) if (id !== 0 && isGone(id)) type.params[i] = 0;
    return;
  }
  clearIds(type, isGone);
  const elements: readonly object[] = "members" in type ? type.members : type.kind === "FUNC_PROTO" ? type.params : [];
  for (const element of elements) clearIds(element as Slots, isGone);
}

export { applyPatches } from "./apply-patches.js";
export type {
  BtfDraft,
  DraftType,
  EditableKind,
  NewType,
  References,
  RemoveOptions,
  TypeOfKind,
} from "./draft-types.js";
export { edit, editWithPatches, type EditResult } from "./edit.js";
export type { BtfPatch, JsonValue } from "./patches.js";

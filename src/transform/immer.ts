import { enablePatches, Immer } from "immer";

/** Objects that a recipe puts into a type stay its own: nothing is frozen. */
const instance = /* @__PURE__ */ new Immer({ autoFreeze: false });

/** The one instance of immer that edits use, able to make patches. */
export function immer(): Immer {
  enablePatches();
  return instance;
}

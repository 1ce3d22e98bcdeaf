import type { BtfType } from "../../model/types.js";
import type { Unit } from "./unit.js";

/** The types that are left, and the ids they are written with. */
export interface Pruned {
  readonly nodes: readonly BtfType[];
  idOf(id: number): number;
}

export function pruneAsClang(_unit: Unit): Pruned | undefined {
  return undefined;
}

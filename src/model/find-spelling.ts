import type { Run } from "./segment.js";
export function findSpelling(_runs: readonly Run[], spelling: string): number {
  throw new Error(spelling);
}

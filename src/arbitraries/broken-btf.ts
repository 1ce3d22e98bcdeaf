import * as fc from "fast-check";

import { damage, damageAnswer, DAMAGES, type DamageAnswer, type DamageName } from "../damage/index.js";
import type { Btf } from "../model/btf.js";
import { validBtf, type GraphOptions } from "./valid-btf.js";

/** What is broken, and how. */
export interface BrokenBtf {
  /** The recipe of `damage`. */
  readonly name: DamageName;
  /** The graph before: the kernel accepts it. */
  readonly graph: Btf;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the kernel answers. */
  readonly answer: DamageAnswer;
}

/** Which graphs, and which damage. */
export interface BrokenOptions extends GraphOptions {
  /**
   * Recipes to choose from; unless given all that the kernel has an answer to, but those of megabytes and those that
   * a live kernel is not to be asked about.
   */
  readonly recipes?: readonly DamageName[];
}

/** Megabytes of data: only when asked for. */
const LARGE: ReadonlySet<DamageName> = new Set(["data-too-long", "types-over-limit"]);

/**
 * BTF that a kernel refuses, by a recipe of `damage`, with what it answers. The graph shrinks around the fault, which
 * every smaller one still shows: to the least that it takes.
 *
 * @throws BtfError ENOENT `unknown-kernel`
 *
 * @example
 * ```ts
 * fc.assert(
 *   fc.property(brokenBtf({ kernel: "6.18" }), ({ bytes, answer }) => {
 *     expect(verify(bytes).at?.rule).toBe(answer.rule);
 *   }),
 * );
 * ```
 */
export function brokenBtf(options: BrokenOptions = {}): fc.Arbitrary<BrokenBtf> {
  const { kernel = "6.18", recipes } = options;
  const known = DAMAGES.filter(({ name, live }) => live && !LARGE.has(name)).map(({ name }) => name);
  const names = (recipes ?? known).filter((name) => damageAnswer(name, kernel) !== undefined);
  return fc.tuple(fc.constantFrom(...names), validBtf(options)).map(([name, graph]) => ({
    name,
    graph,
    bytes: damage(graph, name),
    answer: damageAnswer(name, kernel)!,
  }));
}

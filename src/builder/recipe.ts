import type { Btf } from "../model/btf.js";
import { buildGraph, startWriter, type BuilderOptions, type BuildOptions } from "./build.js";
import type { BtfRecipe } from "./recipe-types.js";

/**
 * Builds a graph by a recipe: the calls of {@link BtfBuilder} that give back ids, for loops and large graphs. Nothing is
 * visible outside until the recipe has returned; when it throws, nothing has happened.
 *
 * @param options as for `btf()` and `build()`
 * @throws BtfError what a call refuses, and what `build()` refuses
 *
 * @example
 * ```ts
 * const graph = defineBtf((b) => {
 *   const int = b.addInt("int", 4, "signed");
 *   b.addStruct("pair", 8);
 *   for (const [i, name] of ["a", "b"].entries()) b.addField(name, int, i * 32);
 * });
 * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 * // [2] STRUCT 'pair' size=8 vlen=2
 * //         'a' type_id=1 bits_offset=0
 * //         'b' type_id=1 bits_offset=32
 * ```
 */
export function defineBtf(recipe: (builder: BtfRecipe) => void, options: BuilderOptions & BuildOptions = {}): Btf {
  const { writer, origin } = startWriter(options);
  recipe(writer);
  writer.addExternSections();
  writer.close();
  writer.sealed = true;
  return buildGraph(writer, writer, origin, options);
}

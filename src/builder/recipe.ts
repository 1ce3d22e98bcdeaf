import type { Btf } from "../model/btf.js";
import { buildGraph, startWriter, type BuilderOptions, type BuildOptions } from "./build.js";
import type { Writer } from "./writer.js";

/** Builds a graph by a recipe. */
export function defineBtf(recipe: (builder: Writer) => void, options: BuilderOptions & BuildOptions = {}): Btf {
  const { writer, origin } = startWriter(options);
  recipe(writer);
  writer.close();
  writer.sealed = true;
  return buildGraph(writer, writer, origin, options);
}

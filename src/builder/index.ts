import { startWriter, type BuilderOptions } from "./build.js";
import { Chain } from "./chain.js";

export function btf(options: BuilderOptions = {}): Chain {
  const { writer, origin } = startWriter(options);
  return new Chain(writer, origin);
}
export { defineBtf } from "./recipe.js";
export type { BuilderOptions, BuildOptions } from "./build.js";

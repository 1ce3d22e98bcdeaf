import type { Btf } from "../model/btf.js";
import { startWriter, type BuilderOptions } from "./build.js";
import type { BtfBuilder } from "./builder-types.js";
import { Chain } from "./chain.js";

/**
 * Begins a type graph.
 *
 * @param options a graph to go on `from`, a `base` for split BTF, the `target` whose C rules and byte order count
 * @throws BtfError EINVAL for an unknown target, and for a `from` that stands on another base
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").addPtr("int").build();
 * graph.typeCount; // 3, void included
 * ```
 */
export function btf(
  options?: BuilderOptions & { readonly from?: undefined; readonly base?: undefined },
): BtfBuilder<never, never, never, never, "VOID">;
/** Begins on a graph, whose names the compiler can't know. */
export function btf(options: BuilderOptions & ({ readonly from: Btf } | { readonly base: Btf })): BtfBuilder;
export function btf(options?: BuilderOptions): BtfBuilder;
export function btf(options: BuilderOptions = {}): unknown {
  const { writer, origin } = startWriter(options);
  return new Chain(writer, origin);
}

export { defineBtf } from "./recipe.js";
export type { AnyBtfBuilder, BtfBuilder, BuiltBtf } from "./builder-types.js";
export type {
  BtfTypeError,
  DeclarationId,
  KnownDeclaration,
  KnownProto,
  KnownType,
  KnownVariable,
  NamedKind,
  NewestIs,
  ValueTypeId,
  VariableId,
} from "./spelling-types.js";
export type { BtfRecipe } from "./recipe-types.js";
export type {
  ArgumentList,
  BaseEncoding,
  BaseLayout,
  DataModel,
  SizedBaseType,
  Target,
  TargetName,
} from "../spelling/index.js";
export type { BuilderOptions, BuildOptions } from "./build.js";
export type { RawType } from "./writer.js";

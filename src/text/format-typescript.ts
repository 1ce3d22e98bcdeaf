import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { planCalls } from "./code/plan.js";
import { fluentProgram, recipeProgram } from "./code/ts-program.js";

/** How {@link formatTypeScript} writes. */
export interface TypeScriptOptions {
  /**
   * `"fluent"`, a chain of `btf()`; `"recipe"`, a function for `defineBtf`, which the compiler takes at any size. A graph
   * of more than some hundred calls is a recipe unless told otherwise.
   */
  readonly form?: "fluent" | "recipe";
  /** The constant that the program exports: `"graph"` unless told otherwise. */
  readonly name?: string;
  /**
   * True, the default: the program gives the bytes of `encode(graph)`, strings that no type uses included. False: types
   * with the same ids and names; strings and header are as the builder writes them.
   */
  readonly exact?: boolean;
  /** Lines of a comment at the top. */
  readonly comment?: readonly string[];
}

/** Calls up to which a program is a chain. */
const FLUENT_CALLS = 400;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * The btfkit program that makes a graph: what a person would write, as prettier leaves it at 120 columns. A type is
 * referred to by its C spelling where the builder's look-up of it gives that type and adds nothing, else by its id,
 * which stands in a comment beside every type. What the checked calls refuse is written inside `unchecked`, and what no
 * call can say with `addRaw`.
 *
 * The program exports the graph as `graph`; for split BTF a function of the base. Where `encode(graph)` would not give the
 * same bytes, because of a header of 32 bytes or a layout section, it exports them as `bytes` too. Labels are left out.
 *
 * @throws BtfError EOPNOTSUPP `not-expressible` when no program gives the bytes: gaps between sections, another length of
 * header, strings that are there twice; EINVAL `identifier` for a name that is none
 *
 * @example
 * ```ts
 * formatTypeScript(decode(bytes));
 * // import { btf } from "btfkit";
 * //
 * // export const graph = btf()
 * //   .addInt("int", 4, "signed") // [1]
 * //   .addStruct("sock", 4) // [2]
 * //   .addField("family", "int", 0)
 * //   .addPtr("struct sock") // [3]
 * //   .build();
 * ```
 */
export function formatTypeScript(graph: Btf, options: TypeScriptOptions = {}): string {
  const { name = "graph", exact = true, comment = [] } = options;
  if (!IDENTIFIER.test(name)) {
    throw new BtfError(`formatTypeScript: name is ${JSON.stringify(name)}; expected an identifier`, {
      code: "EINVAL",
      rule: "identifier",
      field: "name",
    });
  }
  const plan = planCalls(graph, { target: "formatTypeScript", exact, checkedOnly: false });
  const calls = plan.types.reduce((sum, type) => sum + type.calls.length, plan.strings.length);
  const form = options.form ?? (calls <= FLUENT_CALLS ? "fluent" : "recipe");
  const names = { name, comment: comment.flatMap((line) => line.split(/[\r\n\u2028\u2029]/)) };
  return form === "fluent" ? fluentProgram(graph, plan, names) : recipeProgram(graph, plan, names);
}

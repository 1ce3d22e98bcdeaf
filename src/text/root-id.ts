import { BtfError } from "../model/errors.js";
import type { Btf } from "../model/btf.js";
import { checkId } from "../model/graph.js";
import { graphOf } from "../model/btf.js";

/**
 * The type that a caller begins with: an id, a name that some type has, or a spelling as `struct name`.
 *
 * @throws BtfError EINVAL `type-id-range`; ENOENT `root`
 */
export function rootId(graph: Btf, root: number | string, call: string): number {
  if (typeof root === "number") {
    checkId(graphOf(graph).runs, root, `${call}: root`);
    return root;
  }
  const id = graph.find(root);
  if (id !== undefined) return id;
  try {
    return graph.id(root);
  } catch (error) {
    throw new BtfError(
      `${call}: no type is called ${JSON.stringify(root)}, which root asks for`,
      { code: "ENOENT", rule: "root", field: "root" },
      { cause: error },
    );
  }
}

import { BtfError } from "./errors.js";
import { endIdOf, startIdOf, type Notation } from "./graph.js";
import { findNamedKind, findTagged } from "./named-kinds.js";

const TAGGED = /^(struct|union|enum) (\S+)$/;

/** Names of types, with their C tag where they have one: the notation that costs next to nothing. */
export const NAME_NOTATION: Notation = {
  findSpelling(runs, spelling) {
    const [, tag, name] = TAGGED.exec(spelling) ?? [];
    const id =
      tag === undefined
        ? findNamedKind(runs, spelling, ["TYPEDEF", "INT", "FLOAT", "FUNC", "VAR", "DATASEC"])
        : findTagged(runs, { kind: tag as "struct" | "union" | "enum", name: name! });
    if (id !== undefined) return id;
    throw new BtfError(`type '${spelling}': no type has this name; graphs of "btfkit" know other C spellings too`, {
      code: "ENOENT",
      rule: "unknown-type",
    });
  },
  show: (graph) => `BTF of ${endIdOf(graph.runs) - startIdOf(graph)} types`,
};

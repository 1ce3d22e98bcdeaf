import type { Btf } from "../model/btf.js";
import type { BtfType } from "../model/types.js";
import { typeText } from "../text/type-text.js";

/** Keys whose numbers are type ids. */
const IDS: ReadonlySet<string> = new Set(["typeId", "retTypeId", "indexTypeId", "funcTypeId", "locProtoTypeId"]);

function fields(graph: Btf, type: object, skip: ReadonlySet<string>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(type)) {
    if (skip.has(key) || Array.isArray(value)) continue;
    const text = IDS.has(key) ? `(${typeText(graph, value as number)})` : String(value);
    parts.push(`${key.replace(/Id$/, "")}=${text}`);
  }
  return parts.join(" ");
}

const NONE: ReadonlySet<string> = new Set();
const HEAD: ReadonlySet<string> = new Set(["kind", "name"]);

/** One type and its elements, without its id. */
function typeLines(graph: Btf, type: BtfType): string {
  const lines = [`${type.kind} '${type.name === "" ? "(anon)" : type.name}' ${fields(graph, type, HEAD)}`.trimEnd()];
  for (const value of Object.values(type)) {
    if (!Array.isArray(value)) continue;
    for (const element of value as readonly (object | number)[]) {
      lines.push(`\t${typeof element === "number" ? String(element) : fields(graph, element, NONE)}`);
    }
  }
  return lines.join("\n");
}

/**
 * A graph's own types with their references in C in place of ids, in an order that does not depend on ids: what can be
 * compared line by line with another graph's.
 */
export function canonicalText(graph: Btf): string {
  return [...graph.types()]
    .map(([, type]) => typeLines(graph, type))
    .sort()
    .join("\n");
}

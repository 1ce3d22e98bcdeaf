import { formatTypeName, parseTypeName } from "../../src/spelling/index.js";
import type { TypeTree } from "../../src/spelling/index.js";

/** The tree of a spelling that has to be readable. */
export function tree(text: string): TypeTree {
  const result = parseTypeName(text);
  if (!result.ok) throw new Error(`${text}: ${result.message} at ${result.offset}`);
  return result.type;
}

/** A spelling in canonical form. */
export const canonical = (text: string): string => formatTypeName(tree(text));

/** What a text that cannot be read is refused with: `offset: message`. */
export function refusal(text: string, parse: typeof parseTypeName = parseTypeName): string {
  const result = parse(text);
  return result.ok ? "accepted" : `${result.offset}: ${result.message}`;
}

/** A tree as one line of kinds, outermost first: what bpftool shows as a chain of types. */
export function chain(type: TypeTree): string {
  const kinds: string[] = [];
  for (let t = type; ;) {
    if (t.kind === "array") [kinds[kinds.length], t] = [`array ${t.count ?? ""}`, t.of];
    else if (t.kind === "function") [kinds[kinds.length], t] = [`function ${t.params.length}`, t.returns];
    else if (t.kind === "type_tag") [kinds[kinds.length], t] = [`tag ${t.value}`, t.to];
    else if ("to" in t) [kinds[kinds.length], t] = [t.kind, t.to];
    else return [...kinds, t.name].join(" > ");
  }
}

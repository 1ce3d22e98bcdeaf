import type { Btf } from "btfkit";

/**
 * Static assertions in C of the sizes and offsets that a graph says, for the types and members that C can name, but for
 * those types whose tags, as `struct sock`, are in `except`.
 */
export function layoutAssertions(
  graph: Btf,
  except: ReadonlySet<string> = new Set(),
): { source: string; count: number } {
  const lines: string[] = [];
  const seen = new Map<string, number>();
  for (const [, type] of graph.types()) {
    if (type.kind === "STRUCT" || type.kind === "UNION" || type.kind === "ENUM" || type.kind === "ENUM64") {
      seen.set(type.name, (seen.get(type.name) ?? 0) + 1);
    }
  }
  for (const [, type] of graph.types()) {
    if ((type.kind !== "STRUCT" && type.kind !== "UNION") || type.name === "" || seen.get(type.name) !== 1) continue;
    const tag = `${type.kind === "STRUCT" ? "struct" : "union"} ${type.name}`;
    if (except.has(tag)) continue;
    lines.push(`_Static_assert(sizeof(${tag}) == ${type.size}, "${tag}");`);
    for (const member of type.members) {
      if (member.name === "" || member.bitfieldSize !== 0 || member.bitsOffset % 8 !== 0) continue;
      const offset = member.bitsOffset / 8;
      lines.push(`_Static_assert(__builtin_offsetof(${tag}, ${member.name}) == ${offset}, "${tag}.${member.name}");`);
    }
  }
  return { source: `${lines.join("\n")}\n`, count: lines.length };
}

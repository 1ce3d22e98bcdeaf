import type { Btf } from "btfkit";

/** Ids of STRUCTs and UNIONs by their tags; not those whose name another tag has, as C can't have both. */
function byTag(graph: Btf): ReadonlyMap<string, number> {
  const named = new Map<string, number[]>();
  for (const [id, { kind, name }] of graph.types()) {
    if (name === "" || !(kind === "STRUCT" || kind === "UNION" || kind === "ENUM" || kind === "ENUM64")) continue;
    named.set(name, [...(named.get(name) ?? []), id]);
  }
  const tags = new Map<string, number>();
  for (const [name, [id, another]] of named) {
    const { kind } = graph.type(id!);
    if (another === undefined && kind === "STRUCT") tags.set(`struct ${name}`, id!);
    if (another === undefined && kind === "UNION") tags.set(`union ${name}`, id!);
  }
  return tags;
}

/** Variables of each type that C can name, but for those in `except`: so a compiler writes all of them into its BTF. */
export function variablesOf(graph: Btf, except: ReadonlySet<string> = new Set()): string {
  const tags = [...byTag(graph).keys()].filter((tag) => !except.has(tag));
  return tags.map((tag, i) => `${tag} __variable_${i};\n`).join("");
}

/** Size and members of a type: name, offset and width in bits, size; those of anonymous types inside of it too. */
function layoutOf(graph: Btf, id: number): unknown {
  const type = graph.type(id);
  if (type.kind !== "STRUCT" && type.kind !== "UNION") return graph.sizeOf(id);
  const members = type.members.map(({ name, typeId: of, bitsOffset, bitfieldSize }) => {
    const inner = graph.type(graph.resolve(of));
    const isAnonymous = (inner.kind === "STRUCT" || inner.kind === "UNION") && inner.name === "";
    return [name, bitsOffset, bitfieldSize, isAnonymous ? layoutOf(graph, graph.resolve(of)) : graph.sizeOf(of)];
  });
  return [type.size, members];
}

/** Tags of types that `found` has not, or lays out otherwise than `wanted`; and how many were compared. */
export function differentLayouts(
  wanted: Btf,
  found: Btf,
  except: ReadonlySet<string> = new Set(),
): { different: string[]; compared: number } {
  const ids = byTag(found);
  const tags = [...byTag(wanted)].filter(([tag]) => !except.has(tag));
  const isDifferent = ([tag, id]: readonly [string, number]): boolean => {
    const other = ids.get(tag);
    return other === undefined || JSON.stringify(layoutOf(wanted, id)) !== JSON.stringify(layoutOf(found, other));
  };
  return { different: tags.filter(isDifferent).map(([tag]) => tag), compared: tags.length };
}

import type { Btf } from "btfkit";

/** So many rounds tell types apart that differ only so far behind references. */
const ROUNDS = 40;

/** What a type says, its references left out: they are in `to`, in an order that means something. */
function shape(
  graph: Btf,
  id: number,
): { readonly head: string; readonly to: readonly number[]; readonly anyOrder: string[] } {
  const type = graph.type(id);
  const json = JSON.stringify(type, (key, value: unknown) => {
    if (/^(typeId|retTypeId|indexTypeId|vars)$/.test(key)) return undefined;
    return typeof value === "bigint" ? String(value) : value;
  });
  if (type.kind === "DATASEC") {
    // Entries of one offset are in no order.
    return { head: json, to: [], anyOrder: type.vars.map((each) => `${each.typeId} ${each.offset} ${each.size}`) };
  }
  return { head: json, to: graph.references(id), anyOrder: [] };
}

/** A name for what each type is, references followed: types of two graphs that are equal but for their ids share one. */
function colours(graph: Btf): Map<number, string> {
  const shapes = new Map<number, ReturnType<typeof shape>>([[0, { head: "VOID", to: [], anyOrder: [] }]]);
  for (const [id] of graph.types()) shapes.set(id, shape(graph, id));
  let found = new Map([...shapes].map(([id, { head }]) => [id, hash(head)]));
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Map<number, string>();
    for (const [id, { head, to, anyOrder }] of shapes) {
      const entries = anyOrder.map((entry) => entry.replace(/^\d+/, (typeId) => found.get(Number(typeId))!)).sort();
      next.set(id, hash([head, ...to.map((each) => found.get(each)), ...entries].join("|")));
    }
    found = next;
  }
  return found;
}

function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x5bd1e995) ^ (b >>> 13);
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

/** The types that one graph has more of than the other, as lines; none when they are equal but for their ids. */
export function unmatched(ours: Btf, theirs: Btf): string[] {
  const counts = new Map<string, { count: number; line: string }>();
  const count = (graph: Btf, by: number): void => {
    const lines = colours(graph);
    for (const [id] of graph.types()) {
      const colour = lines.get(id)!;
      const type = graph.type(id);
      const entry = counts.get(colour) ?? { count: 0, line: `${type.kind} '${type.name}'` };
      counts.set(colour, { ...entry, count: entry.count + by });
    }
  };
  count(ours, 1);
  count(theirs, -1);
  const found: string[] = [];
  for (const { count: more, line } of counts.values()) {
    if (more > 0) found.push(`ours has ${more} more: ${line}`);
    if (more < 0) found.push(`theirs has ${-more} more: ${line}`);
  }
  return found.sort();
}

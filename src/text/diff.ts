import { graphOf, type Btf } from "../model/btf.js";
import { forEachOwnType, stringEndOf, type Graph } from "../model/graph.js";
import { infoKind, KIND } from "../wire/kinds.js";
import { compareTypes } from "./diff/compare-types.js";
import { describeType, diffKind } from "./diff/describe-type.js";
import type { ChangedType, DiffCounts, DiffType, GraphDiff } from "./diff/diff-types.js";
import { DIFF_KINDS, type DiffKind } from "./diff/groups.js";
import { ListNumbers } from "./diff/list-numbers.js";
import { Meanings } from "./diff/meanings.js";
import { NameNumbers } from "./diff/name-numbers.js";
import { pairTypes } from "./diff/pairs.js";
import { TypeTexts } from "./type-text.js";
import type { TypeSide, TypeTag } from "./diff/type-parts.js";

/** The DECL_TAGs of a graph by what they are for. */
function tagsOf(graph: Btf): Map<number, TypeTag[]> {
  const tags = new Map<number, TypeTag[]>();
  forEachOwnType(graphOf(graph), (id, words, at) => {
    if (infoKind(words[at + 1]!) !== KIND.DECL_TAG) return;
    const tag = graph.type(id);
    if (tag.kind !== "DECL_TAG") return;
    const found = tags.get(tag.typeId);
    if (found === undefined) tags.set(tag.typeId, [tag]);
    else found.push(tag);
  });
  return tags;
}

const ORDER: Readonly<Record<DiffKind, number>> = Object.fromEntries(
  DIFF_KINDS.map((kind, index) => [kind, index]),
) as Record<DiffKind, number>;

function nameOf({ name, text }: DiffType): string {
  return name === "" ? text : name;
}

/** By kind as people look for them, then by name. */
function sortTypes<Entry>(entries: Entry[], typeOf: (entry: Entry) => DiffType): Entry[] {
  const byKind = DIFF_KINDS.map((): Entry[] => []);
  for (const entry of entries) byKind[ORDER[typeOf(entry).kind]]!.push(entry);
  for (const list of byKind) {
    list.sort((x, y) => {
      const [nameX, nameY] = [nameOf(typeOf(x)), nameOf(typeOf(y))];
      return nameX < nameY ? -1 : nameX > nameY ? 1 : typeOf(x).id - typeOf(y).id;
    });
  }
  return byKind.flat();
}

function countTypes({ added, removed, changed }: Omit<GraphDiff, "counts">, same: readonly DiffKind[]) {
  const counts = Object.fromEntries(
    DIFF_KINDS.map((kind) => [kind, { added: 0, removed: 0, changed: 0, same: 0 }]),
  ) as Record<DiffKind, { -readonly [Key in keyof DiffCounts]: number }>;
  for (const { kind } of added) counts[kind].added++;
  for (const { kind } of removed) counts[kind].removed++;
  for (const { after } of changed) counts[after.kind].changed++;
  for (const kind of same) counts[kind].same++;
  return counts;
}

function sideOf(btf: Btf, lists: ListNumbers, names: NameNumbers): TypeSide & { readonly graph: Graph } {
  const meanings = new Meanings(btf, lists, names);
  return { btf, graph: graphOf(btf), meanings, texts: new TypeTexts(btf), tags: tagsOf(btf) };
}

/**
 * What differs between two graphs: which types came, went or changed, by kind and name, and within those that changed
 * each member, value, parameter and size on its own, by its path. Types without a name count as part of those that
 * refer to them, and members of anonymous structs as members of the struct around. What a type refers to is compared by
 * kind and name: a change of `struct sock` is one of `struct sock`, not of all that point to it. Ids, order of types
 * and string offsets don't count. Of split graphs their own types are compared.
 *
 * A FWD stands for the STRUCT or UNION that it promises, an ENUM64 for an ENUM of its name, and gcc's `long unsigned int`
 * for clang's `unsigned long`; ENUMs without a name go by their first value. Of several types of one name those that
 * are equal are paired, then those that are most alike.
 *
 * Time is linear in the size of the graphs: half a second for two kernels.
 *
 * @example
 * ```ts
 * const a = btf().addStruct("s").addField("x", "int").build();
 * const b = btf().addStruct("s").addField("x", "long").build();
 * diff(a, b).changed[0].changes;
 * // [
 * //   { what: "changed", part: "type", path: "size", name: "", field: "size", before: 4, after: 8 },
 * //   { what: "changed", part: "member", path: "members.x.type", name: "x", field: "type", before: "int", after: "long" },
 * // ]
 * formatDiff(diff(a, b)); // the same for people
 * ```
 */
export function diff(a: Btf, b: Btf): GraphDiff {
  const lists = new ListNumbers(a.typeCount + b.typeCount, (a.typeCount + b.typeCount) * 8);
  const names = new NameNumbers(stringEndOf(graphOf(a).runs) + stringEndOf(graphOf(b).runs));
  const sides = { a: sideOf(a, lists, names), b: sideOf(b, lists, names) };
  Meanings.settle([sides.a.meanings, sides.b.meanings]);
  const pairs = pairTypes(sides.a, sides.b, lists.end);
  const describeA = (id: number): DiffType => describeType(sides.a.graph, sides.a.texts, id);
  const describeB = (id: number): DiffType => describeType(sides.b.graph, sides.b.texts, id);
  const changed = pairs.changed.map(([idA, idB]): ChangedType => {
    return { before: describeA(idA), after: describeB(idB), changes: compareTypes(sides, idA, idB) };
  });
  const differences = {
    added: sortTypes(pairs.added.map(describeB), (type) => type),
    removed: sortTypes(pairs.removed.map(describeA), (type) => type),
    changed: sortTypes(changed, ({ after }) => after),
  };
  const same = pairs.same.map((id) => diffKind(sides.b.graph, id));
  return { ...differences, counts: countTypes(differences, same) };
}

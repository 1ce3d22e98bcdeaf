import { KIND, type KindName } from "../../wire/kinds.js";
import type { Btf } from "../../model/btf.js";
import type { BtfType } from "../../model/types.js";
import type { DiffChange } from "./diff-types.js";
import { groupOf } from "./groups.js";
import { partsOf, tagParts, type TypePart, type TypeSide } from "./type-parts.js";

/** Both graphs, before and after. */
export interface Sides {
  readonly a: TypeSide;
  readonly b: TypeSide;
}

/** Fields of a type that are plain values, in the order in which changes of them are listed. */
const PLAIN_FIELDS = ["kind", "name", "size", "signed", "encoding", "bitsOffset", "nrBits", "linkage"] as const;

/** A type's fields under the names that all kinds have in common. */
type Fields = Readonly<Record<string, unknown>>;

/** The kind of what stands behind pointers, qualifiers and arrays. */
function innerKind(graph: Btf, id: number): string {
  let kind = "";
  for (let at = id, links = 0; at < graph.typeCount && links < 64; links++) {
    const type = graph.type(at);
    ({ kind } = type);
    if (!("typeId" in type) || type.name !== "") break;
    at = type.typeId;
  }
  return kind;
}

/** Two types that are not the same, as text; what reads the same is told apart by kind. */
function typeTexts({ a, b }: Sides, idA: number, idB: number): [before: string, after: string] {
  const before = a.texts.of(idA);
  const after = b.texts.of(idB);
  if (before !== after) return [before, after];
  const kinds = [innerKind(a.btf, idA), innerKind(b.btf, idB)];
  return kinds[0] === kinds[1] ? [before, after] : [`${before} (${kinds[0]})`, `${after} (${kinds[1]})`];
}

/** Values of an ENUM are numbers, those of an ENUM64 are not. */
function isSame(before: unknown, after: unknown): boolean {
  return before === after || (typeof before !== typeof after && String(before) === String(after));
}

/** What a change of a part says of the part. */
function headOf({ part, path, name }: TypePart): Record<string, string> {
  return { part, path: `${path}.${name}`, name };
}

/** What came or went, as `DiffParts` has it. */
function shownPart({ texts }: TypeSide, { part, name, typeId, fields }: TypePart): Record<string, unknown> {
  if (part === "param") return { ...fields, type: name === "..." && typeId === 0 ? "..." : texts.of(typeId) };
  return part === "member" ? { type: texts.of(typeId), ...fields } : fields;
}

/** Lists what differs between the parts of two types. */
class PartChanges {
  readonly changes: DiffChange[] = [];
  readonly #sides: Sides;

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  /** Compares parts by their keys; those that came or went stand where they are in their own type. */
  compare(partsA: readonly TypePart[], partsB: readonly TypePart[]): void {
    const indexes = new Map(partsB.map(({ key }, index): [string, number] => [key, index]));
    const inA = new Set(partsA.map(({ key }) => key));
    let next = 0;
    const addUpTo = (end: number): void => {
      for (; next < end; next++) if (!inA.has(partsB[next]!.key)) this.#came(partsB[next]!);
    };
    for (const partA of partsA) {
      const index = indexes.get(partA.key);
      if (index === undefined) {
        this.#push({ what: "removed", ...headOf(partA), before: shownPart(this.#sides.a, partA) });
        continue;
      }
      addUpTo(index);
      this.#fields(partA, partsB[index]!);
    }
    addUpTo(partsB.length);
  }

  /** Compares parameters: those that kept place and type got another name, and places alone don't count. */
  params(partsA: readonly TypePart[], partsB: readonly TypePart[]): void {
    const keysA = new Set(partsA.map(({ key }) => key));
    const keysB = new Set(partsB.map(({ key }) => key));
    const renamedA = new Set<string>();
    const renamedB = new Set<string>();
    for (const [index, partA] of partsA.entries()) {
      const partB = partsB[index];
      if (partB === undefined || keysB.has(partA.key) || keysA.has(partB.key)) continue;
      if (partA.typeKey !== partB.typeKey) continue;
      renamedA.add(partA.key);
      renamedB.add(partB.key);
      this.#changed(partA, "name", partA.name, partB.name);
    }
    const leftA = partsA.filter(({ key }) => !renamedA.has(key));
    const leftB = partsB.filter(({ key }) => !renamedB.has(key));
    // Others move when one comes or goes; a place counts when the order of those that stayed is another.
    const order = leftB.filter(({ key }) => keysA.has(key)).map(({ key }) => key);
    const kept = leftA.filter(({ key }) => keysB.has(key));
    const isInOrder = kept.every(({ key }, i) => key === order[i]);
    const withoutIndex = (part: TypePart): TypePart =>
      isInOrder && keysA.has(part.key) && keysB.has(part.key) ? { ...part, fields: {} } : part;
    this.compare(leftA.map(withoutIndex), leftB.map(withoutIndex));
  }

  /** A change of the type itself. */
  own(field: string, before: unknown, after: unknown): void {
    this.#push({ what: "changed", part: "type", path: field, name: "", field, before, after });
  }

  ownType(field: string, idA: number, idB: number): void {
    const { a, b } = this.#sides;
    if (a.meanings.reference(idA) === b.meanings.reference(idB)) return;
    this.own(field, ...typeTexts(this.#sides, idA, idB));
  }

  #came(part: TypePart): void {
    this.#push({ what: "added", ...headOf(part), after: shownPart(this.#sides.b, part) });
  }

  #fields(partA: TypePart, partB: TypePart): void {
    if (partA.typeKey !== partB.typeKey) {
      this.#changed(partA, "type", ...typeTexts(this.#sides, partA.typeId, partB.typeId));
    }
    for (const field of Object.keys(partA.fields)) {
      const before = partA.fields[field];
      const after = partB.fields[field];
      if (!isSame(before, after)) this.#changed(partA, field, before, after);
    }
  }

  #changed(part: TypePart, field: string, before: unknown, after: unknown): void {
    const head = headOf(part);
    this.#push({ what: "changed", ...head, path: `${head["path"]}.${field}`, field, before, after });
  }

  /** What is pushed is made of a part and its own fields; the union of all such can't be followed by the compiler. */
  #push(change: Record<string, unknown>): void {
    this.changes.push(change as unknown as DiffChange);
  }
}

/** The STRUCT, UNION or ENUM without a name that a TYPEDEF or VAR names, as the VARs of BPF maps do. */
function definition(graph: Btf, type: BtfType): number | undefined {
  if ((type.kind !== "TYPEDEF" && type.kind !== "VAR") || type.typeId >= graph.typeCount) return undefined;
  const target = graph.type(type.typeId);
  const isDefined = ["STRUCT", "UNION", "ENUM", "ENUM64"].includes(target.kind);
  return isDefined && target.name === "" ? type.typeId : undefined;
}

/** True for two types whose parts can be compared. */
function isSameGroup(typeA: BtfType, typeB: BtfType): boolean {
  return groupOf(KIND[typeA.kind as KindName], false) === groupOf(KIND[typeB.kind as KindName], false);
}

/** Where signature and linkage of a FUNC lie. */
function prototypeOf(graph: Btf, type: BtfType): number | undefined {
  if (type.kind !== "FUNC" || type.typeId >= graph.typeCount) return undefined;
  return graph.type(type.typeId).kind === "FUNC_PROTO" ? type.typeId : undefined;
}

/** What differs between two types of one kind and name that do not say the same; at least one change. */
export function compareTypes(sides: Sides, idA: number, idB: number): readonly DiffChange[] {
  const { a, b } = sides;
  const list = new PartChanges(sides);
  compare(list, sides, idA, idB);
  list.compare(tagParts(a, idA), tagParts(b, idB));
  return list.changes.length > 0 ? list.changes : [{ what: "rearranged", path: "" }];
}

function compare(list: PartChanges, sides: Sides, idA: number, idB: number): void {
  const { a, b } = sides;
  const typeA = a.btf.type(idA);
  const typeB = b.btf.type(idB);
  if (typeA.kind !== typeB.kind && (typeA.kind === "FWD" || typeB.kind === "FWD")) {
    // A FWD says nothing that could be compared.
    list.own("kind", typeA.kind, typeB.kind);
    return;
  }
  for (const field of PLAIN_FIELDS) {
    const before = (typeA as unknown as Fields)[field];
    const after = (typeB as unknown as Fields)[field];
    if (before !== after) list.own(field, before, after);
  }
  const inA = definition(a.btf, typeA);
  const inB = definition(b.btf, typeB);
  if (inA !== undefined && inB !== undefined && isSameGroup(a.btf.type(inA), b.btf.type(inB))) {
    compare(list, sides, inA, inB);
    return;
  }
  const protoA = prototypeOf(a.btf, typeA);
  const protoB = prototypeOf(b.btf, typeB);
  if (protoA !== undefined && protoB !== undefined) {
    const [first, second] = [a.btf.type(protoA), b.btf.type(protoB)];
    if (first.kind === "FUNC_PROTO" && second.kind === "FUNC_PROTO") {
      list.ownType("returnType", first.retTypeId, second.retTypeId);
    }
    list.params(partsOf(a, protoA), partsOf(b, protoB));
    return;
  }
  if ("typeId" in typeA && "typeId" in typeB) list.ownType("type", typeA.typeId, typeB.typeId);
  list.compare(partsOf(a, idA), partsOf(b, idB));
}

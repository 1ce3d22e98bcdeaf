import { graphOf, type Btf } from "../../model/btf.js";
import { findNamedKind } from "../../model/named-kinds.js";
import { parseTypeName, type TypeTree } from "../../spelling/index.js";
import { IMPLIED_CONSTANTS, IMPLIED_TYPEDEFS, IMPLIED_TYPEDEFS_32 } from "./bpf-conventions.js";
import type { Member } from "../../model/types.js";
import {
  treeOf,
  type EnumEntity,
  type NameEntity,
  type OpaqueEntity,
  type RecordEntity,
  type TypedefEntity,
} from "./entities.js";
import { graphEnum, graphRecord, graphTypedef } from "./graph-types.js";
import { isQualified, measure, resolveTree, typedefAlign } from "./measure.js";
import { typeId } from "./type-ids.js";
import type { Unit } from "./unit.js";

/** What a word stands for as a type: a typedef of the source, of the graph it goes on from, or of every BPF program. */
export function findTypeName(unit: Unit, name: string): NameEntity | undefined {
  const { scopes, into } = unit;
  const known = scopes.name(name);
  if (known !== undefined) return known;
  const inGraph = into && findNamedKind(graphOf(into).runs, name, ["TYPEDEF"]);
  const found = into !== undefined && inGraph !== undefined ? graphTypedef(into, inGraph) : impliedTypedef(unit, name);
  if (found !== undefined) scopes.setFileName(name, found);
  return found;
}

/** Whether a word would be a type, without declaring one that is only implied. */
export function isTypeName(unit: Unit, name: string): boolean {
  const known = unit.scopes.name(name);
  if (known !== undefined) return known.kind === "typedef";
  return IMPLIED_TYPEDEFS.has(name) || name === "__builtin_va_list" || findTypeName(unit, name)?.kind === "typedef";
}

function impliedTypedef(unit: Unit, name: string): TypedefEntity | undefined {
  const is32 = unit.model.pointerSize === 4;
  const spelling = (is32 ? IMPLIED_TYPEDEFS_32.get(name) : undefined) ?? IMPLIED_TYPEDEFS.get(name);
  if (spelling !== undefined) {
    const inner = spelling.startsWith("__u") || spelling.startsWith("__s") ? findTypeName(unit, spelling) : undefined;
    if (inner?.kind === "typedef") return makeTypedef(unit, name, treeOf(inner), undefined, undefined);
    const parsed = parseTypeName(spelling);
    return parsed.ok ? makeTypedef(unit, name, parsed.type, undefined, undefined) : undefined;
  }
  if (name !== "__builtin_va_list") return undefined;
  return makeTypedef(unit, name, argumentList(unit), undefined, undefined);
}

/** What walks the arguments of a variadic function; a pointer where a model says nothing of it, as for BPF. */
function argumentList(unit: Unit): TypeTree {
  const { types, model } = unit;
  const address: TypeTree = { kind: "ptr", to: { kind: "base", name: "void" } };
  const { argumentList: shape } = model;
  if (shape === undefined) return address;
  if (shape === "char *") return { kind: "ptr", to: { kind: "base", name: "char" } };
  const members: Member[] = [];
  let size = 0;
  for (const { name, type } of shape.members) {
    const tree: TypeTree = type === "void *" ? address : { kind: "base", name: type };
    members.push({ name, typeId: typeId(unit, tree), bitsOffset: size * 8, bitfieldSize: 0 });
    size += type === "void *" ? model.pointerSize : 4;
  }
  const id = types.add({ kind: "STRUCT", name: shape.name, size, kindFlag: false, members });
  const align = model.pointerSize;
  const entity: OpaqueEntity = { kind: "opaque", id, measures: { size, align }, inner: undefined };
  return shape.isArray ? { kind: "array", of: treeOf(entity), count: 1 } : treeOf(entity);
}

/** A typedef and its type; one of the graph that says the same is taken instead. */
export function makeTypedef(
  unit: Unit,
  name: string,
  type: TypeTree,
  align: number | undefined,
  at: TypedefEntity["at"],
): TypedefEntity {
  const target = typeId(unit, type);
  const { into, types } = unit;
  const inGraph = into && target < types.firstId ? findNamedKind(graphOf(into).runs, name, ["TYPEDEF"]) : undefined;
  const isSame = inGraph !== undefined && typedefTarget(into!, inGraph) === target;
  const entity: TypedefEntity = {
    kind: "typedef",
    name,
    id: isSame ? inGraph : types.add({ kind: "TYPEDEF", name, typeId: target }),
    resolved: resolveTree(type),
    isConst: isQualified(type, "const"),
    isVolatile: isQualified(type, "volatile"),
    align: align ?? typedefAlign(type),
    at,
    measures: undefined,
  };
  const measures = measure(unit, type);
  if (measures !== undefined) entity.measures = { size: measures.size, align: entity.align ?? measures.align };
  return entity;
}

function typedefTarget(graph: Btf, id: number): number | undefined {
  const type = graph.type(id);
  return type.kind === "TYPEDEF" ? type.typeId : undefined;
}

/** What a tag stands for: of the source, or of the graph it goes on from. */
export function findTag(
  unit: Unit,
  kind: "struct" | "union" | "enum",
  name: string,
): RecordEntity | EnumEntity | undefined {
  const known = unit.scopes.tag(name);
  if (known !== undefined || unit.into === undefined) return known;
  const { runs } = graphOf(unit.into);
  if (kind === "enum") {
    const id = findNamedKind(runs, name, ["ENUM", "ENUM64"]);
    return id === undefined ? undefined : graphEnum(unit.into, id);
  }
  const whole = findNamedKind(runs, name, [kind === "struct" ? "STRUCT" : "UNION"]);
  const isUnion = kind === "union";
  const id = whole ?? findNamedKind(runs, name, ["FWD"], (info) => info >= 0x80000000 === isUnion);
  return id === undefined ? undefined : graphRecord(unit.into, id);
}

/** What a word stands for in an expression. */
export function findConstant(unit: Unit, name: string): NameEntity | undefined {
  const known = unit.scopes.name(name);
  if (known !== undefined) return known;
  const inGraph = unit.into && enumeratorsOf(unit.into).get(name);
  const found = inGraph ?? IMPLIED_CONSTANTS.get(name);
  if (found !== undefined) return { kind: "enumerator", name, value: found, at: undefined };
  return undefined;
}

const graphEnumerators = new WeakMap<Btf, ReadonlyMap<string, bigint>>();

/** The constants of a graph's enums. */
function enumeratorsOf(graph: Btf): ReadonlyMap<string, bigint> {
  const known = graphEnumerators.get(graph);
  if (known !== undefined) return known;
  const found = new Map<string, bigint>();
  for (let id = 1; id < graph.typeCount; id++) {
    const type = graph.type(id);
    if (type.kind !== "ENUM" && type.kind !== "ENUM64") continue;
    for (const { name, val } of type.values) if (!found.has(name)) found.set(name, BigInt(val));
  }
  graphEnumerators.set(graph, found);
  return found;
}

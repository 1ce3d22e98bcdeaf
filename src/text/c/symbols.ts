import type { DatasecType } from "../../model/types.js";
import type { FunctionEntity, ObjectEntity } from "./entities.js";
import { measure, resolveTree } from "./measure.js";
import { Section, sectionOf } from "./sections.js";
import { nearTags } from "./near-tags.js";
import { protoParams, showType, typeId } from "./type-ids.js";
import type { Unit } from "./unit.js";

/** Which variables and functions to write, and how. */
export interface SymbolOptions {
  /** In the order in which they get ids and places in their sections. */
  readonly entities: readonly (ObjectEntity | FunctionEntity)[];
  /** Whether each function has a FUNC_PROTO of its own, and sections are as in an object file, before it is loaded. */
  readonly asClang: boolean;
}

/**
 * Adds VARs, FUNCs and DATASECs for what a source declares, and notes the tags on them. Their ids are returned,
 * those of sections included.
 */
export function addSymbols(unit: Unit, { entities, asClang }: SymbolOptions): number[] {
  const sections = new Map<string, Section>();
  const ids: number[] = [];
  for (const entity of entities) {
    const id = entity.kind === "function" ? addFunction(unit, entity, asClang) : addVariable(unit, entity);
    ids.push(id);
    const name = sectionOf(entity);
    if (name === undefined) continue;
    let section = sections.get(name);
    if (section === undefined) sections.set(name, (section = new Section(name)));
    section.add(unit, entity, id);
  }
  for (const { name, vars, size } of sections.values()) {
    if (size > 0xffff_ffff)
      unit.problems.error(0, `the section "${name}" has ${size} bytes, more than BTF can say`, "c-size");
    ids.push(unit.types.add(asClang ? unloaded(unit, name, vars) : { kind: "DATASEC", name, size, vars }));
  }
  return ids;
}

/** A section as an object file has it: offsets of symbols come with relocations, those of what has no symbol are there. */
function unloaded({ types }: Unit, name: string, vars: Section["vars"]): DatasecType {
  const isStatic = (id: number): boolean => {
    const node = types.nodes[id - types.firstId];
    return node?.kind === "VAR" && node.linkage === "static";
  };
  const placed = vars.map((each) => (isStatic(each.typeId) ? each : { ...each, offset: 0 }));
  return { kind: "DATASEC", name, size: 0, vars: placed };
}

function addFunction(unit: Unit, entity: FunctionEntity, hasOwnProto: boolean): number {
  const { type, name, isDefined, isStatic } = entity;
  const returns = typeId(unit, type.returns);
  const params = protoParams(unit, type, isDefined);
  const proto = hasOwnProto
    ? unit.types.add({ kind: "FUNC_PROTO", name: "", retTypeId: returns, params })
    : unit.types.proto(returns, params);
  const linkage = isStatic ? "static" : isDefined ? "global" : "extern";
  const id = unit.types.add({ kind: "FUNC", name, linkage, typeId: proto });
  for (const [componentIdx, values] of entity.paramTags) {
    for (const value of values) unit.declTags.push({ value, typeId: id, componentIdx });
  }
  for (const value of entity.declTags) unit.declTags.push({ value, typeId: id, componentIdx: -1 });
  return id;
}

function addVariable(unit: Unit, entity: ObjectEntity): number {
  const { name, type, storage, declTags } = entity;
  const resolved = resolveTree(type);
  const isSized = measure(unit, type) !== undefined;
  if (!isSized && storage !== "extern") {
    unit.problems.error(
      entity.at.offset,
      `the variable "${name}" has the incomplete type ${showType(type)}: define it, or make the variable extern${nearTags(unit, type)}`,
      "c-incomplete",
    );
  } else if (resolved.kind === "array" && resolved.count === undefined && storage !== "extern") {
    // As C has it: an array of which no more is said has one element.
    entity.type = { kind: "array", of: resolved.of, count: 1 };
  }
  const linkage = storage === "static" ? "static" : storage === "extern" ? "extern" : "global";
  const id = unit.types.add({ kind: "VAR", name, linkage, typeId: typeId(unit, entity.type) });
  for (const value of declTags) unit.declTags.push({ value, typeId: id, componentIdx: -1 });
  return id;
}

/** Adds DECL_TAGs: those that were noted, unless told otherwise. */
export function addDeclTags(unit: Unit, declTags: Unit["declTags"] = unit.declTags): void {
  for (const { value, typeId: id, componentIdx } of declTags) {
    unit.types.add({ kind: "DECL_TAG", name: value, typeId: id, componentIdx, attribute: false });
  }
}

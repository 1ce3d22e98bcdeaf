import type { Btf } from "../../model/btf.js";
import { baseTypeOfBtfName, type FunctionTree, type TypeTree } from "../../spelling/index.js";
import type { EnumEntity, Measures, OpaqueEntity, RecordEntity, RecordMember, TypedefEntity } from "./entities.js";
import { treeOf } from "./entities.js";

/** A type of a graph by its id, with its size: all that most places need. */
function opaqueTree(graph: Btf, id: number): TypeTree {
  const measures = measuresOf(graph, id);
  const entity: OpaqueEntity = { kind: "opaque", id, measures, inner: undefined };
  return treeOf(entity);
}

function measuresOf(graph: Btf, id: number): Measures | undefined {
  const size = graph.sizeOf(id);
  return size === undefined ? undefined : { size, align: graph.alignOf(id) ?? 1 };
}

/** A STRUCT, UNION or FWD of a graph. Its members are read when they are asked for. */
export function graphRecord(graph: Btf, id: number): RecordEntity {
  const type = graph.type(id);
  const record = type.kind === "UNION" || (type.kind === "FWD" && type.fwdKind === "union") ? "union" : "struct";
  const measures = measuresOf(graph, id);
  let members: ReadonlyMap<string, RecordMember> | undefined;
  return {
    kind: "record",
    record,
    name: type.name,
    id,
    at: undefined,
    isComplete: type.kind !== "FWD",
    size: measures?.size ?? 0,
    align: measures?.align ?? 1,
    get members() {
      members ??= membersOf(graph, id);
      return members;
    },
    flexible: undefined,
    scalars: undefined,
    fields: 0,
    keepsAccess: false,
  };
}

/** The named members of a STRUCT or UNION, those of its unnamed ones among them. */
function membersOf(graph: Btf, id: number): Map<string, RecordMember> {
  const found = new Map<string, RecordMember>();
  const pending = [{ id, bitsOffset: 0 }];
  const seen = new Set<number>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const type = graph.type(next.id);
    if ((type.kind !== "STRUCT" && type.kind !== "UNION") || seen.has(next.id)) continue;
    seen.add(next.id);
    for (const member of type.members) {
      const bitsOffset = next.bitsOffset + member.bitsOffset;
      if (member.name === "") pending.push({ id: member.typeId, bitsOffset });
      else if (!found.has(member.name)) found.set(member.name, { type: graphTree(graph, member.typeId), bitsOffset });
    }
  }
  return found;
}

/** An ENUM or ENUM64 of a graph. */
export function graphEnum(graph: Btf, id: number): EnumEntity {
  const type = graph.type(id);
  const { size = 4, align = 4 } = measuresOf(graph, id) ?? {};
  const signed = (type.kind === "ENUM" || type.kind === "ENUM64") && type.signed;
  return { kind: "enum", name: type.name, id, at: undefined, isComplete: true, size, align, signed };
}

/** A TYPEDEF of a graph. */
export function graphTypedef(graph: Btf, id: number): TypedefEntity {
  let [isConst, isVolatile] = [false, false];
  let target = id;
  for (let steps = 0; steps < graph.typeCount; steps++) {
    const type = graph.type(target);
    if (type.kind === "CONST") isConst = true;
    if (type.kind === "VOLATILE") isVolatile = true;
    if (!("typeId" in type) || type.kind === "PTR" || type.kind === "ARRAY" || type.kind === "FUNC") break;
    target = type.typeId;
  }
  return {
    kind: "typedef",
    name: graph.type(id).name,
    id,
    resolved: graphTree(graph, target),
    isConst,
    isVolatile,
    align: undefined,
    at: undefined,
    measures: measuresOf(graph, id),
  };
}

/** A type of a graph as C sees it: as much of its structure as constants and declarations ask for. */
export function graphTree(graph: Btf, id: number): TypeTree {
  if (id === 0) return { kind: "base", name: "void" };
  const type = graph.type(id);
  switch (type.kind) {
    case "INT":
    case "FLOAT": {
      const name = baseTypeOfBtfName(type.name);
      return name === undefined ? opaqueTree(graph, id) : { kind: "base", name };
    }
    case "STRUCT":
    case "UNION":
    case "FWD":
      return treeOf(graphRecord(graph, id));
    case "ENUM":
    case "ENUM64":
      return treeOf(graphEnum(graph, id));
    case "TYPEDEF":
      return treeOf(graphTypedef(graph, id));
    case "PTR":
      return { kind: "ptr", to: opaqueTree(graph, type.typeId) };
    case "ARRAY":
      return { kind: "array", of: opaqueTree(graph, type.typeId), count: type.nrElems };
    case "FUNC_PROTO": {
      const variadic = type.params.at(-1)?.typeId === 0;
      const params = (variadic ? type.params.slice(0, -1) : type.params).map(({ name, typeId }) => {
        return { name, type: opaqueTree(graph, typeId) };
      });
      const tree: FunctionTree = { kind: "function", returns: opaqueTree(graph, type.retTypeId), params, variadic };
      return tree;
    }
    default:
      return opaqueTree(graph, id);
  }
}

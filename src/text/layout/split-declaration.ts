import type { Btf } from "../../model/btf.js";
import type { TypeTexts } from "../type-text.js";

/** A declaration in two columns. */
export interface SplitDeclaration {
  readonly type: string;
  readonly declarator: string;
}

/** What a pointer to a function returns; undefined for another type. */
function returnTypeId(graph: Btf, typeId: number): number | undefined {
  let id = typeId;
  for (let links = 0; links < 64 && id < graph.typeCount; links++) {
    const type = graph.type(id);
    if (type.kind === "FUNC_PROTO") return type.retTypeId;
    if (type.kind !== "PTR" && type.kind !== "CONST" && type.kind !== "VOLATILE" && type.kind !== "ARRAY")
      return undefined;
    id = type.typeId;
  }
  return undefined;
}

/** A declaration with pointers on the type's side and dimensions and parameters on the name's, as tables have it. */
export function splitDeclaration(graph: Btf, texts: TypeTexts, typeId: number, name: string): SplitDeclaration {
  const returned = returnTypeId(graph, typeId);
  const text = texts.of(typeId, name);
  if (returned !== undefined) {
    const type = texts.of(returned);
    return text.startsWith(type)
      ? { type, declarator: text.slice(type.length).trimStart() }
      : { type: "", declarator: text };
  }
  let dimensions = "";
  let id = typeId;
  for (let links = 0; links < 64 && id < graph.typeCount; links++) {
    const type = graph.type(id);
    if (type.kind !== "ARRAY") break;
    dimensions += `[${type.nrElems}]`;
    id = type.typeId;
  }
  const type = texts.of(id);
  const declarator = name + dimensions;
  const isSplit = text === `${type}${type.endsWith("*") ? "" : " "}${declarator}`.trimEnd();
  return isSplit ? { type, declarator } : { type: "", declarator: text };
}

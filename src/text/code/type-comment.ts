import { KIND_NAMES } from "../../wire/kinds.js";
import type { Btf } from "../../model/btf.js";
import { typeText } from "../type-text.js";
import { commentText } from "./c-text.js";

/** Characters of a comment at most. */
const MOST = 72;

/** A type for a comment, on one line: its kind, and what it is in C, as `STRUCT struct sock`. */
export function typeComment(graph: Btf, id: number): string {
  const text = commentText(`${kindOf(graph, id)} ${describe(graph, id)}`).trimEnd();
  // A backslash at the end would go on in the next line of C.
  const short = text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
  return short.endsWith("\\") ? `${short}…` : short;
}

function kindOf(graph: Btf, id: number): string {
  const type = graph.type(id);
  return type.kind === "UNKNOWN" ? `kind ${KIND_NAMES[type.kindNumber] ?? type.kindNumber}` : type.kind;
}

/** A type as a declaration in C, or by its name where C has none. */
export function describe(graph: Btf, id: number): string {
  const type = graph.type(id);
  switch (type.kind) {
    case "FUNC":
    case "VAR":
    case "TYPEDEF":
      return typeText(graph, type.typeId, type.name);
    case "DATASEC":
    case "LOCSEC":
      return type.name;
    case "DECL_TAG":
      return `"${type.name}"${type.componentIdx === -1 ? "" : ` of ${type.componentIdx}`} on [${type.typeId}]`;
    case "LOC_PARAM":
    case "LOC_PROTO":
    case "UNKNOWN":
      return type.name;
    default:
      return typeText(graph, id);
  }
}

import type { Btf } from "../model/btf.js";

/** Types that one text names at most; what is more is `…`, so that a type without an end has one here. */
const MOST_TYPES = 96;

const KEYWORDS = { STRUCT: "struct", UNION: "union", ENUM: "enum", ENUM64: "enum" } as const;

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** What stands left of a declarator: `const struct sock`. */
function baseText(graph: Btf, id: number): string {
  const type = graph.type(id);
  switch (type.kind) {
    case "VOID":
      return "void";
    case "STRUCT":
    case "UNION":
    case "ENUM":
    case "ENUM64":
      return `${KEYWORDS[type.kind]} ${type.name === "" ? "{…}" : type.name}`;
    case "FWD":
      return `${type.fwdKind} ${type.name}`;
    default:
      return type.name === "" ? `${type.kind.toLowerCase()} [${id}]` : type.name;
  }
}

/**
 * A type, or the declaration of `declarator`, in one line for people to read: C, but for anonymous types, whose members
 * it leaves out (`struct {…} *`), and for types without an end.
 */
export function typeText(graph: Btf, id: number, declarator = ""): string {
  return declaration(graph, id, declarator, { left: MOST_TYPES });
}

/** `budget` is how many types may still be named; each level of parameters takes one at least, so that it bounds all. */
function declaration(graph: Btf, id: number, declarator: string, budget: { left: number }): string {
  let text = declarator;
  let qualifiers: string[] = [];
  let isPointed = false;
  let at = id;
  // Taken before what is inside, so that a prototype that is its own parameter comes to an end.
  while (budget.left > 0) {
    budget.left--;
    if (at >= graph.typeCount) return words(...qualifiers, `[${at}]`, text);
    const type = graph.type(at);
    switch (type.kind) {
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
        qualifiers.unshift(type.kind.toLowerCase());
        at = type.typeId;
        break;
      case "TYPE_TAG":
        qualifiers.unshift(type.attribute ? `__attribute__((${type.name}))` : `__tag("${type.name}")`);
        at = type.typeId;
        break;
      case "PTR":
        text = `*${words(...qualifiers, text)}`;
        qualifiers = [];
        isPointed = true;
        at = type.typeId;
        break;
      case "ARRAY":
        text = `${isPointed ? `(${text})` : text}[${type.nrElems}]`;
        isPointed = false;
        at = type.typeId;
        break;
      case "FUNC_PROTO": {
        const params = type.params.map(({ name, typeId }, i) => {
          if (typeId === 0 && name === "" && i === type.params.length - 1) return "...";
          return budget.left > 0 ? declaration(graph, typeId, name, budget) : "…";
        });
        text = `${isPointed ? `(${text})` : text}(${params.length === 0 ? "void" : params.join(", ")})`;
        isPointed = false;
        at = type.retTypeId;
        break;
      }
      default:
        return words(...qualifiers, baseText(graph, at), text);
    }
  }
  return words("…", text);
}

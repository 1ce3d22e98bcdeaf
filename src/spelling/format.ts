import { quoteString } from "./strings.js";
import type { FunctionTree, TypeTree } from "./tree.js";

/** Text, or a type still to be spelled around what it declares. */
type Piece = string | { readonly type: TypeTree; readonly declarator: string };

/**
 * The canonical C spelling of a type, or of the declaration of `declarator` (any text) with that type.
 *
 * `parseTypeName` reads the spelling back to an equal tree, for every tree that it gives itself. Trees that C cannot say
 * are spelled as near as it can: modifiers in clang's order, those of an array on its elements, those of a function not at
 * all. Works on trees of any depth; never throws.
 *
 * @example
 * ```ts
 * const parsed = parseTypeName("int (*[4]) ( )");
 * parsed.ok && formatTypeName(parsed.type, "handlers"); // "int (*handlers[4])(void)"
 * ```
 */
export function formatTypeName(type: TypeTree, declarator = ""): string {
  const out: string[] = [];
  const pending: Piece[] = [{ type, declarator }];
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    if (typeof piece === "string") out.push(piece);
    else for (const next of spell(piece.type, piece.declarator).reverse()) pending.push(next);
  }
  return out.join("");
}

/** One type as pieces, walking from its declarator out to the base; parameters are left for later. */
function spell(whole: TypeTree, declarator: string): Piece[] {
  /** What stands before the declarator, nearest to it first. */
  const before: string[] = [declarator];
  const after: Piece[] = [];
  let qualifiers = new Set<string>();
  let tags: string[] = [];
  /** Whether a suffix would bind before the pointers read last. */
  let pointed = false;
  let type = whole;
  for (;;) {
    switch (type.kind) {
      case "const":
      case "volatile":
      case "restrict":
        qualifiers.add(type.kind);
        type = type.to;
        break;
      case "type_tag":
        tags.push(type.value);
        type = type.to;
        break;
      case "ptr": {
        const words = [...inOrder(qualifiers), ...spellTags(tags)].join(" ");
        const next = before.at(-1) ?? "";
        before.push(words === "" || next === "" ? `*${words}` : `*${words} `);
        [qualifiers, tags, pointed] = [new Set(), [], true];
        type = type.to;
        break;
      }
      case "array":
      case "function":
        if (pointed) {
          before.push("(");
          after.push(")");
        }
        pointed = false;
        if (type.kind === "array") {
          after.push(`[${type.count ?? ""}]`);
          type = type.of;
        } else {
          after.push(...spellParams(type));
          [qualifiers, tags] = [new Set(), []];
          type = type.returns;
        }
        break;
      default: {
        const base = type.kind === "base" || type.kind === "name" ? type.name : `${type.kind} ${type.name}`;
        const specifiers = [...inOrder(qualifiers), base, ...spellTags(tags)].join(" ");
        const space = before.at(-1) !== "" || after[0] === "(" ? " " : "";
        return [specifiers, space, ...before.reverse(), ...after];
      }
    }
  }
}

const inOrder = (qualifiers: ReadonlySet<string>): string[] =>
  ["const", "volatile", "restrict"].filter((word) => qualifiers.has(word));

/** Tags as attributes. The outermost of the tree is the last of the text. */
const spellTags = (tags: readonly string[]): string[] =>
  tags.map((value) => `__attribute__((btf_type_tag(${quoteString(value)})))`).reverse();

function spellParams({ params, variadic }: FunctionTree): Piece[] {
  if (params.length === 0) return ["(", variadic ? "..." : "void", ")"];
  const pieces: Piece[] = ["("];
  for (const [i, { name, type }] of params.entries()) {
    if (i > 0) pieces.push(", ");
    pieces.push({ type, declarator: name });
  }
  if (variadic) pieces.push(", ...");
  pieces.push(")");
  return pieces;
}

import { infoKind, infoKindFlag, KIND, type KindName } from "../wire/kinds.js";
import {
  baseTypeNames,
  formatTypeName,
  nearestNames,
  parseTypeName,
  type BaseType,
  type NameTree,
  type TaggedTree,
  type TypeTree,
} from "../spelling/index.js";
import { arrayKey, findDerived, protoKey, referenceKey, typeTagKey } from "./derived-index.js";
import { BtfError, isBtfError } from "./errors.js";
import { findNamedKind, findTagged } from "./named-kinds.js";
import { readName } from "./read-name.js";
import { forEachRunType, type Run } from "./segment.js";

/** What a place takes when a bare name is given: types, what a DATASEC lists, what a DECL_TAG marks, or any of these. */
export type Slot = "type" | "variable" | "declaration" | "any";

const NAMED_IN_SLOT: Readonly<Record<Slot, readonly KindName[]>> = {
  type: ["TYPEDEF", "INT", "FLOAT"],
  variable: ["VAR", "FUNC"],
  declaration: ["FUNC", "VAR", "TYPEDEF"],
  any: ["TYPEDEF", "INT", "FLOAT", "FUNC", "VAR", "DATASEC"],
};

/** A type that a spelling names and that has no name of its own, ready to be added. */
export type DerivedType =
  | { readonly kind: "base"; readonly base: Exclude<BaseType, "void"> }
  | { readonly kind: "PTR" | "CONST" | "VOLATILE" | "RESTRICT"; readonly typeId: number }
  | { readonly kind: "TYPE_TAG"; readonly name: string; readonly typeId: number }
  | { readonly kind: "ARRAY"; readonly typeId: number; readonly nrElems: number }
  | {
      readonly kind: "FUNC_PROTO";
      readonly retTypeId: number;
      readonly params: readonly { readonly name: string; readonly typeId: number }[];
    };

/** Where spellings are looked up. */
export interface SpellingScope {
  readonly runs: readonly Run[];
  /** A type that is still open and can't stand for an equal one. */
  readonly openId?: number;
  /** Labels and promised types, which come before names. */
  label?(name: string): number | undefined;
  /** Adds a type that a spelling implies; without it nothing is added. */
  add?(type: DerivedType): number;
  /** More spellings to suggest. */
  suggestions?(): Iterable<string>;
}

function findBase(runs: readonly Run[], base: BaseType): number | undefined {
  for (const name of baseTypeNames(base)) {
    const id = findNamedKind(runs, name, ["INT", "FLOAT"]);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** How a C program names a type, to suggest it for one that is unknown. */
function spellingOf(kind: number, kindFlag: boolean, name: string): string {
  switch (kind) {
    case KIND.STRUCT:
      return `struct ${name}`;
    case KIND.UNION:
      return `union ${name}`;
    case KIND.ENUM:
    case KIND.ENUM64:
      return `enum ${name}`;
    case KIND.FWD:
      return `${kindFlag ? "union" : "struct"} ${name}`;
    default:
      return name;
  }
}

function* knownSpellings(scope: SpellingScope): Iterable<string> {
  if (scope.suggestions !== undefined) yield* scope.suggestions();
  const names: string[] = [];
  for (const run of scope.runs) {
    const { words } = run.segment;
    forEachRunType(run, 1, (_, at) => {
      const kind = infoKind(words[at + 1]!);
      const name = readName(scope.runs, words[at]!) ?? "";
      if (name !== "" && kind !== KIND.DECL_TAG && kind !== KIND.TYPE_TAG) {
        names.push(spellingOf(kind, infoKindFlag(words[at + 1]!), name));
      }
    });
  }
  yield* names;
}

function nearestHint(scope: SpellingScope, wanted: string): string {
  const nearest = nearestNames(wanted, knownSpellings(scope));
  return nearest.length === 0 ? "" : `; the nearest known: ${nearest.map((name) => `'${name}'`).join(", ")}`;
}

function unknown(scope: SpellingScope, tree: TypeTree, spelling: string): BtfError {
  const missing = formatTypeName(tree);
  const hint = nearestHint(scope, missing);
  const inside = missing === spelling ? "" : ` in '${spelling}'`;
  return new BtfError(`type '${missing}'${inside}: there is no such type${hint}`, {
    code: "ENOENT",
    rule: "unknown-type",
  });
}

function findLeaf(scope: SpellingScope, tree: NameTree | TaggedTree, slot: Slot): number | undefined {
  const labelled = scope.label?.(formatTypeName(tree));
  if (labelled !== undefined) return labelled;
  return tree.kind === "name"
    ? findNamedKind(scope.runs, tree.name, NAMED_IN_SLOT[slot])
    : findTagged(scope.runs, tree);
}

function derived(scope: SpellingScope, key: string, type: DerivedType, tree: TypeTree, spelling: string): number {
  const id = findDerived(scope.runs, key, scope.openId) ?? scope.add?.(type);
  if (id === undefined) throw unknown(scope, tree, spelling);
  return id;
}

const REFERENCE_KINDS = { ptr: "PTR", const: "CONST", volatile: "VOLATILE", restrict: "RESTRICT" } as const;

/** The id of the type that `tree` names: each part is looked up from the inside out, and added where it may be. */
function treeId(scope: () => SpellingScope, tree: TypeTree, slot: Slot, spelling: string): number {
  // Wrappers can be as many as the text is long; functions nest only as deep as the parser lets them.
  const wrappers: TypeTree[] = [];
  let leaf = tree;
  for (;;) {
    wrappers.push(leaf);
    if ("to" in leaf) leaf = leaf.to;
    else if (leaf.kind === "array") leaf = leaf.of;
    else break;
  }
  let id = 0;
  for (let part = wrappers.pop(); part !== undefined; part = wrappers.pop()) {
    const here = scope();
    switch (part.kind) {
      case "base": {
        if (part.name === "void") break;
        const found = findBase(here.runs, part.name) ?? here.add?.({ kind: "base", base: part.name });
        if (found === undefined) throw unknown(here, part, spelling);
        id = found;
        break;
      }
      case "name":
      case "struct":
      case "union":
      case "enum": {
        const found = findLeaf(here, part, slot);
        if (found === undefined) throw unknown(here, part, spelling);
        id = found;
        break;
      }
      case "ptr":
      case "const":
      case "volatile":
      case "restrict": {
        const kind = REFERENCE_KINDS[part.kind];
        id = derived(here, referenceKey(KIND[kind], id), { kind, typeId: id }, part, spelling);
        break;
      }
      case "type_tag":
        id = derived(
          here,
          typeTagKey(part.value, id),
          { kind: "TYPE_TAG", name: part.value, typeId: id },
          part,
          spelling,
        );
        break;
      case "array": {
        const nrElems = part.count ?? 0;
        id = derived(here, arrayKey(id, nrElems), { kind: "ARRAY", typeId: id, nrElems }, part, spelling);
        break;
      }
      case "function": {
        const retTypeId = treeId(scope, part.returns, "type", spelling);
        const params = part.params.map(({ name, type }) => ({ name, typeId: treeId(scope, type, "type", spelling) }));
        if (part.variadic) params.push({ name: "", typeId: 0 });
        id = derived(scope(), protoKey(retTypeId, params), { kind: "FUNC_PROTO", retTypeId, params }, part, spelling);
        break;
      }
    }
  }
  return id;
}

/**
 * The id of the type that a C spelling names. `scope` is asked anew for each part, as adding one changes it.
 *
 * @throws BtfError EINVAL `spelling` for a text that is no C type; ENOENT `unknown-type` with the nearest names.
 */
export function spellingId(scope: () => SpellingScope, spelling: string, slot: Slot): number {
  const here = scope();
  const labelled = here.label?.(spelling);
  if (labelled !== undefined) return labelled;
  const parsed = parseTypeName(spelling);
  if (!parsed.ok) {
    const message = `type '${spelling}': ${parsed.message} (at character ${parsed.offset + 1})`;
    throw new BtfError(message + nearestHint(here, spelling), { code: "EINVAL", rule: "spelling" });
  }
  return treeId(scope, parsed.type, slot, spelling);
}

/** The id of the type that a C spelling names, or undefined when there is none. */
export function findSpelled(scope: () => SpellingScope, spelling: string, slot: Slot): number | undefined {
  const parsed = parseTypeName(spelling);
  if (!parsed.ok) return undefined;
  try {
    return treeId(scope, parsed.type, slot, spelling);
  } catch (error) {
    if (isBtfError(error) && error.rule === "unknown-type") return undefined;
    throw error;
  }
}

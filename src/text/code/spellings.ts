import { graphOf, type Btf } from "../../model/btf.js";
import { BtfError } from "../../model/errors.js";
import { findSpelled, type Slot } from "../../model/find-spelling.js";
import { baseTypeOfBtfName, formatTypeName, type TypeTree } from "../../spelling/index.js";
import type { Reference } from "./calls.js";

/** Types that one spelling names at most. */
const MOST_TYPES = 24;

/** Characters that one spelling has at most; an id is easier to read than more. */
const MOST_CHARACTERS = 72;

/** Kinds that may be spelled where not any type may stand: those that the compiler knows there. */
const DECLARED: { readonly [Where in Slot]?: ReadonlySet<string> } = {
  variable: new Set(["VAR", "FUNC"]),
  declaration: new Set(["VAR", "FUNC", "STRUCT", "UNION", "TYPEDEF"]),
};

/** A spelling that finds its type once the types that it names are there. */
interface Spelled {
  readonly text: string;
  /** The highest id that it names. */
  readonly readyAfter: number;
  /** The struct, union, enum or named type that it ends in; 0 for void. */
  readonly leaf: number;
}

/** A type as a tree, and what the tree names. */
interface Named {
  readonly tree: TypeTree;
  readonly highest: number;
  readonly leaf: number;
}

/** Ends a look-up that would add something; a refusal of its own would look through all names for near ones. */
function nothingIsAdded(): never {
  throw new BtfError("a spelling would add a type", { code: "ENOENT", rule: "unknown-type" });
}

/**
 * C spellings in the place of ids, where the builder's own look-up of one gives that very id and adds nothing.
 */
export class Spellings {
  readonly #graph: Btf;
  readonly #isRaw: (id: number) => boolean;
  readonly #known = new Map<string, Spelled | undefined>();

  /** `isRaw` says which types are written by their words: their names may not be there yet, nor known to the compiler. */
  constructor(graph: Btf, isRaw: (id: number) => boolean) {
    this.#graph = graph;
    this.#isRaw = isRaw;
  }

  /** The spelling of what a call of type `id` refers to; `isOpen` when the call adds to that type. */
  of({ typeId, slot, isProto }: Reference, id: number, isOpen: boolean): string | undefined {
    const key = `${slot} ${typeId}`;
    let spelled = this.#known.get(key);
    if (spelled === undefined && !this.#known.has(key)) {
      spelled = this.#spell(typeId, slot);
      this.#known.set(key, spelled);
    }
    if (spelled === undefined) return undefined;
    // What is declared goes by its name alone, and what a FUNC is by a prototype: so the compiler has it.
    const kinds = DECLARED[slot];
    if (kinds !== undefined && !kinds.has(this.#graph.type(typeId).kind)) return undefined;
    if (isProto === true && !spelled.text.includes("(")) return undefined;
    // A struct can be named while it is open; what is made of it cannot have been there before.
    const isThere = spelled.readyAfter < id || (isOpen && spelled.readyAfter === id && spelled.leaf === id);
    return isThere ? spelled.text : undefined;
  }

  #spell(typeId: number, slot: Slot): Spelled | undefined {
    if (typeId >= this.#graph.typeCount) return undefined;
    const named = this.#tree(typeId, { left: MOST_TYPES });
    if (named === undefined) return undefined;
    const text = formatTypeName(named.tree);
    if (text.length > MOST_CHARACTERS) return undefined;
    const { runs } = graphOf(this.#graph);
    if (slot === "type" && !this.#isValue(named.leaf)) return undefined;
    if (findSpelled(() => ({ runs, add: nothingIsAdded }), text, slot) !== typeId) return undefined;
    return { text, readyAfter: named.highest, leaf: named.leaf };
  }

  /** False for what declares something: its name is looked up elsewhere. */
  #isValue(leaf: number): boolean {
    const { kind } = this.#graph.type(leaf);
    return kind !== "VAR" && kind !== "FUNC";
  }

  /** Each type takes one of the `budget`, so that it bounds what recursion there is. */
  #tree(id: number, budget: { left: number }): Named | undefined {
    if (budget.left-- <= 0) return undefined;
    if (id === 0) return { tree: { kind: "base", name: "void" }, highest: 0, leaf: 0 };
    if (id >= this.#graph.typeCount || this.#isRaw(id)) return undefined;
    const type = this.#graph.type(id);
    const leaf = (tree: TypeTree): Named | undefined =>
      "name" in tree && tree.name === "" ? undefined : { tree, highest: id, leaf: id };
    const around = (to: number, wrap: (tree: TypeTree) => TypeTree): Named | undefined => {
      const inner = this.#tree(to, budget);
      return inner && { ...inner, tree: wrap(inner.tree), highest: Math.max(id, inner.highest) };
    };
    switch (type.kind) {
      case "INT":
      case "FLOAT": {
        const base = baseTypeOfBtfName(type.name);
        return leaf(base === undefined ? { kind: "name", name: type.name } : { kind: "base", name: base });
      }
      case "TYPEDEF":
      case "VAR":
      case "FUNC":
        return leaf({ kind: "name", name: type.name });
      case "STRUCT":
        return leaf({ kind: "struct", name: type.name });
      case "UNION":
        return leaf({ kind: "union", name: type.name });
      case "ENUM":
      case "ENUM64":
        return leaf({ kind: "enum", name: type.name });
      case "FWD":
        return leaf({ kind: type.fwdKind, name: type.name });
      case "PTR":
        return around(type.typeId, (inner) => ({ kind: "ptr", to: inner }));
      case "CONST":
        return around(type.typeId, (inner) => ({ kind: "const", to: inner }));
      case "VOLATILE":
        return around(type.typeId, (inner) => ({ kind: "volatile", to: inner }));
      case "RESTRICT":
        return around(type.typeId, (inner) => ({ kind: "restrict", to: inner }));
      case "TYPE_TAG": {
        const { name, attribute } = type;
        return attribute ? undefined : around(type.typeId, (inner) => ({ kind: "type_tag", value: name, to: inner }));
      }
      case "ARRAY": {
        const { nrElems } = type;
        return around(type.typeId, (inner) => ({ kind: "array", of: inner, count: nrElems }));
      }
      case "FUNC_PROTO":
        return this.#function(id, type.retTypeId, type.params, budget);
      default:
        return undefined;
    }
  }

  #function(
    id: number,
    retTypeId: number,
    params: readonly { readonly name: string; readonly typeId: number }[],
    budget: { left: number },
  ): Named | undefined {
    const returns = this.#tree(retTypeId, budget);
    if (returns === undefined) return undefined;
    let { highest } = returns;
    let leaf = returns.leaf;
    const last = params[params.length - 1];
    const variadic = last !== undefined && last.typeId === 0 && last.name === "";
    const trees: { name: string; type: TypeTree }[] = [];
    for (const { name, typeId } of variadic ? params.slice(0, -1) : params) {
      const param = this.#tree(typeId, budget);
      if (param === undefined) return undefined;
      highest = Math.max(highest, param.highest);
      leaf = Math.max(leaf, param.leaf);
      trees.push({ name, type: param.tree });
    }
    const tree: TypeTree = { kind: "function", returns: returns.tree, params: trees, variadic };
    return { tree, highest: Math.max(id, highest), leaf };
  }
}

import type { BtfType, CompositeType } from "../../model/types.js";
import { emittedSymbols } from "./emitted-symbols.js";
import { renumber } from "./renumber.js";
import { addDeclTags, addSymbols } from "./symbols.js";
import type { Unit } from "./unit.js";

/**
 * How a type is come to. From a member on, a pointer is looked behind only as far as the next struct with a name: that
 * becomes a FWD unless it is come to in another way. Arrays and functions begin anew.
 */
type Way = "whole" | "member" | "pointed";

const WAYS: readonly Way[] = ["whole", "member", "pointed"];

/** The types that clang's .BTF of a source holds. */
export function typesAsClang(unit: Unit): readonly BtfType[] {
  const roots = addSymbols(unit, { entities: emittedSymbols(unit), asClang: true });
  const { types } = unit;
  const reach = new Reach(types.nodes, types.firstId);
  for (const id of [...roots, ...unit.coreTypes]) reach.visit(id);
  // Tags come after the types that they are on, and only with them.
  const kept = unit.declTags.filter(({ typeId }) => reach.whole.has(typeId) && !reach.untagged.has(typeId));
  const before = types.nodes.length;
  addDeclTags(unit, kept);
  for (let i = before; i < types.nodes.length; i++) reach.whole.add(types.firstId + i);
  return renumber(types.nodes, types.firstId, (id, node) => {
    if (reach.whole.has(id)) return node;
    return reach.named.has(id) ? reach.standIn(node as CompositeType) : undefined;
  });
}

/** What is reached, and how. */
class Reach {
  /** Types that are written as they are. */
  readonly whole = new Set<number>();
  /** Typedefs that only stand between a pointer in a struct and what becomes a FWD: clang leaves out tags on them. */
  readonly untagged = new Set<number>();
  /** Structs and unions that pointers in others lead to. */
  readonly named = new Set<number>();
  readonly #nodes: readonly BtfType[];
  readonly #firstId: number;
  readonly #seen = new Set<number>();
  readonly #pending: { id: number; way: Way }[] = [];
  #wholeNames: Map<string, number> | undefined;

  constructor(nodes: readonly BtfType[], firstId: number) {
    this.#nodes = nodes;
    this.#firstId = firstId;
  }

  visit(root: number): void {
    this.#push(root, "whole");
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) this.#step(next.id, next.way);
  }

  /** What a struct comes to that is only pointed to: another of its name, or its FWD. */
  standIn({ kind, name }: CompositeType): BtfType | number {
    if (this.#wholeNames === undefined) {
      this.#wholeNames = new Map();
      for (const id of [...this.whole].sort((a, b) => b - a)) {
        const node = this.#node(id);
        if (node?.kind === "STRUCT" || node?.kind === "UNION") this.#wholeNames.set(node.name, id);
      }
    }
    return this.#wholeNames.get(name) ?? { kind: "FWD", name, fwdKind: kind === "UNION" ? "union" : "struct" };
  }

  #node(id: number): BtfType | undefined {
    return this.#nodes[id - this.#firstId];
  }

  #push(id: number, way: Way): void {
    const key = id * WAYS.length + WAYS.indexOf(way);
    if (id < this.#firstId || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#pending.push({ id, way });
  }

  /** Comes to what a pointer, typedef or qualifier is of. */
  #pushTarget(id: number, way: Way): void {
    if (way === "pointed" && this.#isNamedRecord(id)) this.named.add(id);
    else this.#push(id, way);
  }

  #isNamedRecord(id: number): boolean {
    const node = this.#node(id);
    return (node?.kind === "STRUCT" || node?.kind === "UNION") && node.name !== "";
  }

  /** Comes to the members of a map's struct, wherever they lead. */
  #pushMap(variable: number): void {
    let node = this.#node(variable);
    while (node !== undefined && "typeId" in node && node.kind !== "PTR") node = this.#node(node.typeId);
    if (node?.kind === "STRUCT") for (const { typeId } of node.members) this.#push(typeId, "whole");
  }

  #step(id: number, way: Way): void {
    const node = this.#node(id);
    if (node === undefined) return;
    if (node.kind === "TYPEDEF") {
      if (way !== "pointed" || !this.#isNamedRecord(node.typeId)) this.untagged.delete(id);
      else if (!this.whole.has(id)) this.untagged.add(id);
    }
    this.whole.add(id);
    switch (node.kind) {
      case "STRUCT":
      case "UNION":
        for (const { typeId } of node.members) this.#push(typeId, "member");
        return;
      case "PTR": {
        // A pointer with tags on what it points to is looked behind.
        const isTagged = this.#node(node.typeId)?.kind === "TYPE_TAG";
        this.#pushTarget(node.typeId, way === "member" && !isTagged ? "pointed" : way);
        return;
      }
      case "TYPEDEF":
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
      case "TYPE_TAG":
        this.#pushTarget(node.typeId, way);
        return;
      case "ARRAY":
        this.#push(node.typeId, "whole");
        this.#push(node.indexTypeId, "whole");
        return;
      case "FUNC_PROTO":
        this.#push(node.retTypeId, "whole");
        for (const { typeId } of node.params) this.#push(typeId, "whole");
        return;
      case "FUNC":
      case "VAR":
        this.#push(node.typeId, "whole");
        return;
      case "DATASEC":
        for (const { typeId } of node.vars) this.#push(typeId, "whole");
        // What a map is made of is looked at whole.
        if (node.name.startsWith(".maps")) for (const { typeId } of node.vars) this.#pushMap(typeId);
        return;
      default:
        return;
    }
  }
}

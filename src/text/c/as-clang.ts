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

/** The types that clang's .BTF of a source holds. */
export function typesAsClang(unit: Unit): readonly BtfType[] {
  const roots = addSymbols(unit, { entities: emittedSymbols(unit), asClang: true });
  const { types } = unit;
  const reach = new Reach(types.nodes, types.firstId);
  // Maps come first, and the types of their members are looked at whole.
  for (const id of roots) reach.visitMaps(id);
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
  /** Typedefs first come to between a pointer in a struct and the struct with a name that it is of: clang leaves out tags on them. */
  readonly untagged = new Set<number>();
  /** Structs and unions that pointers in others lead to. */
  readonly named = new Set<number>();
  readonly #nodes: readonly BtfType[];
  readonly #firstId: number;
  /** Pointers, typedefs and qualifiers behind which nothing is left to be reached. */
  readonly #settled = new Set<number>();
  readonly #pending: { id: number; way: Way }[] = [];
  #wholeNames: Map<string, number> | undefined;

  constructor(nodes: readonly BtfType[], firstId: number) {
    this.#nodes = nodes;
    this.#firstId = firstId;
  }

  /** Comes to a type and, one after the other as LLVM does, to all that it leads to. */
  visit(root: number): void {
    this.#push(root, "whole");
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const node = this.#node(next.id);
      if (node === undefined) continue;
      if (this.whole.has(next.id)) this.#revisit(next.id, next.way);
      else this.#step(next.id, node, next.way);
    }
  }

  /** Comes to the members of the maps in a section, wherever they lead. */
  visitMaps(section: number): void {
    const node = this.#node(section);
    if (node?.kind !== "DATASEC" || !node.name.startsWith(".maps")) return;
    for (const { typeId: variable } of node.vars) {
      let map = this.#node(variable);
      while (map !== undefined && "typeId" in map && map.kind !== "PTR") map = this.#node(map.typeId);
      if (map?.kind === "STRUCT") for (const { typeId } of map.members) this.visit(typeId);
    }
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
    if (id >= this.#firstId) this.#pending.push({ id, way });
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

  /**
   * Comes to a type again. What a chain of pointers and qualifiers left out at first is then looked for: of a
   * `const struct s *` that two members have, LLVM forgets the second time that it is behind a pointer.
   */
  #revisit(start: number, way: Way): void {
    if (way === "pointed") return;
    const chain: number[] = [];
    for (let id = start; ;) {
      const node = this.#node(id);
      if (node === undefined || this.#settled.has(id) || !isReference(node)) break;
      chain.push(id);
      const target = node.typeId;
      if (target >= this.#firstId && !this.whole.has(target)) {
        const isPointer = node.kind === "PTR" && this.#node(target)?.kind !== "TYPE_TAG";
        this.#pushTarget(target, way === "member" && isPointer ? "pointed" : way);
        return;
      }
      id = target;
    }
    for (const id of chain) this.#settled.add(id);
  }

  #step(id: number, node: BtfType, way: Way): void {
    this.whole.add(id);
    switch (node.kind) {
      case "STRUCT":
      case "UNION":
        for (let i = node.members.length - 1; i >= 0; i--) this.#push(node.members[i]!.typeId, "member");
        return;
      case "PTR": {
        // A pointer with tags on what it points to is looked behind.
        const isTagged = this.#node(node.typeId)?.kind === "TYPE_TAG";
        this.#pushTarget(node.typeId, way === "member" && !isTagged ? "pointed" : way);
        return;
      }
      case "TYPEDEF":
        if (way === "pointed" && this.#isNamedRecord(node.typeId)) this.untagged.add(id);
        this.#pushTarget(node.typeId, way);
        return;
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
      case "TYPE_TAG":
        this.#pushTarget(node.typeId, way);
        return;
      case "ARRAY":
        this.#push(node.indexTypeId, "whole");
        this.#push(node.typeId, "whole");
        return;
      case "FUNC_PROTO":
        for (let i = node.params.length - 1; i >= 0; i--) this.#push(node.params[i]!.typeId, "whole");
        this.#push(node.retTypeId, "whole");
        return;
      case "FUNC":
      case "VAR":
        this.#push(node.typeId, "whole");
        return;
      case "DATASEC":
        for (let i = node.vars.length - 1; i >= 0; i--) this.#push(node.vars[i]!.typeId, "whole");
        return;
      default:
        return;
    }
  }
}

const isReference = (node: BtfType): node is ReferenceType => REFERENCES.has(node.kind);

type ReferenceType = Extract<
  BtfType,
  { readonly kind: "PTR" | "TYPEDEF" | "CONST" | "VOLATILE" | "RESTRICT" | "TYPE_TAG" }
>;

const REFERENCES: ReadonlySet<string> = new Set(["PTR", "TYPEDEF", "CONST", "VOLATILE", "RESTRICT", "TYPE_TAG"]);

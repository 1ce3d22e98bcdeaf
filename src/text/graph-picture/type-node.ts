import type { Btf } from "../../model/btf.js";
import type { BtfType } from "../../model/types.js";
import type { TypeTexts } from "../type-text.js";
import type { PictureEdge, PictureNode, PictureRow } from "./picture.js";

/** Types that one row is followed through at most. */
const MOST_LINKS = 96;

/** What a row or a type as a whole refers to. */
interface Reference {
  readonly row: number | undefined;
  readonly label: string;
  readonly typeId: number;
}

/** Bits as bytes, and bits that are left. */
function place(bits: number): string {
  return bits % 8 === 0 ? String(bits / 8) : `${Math.floor(bits / 8)}:${bits % 8}`;
}

/** Types as the nodes of a picture. Those that say all of themselves in a line are part of those that refer to them. */
export class TypeNodes {
  readonly #graph: Btf;
  readonly #texts: TypeTexts;

  constructor(graph: Btf, texts: TypeTexts) {
    this.#graph = graph;
    this.#texts = texts;
  }

  /** True for numbers, typedefs of them, pointers, arrays, qualifiers and prototypes: what a row shows by itself. */
  isFolded(id: number): boolean {
    const type = this.#graph.type(id);
    switch (type.kind) {
      case "VOID":
      case "INT":
      case "FLOAT":
      case "PTR":
      case "ARRAY":
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
      case "TYPE_TAG":
      case "FUNC_PROTO":
        return true;
      case "TYPEDEF":
        return this.#isNumber(type.typeId);
      default:
        return false;
    }
  }

  #isNumber(id: number): boolean {
    let at = id;
    for (let links = 0; links < MOST_LINKS && at < this.#graph.typeCount; links++) {
      const type = this.#graph.type(at);
      if (type.kind === "INT" || type.kind === "FLOAT" || type.kind === "VOID") return true;
      if (!["TYPEDEF", "CONST", "VOLATILE", "RESTRICT", "TYPE_TAG"].includes(type.kind)) return false;
      at = (type as Extract<BtfType, { typeId: number }>).typeId;
    }
    return false;
  }

  /** A type with its rows. */
  node(id: number): PictureNode {
    const type = this.#graph.type(id);
    const size = "size" in type ? type.size : undefined;
    const title = this.#title(id, type);
    return { id, kind: type.kind, title: title === "" ? "(anon)" : title, size, rows: this.#rows(type), isCut: false };
  }

  /** A type by its name. */
  cutNode(id: number): PictureNode {
    return { ...this.node(id), rows: [], isCut: true };
  }

  /** What leads from a type to others, through those that are folded. */
  edges(id: number): PictureEdge[] {
    const type = this.#graph.type(id);
    const by = type.kind === "DECL_TAG" ? "tag" : undefined;
    return this.#references(id, type).flatMap(({ row, label, typeId }) =>
      this.#targets(typeId).map(([to, isPointer]): PictureEdge => {
        return { from: id, row, to, label, by: by ?? (isPointer ? "pointer" : "value") };
      }),
    );
  }

  #title(id: number, type: BtfType): string {
    switch (type.kind) {
      case "TYPEDEF":
        return `typedef ${this.#texts.of(type.typeId, type.name)}`;
      case "FUNC":
        return `${type.name}()`;
      case "VAR":
        return this.#texts.of(type.typeId, type.name);
      case "DECL_TAG":
        return type.name;
      default:
        return this.#texts.of(id);
    }
  }

  #rows(type: BtfType): PictureRow[] {
    switch (type.kind) {
      case "STRUCT":
      case "UNION":
        return type.members.map(({ name, typeId, bitsOffset, bitfieldSize }) => {
          const bits = bitfieldSize === 0 ? "" : `:${bitfieldSize}`;
          return { place: place(bitsOffset), text: `${this.#texts.of(typeId, name)}${bits}` };
        });
      case "ENUM":
      case "ENUM64":
        return [...type.values].map(({ name, val }) => ({ place: "", text: `${name} = ${val}` }));
      case "FUNC": {
        const prototype = this.#prototype(type);
        if (prototype === undefined) return [];
        const rows = prototype.params.map(({ name, typeId }, i) => {
          const isVararg = typeId === 0 && name === "" && i === prototype.params.length - 1;
          return { place: "", text: isVararg ? "..." : this.#texts.of(typeId, name) };
        });
        return [...rows, { place: "", text: `returns ${this.#texts.of(prototype.retTypeId)}` }];
      }
      case "DATASEC":
        return type.vars.map(({ typeId, offset }) => {
          const { name } = typeId < this.#graph.typeCount ? this.#graph.type(typeId) : { name: "" };
          return { place: String(offset), text: name === "" ? `[${typeId}]` : name };
        });
      default:
        return [];
    }
  }

  #prototype({ typeId }: Extract<BtfType, { kind: "FUNC" }>) {
    const type = typeId < this.#graph.typeCount ? this.#graph.type(typeId) : undefined;
    return type?.kind === "FUNC_PROTO" ? type : undefined;
  }

  /** The references of a type, in the order of its rows. */
  #references(id: number, type: BtfType): Reference[] {
    switch (type.kind) {
      case "STRUCT":
      case "UNION":
        return type.members.map(({ name, typeId }, row) => ({ row, label: name, typeId }));
      case "DATASEC":
        return type.vars.map(({ typeId }, row) => ({ row, label: "", typeId }));
      case "FUNC": {
        const prototype = this.#prototype(type);
        if (prototype === undefined) break;
        const params = prototype.params.map(({ name, typeId }, row) => ({ row, label: name, typeId }));
        return [...params, { row: params.length, label: "returns", typeId: prototype.retTypeId }];
      }
      case "DECL_TAG":
        return [{ row: undefined, label: this.#component(type), typeId: type.typeId }];
      default:
    }
    return this.#graph.references(id).map((typeId) => ({ row: undefined, label: "", typeId }));
  }

  /** The name of the member or parameter that a DECL_TAG is for. */
  #component({ typeId, componentIdx }: Extract<BtfType, { kind: "DECL_TAG" }>): string {
    if (componentIdx === -1 || typeId >= this.#graph.typeCount) return "";
    const type = this.#graph.type(typeId);
    const holder = type.kind === "FUNC" ? this.#prototype(type) : type;
    const parts =
      holder === undefined ? [] : "members" in holder ? holder.members : "params" in holder ? holder.params : [];
    const part = parts[componentIdx];
    return part === undefined || typeof part === "number" ? String(componentIdx) : part.name;
  }

  /** The types that are shown behind one that may be folded, each once, and whether a pointer leads there. */
  #targets(typeId: number): [id: number, isPointer: boolean][] {
    const found = new Map<number, boolean>();
    const seen = new Set<number>();
    const stack: [id: number, isPointer: boolean][] = [[typeId, false]];
    while (stack.length > 0 && seen.size < MOST_LINKS) {
      const [id, isPointer] = stack.pop()!;
      if (id === 0 || id >= this.#graph.typeCount || seen.has(id)) continue;
      seen.add(id);
      if (!this.isFolded(id)) {
        found.set(id, isPointer);
        continue;
      }
      const type = this.#graph.type(id);
      const points = isPointer || type.kind === "PTR" || type.kind === "FUNC_PROTO";
      const references = type.kind === "ARRAY" ? [type.typeId] : this.#graph.references(id);
      for (let i = Math.min(references.length, MOST_LINKS) - 1; i >= 0; i--) stack.push([references[i]!, points]);
    }
    return [...found];
  }
}

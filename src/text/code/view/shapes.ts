import { BtfError } from "../../../model/errors.js";
import type { Btf } from "../../../model/btf.js";
import { baseTypeOfBtfName } from "../../../spelling/index.js";
import { typeText } from "../../type-text.js";
import { typeRefusal } from "../refusal.js";

/** What a value is in TypeScript, and how its bytes are read. Sizes are in bytes. */
export type Shape =
  | { readonly kind: "integer"; readonly bytes: 1 | 2 | 4 | 8 | 16; readonly signed: boolean }
  | { readonly kind: "boolean"; readonly bytes: 1 | 2 | 4 | 8 }
  | { readonly kind: "float"; readonly bytes: 4 | 8 }
  /** A `bigint` of 4 or 8 bytes; `text` is the type in C. */
  | { readonly kind: "pointer"; readonly bytes: 4 | 8; readonly text: string }
  | { readonly kind: "enum"; readonly id: number; readonly bytes: 1 | 2 | 4 | 8; readonly signed: boolean }
  /** Of a char array: up to its first NUL. */
  | { readonly kind: "text"; readonly bytes: number }
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "record"; readonly id: number; readonly bytes: number }
  | { readonly kind: "list"; readonly of: Shape; readonly count: number; readonly stride: number };

/** A shape with what C calls it. */
export interface Shaped {
  readonly shape: Shape;
  /** The typedef that led to an anonymous struct or enum; else "". */
  readonly typedef: string;
  /** The bits of an INT that says of itself that it is a bit-field: where it begins, and how many; as old BTF has them. */
  readonly bits: { readonly offset: number; readonly count: number } | undefined;
}

/** Typedefs, qualifiers and dimensions of one type at most. */
const MOST_STEPS = 256;

const SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8]);

/** Reads types of a graph as shapes. */
export class Shapes {
  readonly #graph: Btf;

  constructor(graph: Btf) {
    this.#graph = graph;
  }

  /** The shape of a type; `path` names the member in refusals. */
  of(typeId: number, path: string): Shaped {
    const dimensions: { count: number; id: number }[] = [];
    let typedef = "";
    let id = typeId;
    for (let steps = 0; ; steps++) {
      if (steps > MOST_STEPS) this.#refuse(typeId, path, "its typedefs, qualifiers and dimensions do not end", "ELOOP");
      const type = id < this.#graph.typeCount ? this.#graph.type(id) : undefined;
      switch (type?.kind) {
        case "TYPEDEF":
          typedef = type.name;
          id = type.typeId;
          continue;
        case "CONST":
        case "VOLATILE":
        case "RESTRICT":
        case "TYPE_TAG":
          id = type.typeId;
          continue;
        case "ARRAY":
          dimensions.push({ count: type.nrElems, id: type.typeId });
          typedef = "";
          id = type.typeId;
          continue;
        case undefined:
          return this.#refuse(typeId, path, `type [${id}] is not there`);
        default: {
          const { shape, bits } = this.#leaf(id, path);
          if (dimensions.length === 0) return { shape, typedef, bits };
          if (bits !== undefined) this.#refuse(id, path, "it is an array of an INT that is a bit-field");
          return { shape: this.#lists(id, shape, dimensions, path), typedef, bits: undefined };
        }
      }
    }
  }

  #lists(leaf: number, shape: Shape, dimensions: readonly { count: number; id: number }[], path: string): Shape {
    let of = shape;
    for (const [i, { count, id }] of [...dimensions].reverse().entries()) {
      const stride = this.#graph.sizeOf(id);
      if (stride === undefined) return this.#refuse(id, path, "its elements have no size");
      if (i === 0 && isCharacter(this.#graph, leaf)) of = { kind: "text", bytes: count };
      else if (i === 0 && of.kind === "integer" && of.bytes === 1 && !of.signed) of = { kind: "bytes", bytes: count };
      else of = { kind: "list", of, count, stride };
    }
    return of;
  }

  #leaf(id: number, path: string): { readonly shape: Shape; readonly bits: Shaped["bits"] } {
    const type = this.#graph.type(id);
    const plain = (shape: Shape): { shape: Shape; bits: undefined } => ({ shape, bits: undefined });
    switch (type.kind) {
      case "INT": {
        const { size, encoding, bitsOffset, nrBits } = type;
        if (!SIZES.has(size) && size !== 16) return this.#refuse(id, path, `an INT of ${size} bytes`);
        const bits = bitsOffset === 0 && nrBits === size * 8 ? undefined : { offset: bitsOffset, count: nrBits };
        if (encoding === "bool" && size !== 16) {
          return { shape: { kind: "boolean", bytes: size as 1 | 2 | 4 | 8 }, bits };
        }
        const signed = encoding === "signed" || (typeof encoding === "number" && (encoding & 1) === 1);
        return { shape: { kind: "integer", bytes: size as 1 | 2 | 4 | 8 | 16, signed }, bits };
      }
      case "FLOAT": {
        const { size } = type;
        // What JavaScript has no number for stays bytes.
        return plain(size === 4 || size === 8 ? { kind: "float", bytes: size } : { kind: "bytes", bytes: size });
      }
      case "PTR":
        return plain({ kind: "pointer", bytes: this.#graph.pointerSize, text: typeText(this.#graph, id) });
      case "ENUM":
      case "ENUM64": {
        const { size, signed } = type;
        if (!SIZES.has(size)) return this.#refuse(id, path, `an ENUM of ${size} bytes`);
        return plain({ kind: "enum", id, bytes: size as 1 | 2 | 4 | 8, signed });
      }
      case "STRUCT":
      case "UNION":
        return plain({ kind: "record", id, bytes: type.size });
      default:
        return this.#refuse(id, path, "a value of this kind has no bytes to read");
    }
  }

  #refuse(id: number, path: string, reason: string, code?: "ELOOP"): never {
    const text = `${path}: ${reason}`;
    const type = id < this.#graph.typeCount ? this.#graph.type(id) : this.#graph.type(0);
    const refused = typeRefusal("ts-view", id, type, text);
    if (code === undefined) throw refused;
    throw new BtfError(refused.message, { code, rule: "type-loop", typeId: id });
  }
}

/** True for `char`, whose arrays are strings; `signed char` and `unsigned char` are numbers. */
function isCharacter(graph: Btf, id: number): boolean {
  const type = graph.type(id);
  return type.kind === "INT" && type.size === 1 && baseTypeOfBtfName(type.name) === "char";
}

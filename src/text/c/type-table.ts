import { KIND } from "../../wire/kinds.js";
import type { Btf } from "../../model/btf.js";
import { graphOf } from "../../model/btf.js";
import { arrayKey, findDerived, protoKey, referenceKey, typeTagKey } from "../../model/derived-index.js";
import { findNamedKind } from "../../model/named-kinds.js";
import type { BtfType, Param } from "../../model/types.js";
import { baseTypeNames, type DataModel, type SizedBaseType } from "../../spelling/index.js";

const ARRAY_INDEX = "__ARRAY_SIZE_TYPE__";

/**
 * The types of a source, by id, as objects until they are all known: a struct is a FWD until its members are read. Equal
 * derived types are one, those of the graph that the source goes on from included.
 */
export class TypeTable {
  readonly firstId: number;
  readonly nodes: BtfType[] = [];
  readonly #asClang: boolean;
  readonly #model: DataModel;
  readonly #into: Btf | undefined;
  readonly #derived = new Map<string, number>();
  readonly #bases = new Map<SizedBaseType, number>();
  #arrayIndex: number | undefined;

  /** `asClang` keeps those apart that clang does not know to be equal. */
  constructor(model: DataModel, into: Btf | undefined, asClang: boolean) {
    this.#asClang = asClang;
    this.#model = model;
    this.#into = into;
    this.firstId = into?.typeCount ?? 1;
  }

  add(node: BtfType): number {
    return this.firstId + this.nodes.push(node) - 1;
  }

  replace(id: number, node: BtfType): void {
    this.nodes[id - this.firstId] = node;
  }

  /** An array of arrays, the innermost first. To clang it is one type, and shares no part with others. */
  arrays(element: number, counts: readonly number[]): number {
    if (this.#asClang && counts.length > 1) {
      return this.#row(`[${element} ${counts.join(" ")}`, element, counts, (id, count) => this.#newArray(id, count));
    }
    let id = element;
    for (const count of counts) id = this.array(id, count);
    return id;
  }

  /** Types around each other that no other shares a part of: the last of them. */
  #row<T>(key: string, innermost: number, parts: readonly T[], make: (id: number, part: T) => BtfType): number {
    let id = this.#derived.get(key);
    if (id !== undefined) return id;
    id = innermost;
    for (const part of parts) id = this.add(make(id, part));
    this.#derived.set(key, id);
    return id;
  }

  /** The type with this key, or a new one. `parts` are the ids that the key is made of. */
  #intern(key: string, parts: readonly number[], make: () => BtfType): number {
    let id = this.#derived.get(key);
    if (id === undefined && this.#into !== undefined && parts.every((part) => part < this.firstId)) {
      id = findDerived(graphOf(this.#into).runs, key);
    }
    id ??= this.add(make());
    this.#derived.set(key, id);
    return id;
  }

  /** `salt` tells types apart that BTF does not, as pointers to what it has no word for. */
  reference(kind: "PTR" | "CONST" | "VOLATILE" | "RESTRICT", typeId: number, salt = ""): number {
    return this.#intern(referenceKey(KIND[kind], typeId) + salt, [typeId], () => ({ kind, name: "", typeId }));
  }

  /** Tags of one type, the innermost first. To clang each pointer has its own. */
  typeTags(values: readonly string[], tagged: number): number {
    if (this.#asClang && values.length > 1) {
      return this.#row(`@${tagged} ${JSON.stringify(values)}`, tagged, values, (id, value) => newTypeTag(value, id));
    }
    let id = tagged;
    for (const value of values) {
      const typeId = id;
      id = this.#intern(typeTagKey(value, typeId), [typeId], () => newTypeTag(value, typeId));
    }
    return id;
  }

  array(typeId: number, nrElems: number): number {
    return this.#intern(arrayKey(typeId, nrElems), [typeId], () => this.#newArray(typeId, nrElems));
  }

  #newArray(typeId: number, nrElems: number): BtfType {
    return { kind: "ARRAY", name: "", typeId, indexTypeId: this.#arrayIndexId(), nrElems };
  }

  proto(retTypeId: number, params: readonly Param[]): number {
    const parts = [retTypeId, ...params.map(({ typeId }) => typeId)];
    return this.#intern(protoKey(retTypeId, params), parts, () => {
      return { kind: "FUNC_PROTO", name: "", retTypeId, params };
    });
  }

  /** The id of a base type; undefined when the target does not have it. */
  base(base: SizedBaseType): number | undefined {
    const known = this.#bases.get(base);
    if (known !== undefined) return known;
    const layout = this.#model.base[base];
    if (layout === undefined) return undefined;
    const { kind, btfName: name, size, encoding } = layout;
    const id =
      this.#inGraph(baseTypeNames(base), kind) ??
      this.add(
        kind === "FLOAT" ? { kind, name, size } : { kind, name, size, encoding, bitsOffset: 0, nrBits: size * 8 },
      );
    this.#bases.set(base, id);
    return id;
  }

  /** What keeps a type that stands for void apart from others that do. */
  saltOf(spelling: string): string {
    return this.#asClang ? ` to ${spelling}` : "";
  }

  #arrayIndexId(): number {
    this.#arrayIndex ??=
      this.#inGraph([ARRAY_INDEX], "INT") ??
      this.add({ kind: "INT", name: ARRAY_INDEX, size: 4, encoding: "none", bitsOffset: 0, nrBits: 32 });
    return this.#arrayIndex;
  }

  #inGraph(names: readonly string[], kind: "INT" | "FLOAT"): number | undefined {
    if (this.#into === undefined) return undefined;
    const { runs } = graphOf(this.#into);
    for (const name of names) {
      const id = findNamedKind(runs, name, [kind]);
      if (id !== undefined) return id;
    }
    return undefined;
  }
}

const newTypeTag = (name: string, typeId: number): BtfType => ({ kind: "TYPE_TAG", name, typeId, attribute: false });

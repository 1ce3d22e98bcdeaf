import type { Btf } from "btfkit";

/** Types of two graphs, that the names of their fields are compared under. */
type Side = { readonly graph: Btf; readonly id: number };

/** Compares types of `ours` and `theirs` from pairs of roots on, by what they say and not by their ids. */
export class Comparison {
  readonly #ours: Btf;
  readonly #theirs: Btf;
  readonly #seen = new Set<number>();
  /** What differs, at most a few. */
  readonly differences: string[] = [];
  /** Pairs of types that were compared. */
  count = 0;

  constructor(ours: Btf, theirs: Btf) {
    this.#ours = ours;
    this.#theirs = theirs;
  }

  /** Compares two types and all they lead to. A FWD of theirs matches our whole struct of its name. */
  roots(ours: number, theirs: number, path: string): void {
    const pending: { a: number; b: number; path: string }[] = [{ a: ours, b: theirs, path }];
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
      const key = pair.a * 2 ** 24 + pair.b;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.count++;
      const { path: from } = pair;
      const own = this.#shape({ graph: this.#ours, id: pair.a });
      const other = this.#shape({ graph: this.#theirs, id: pair.b });
      if (other.head.startsWith("FWD ") && own.head.replace(/^(STRUCT|UNION) .*/, "").length === 0) {
        const name = this.#ours.type(pair.a).name;
        const kind = this.#ours.type(pair.a).kind.toLowerCase();
        if (other.head === `FWD ${kind} ${name}`) continue;
      }
      if (own.head !== other.head || own.to.length !== other.to.length) {
        if (this.differences.length < 20) this.differences.push(`${from}: ${own.head} is ${other.head} there`);
        continue;
      }
      for (const [i, id] of own.to.entries()) {
        pending.push({ a: id, b: other.to[i]!, path: `${from} > ${own.head.split(" ").slice(0, 2).join(" ")}[${i}]` });
      }
    }
  }

  /** What a type says of itself, and the types it refers to. */
  #shape({ graph, id }: Side): { readonly head: string; readonly to: readonly number[] } {
    const type = graph.type(id);
    const { kind, name } = type;
    switch (kind) {
      case "STRUCT":
      case "UNION": {
        const members = type.members.map((each) => `${each.name}@${each.bitsOffset}:${each.bitfieldSize}`).join(" ");
        const head = `${kind} ${name} ${type.size} ${type.kindFlag} ${members}`;
        return { head, to: type.members.map(({ typeId }) => typeId) };
      }
      case "ENUM":
      case "ENUM64": {
        const values = type.values.map((each) => `${each.name}=${each.val}`).join(" ");
        return { head: `${kind} ${name} ${type.size} ${type.signed} ${values}`, to: [] };
      }
      case "FWD":
        return { head: `FWD ${type.fwdKind} ${name}`, to: [] };
      case "INT":
        return { head: `INT ${name} ${type.size} ${type.encoding} ${type.nrBits} ${type.bitsOffset}`, to: [] };
      case "FLOAT":
        return { head: `FLOAT ${name} ${type.size}`, to: [] };
      case "ARRAY":
        return { head: `ARRAY ${type.nrElems}`, to: [type.typeId] };
      case "FUNC_PROTO":
        return {
          head: `FUNC_PROTO ${type.params.map((each) => `${each.name},`).join("")}`,
          to: [type.retTypeId, ...type.params.map(({ typeId }) => typeId)],
        };
      case "FUNC":
      case "VAR":
        return { head: `${kind} ${name} ${type.linkage}`, to: [type.typeId] };
      case "DECL_TAG":
        return { head: `${kind} ${name} ${type.componentIdx}`, to: [type.typeId] };
      case "VOID":
        return { head: "VOID", to: [] };
      case "DATASEC":
        return { head: `DATASEC ${name}`, to: [] };
      default:
        return { head: `${kind} ${name}`, to: "typeId" in type ? [type.typeId] : [] };
    }
  }
}

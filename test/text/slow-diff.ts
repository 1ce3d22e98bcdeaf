import type { Btf, BtfType } from "btfkit";

/** How many types of two graphs differ, by kind and name. */
export interface Counts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
}

const GROUPS: Readonly<Record<string, string>> = { ENUM64: "ENUM" };
const KNOWN_BY_NAME = new Set(
  ["INT", "FLOAT", "STRUCT", "UNION", "ENUM", "ENUM64", "FWD", "TYPEDEF", "FUNC", "VAR", "DATASEC", "LOCSEC"], //
);

/** The words of an INT's name, in any order, without an `int` that says nothing. */
function intName(name: string): string {
  const words = name.split(" ").sort();
  const base = words.length > 1 ? words.filter((word) => word !== "int") : words;
  const isBase = words.every((word) =>
    ["unsigned", "int", "long", "short", "bool", "_Bool", "__int128"].includes(word),
  );
  return isBase
    ? base
        .join(" ")
        .replace(/^bool$/, "_Bool")
        .replace(/^__int128 unsigned$/, "unsigned __int128")
    : name;
}

/** How others refer to a type that is known by its name; undefined for one that isn't. */
function byName(type: BtfType): string | undefined {
  if (!KNOWN_BY_NAME.has(type.kind)) return undefined;
  if (type.name === "") {
    const isEnum = type.kind === "ENUM" || type.kind === "ENUM64";
    return isEnum && type.values.length > 0 ? `ENUM of ${type.values[0]!.name}` : undefined;
  }
  if (type.kind === "FWD") return `${type.fwdKind.toUpperCase()} '${type.name}'`;
  return `${GROUPS[type.kind] ?? type.kind} '${type.kind === "INT" ? intName(type.name) : type.name}'`;
}

/** What types say, as text, by plain recursion: slow, and for graphs without loops of types that have no name. */
class Texts {
  readonly #graph: Btf;
  readonly #known = new Map<number, string>();
  readonly #tags = new Map<number, string[]>();

  constructor(graph: Btf) {
    this.#graph = graph;
    for (const [, type] of graph.types()) {
      if (type.kind !== "DECL_TAG") continue;
      const tag = `${type.name} ${type.componentIdx} ${type.attribute}`;
      this.#tags.set(type.typeId, [...(this.#tags.get(type.typeId) ?? []), tag]);
    }
  }

  content(id: number): string {
    let known = this.#known.get(id);
    if (known === undefined) {
      this.#known.set(id, "a loop");
      const shown = (key: string, value: unknown): unknown => {
        if (typeof value === "bigint") return `${value}n`;
        if (/[tT]ypeId$/.test(key))
          return key === "indexTypeId" || key === "typeId" || value !== 0 ? this.#reference(value as number) : 0;
        return key === "kindFlag" ? undefined : value;
      };
      known = `${JSON.stringify(this.#graph.type(id), shown)} ${(this.#tags.get(id) ?? []).sort().join()}`;
      this.#known.set(id, known);
    }
    return known;
  }

  #reference(id: number): string {
    if (id >= this.#graph.typeCount) return `[${id}]`;
    return byName(this.#graph.type(id)) ?? this.content(id);
  }
}

/** The types of a graph that are known by name: what they say, by name. */
function texts(graph: Btf): Map<string, string[]> {
  const all = new Texts(graph);
  const found = new Map<string, string[]>();
  for (const [id, type] of graph.types()) {
    const name = byName(type);
    if (name === undefined) continue;
    const list = found.get(name);
    if (list === undefined) found.set(name, [all.content(id)]);
    else list.push(all.content(id));
  }
  return found;
}

/** Counts what differs by comparing texts of types, name by name. */
export function slowDiff(a: Btf, b: Btf): Counts {
  const [inA, inB] = [texts(a), texts(b)];
  const counts = { added: 0, removed: 0, changed: 0, same: 0 };
  for (const name of new Set([...inA.keys(), ...inB.keys()])) {
    const before = [...(inA.get(name) ?? [])];
    const after = (inB.get(name) ?? []).filter((text) => {
      const at = before.indexOf(text);
      if (at !== -1) before.splice(at, 1);
      return at === -1;
    });
    const changed = Math.min(before.length, after.length);
    counts.same += (inB.get(name)?.length ?? 0) - after.length;
    counts.changed += changed;
    counts.removed += before.length - changed;
    counts.added += after.length - changed;
  }
  return counts;
}

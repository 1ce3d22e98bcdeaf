import type { Btf } from "../../../model/btf.js";
import { BtfError } from "../../../model/errors.js";
import type { CompositeType, Member } from "../../../model/types.js";
import { typeRefusal } from "../refusal.js";
import { typeText } from "../../type-text.js";
import { pascal, UniqueNames } from "./names.js";
import { Shapes, type Shape } from "./shapes.js";

/** A property of a record. Offsets are in bits from its start. */
export interface Field {
  readonly kind: "field";
  readonly property: string;
  readonly shape: Shape;
  readonly bitsOffset: number;
  /** Bits of a bit-field, 0 for what is none. */
  readonly bitSize: number;
  /** True inside a union: it may be left out. */
  readonly optional: boolean;
}

/** Members of a union, of which one is written: each a field, or those of an anonymous struct. */
export interface Choice {
  readonly kind: "choice";
  /** The one that says most of the bytes first. */
  readonly alternatives: readonly (readonly Item[])[];
}

export type Item = Field | Choice;

/** A STRUCT or UNION that has an interface of its own. */
export interface ViewRecord {
  readonly id: number;
  readonly name: string;
  /** The type in C, for a comment. */
  readonly text: string;
  readonly bytes: number;
  readonly items: readonly Item[];
  /** Members that are left out: arrays without elements. */
  readonly omitted: readonly string[];
}

/** An ENUM or ENUM64 with its names. */
export interface ViewEnum {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly isWide: boolean;
  readonly values: readonly (readonly [name: string, value: number | bigint])[];
}

/** Anonymous structs that lie in one another at most. */
const DEEPEST = 64;

/** Fields of one record at most: anonymous structs that are named twice each would double without end. */
const MOST_FIELDS = 1 << 16;

/** The items of a record in the making. */
interface Gathering {
  readonly record: number;
  readonly path: string;
  readonly properties: Set<string>;
  readonly omitted: string[];
  count: number;
}

/** Finds what roots are made of: records and enums, each with a name. */
export class Records {
  readonly records: ViewRecord[] = [];
  readonly enums = new Map<number, ViewEnum>();
  readonly #graph: Btf;
  readonly #shapes: Shapes;
  readonly #names = new UniqueNames();
  readonly #named = new Map<number, string>();
  readonly #waiting: number[] = [];

  constructor(graph: Btf, roots: readonly { readonly id: number; readonly hint: string }[]) {
    this.#graph = graph;
    this.#shapes = new Shapes(graph);
    for (const { id, hint } of roots) this.#name(id, hint);
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      this.records.push(this.#record(id));
    }
    this.#checkLoops();
  }

  /** The name of a record's interface or an enum's constant. */
  nameOf(id: number): string {
    return this.#named.get(id)!;
  }

  /** Names a record, which is then read, or an enum; `hint` is for those without a name. */
  #name(id: number, hint: string): void {
    if (this.#named.has(id)) return;
    const type = this.#graph.type(id);
    const name = this.#names.give(pascal(type.name === "" ? hint : type.name));
    this.#named.set(id, name);
    if (type.kind !== "ENUM" && type.kind !== "ENUM64") {
      this.#waiting.push(id);
      return;
    }
    const seen = new Set<string>();
    const values: [string, number | bigint][] = [];
    for (const value of type.values) {
      if (seen.has(value.name)) continue;
      seen.add(value.name);
      values.push([value.name, type.size === 8 ? BigInt(value.val) : Number(value.val)]);
    }
    this.enums.set(id, { id, name, text: typeText(this.#graph, id), isWide: type.size === 8, values });
  }

  #record(id: number): ViewRecord {
    const type = this.#graph.type(id) as CompositeType;
    const name = this.#named.get(id)!;
    const gathering: Gathering = {
      record: id,
      path: type.name === "" ? name : `${type.kind.toLowerCase()} ${type.name}`,
      properties: new Set(),
      omitted: [],
      count: 0,
    };
    const items = this.#items(type, 0, false, 0, gathering);
    return { id, name, text: typeText(this.#graph, id), bytes: type.size, items, omitted: gathering.omitted };
  }

  /** The items of a record's members; `base` in bits. Anonymous structs nest, and are bounded. */
  #items(type: CompositeType, base: number, optional: boolean, depth: number, gathering: Gathering): Item[] {
    const { record, path } = gathering;
    if (depth > DEEPEST) {
      const text = `${path}: anonymous structs lie in one another more than ${DEEPEST} deep`;
      throw new BtfError(`ts-view: ${text}`, { code: "ELOOP", rule: "type-loop", typeId: record });
    }
    if (type.kind === "STRUCT") {
      return type.members.flatMap((member) => this.#member(member, base, optional, depth, gathering));
    }
    const alternatives = type.members
      .map((member) => this.#member(member, base, true, depth, gathering))
      .filter((items) => items.length > 0);
    // Sorting is stable, so that of equals the first member comes first.
    alternatives.sort((a, b) => coverage(b) - coverage(a));
    return alternatives.length === 0 ? [] : [{ kind: "choice", alternatives }];
  }

  #member(member: Member, base: number, optional: boolean, depth: number, gathering: Gathering): Item[] {
    const { record, path, properties } = gathering;
    if (++gathering.count > MOST_FIELDS) {
      const text = `${path}: it has more than ${MOST_FIELDS} members with those of its anonymous structs`;
      throw new BtfError(`ts-view: ${text}`, { code: "E2BIG", rule: "view-size", typeId: record });
    }
    const memberPath = `${path}.${member.name === "" ? "(anon)" : member.name}`;
    const { shape, typedef, bits } = this.#shapes.of(member.typeId, memberPath);
    const bitsOffset = base + member.bitsOffset;
    if (member.name === "") {
      // A bit-field without a name is padding.
      if (shape.kind !== "record" || member.bitfieldSize !== 0) return [];
      return this.#items(this.#graph.type(shape.id) as CompositeType, bitsOffset, optional, depth + 1, gathering);
    }
    if (isEmpty(shape)) {
      gathering.omitted.push(`${typeText(this.#graph, member.typeId, member.name)} at byte ${bitsOffset / 8}`);
      return [];
    }
    const isOld = member.bitfieldSize === 0 && bits !== undefined;
    const bitSize = isOld ? bits.count : member.bitfieldSize;
    const start = bitsOffset + (isOld ? bits.offset : 0);
    this.#check(shape, start, bitSize, memberPath, member.typeId);
    this.#nameLeaf(shape, typedef === "" ? `${this.#named.get(record)!}_${member.name}` : typedef);
    let property = member.name;
    for (let i = 2; properties.has(property); i++) property = `${member.name}_${i}`;
    properties.add(property);
    return [{ kind: "field", property, shape, bitsOffset: start, bitSize, optional }];
  }

  #check(shape: Shape, bitsOffset: number, bitSize: number, path: string, typeId: number): void {
    const refuse = (reason: string): never => {
      throw typeRefusal("ts-view", typeId, this.#graph.type(typeId), `${path}: ${reason}`);
    };
    if (bitSize === 0) {
      if (bitsOffset % 8 !== 0) refuse(`it begins at bit ${bitsOffset} and is no bit-field`);
      return;
    }
    if (shape.kind !== "integer" && shape.kind !== "boolean" && shape.kind !== "enum") {
      refuse("only integers, enums and bool can be bit-fields");
    }
    if (bitSize > 64) refuse(`a bit-field of ${bitSize} bits`);
  }

  /** Gives a name to what a shape ends in. */
  #nameLeaf(shape: Shape, hint: string): void {
    let leaf = shape;
    while (leaf.kind === "list") leaf = leaf.of;
    if (leaf.kind === "record" || leaf.kind === "enum") this.#name(leaf.id, hint);
  }

  /** Refuses records that lie in themselves: nothing has that many bytes. */
  #checkLoops(): void {
    const inside = new Map(this.records.map(({ id, items }) => [id, recordsIn(items)]));
    const users = new Map<number, number[]>();
    const open = new Map<number, number>();
    for (const [id, ids] of inside) {
      open.set(id, ids.size);
      for (const used of ids) users.set(used, [...(users.get(used) ?? []), id]);
    }
    const done = [...open].filter(([, count]) => count === 0).map(([id]) => id);
    for (let id = done.pop(); id !== undefined; id = done.pop()) {
      open.delete(id);
      for (const user of users.get(id) ?? []) {
        const left = open.get(user)! - 1;
        open.set(user, left);
        if (left === 0) done.push(user);
      }
    }
    const [looped] = open.keys();
    if (looped === undefined) return;
    const subject = `${typeText(this.#graph, looped)}: it lies in itself`;
    throw new BtfError(`ts-view: ${subject}`, { code: "ELOOP", rule: "type-loop", typeId: looped });
  }
}

/** All fields of items, those of unions too. */
export function* fieldsOf(items: readonly Item[]): Generator<Field> {
  // Anonymous structs were bounded when they were read, and items nest no deeper.
  for (const item of items) {
    if (item.kind === "field") yield item;
    else for (const alternative of item.alternatives) yield* fieldsOf(alternative);
  }
}

function recordsIn(items: readonly Item[]): Set<number> {
  const ids = new Set<number>();
  for (const { shape } of fieldsOf(items)) {
    let leaf = shape;
    while (leaf.kind === "list") leaf = leaf.of;
    if (leaf.kind === "record") ids.add(leaf.id);
  }
  return ids;
}

/** How many bits writing these items is sure to write back as they were read: texts lose what is behind their NUL. */
function coverage(items: readonly Item[]): number {
  return items.reduce((sum, item) => {
    if (item.kind === "choice") return sum + coverage(item.alternatives[0]!);
    return sum + (item.bitSize === 0 ? wholeBits(item.shape) : item.bitSize);
  }, 0);
}

function wholeBits(shape: Shape): number {
  switch (shape.kind) {
    case "list":
      return shape.count * wholeBits(shape.of);
    case "text":
      return 1;
    default:
      return shape.bytes * 8;
  }
}

function isEmpty(shape: Shape): boolean {
  if (shape.kind === "list") return shape.count === 0 || isEmpty(shape.of);
  return (shape.kind === "text" || shape.kind === "bytes") && shape.bytes === 0;
}

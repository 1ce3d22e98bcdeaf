import type { Btf } from "../../model/btf.js";
import { BtfError } from "../../model/errors.js";
import type { CompositeType, Enum64Type, EnumType, Member } from "../../model/types.js";
import { TypeTexts } from "../type-text.js";
import { splitDeclaration } from "./split-declaration.js";

/** A line of a layout. Offsets are from the start of the outermost struct; `depth` counts the anonymous structs around. */
export type LayoutRow =
  | {
      readonly kind: "member";
      readonly depth: number;
      readonly name: string;
      /** The declaration in C, without a semicolon: `struct sock *all[2]`. */
      readonly text: string;
      /** What of it stands left in a table: `struct sock *`. */
      readonly type: string;
      /** What stands right: `all[2]`, `flags:3`. */
      readonly declarator: string;
      readonly typeId: number;
      /** Bytes; of a bit-field those of the unit of its type. */
      readonly offset: number;
      /** Bytes; of a bit-field those of its type. */
      readonly size: number;
      /** Bits from the start of the outermost struct. */
      readonly bitsOffset: number;
      /** Bits of a bit-field, 0 for what is none. */
      readonly bitfieldSize: number;
    }
  /** A struct, union or enum without a name begins; `keyword` has its qualifiers. */
  | { readonly kind: "open"; readonly depth: number; readonly keyword: string; readonly offset: number }
  /** A value of an enum without a name. */
  | { readonly kind: "value"; readonly depth: number; readonly name: string; readonly val: number | bigint }
  | {
      readonly kind: "close";
      readonly depth: number;
      /** The member that is the struct, with its dimensions; "" for an anonymous one. */
      readonly declarator: string;
      readonly offset: number;
      readonly size: number;
    }
  | { readonly kind: "hole" | "padding"; readonly depth: number; readonly offset: number; readonly size: number }
  /** The struct that the last member is ends in so many bytes that are nobody's. */
  | { readonly kind: "inner padding"; readonly depth: number; readonly size: number }
  | {
      readonly kind: "bit hole" | "bit padding";
      readonly depth: number;
      readonly bitsOffset: number;
      readonly bits: number;
    };

/** What a struct's members leave of its bytes; holes of anonymous structs in it are their own. */
export interface LayoutSummary {
  /** Bytes. */
  readonly size: number;
  readonly members: number;
  /** Bytes of members that are no bit-fields; of a union the largest. */
  readonly sumMembers: number;
  /** Bits. */
  readonly sumBitfields: number;
  readonly holes: number;
  /** Bytes. */
  readonly sumHoles: number;
  readonly bitHoles: number;
  /** Bits. */
  readonly sumBitHoles: number;
  /** Bytes behind the last member. */
  readonly padding: number;
  /** Bits of the last unit that no bit-field takes. */
  readonly bitPadding: number;
  /** Members that are structs with padding of their own. */
  readonly paddings: number;
  /** Bytes. */
  readonly sumPaddings: number;
}

/** Where the members of a STRUCT or UNION lie. */
export interface Layout {
  readonly id: number;
  readonly kind: "STRUCT" | "UNION";
  readonly name: string;
  /** True for a struct whose members lie off their alignment, or whose size is no multiple of it, as `packed` makes it. */
  readonly packed: boolean;
  readonly rows: readonly LayoutRow[];
  readonly summary: LayoutSummary;
}

/** Rows after which anonymous structs are no longer written out. */
const MANY_ROWS = 1 << 13;

/** A STRUCT or UNION whose members are being listed. */
interface Open {
  readonly id: number;
  readonly type: CompositeType;
  /** Bytes from the start of the outermost. */
  readonly base: number;
  readonly declarator: string;
  readonly totalSize: number;
  next: number;
  /** Bits from the start of the outermost up to which bytes are taken. */
  end: number;
  /** Bits up to the end of the last bit-field's unit, when the last member was one. */
  unitEnd: number;
  counts: LayoutSummary;
}

/** A type without a name that a member is, or is an array of, and that is written out. */
interface Anonymous {
  readonly id: number;
  readonly type: CompositeType | EnumType | Enum64Type;
  readonly dimensions: string;
  readonly qualifiers: string;
}

const NOTHING: LayoutSummary = {
  size: 0,
  members: 0,
  sumMembers: 0,
  sumBitfields: 0,
  holes: 0,
  sumHoles: 0,
  bitHoles: 0,
  sumBitHoles: 0,
  padding: 0,
  bitPadding: 0,
  paddings: 0,
  sumPaddings: 0,
};

/** Lists members one after another; anonymous structs are written out in place. */
class LayoutWalk {
  readonly rows: LayoutRow[] = [];
  readonly #graph: Btf;
  readonly #texts: TypeTexts;
  /** False for a walk that only counts. */
  readonly #isDeep: boolean;
  /** Bytes of padding of the structs that members are, by id. */
  readonly #paddings = new Map<number, number>();
  readonly #stack: Open[] = [];

  constructor(graph: Btf, texts: TypeTexts, isDeep: boolean) {
    this.#graph = graph;
    this.#texts = texts;
    this.#isDeep = isDeep;
  }

  walk(id: number, type: CompositeType): LayoutSummary {
    const first = this.#push(id, type, 0, "", type.size);
    for (let open = this.#stack.at(-1); open !== undefined; open = this.#stack.at(-1)) this.#step(open);
    return first.counts;
  }

  #push(id: number, type: CompositeType, base: number, declarator: string, totalSize: number): Open {
    const counts = { ...NOTHING, size: type.size, members: type.members.length };
    const open: Open = { id, type, base, declarator, totalSize, next: 0, end: base * 8, unitEnd: 0, counts };
    this.#stack.push(open);
    return open;
  }

  #step(open: Open): void {
    const member = open.type.members[open.next++];
    if (member === undefined) {
      this.#close(open);
      return;
    }
    const size = this.#graph.sizeOf(member.typeId) ?? 0;
    const start = open.base * 8 + member.bitsOffset;
    if (open.type.kind === "STRUCT") this.#gap(open, start, member.bitfieldSize === 0 ? 0 : Math.max(1, size) * 8);
    else open.end = open.base * 8;
    this.#count(open, member, start, size);
    if (!this.#isDeep) return;
    const inner = member.bitfieldSize === 0 ? this.#anonymous(member.typeId) : undefined;
    if (inner === undefined) {
      this.#member(member, start, size);
      this.#innerPadding(open, member.typeId);
    } else if (inner.type.kind === "ENUM" || inner.type.kind === "ENUM64") {
      const depth = this.#stack.length - 1;
      this.rows.push({ kind: "open", depth, keyword: `${inner.qualifiers}enum`, offset: start >>> 3 });
      for (const { name, val } of inner.type.values) this.rows.push({ kind: "value", depth: depth + 1, name, val });
      const declarator = this.#flexible(member.name + inner.dimensions);
      this.rows.push({ kind: "close", depth, declarator, offset: start >>> 3, size });
    } else {
      const depth = this.#stack.length - 1;
      const { id, dimensions } = inner;
      const type = inner.type;
      this.rows.push({
        kind: "open",
        depth,
        keyword: inner.qualifiers + (type.kind === "STRUCT" ? "struct" : "union"),
        offset: start >>> 3,
      });
      this.#push(id, type, start >>> 3, this.#flexible(member.name + dimensions), size);
    }
  }

  #count(open: Open, { bitfieldSize }: Member, start: number, size: number): void {
    const { counts } = open;
    if (bitfieldSize === 0) {
      const isUnion = open.type.kind === "UNION";
      const sumMembers = isUnion ? Math.max(counts.sumMembers, size) : counts.sumMembers + size;
      open.counts = { ...counts, sumMembers };
      open.end = Math.max(open.end, start + size * 8);
      open.unitEnd = 0;
      return;
    }
    open.counts = { ...counts, sumBitfields: counts.sumBitfields + bitfieldSize };
    open.end = Math.max(open.end, start + bitfieldSize);
    const unit = Math.max(1, size) * 8;
    const unitEnd = Math.floor(start / unit) * unit + unit;
    // Bit-fields side by side share the largest of their units; one that lies across two has none.
    open.unitEnd = Math.max(open.unitEnd, unitEnd < open.end ? (open.end + 7) & ~7 : unitEnd);
  }

  #member({ name, typeId, bitfieldSize }: Member, start: number, size: number): void {
    const unit = Math.max(1, size) * 8;
    const offset = bitfieldSize === 0 ? start >>> 3 : Math.floor(start / unit) * (unit / 8);
    const bits = bitfieldSize === 0 ? "" : `:${bitfieldSize}`;
    const split = splitDeclaration(this.#graph, this.#texts, typeId, name);
    this.rows.push({
      kind: "member",
      depth: this.#stack.length - 1,
      name,
      text: this.#texts.of(typeId, name) + bits,
      type: split.type,
      declarator: this.#flexible(split.declarator) + bits,
      typeId,
      offset,
      size,
      bitsOffset: start,
      bitfieldSize,
    });
  }

  /** A declarator of the member that was taken last. BTF tells no `[]` from `[0]`; at the end of all it is written so. */
  #flexible(declarator: string): string {
    if (!declarator.endsWith("[0]") || this.#stack[this.#stack.length - 1]!.next < 2) return declarator;
    const isEnd = this.#stack.every(({ type, next }) => type.kind === "STRUCT" && next === type.members.length);
    return isEnd ? `${declarator.slice(0, -3)}[]` : declarator;
  }

  /** Says how many bytes at the end of a member are nobody's, where it is a struct. */
  #innerPadding(open: Open, typeId: number): void {
    if (typeId >= this.#graph.typeCount || open.type.kind !== "STRUCT") return;
    let id = typeId;
    for (let links = 0; links < 64 && id < this.#graph.typeCount; links++) {
      const type = this.#graph.type(id);
      if (type.kind === "STRUCT") {
        let padding = this.#paddings.get(id);
        if (padding === undefined) {
          ({ padding } = new LayoutWalk(this.#graph, this.#texts, false).walk(id, type));
          this.#paddings.set(id, padding);
        }
        this.#addPadding(open, padding);
        return;
      }
      if (type.kind !== "CONST" && type.kind !== "VOLATILE") return;
      id = type.typeId;
    }
  }

  #addPadding(open: Open, size: number): void {
    if (size === 0) return;
    const { counts } = open;
    open.counts = { ...counts, paddings: counts.paddings + 1, sumPaddings: counts.sumPaddings + size };
    this.rows.push({ kind: "inner padding", depth: this.#stack.indexOf(open), size });
  }

  /** What lies between the members so far and the next one, which begins at bit `start` in a unit of so many bits. */
  #gap(open: Open, start: number, unit: number): void {
    if (start <= open.end) return;
    const bitsFrom = open.end;
    // Up to the end of the last bit-field's unit, or of its byte, and from the start of the next one's.
    const bitsEnd = Math.min(start, open.unitEnd > bitsFrom ? open.unitEnd : (bitsFrom + 7) & ~7);
    const unitStart = Math.max(bitsEnd, unit === 0 ? start : Math.floor(start / unit) * unit);
    if (unitStart === bitsEnd) {
      this.#bitHole(open, bitsFrom, unit === 0 ? bitsEnd : start);
      return;
    }
    this.#bitHole(open, bitsFrom, bitsEnd);
    const size = (unitStart - bitsEnd) / 8;
    this.rows.push({ kind: "hole", depth: this.#stack.length - 1, offset: bitsEnd / 8, size });
    open.counts = { ...open.counts, holes: open.counts.holes + 1, sumHoles: open.counts.sumHoles + size };
    this.#bitHole(open, unitStart, start);
  }

  #bitHole(open: Open, from: number, end: number): void {
    if (end <= from) return;
    const { counts } = open;
    this.rows.push({ kind: "bit hole", depth: this.#stack.length - 1, bitsOffset: from, bits: end - from });
    open.counts = { ...counts, bitHoles: counts.bitHoles + 1, sumBitHoles: counts.sumBitHoles + end - from };
  }

  #close(open: Open): void {
    const depth = this.#stack.length - 1;
    const sizeEnd = (open.base + open.type.size) * 8;
    let from = open.end;
    if (open.type.kind === "STRUCT" && from < sizeEnd) {
      const bitsEnd = Math.min(sizeEnd, open.unitEnd > from ? open.unitEnd : (from + 7) & ~7);
      if (bitsEnd > from) {
        this.rows.push({ kind: "bit padding", depth, bitsOffset: from, bits: bitsEnd - from });
        open.counts = { ...open.counts, bitPadding: bitsEnd - from };
        from = bitsEnd;
      }
      if (sizeEnd > from) {
        this.rows.push({ kind: "padding", depth, offset: from / 8, size: (sizeEnd - from) / 8 });
        open.counts = { ...open.counts, padding: (sizeEnd - from) / 8 };
      }
    }
    this.#stack.pop();
    if (this.#stack.length === 0) return;
    const { declarator, base, totalSize } = open;
    this.rows.push({ kind: "close", depth: depth - 1, declarator, offset: base, size: totalSize });
    const around = this.#stack[this.#stack.length - 1]!;
    const isPlain = open.type.kind === "STRUCT" && !declarator.endsWith("]");
    if (isPlain && around.type.kind === "STRUCT") this.#addPadding(around, open.counts.padding);
  }

  /** The type without a name that a member is, or is an array of, and that is written out. */
  #anonymous(typeId: number): Anonymous | undefined {
    let dimensions = "";
    let qualifiers = "";
    let id = typeId;
    for (let links = 0; links < 64 && id < this.#graph.typeCount; links++) {
      const type = this.#graph.type(id);
      if (type.kind === "ARRAY") {
        dimensions += `[${type.nrElems}]`;
        id = type.typeId;
        continue;
      }
      if (type.kind === "CONST" || type.kind === "VOLATILE") {
        qualifiers += `${type.kind.toLowerCase()} `;
        id = type.typeId;
        continue;
      }
      if (type.name !== "") return undefined;
      if (type.kind === "ENUM" || type.kind === "ENUM64") return { id, type, dimensions, qualifiers };
      if (type.kind !== "STRUCT" && type.kind !== "UNION") return undefined;
      // A type that is made of itself has no end, nor has one in sight that holds two of the next twenty times.
      const isEndless = this.#stack.some((open) => open.id === id) || this.rows.length > MANY_ROWS;
      return isEndless ? undefined : { id, type, dimensions, qualifiers };
    }
    return undefined;
  }
}

/**
 * Where the members of a STRUCT or UNION lie, and what they leave free, as data.
 *
 * @throws BtfError EINVAL `type-id-range`, and `layout-kind` for a type of another kind
 *
 * @example
 * ```ts
 * const graph = btf().addStruct("s").addField("a", "char").addField("b", "int").build();
 * layoutOf(graph, graph.id("struct s")).summary.holes; // 1
 * ```
 */
export function layoutOf(graph: Btf, id: number): Layout {
  const type = graph.type(id);
  if (type.kind !== "STRUCT" && type.kind !== "UNION") {
    throw new BtfError(`type [${id}] ${type.kind} '${type.name}' has no layout; a STRUCT or UNION expected`, {
      code: "EINVAL",
      rule: "layout-kind",
      typeId: id,
    });
  }
  const walk = new LayoutWalk(graph, new TypeTexts(graph), true);
  const summary = walk.walk(id, type);
  const packed =
    type.kind === "STRUCT" &&
    graph.alignOf(id) === 1 &&
    type.members.some(({ typeId }) => typeId < graph.typeCount && (graph.alignOf(typeId) ?? 1) > 1);
  return { id, kind: type.kind, name: type.name, packed, rows: walk.rows, summary };
}

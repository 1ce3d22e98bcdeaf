import type { Btf } from "../../model/btf.js";
import { BtfError } from "../../model/errors.js";
import type { CompositeType, Member } from "../../model/types.js";
import { typeText } from "../type-text.js";

/** A line of a layout. Offsets are from the start of the outermost struct; `depth` counts the anonymous structs around. */
export type LayoutRow =
  | {
      readonly kind: "member";
      readonly depth: number;
      readonly name: string;
      /** The declaration in C, without a semicolon. */
      readonly text: string;
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
  /** An anonymous struct begins; `keyword` has its qualifiers. */
  | { readonly kind: "open"; readonly depth: number; readonly keyword: string; readonly offset: number }
  | {
      readonly kind: "close";
      readonly depth: number;
      /** The member that is the struct, with its dimensions; "" for an anonymous one. */
      readonly declarator: string;
      readonly offset: number;
      readonly size: number;
    }
  | { readonly kind: "hole" | "padding"; readonly depth: number; readonly offset: number; readonly size: number }
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
}

/** Where the members of a STRUCT or UNION lie. */
export interface Layout {
  readonly id: number;
  readonly kind: "STRUCT" | "UNION";
  readonly name: string;
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

/** A STRUCT or UNION without a name that a member is, or is an array of. */
interface Anonymous {
  readonly id: number;
  readonly type: CompositeType;
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
};

/** Lists members one after another; anonymous structs are written out in place. */
class LayoutWalk {
  readonly rows: LayoutRow[] = [];
  readonly #graph: Btf;
  readonly #stack: Open[] = [];

  constructor(graph: Btf) {
    this.#graph = graph;
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
    const inner = member.bitfieldSize === 0 ? this.#anonymous(member.typeId) : undefined;
    if (inner === undefined) this.#member(member, start, size);
    else {
      const depth = this.#stack.length - 1;
      const { id, type, dimensions } = inner;
      this.rows.push({
        kind: "open",
        depth,
        keyword: type.kind === "STRUCT" ? "struct" : "union",
        offset: start >>> 3,
      });
      this.#push(id, type, start >>> 3, member.name + dimensions, size);
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
    const declaration = typeText(this.#graph, typeId, name);
    this.rows.push({
      kind: "member",
      depth: this.#stack.length - 1,
      name,
      text: bitfieldSize === 0 ? declaration : `${declaration}:${bitfieldSize}`,
      typeId,
      offset,
      size,
      bitsOffset: start,
      bitfieldSize,
    });
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
  }

  /** The STRUCT or UNION without a name that a member is, or is an array of. */
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
      if ((type.kind !== "STRUCT" && type.kind !== "UNION") || type.name !== "") return undefined;
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
  const walk = new LayoutWalk(graph);
  const summary = walk.walk(id, type);
  return { id, kind: type.kind, name: type.name, rows: walk.rows, summary };
}

import type { Btf } from "../../model/btf.js";
import type { Layout, LayoutRow } from "./layout-of.js";
import type { Look } from "./svg-theme.js";

/** A stretch of bits with what it says. */
export interface Span {
  readonly label: string;
  /** What comes up under the pointer. */
  readonly title: string;
  readonly look: Look;
  /** Bits from the start. */
  readonly start: number;
  readonly end: number;
}

/** Bytes that lie side by side: a struct's, or those of one member of a union. */
export interface Block {
  /** Which member of a union it is; "" for a struct. */
  readonly title: string;
  readonly spans: readonly Span[];
  /** Bytes. */
  readonly size: number;
}

/** Names of members that the label of a struct without a name lists at most; what does not fit is cut off there. */
const MOST_NAMES = 12;

function lookOf(graph: Btf, typeId: number): Look {
  let id = typeId;
  for (let links = 0; links < 64 && id < graph.typeCount; links++) {
    const type = graph.type(id);
    switch (type.kind) {
      case "PTR":
        return "pointer";
      case "ARRAY":
        return "array";
      case "STRUCT":
        return "struct";
      case "UNION":
        return "union";
      case "ENUM":
      case "ENUM64":
        return "enum";
      case "TYPEDEF":
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
      case "TYPE_TAG":
        id = type.typeId;
        break;
      default:
        return "number";
    }
  }
  return "number";
}

/** A number of bytes in words. */
export function bytesText(count: number): string {
  return `${count} byte${count === 1 ? "" : "s"}`;
}

function memberSpan(graph: Btf, row: Extract<LayoutRow, { kind: "member" }>): Span {
  const isBits = row.bitfieldSize !== 0;
  const length = isBits ? row.bitfieldSize : row.size * 8;
  const where = isBits
    ? `bit ${row.bitsOffset}, ${row.bitfieldSize} bits`
    : `offset ${row.offset}, ${bytesText(row.size)}`;
  return {
    label: row.name,
    title: `${row.text}\n${where}`,
    look: isBits ? "bits" : lookOf(graph, row.typeId),
    start: row.bitsOffset,
    end: row.bitsOffset + length,
  };
}

/** A struct that is written out in place, as one stretch. */
function closedSpan(rows: readonly LayoutRow[], opened: number, closed: number): Span {
  const open = rows[opened] as Extract<LayoutRow, { kind: "open" }>;
  const { declarator, offset, size } = rows[closed] as Extract<LayoutRow, { kind: "close" }>;
  const texts: string[] = [];
  const names: string[] = [];
  for (const row of rows.slice(opened + 1, closed)) {
    if (row.kind !== "member") continue;
    texts.push(row.text);
    if (names.length < MOST_NAMES && row.name !== "") names.push(row.name);
  }
  const title = `${open.keyword} {\n${texts.map((text) => `  ${text};\n`).join("")}} ${declarator}`;
  return {
    label: declarator === "" ? `${open.keyword} { ${names.join(", ")} }` : declarator,
    title: `${title.trimEnd()}\noffset ${offset}, ${bytesText(size)}`,
    look: open.keyword.endsWith("union") ? "union" : "struct",
    start: offset * 8,
    end: (offset + size) * 8,
  };
}

/** What lies side by side in the rows from `from` up to `end`, at one depth: members, and gaps. */
function spansOf(graph: Btf, rows: readonly LayoutRow[], from: number, end: number): Span[] {
  const spans: Span[] = [];
  const depth = rows[from]?.depth;
  let opened = from;
  for (let at = from; at < end; at++) {
    const row = rows[at]!;
    if (row.depth !== depth) continue;
    switch (row.kind) {
      case "member":
        spans.push(memberSpan(graph, row));
        break;
      case "open":
        opened = at;
        break;
      case "close":
        spans.push(closedSpan(rows, opened, at));
        break;
      case "hole":
      case "padding": {
        const title = `${row.kind} of ${bytesText(row.size)}`;
        spans.push({ label: row.kind, title, look: row.kind, start: row.offset * 8, end: (row.offset + row.size) * 8 });
        break;
      }
      case "bit hole":
      case "bit padding": {
        const look = row.kind === "bit hole" ? "hole" : "padding";
        const bitsEnd = row.bitsOffset + row.bits;
        spans.push({ label: "", title: `${row.kind} of ${row.bits} bits`, look, start: row.bitsOffset, end: bitsEnd });
        break;
      }
      default:
    }
  }
  return spans;
}

/** The members of a union one by one; of a struct without a name its own members. */
function unionBlocks(graph: Btf, rows: readonly LayoutRow[], limit: number): Block[] {
  const blocks: Block[] = [];
  let opened = 0;
  for (const [at, row] of rows.entries()) {
    if (row.depth !== 0) continue;
    if (row.kind === "open") opened = at;
    else if (row.kind === "member") {
      const span = memberSpan(graph, row);
      blocks.push({ title: "", spans: [span], size: Math.ceil(span.end / 8) });
    } else if (row.kind === "close") {
      const whole = closedSpan(rows, opened, at);
      const isStruct = whole.look === "struct" && !row.declarator.endsWith("]");
      const spans = isStruct ? spansOf(graph, rows, opened + 1, at) : [whole];
      const title = isStruct ? `struct {…} ${row.declarator}`.trimEnd() : "";
      blocks.push({ title, spans, size: row.size });
    }
  }
  return blocks.map((block) => ({ ...block, size: Math.min(block.size, limit) }));
}

/** The blocks of a layout, none reaching beyond the type's size. */
export function blocksOf(graph: Btf, { kind, rows, summary: { size } }: Layout): Block[] {
  const blocks: Block[] =
    kind === "UNION"
      ? unionBlocks(graph, rows, size)
      : [{ title: "", spans: spansOf(graph, rows, 0, rows.length), size }];
  // What a damaged struct has beyond its size is not drawn.
  return blocks.map((block) => ({
    ...block,
    spans: block.spans
      .filter(({ start }) => start < block.size * 8)
      .map((span) => ({ ...span, end: Math.min(span.end, block.size * 8) })),
  }));
}

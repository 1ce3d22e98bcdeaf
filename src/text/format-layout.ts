import type { Btf } from "../model/btf.js";
import { layoutOf, type LayoutRow, type LayoutSummary } from "./layout/layout-of.js";

/** What {@link formatLayout} is told beside the type. */
export interface LayoutOptions {
  /** Bytes of a cache line, 64 unless given. */
  readonly cacheLine?: number;
}

/** Columns up to the comment with offset and size. */
const COLUMN = 56;

function commented(indent: number, text: string, comment: string): string {
  const tabs = "\t".repeat(indent);
  return `${tabs}${`${text} `.padEnd(Math.max(1, COLUMN - indent * 8))}/* ${comment} */\n`;
}

function place(offset: string, size: number): string {
  return `${offset} ${String(size).padStart(5)}`;
}

/** `   12: 8` for a bit-field, `   12  ` for another member. */
function offsetText(row: Extract<LayoutRow, { kind: "member" }>): string {
  const offset = String(row.offset).padStart(5);
  if (row.bitfieldSize === 0) return offset;
  return `${offset}:${String(row.bitsOffset - row.offset * 8).padStart(2)}`;
}

function memberLine(row: Extract<LayoutRow, { kind: "member" }>, indent: number): string {
  const isBits = row.bitfieldSize !== 0;
  const where = isBits ? `${offsetText(row)} ${String(row.size).padStart(2)}` : place(offsetText(row), row.size);
  return commented(indent, `${row.text};`, where);
}

function gapLine(count: number, what: string, indent: number): string {
  const tabs = "\t".repeat(indent);
  return `\n${tabs}/* XXX ${count} ${what}, try to pack */\n\n`;
}

function rowText(row: LayoutRow): string {
  const indent = row.depth + 1;
  switch (row.kind) {
    case "member":
      return memberLine(row, indent);
    case "open":
      return `${"\t".repeat(indent)}${row.keyword} {\n`;
    case "close":
      return commented(
        indent,
        `}${row.declarator === "" ? "" : ` ${row.declarator}`};`,
        place(String(row.offset).padStart(5), row.size),
      );
    case "hole":
      return gapLine(row.size, `byte${row.size === 1 ? "" : "s"} hole`, indent);
    case "bit hole":
      return gapLine(row.bits, `bit${row.bits === 1 ? "" : "s"} hole`, indent);
    default:
      return "";
  }
}

function summaryText(summary: LayoutSummary, cacheLine: number): string {
  const { size, members, sumMembers, sumBitfields, holes, sumHoles, bitHoles, sumBitHoles, padding, bitPadding } =
    summary;
  const lines = [`size: ${size}, cachelines: ${Math.ceil(size / cacheLine)}, members: ${members}`];
  if (holes > 0) lines.push(`sum members: ${sumMembers}, holes: ${holes}, sum holes: ${sumHoles}`);
  if (bitHoles > 0) {
    lines.push(
      `sum bitfield members: ${sumBitfields} bits, bit holes: ${bitHoles}, sum bit holes: ${sumBitHoles} bits`,
    );
  }
  if (padding > 0) lines.push(`padding: ${padding}`);
  if (bitPadding > 0) lines.push(`bit_padding: ${bitPadding} bits`);
  if (size % cacheLine !== 0) lines.push(`last cacheline: ${size % cacheLine} bytes`);
  return lines.map((line) => `\t/* ${line} */\n`).join("");
}

/**
 * The layout of a STRUCT or UNION as pahole shows it: each member with its offset and size in bytes (`12: 3  4` is bit 3
 * of the unit of 4 bytes at byte 12), holes, boundaries of cache lines, and a summary. Anonymous structs are written out.
 *
 * @throws BtfError EINVAL `type-id-range`, and `layout-kind` for a type of another kind
 *
 * @example
 * ```ts
 * const graph = btf().addStruct("s").addField("a", "char").addField("b", "int").build();
 * formatLayout(graph, graph.id("struct s"));
 * // struct s {
 * //         char a;                  0     1
 * //         3 bytes hole
 * //         int b;                   4     4
 * //         size: 8, cachelines: 1, members: 2
 * //         …                 (each number and remark in a comment of C)
 * // };
 * ```
 */
export function formatLayout(graph: Btf, id: number, { cacheLine = 64 }: LayoutOptions = {}): string {
  const { kind, name, rows, summary } = layoutOf(graph, id);
  let text = `${kind.toLowerCase()}${name === "" ? "" : ` ${name}`} {\n`;
  let line = 0;
  let wasGap = false;
  for (const row of rows) {
    const next = row.kind === "member" || row.kind === "open" ? Math.floor(row.offset / cacheLine) : line;
    if (next > line) {
      const { offset } = row as Extract<LayoutRow, { kind: "member" | "open" }>;
      const since = offset - next * cacheLine;
      const ago = since === 0 ? "" : ` was ${since} byte${since === 1 ? "" : "s"} ago`;
      text += `${"\t".repeat(row.depth + 1)}/* --- cacheline ${next} boundary (${next * cacheLine} bytes)${ago} --- */\n`;
      line = next;
    }
    const shown = rowText(row);
    const isGap = row.kind === "hole" || row.kind === "bit hole";
    // Between two gaps one empty line is enough.
    text += isGap && wasGap ? shown.slice(1) : shown;
    wasGap = isGap;
  }
  return `${text}\n${summaryText(summary, cacheLine)}};\n`;
}

import type { Btf } from "../model/btf.js";
import { layoutOf, type LayoutRow, type LayoutSummary } from "./layout/layout-of.js";

/** What {@link formatLayout} is told beside the type. */
export interface LayoutOptions {
  /** Bytes of a cache line, 64 unless given. */
  readonly cacheLine?: number;
}

/** Columns up to the comment with offset and size. */
const COLUMN = 57;

/** Columns of a member's type, at the outermost depth. */
const TYPE_COLUMN = 26;

function commented(indent: number, text: string, comment: string): string {
  const tabs = "\t".repeat(indent);
  return `${tabs}${`${text} `.padEnd(Math.max(1, COLUMN - indent * 8))}/* ${comment} */\n`;
}

function place(offset: string, size: number): string {
  return `${offset} ${String(size).padStart(5)}`;
}

/** A type and what is declared of it, side by side. */
function declaration(type: string, declarator: string, indent: number): string {
  if (type === "") return declarator;
  return `${type.padEnd(Math.max(0, TYPE_COLUMN - (indent - 1) * 8))} ${declarator}`.trimEnd();
}

function memberLine(row: Extract<LayoutRow, { kind: "member" }>, indent: number): string {
  const { type, declarator, offset, size, bitsOffset, bitfieldSize } = row;
  const text = `${declaration(type, declarator, indent)};`;
  const start = String(offset).padStart(5);
  if (bitfieldSize === 0) return commented(indent, text, place(start, size));
  const bit = String(bitsOffset - offset * 8).padStart(2);
  return commented(indent, text, `${start}:${bit} ${String(size).padStart(2)}`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** A remark with empty lines around it. */
function remark(indent: number, text: string): string {
  return `\n${"\t".repeat(indent)}/* XXX ${text} */\n\n`;
}

function rowText(row: LayoutRow): string {
  const indent = row.depth + 1;
  const tabs = "\t".repeat(indent);
  switch (row.kind) {
    case "member":
      return memberLine(row, indent);
    case "open":
      return `${tabs}${row.keyword} {\n`;
    case "value":
      return `${tabs}${row.name} = ${row.val},\n`;
    case "close":
      return commented(
        indent,
        `}${row.declarator === "" ? "" : ` ${row.declarator}`};`,
        place(String(row.offset).padStart(5), row.size),
      );
    case "hole":
      return remark(indent, `${counted(row.size, "byte")} hole, try to pack`);
    case "bit hole":
      return remark(indent, `${counted(row.bits, "bit")} hole, try to pack`);
    case "inner padding":
      return remark(indent, `last struct has ${counted(row.size, "byte")} of padding`);
    default:
      return "";
  }
}

/** True for a row that {@link remark} writes. */
function isRemark({ kind }: LayoutRow): boolean {
  return kind === "hole" || kind === "bit hole" || kind === "inner padding";
}

function summaryText(summary: LayoutSummary, cacheLine: number): string {
  const { size, members, sumMembers, sumBitfields, holes, sumHoles, bitHoles, sumBitHoles } = summary;
  const lines = [`size: ${size}, cachelines: ${Math.ceil(size / cacheLine)}, members: ${members}`];
  if (holes > 0) lines.push(`sum members: ${sumMembers}, holes: ${holes}, sum holes: ${sumHoles}`);
  else if (bitHoles > 0 && sumMembers > 0) lines.push(`sum members: ${sumMembers}`);
  if (bitHoles > 0) {
    lines.push(
      `sum bitfield members: ${sumBitfields} bits, bit holes: ${bitHoles}, sum bit holes: ${sumBitHoles} bits`,
    );
  } else if (holes > 0 && sumBitfields > 0) {
    lines.push(`sum bitfield members: ${sumBitfields} bits (${Math.floor(sumBitfields / 8)} bytes)`);
  }
  if (summary.padding > 0) lines.push(`padding: ${summary.padding}`);
  if (summary.paddings > 0) lines.push(`paddings: ${summary.paddings}, sum paddings: ${summary.sumPaddings}`);
  if (summary.bitPadding > 0) lines.push(`bit_padding: ${summary.bitPadding} bits`);
  if (size % cacheLine !== 0) lines.push(`last cacheline: ${size % cacheLine} bytes`);
  return lines.map((line) => `\t/* ${line} */\n`).join("");
}

/**
 * The layout of a STRUCT or UNION as pahole shows it: each member with its offset and size in bytes (`12: 3  4` is bit 3
 * of the unit of 4 bytes at byte 12), holes, boundaries of cache lines, padding inside members, and a summary. What has
 * no name is written out. pahole's guesses at alignments that nobody said are left out.
 *
 * @throws BtfError EINVAL `type-id-range`, and `layout-kind` for a type of another kind
 *
 * @example
 * ```ts
 * const graph = btf().addStruct("s").addField("a", "char").addField("b", "int").build();
 * formatLayout(graph, graph.id("struct s"));
 * // struct s {
 * //         char                 a;                  0     1
 * //         3 bytes hole
 * //         int                  b;                  4     4
 * //         size: 8, cachelines: 1, members: 2
 * //         …                 (each number and remark in a comment of C)
 * // };
 * ```
 */
export function formatLayout(graph: Btf, id: number, { cacheLine = 64 }: LayoutOptions = {}): string {
  const { kind, name, packed, rows, summary } = layoutOf(graph, id);
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
    }
    // The members of a union begin again where it does.
    line = next;
    const shown = rowText(row);
    const isGap = isRemark(row);
    // Between two remarks one empty line is enough.
    text += isGap && wasGap ? shown.slice(1) : shown;
    if (shown !== "") wasGap = isGap;
  }
  const end = packed ? "} __attribute__((__packed__));" : "};";
  return `${text}\n${summaryText(summary, cacheLine)}${end}\n`;
}

import type { GraphDiff } from "./diff/diff-types.js";
import { DIFF_KINDS } from "./diff/groups.js";
import { byKind, changedLines, summaryText, type LineSign } from "./diff/lines.js";
import { printable } from "./printable.js";

/** What {@link formatDiff} is told beside the difference. */
export interface DiffTextOptions {
  /** Colours of a terminal: ANSI escapes; none unless asked for. */
  readonly color?: boolean;
}

/** SGR parameters: green, red, yellow and bold. */
const COLORS: Readonly<Record<LineSign, string>> = { "+": "32", "-": "31", "~": "33", head: "1" };

function countsTable({ counts }: GraphDiff): string {
  const columns = ["added", "removed", "changed", "same"] as const;
  let text = `${" ".repeat(10)}${columns.map((column) => column.padStart(9)).join("")}\n`;
  for (const kind of DIFF_KINDS) {
    const row = counts[kind];
    if (columns.every((column) => row[column] === 0)) continue;
    text += `  ${kind.padEnd(8)}${columns.map((column) => String(row[column]).padStart(9)).join("")}\n`;
  }
  return text;
}

/**
 * What differs between two graphs, for people to read: first how many types came, went and changed, of all and of each
 * kind, then each of them, those that changed first. Members that all moved by the same distance share a line.
 *
 * @example
 * ```ts
 * const a = btf().addStruct("s").addField("x", "int").addField("y", "int").build();
 * const b = btf().addStruct("s").addField("x", "int").addField("z", "long").addField("y", "int").build();
 * formatDiff(diff(a, b));
 * // 1 added, 0 removed, 1 changed, 1 the same
 * //
 * //               added  removed  changed     same
 * //   STRUCT          0        0        1        0
 * //   INT             1        0        0        1
 * //
 * // STRUCT: 1 changed
 * //
 * // ~ struct s, 8 -> 24 bytes
 * //   + z: long at 8
 * //   ~ y: moved from 4 to 16
 * //
 * // INT: 1 added
 * //
 * // + long
 * ```
 */
export function formatDiff(diff: GraphDiff, { color = false }: DiffTextOptions = {}): string {
  const painted = (sign: LineSign, text: string): string => (color ? `\u001b[${COLORS[sign]}m${text}\u001b[0m` : text);
  let text = `${painted("head", summaryText(diff))}\n\n${countsTable(diff)}`;
  for (const { kind, changed, added, removed } of byKind(diff)) {
    const counts = Object.entries({ changed, added, removed })
      .filter(([, list]) => list.length > 0)
      .map(([what, list]) => `${list.length} ${what}`);
    text += `\n${painted("head", `${kind}: ${counts.join(", ")}`)}\n\n`;
    for (const type of changed) {
      for (const line of changedLines(type)) {
        const shown = printable(line.text);
        text +=
          line.sign === "head"
            ? `${painted("~", `~ ${shown}`)}\n`
            : `  ${painted(line.sign, `${line.sign} ${shown}`)}\n`;
      }
    }
    for (const type of added) text += `${painted("+", `+ ${printable(type.text)}`)}\n`;
    for (const type of removed) text += `${painted("-", `- ${printable(type.text)}`)}\n`;
  }
  return text;
}

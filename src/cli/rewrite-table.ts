import type { Rewrite } from "../kernel/index.js";

/** Columns are not padded beyond this. */
const WIDEST = 56;
const HEADINGS = ["type", "was", "became", "before", "why"] as const;

function cells({ id, movedTo, was, became, before, rule, text }: Rewrite): readonly string[] {
  const moved = movedTo === undefined ? "" : ` -> [${movedTo}]`;
  return [
    id === 0 ? "all" : `[${id}]${moved}`,
    was === "" ? "(added)" : was,
    became === "" ? "(removed)" : became,
    before ?? "always",
    `${rule}: ${text}`,
  ];
}

/** The rewrites of `lower` as a table, a line each; `before` is the first release that does not need it. */
export function formatRewrites(rewrites: readonly Rewrite[]): string {
  if (rewrites.length === 0) return "nothing to rewrite\n";
  const rows = [HEADINGS, ...rewrites.map(cells)];
  const widths = HEADINGS.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, Math.min(row[column]!.length, WIDEST)), 0),
  );
  const last = HEADINGS.length - 1;
  return rows
    .map((row) => row.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column]!))).join("  ") + "\n")
    .join("");
}

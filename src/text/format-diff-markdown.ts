import type { DiffType, GraphDiff } from "./diff/diff-types.js";
import { DIFF_KINDS } from "./diff/groups.js";
import { byKind, changedLines, summaryText } from "./diff/lines.js";
import { printable } from "./printable.js";

/** Longer lists are folded. */
const LONG_LIST = 20;

/** Lines between fences that no line can close. */
function fenced(lines: readonly string[]): string {
  const text = lines.join("\n");
  const longest = [...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}\n`;
}

function list(types: readonly DiffType[], sign: string, what: string): string {
  if (types.length === 0) return "";
  const text = fenced(types.map((type) => `${sign} ${printable(type.text)}`));
  const head = `${types.length} ${what}`;
  if (types.length <= LONG_LIST) return `\n${head}:\n\n${text}`;
  return `\n<details>\n<summary>${head}</summary>\n\n${text}\n</details>\n`;
}

/**
 * What differs between two graphs as Markdown, for a pull request or a report: a table of how many types came, went and
 * changed, then each of them in blocks of `diff`, which web pages colour. Long lists are folded.
 *
 * @example
 * ```ts
 * writeFileSync("kernels.md", formatDiffMarkdown(diff(readBtf("vmlinux-6.1"), kernelBtf())));
 * ```
 */
export function formatDiffMarkdown(diff: GraphDiff): string {
  const columns = ["added", "removed", "changed", "same"] as const;
  let text = `**${summaryText(diff)}**\n\n| kind | added | removed | changed | same |\n| --- | ---: | ---: | ---: | ---: |\n`;
  for (const kind of DIFF_KINDS) {
    const row = diff.counts[kind];
    if (columns.every((column) => row[column] === 0)) continue;
    text += `| ${kind} | ${columns.map((column) => row[column]).join(" | ")} |\n`;
  }
  for (const { kind, changed, added, removed } of byKind(diff)) {
    text += `\n### ${kind}\n`;
    if (changed.length > 0) {
      const lines = changed.flatMap((type) =>
        [...changedLines(type)].map((line) =>
          line.sign === "head"
            ? `@@ ${printable(line.text)} @@`
            : `${line.sign === "~" ? "!" : line.sign} ${printable(line.text)}`,
        ),
      );
      text += `\n${changed.length} changed:\n\n${fenced(lines)}`;
    }
    text += list(added, "+", "added") + list(removed, "-", "removed");
  }
  return text;
}

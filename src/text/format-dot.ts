import type { Btf } from "../model/btf.js";
import { FILLS } from "./graph-picture/fills.js";
import { makePicture } from "./graph-picture/make-picture.js";
import type { PictureEdge, PictureNode, PictureOptions } from "./graph-picture/picture.js";
import { printable } from "./printable.js";

/** Text in a label of HTML. */
function html(text: string): string {
  return printable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Text in quotes; Graphviz reads entities there too. */
function quoted(text: string): string {
  return `"${printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;")}"`;
}

/** Frames that tell kinds apart beside their colours. */
const FRAMES: Readonly<Record<string, string>> = {
  FUNC: ' style="rounded"',
  TYPEDEF: ' style="rounded"',
  FWD: ' style="dashed"',
};

function nodeText({ id, kind, title, size, rows, isCut }: PictureNode): string {
  const fill = FILLS[kind] ?? FILLS.other;
  const shownSize = size === undefined ? "" : ` <font point-size="9" color="#5c6570">${size}</font>`;
  const head =
    `<tr><td port="head" colspan="2" bgcolor="${fill}"><font point-size="8" color="#5c6570">${kind}</font><br/>` +
    `<b>${html(title)}</b>${shownSize}</td></tr>`;
  let body = "";
  for (const [i, row] of rows.entries()) {
    // Graphviz refuses empty elements of HTML, but not empty cells.
    const place = row.place === "" ? "" : `<font point-size="9" color="#5c6570">${row.place}</font>`;
    body += `<tr><td align="right">${place}</td><td align="left" port="r${i}">${html(row.text)}</td></tr>`;
  }
  const border = isCut ? ' style="dashed"' : (FRAMES[kind] ?? "");
  return `  t${id} [label=<<table border="1" cellborder="0" cellspacing="0" cellpadding="3"${border}>${head}${body}</table>>];\n`;
}

const EDGES: Readonly<Record<PictureEdge["by"], string>> = {
  value: "dir=both, arrowtail=diamond",
  pointer: "style=solid",
  tag: "style=dotted, arrowhead=none",
};

function edgeText({ from, row, to, label, by }: PictureEdge): string {
  const start = row === undefined ? `t${from}:head` : `t${from}:r${row}:e`;
  const shown = label === "" ? "" : `label=${quoted(label)}, `;
  return `  ${start} -> t${to}:head:w [${shown}${EDGES[by]}];\n`;
}

/**
 * The type graph for Graphviz. Structs are tables of their members with offsets in bytes; lines lead from a member to
 * the type that it holds (a diamond) or points to, and are labelled with its name. Numbers, pointers, arrays and
 * prototypes are shown in the rows that they are in, and for themselves when nobody refers to them.
 *
 * @returns text in the DOT language: `dot -Tsvg` draws it
 * @throws BtfError ENOENT `root` for a root that there is not; EINVAL `type-id-range`, `picture-depth`; E2BIG
 * `picture-size` for more than 2,000 types
 *
 * @example
 * ```ts
 * const graph = btf().addStruct("node", 16).addField("next", "struct node *", 0).addField("key", "long", 64).build();
 * formatDot(graph);
 * // digraph btf {
 * //   …
 * //   t1:r0:e -> t1:head:w [label="next", style=solid];
 * // }
 * writeFileSync("sock.dot", formatDot(kernelBtf(), { root: "struct sock", depth: 1 }));
 * ```
 */
export function formatDot(graph: Btf, options: PictureOptions = {}): string {
  const { nodes, edges } = makePicture(graph, options, "formatDot()");
  let text = 'digraph btf {\n  rankdir=LR;\n  bgcolor="white";\n  charset="UTF-8";\n';
  text += '  node [shape=plain, fontname="monospace", fontsize=11];\n';
  text += '  edge [fontname="monospace", fontsize=9, color="#5c6570", fontcolor="#5c6570"];\n';
  for (const node of nodes) text += nodeText(node);
  for (const edge of edges) text += edgeText(edge);
  return `${text}}\n`;
}

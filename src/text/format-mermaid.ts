import type { Btf } from "../model/btf.js";
import { FILLS } from "./graph-picture/fills.js";
import { makePicture } from "./graph-picture/make-picture.js";
import type { PictureEdge, PictureNode, PictureOptions } from "./graph-picture/picture.js";
import { printable } from "./printable.js";

/** What Mermaid takes for text wherever it stands; all else has a meaning somewhere in its grammar. */
const PLAIN = /[^\p{ASCII}]|[^A-Za-z0-9_ .,]/gu;

/** Text with every character that could be more than text as an entity of Mermaid's: `#42;`. */
function text(shown: string): string {
  return printable(shown).replaceAll(PLAIN, (character) => `#${character.codePointAt(0)};`);
}

function nodeText({ id, kind, title, size, rows, isCut }: PictureNode): string {
  const lines = rows.map((row) => `    ${text(row.place === "" ? row.text : `${row.place}  ${row.text}`)}\n`);
  const head = `  class t${id}["${text(size === undefined || isCut ? title : `${title}, ${size} bytes`)}"]`;
  const body = `${head} {\n    <<${kind}>>\n${lines.join("")}  }\n`;
  const dashes = isCut ? ",stroke-dasharray:4" : "";
  return `${body}  style t${id} fill:${FILLS[kind] ?? FILLS.other},color:#1b1f24,stroke:#8a93a0${dashes}\n`;
}

const ARROWS: Readonly<Record<PictureEdge["by"], string>> = { value: "*--", pointer: "-->", tag: "..>" };

function edgeText({ from, to, label, by }: PictureEdge): string {
  return `  t${from} ${ARROWS[by]} t${to}${label === "" ? "" : ` : ${text(label)}`}\n`;
}

/**
 * The type graph as a class diagram of Mermaid, which web pages, and Markdown on GitHub, render. What is shown is what
 * {@link formatDot} shows. Unless a page says otherwise (`maxTextSize`, `maxEdges`) Mermaid draws up to 50,000 characters
 * and 500 lines between types: give a root and a depth.
 *
 * @returns the diagram's text; in Markdown it stands between fences of `mermaid`
 * @throws BtfError as {@link formatDot}
 *
 * @example
 * ```ts
 * const graph = btf().addStruct("node", 16).addField("next", "struct node *", 0).addField("key", "long", 64).build();
 * formatMermaid(graph);
 * // classDiagram
 * //   direction LR
 * //   class t1["struct node, 16 bytes"] {
 * //     <<STRUCT>>
 * //     0  struct node #42;next
 * //     8  long key
 * //   }
 * //   style t1 fill:#e6dafc,color:#1b1f24,stroke:#8a93a0
 * //   t1 --> t1 : next
 * ```
 */
export function formatMermaid(graph: Btf, options: PictureOptions = {}): string {
  const { nodes, edges } = makePicture(graph, options, "formatMermaid()");
  let diagram = "classDiagram\n  direction LR\n";
  for (const node of nodes) diagram += nodeText(node);
  for (const edge of edges) diagram += edgeText(edge);
  return diagram;
}

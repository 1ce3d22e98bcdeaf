/** Pictures: the type graph for Graphviz and Mermaid, a struct's bytes as text; formatLayoutSvg draws them. */
import { btf } from "btfkit";
import { formatDot, formatLayout, formatMermaid } from "btfkit/text";

const graph = btf()
  .addStruct("node")
  .addField("next", "struct node *")
  .addField("key", "int")
  .addStruct("tree")
  .addField("root", "struct node *")
  .addField("count", "char")
  .addField("size", "int")
  .build();

console.log(formatMermaid(graph, { root: "struct tree" }));
console.log(formatLayout(graph, graph.id("struct tree")));
console.log(formatDot(graph, { root: "struct tree", depth: 1 }).split("\n").length, "lines for dot -Tsvg");

/** Where the members of a struct lie on two machines, and what they leave free. */
import { formatLayout, parseC } from "btfkit/text";

const source = "struct packet { char tag; long seq; char flag : 3; int len : 20; short sum; };";
for (const target of ["x86-64", "i386"] as const) {
  const graph = parseC(source, { target });
  console.log(target);
  console.log(formatLayout(graph, graph.id("struct packet")));
}

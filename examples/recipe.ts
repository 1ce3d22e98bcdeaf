/** The recipe form: the same calls give ids, for loops and large graphs. */
import { defineBtf, encode } from "btfkit";

const graph = defineBtf((b) => {
  const int = b.addInt("int", 4, "signed");
  for (let i = 0; i < 1000; i++) {
    const struct = b.addStruct(`event_${i}`, 8);
    b.addField("pid", int, 0);
    b.addField("cpu", int, 32);
    b.addPtr(struct);
  }
});

console.log(`${graph.typeCount - 1} types, ${encode(graph).length} bytes`);
console.log(graph.type(graph.id("struct event_7 *")));

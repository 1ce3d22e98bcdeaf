/** A large fixture in a loop: as many structs as a kernel has types, linked to one another, written and judged. */
import { defineBtf, encode } from "btfkit";
import { verify } from "btfkit/kernel";

const COUNT = 100_000;

const graph = defineBtf((b) => {
  const int = b.addInt("int", 4, "signed");
  let next = b.addPtr("void");
  for (let i = 0; i < COUNT; i++) {
    const struct = b.addStruct(`node_${i}`, 16);
    b.addField("value", int, 0);
    b.addField("next", next, 64);
    next = b.addPtr(struct);
  }
});

const bytes = encode(graph);
console.log(`${graph.typeCount - 1} types, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`);
console.log("last:", graph.type(graph.id(`struct node_${COUNT - 1}`)));
console.log("6.18:", verify(bytes, { logLevel: 0 }).ok);
// Before 5.5 a kernel had 65,535 ids and 64 KiB for names.
console.log("5.4:", verify(bytes, { kernel: "5.4" }).log.split("\n").at(-1));

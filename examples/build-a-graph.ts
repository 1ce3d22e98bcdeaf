/** The fluent form: C spellings, layout worked out, labels, a promise, and what the compiler would not let through. */
import { btf } from "btfkit";
import { formatRaw } from "btfkit/text";

const graph = btf()
  .addTypedef("u32", "unsigned int")
  .addStruct("list_node")
  .addField("next", "struct list_node *")
  .addField("value", "u32")
  .addField("flags", "u32", undefined, 3)
  .addUnion("")
  .addField("bytes", "unsigned char[4]")
  .addField("word", "u32")
  .as("word or bytes")
  .addStruct("holder")
  .addField("node", "struct list_node")
  .addField("", "word or bytes")
  .addEnum("color", 4)
  .addEnumValue("RED", 0)
  .addEnumValue("NONE", -1)
  .addFunc("visit", "global", "int (struct holder *holder, enum color color)")
  .addVar("holders", "global", "struct holder[2]")
  .addDatasec(".data")
  .addDatasecVarInfo("holders")
  .build();

console.log(formatRaw(graph));
const holder = graph.id("struct holder");
console.log(`struct holder: ${graph.sizeOf(holder)} bytes, aligned to ${graph.alignOf(holder)}`);

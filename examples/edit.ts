/** Changes a graph that exists: rename, retarget, drop a member, remove a type, and take it all back. */
import { applyPatches, btf, edit, editWithPatches } from "btfkit";

const graph = btf({ target: "x86-64" })
  .addInt("int", 4, "signed")
  .addInt("long", 8, "signed")
  .addStruct("event")
  .addField("pid", "int")
  .addField("cpu", "int")
  .addField("time", "int")
  .addPtr("struct event")
  .addFuncProto("int")
  .addFuncParam("e", "struct event *")
  .addFunc("handle", "extern", 5)
  .addDatasec(".ksyms", 0)
  .addDatasecVarInfo("handle", 0, 0)
  .build();

// Rename a type, drop a member, give another one a type and a place.
const wider = edit(graph, (draft) => {
  const event = draft.type("struct event", "STRUCT");
  event.name = "event2";
  event.members.splice(1, 1);
  const time = event.members.find(({ name }) => name === "time")!;
  time.typeId = draft.id("long");
  time.bitsOffset = 64;
  event.size = 16;
});
console.log(wider.toString(), "\n");

// Remove a type and whatever refers to it; ids after it move up.
const {
  graph: fewer,
  patches,
  inverse,
} = editWithPatches(wider, (draft) => {
  draft.remove("struct event2", { references: "remove" });
  draft.type("int").name = "s32";
});
console.log(fewer.toString(), "\n");
for (const { op, path, value } of patches) console.log(op, path.join("/"), value ?? "");

// Patches are plain JSON, and lead back to the same ids.
const saved = JSON.stringify(inverse);
const restored = applyPatches(fewer, JSON.parse(saved) as typeof inverse);
console.log("\nrestored:", restored.equals(wider), "the first graph is as it was:", graph.find("event") === 3);

// What others refer to is not removed by accident.
try {
  edit(graph, (draft) => draft.remove("struct event"));
} catch (error) {
  console.log(String(error));
}

/** Reading: types as plain objects, look-ups, references both ways, sizes. */
import { btf, decode, encode } from "btfkit";

const bytes = encode(
  btf()
    .addStruct("sock")
    .addField("family", "unsigned short")
    .addField("next", "struct sock *")
    .addTypedef("sock_t", "struct sock")
    .addFunc("foo", "global", "int (const sock_t *sk)")
    .build(),
);

const graph = decode(bytes);
const sock = graph.find("sock", "STRUCT")!;
const type = graph.type(sock);
if (type.kind === "STRUCT") {
  for (const { name, typeId, bitsOffset } of type.members) console.log(name, graph.type(typeId).kind, bitsOffset / 8);
}
console.log("size", graph.sizeOf(sock), "referred to by", graph.referrers(sock));
console.log("behind sock_t:", graph.resolve(graph.id("sock_t")), "all that foo needs:", [
  ...graph.walk([graph.id("foo")]),
]);

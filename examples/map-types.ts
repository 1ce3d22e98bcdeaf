/** The types of a map, as BPF programs define it: a struct whose members' types say what it is. */
import { btf } from "btfkit";
import { verify } from "btfkit/kernel";
import { formatData, formatRaw, isomorphic, parseC } from "btfkit/text";

// __uint(max_entries, 64) is a pointer to an array of 64 ints; __type(key, T) is a pointer to T.
const built = btf()
  .addStruct("key")
  .addField("saddr", "unsigned int")
  .addField("daddr", "unsigned int")
  .addStruct("flows")
  .addField("type", "int (*)[1]")
  .addField("max_entries", "int (*)[64]")
  .addField("key", "struct key *")
  .addField("value", "unsigned long long *")
  .addVar("flows", "global", "struct flows")
  .addDatasec(".maps")
  .addDatasecVarInfo("flows")
  .build();
console.log(formatRaw(built));

const parsed = parseC(`
  struct key { unsigned int saddr, daddr; };
  struct flows { __uint(type, 1); __uint(max_entries, 64); __type(key, struct key); __type(value, unsigned long long); };
  struct flows flows SEC(".maps");
`);
console.log("the same types as of the C above:", isomorphic(built, parsed));
console.log("accepted from 5.2 on:", verify(built, { kernel: "5.2" }).ok, verify(built, { kernel: "5.1" }).ok);

// A key of the map, as bpftool shows it.
console.log(formatData(built, built.id("struct key"), Uint8Array.of(127, 0, 0, 1, 10, 0, 0, 1)));

/** C declarations to BTF: laid out as the compiler would, loaded by a kernel, checked against what is there already. */

import { encode, isBtfError } from "btfkit";
import { lower, verify } from "btfkit/kernel";
import { c, formatRaw, parseC } from "btfkit/text";

// A program's types, map and kernel function, as they stand in its source.
const program = c`
  struct key { u32 saddr, daddr; u8 proto : 4, flags : 4; };
  struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, struct key); __type(value, u64); } flows SEC(".maps");
  extern int bpf_probe(struct key *key, ...) __ksym;
  const volatile bool verbose = 0;
`;
console.log(formatRaw(program));

// A kernel takes no extern function in a section. `lower` writes what a loader would.
console.log(verify(program, { kernel: "6.12" }).errno);
console.log(verify(lower(program, { kernel: "6.12" }).graph, { kernel: "6.12" }).errno);

// The same struct where pointers have four bytes.
const source = "struct node { struct node *next; long long stamp; char name[16]; } __attribute__((packed));";
for (const target of ["bpf", "i386"] as const) {
  const graph = parseC(source, { target });
  console.log(target, graph.sizeOf(graph.id("struct node")), "bytes,", encode(graph).length, "bytes of BTF");
}

// What the source does not declare may be in another graph.
const kernel = parseC("typedef int pid_t; struct task_struct { pid_t pid, tgid; };");
const added = parseC("struct event { pid_t pid; struct task_struct *task; };", { into: kernel });
console.log(added.type(added.id("struct event")));

// Errors are told as compilers tell them.
try {
  parseC("struct task_struct { pid_t pid; };\nstruct event { u32 flags : 40; };\n");
} catch (error) {
  if (isBtfError(error)) console.log(error.message);
}

/** BTF for each refusal about special fields, which has an errno and no text. Some of it makes a live kernel warn. */
import { btf, encode } from "btfkit";
import type { KernelName, VerifyRule } from "btfkit/kernel";

export interface FieldCase {
  readonly rule: VerifyRule;
  readonly errno: string;
  readonly data: Uint8Array;
  /** debian-6.12 unless said. */
  readonly kernel?: KernelName;
}

const base = btf()
  .addInt("int", 4, "signed")
  .addStruct("bpf_spin_lock", 4)
  .addStruct("bpf_res_spin_lock", 4)
  .addStruct("bpf_list_head", 16)
  .addStruct("bpf_list_node", 24)
  .addStruct("bpf_rb_root", 16)
  .addStruct("bpf_rb_node", 32)
  .addStruct("bpf_refcount", 4)
  .widen();

type Build = (b: typeof base) => typeof base;
const made = (build: Build): Uint8Array => encode(base.call(build).build());

const LOCK = "struct bpf_spin_lock";
const HEAD = "struct bpf_list_head";
const NODE = "struct bpf_list_node";

/** A struct with a lock and a list head, whose tag says what it holds. */
const holder =
  (name: string, tag: string): Build =>
  (b) =>
    b.addStruct(name, 24).addField("head", HEAD, 0).addField("lock", LOCK, 128).addDeclTag(tag, `struct ${name}`, 0);

/** A struct that is in a list, and has one. */
const link =
  (name: string, tag: string): Build =>
  (b) =>
    b
      .addStruct(name, 48)
      .addField("node", NODE, 0)
      .addField("head", HEAD, 192)
      .addField("lock", LOCK, 320)
      .addDeclTag(tag, `struct ${name}`, 1);

/** A struct with a lock and a pointer. */
const pointing =
  (type: number): Build =>
  (b) =>
    b.addStruct("s", 16).addField("p", type, 0).addField("lock", LOCK, 64);

const repeated = (times: number, build: (b: typeof base, i: number) => typeof base): Build => {
  return (b) => Array.from({ length: times }).reduce<typeof base>((before, _, i) => build(before, i), b);
};

export const FIELD_CASES: readonly FieldCase[] = [
  {
    rule: "field-none",
    errno: "EFAULT",
    data: encode(
      btf().addStruct("bpf_spin_lock", 8).addStruct("s", 8).addField("lock", "struct bpf_spin_lock").build(),
    ),
  },
  {
    rule: "field-bits",
    errno: "EINVAL",
    data: made((b) => b.addStruct("s", 8).addField("lock", LOCK, 0).addField("i", "int", 33, 3)),
  },
  {
    rule: "field-twice",
    errno: "E2BIG",
    data: made((b) => b.addStruct("s", 8).addField("a", LOCK, 0).addField("b", LOCK, 32)),
  },
  {
    rule: "field-count",
    errno: "E2BIG",
    data: made((b) => repeated(12, (x, i) => x.addField(`n${i}`, NODE, i * 192))(b.addStruct("s", 12 * 24))),
  },
  {
    rule: "field-depth",
    errno: "E2BIG",
    // Each holds the one before, and the last a lock beside it.
    data: made((b) =>
      repeated(31, (x, i) => x.addStruct(`s${i + 1}`, 4).addField("inner", `struct s${i}`, 0))(b.addStruct("s0", 4))
        .addStruct("s", 8)
        .addField("lock", LOCK, 0)
        .addField("deep", "struct s31", 32),
    ),
  },
  {
    rule: "field-array",
    errno: "EINVAL",
    data: made((b) => b.addStruct("s", 56).addField("lock", LOCK, 0).addField("nodes", "struct bpf_list_node[2]", 64)),
  },
  {
    rule: "field-overlap",
    errno: "EEXIST",
    data: made((b) => b.addStruct("s", 32).addField("lock", LOCK, 0).addField("node", NODE, 0)),
  },
  {
    rule: "kptr-tag",
    errno: "EINVAL",
    data: made((b) =>
      b
        .addTypeTag("rcu", LOCK)
        .as("t")
        .addPtr("t")
        .as("p")
        .call((x) => pointing(x.lastId)(x)),
    ),
  },
  {
    rule: "kptr-type",
    errno: "EINVAL",
    data: made((b) =>
      b
        .addTypeTag("kptr", "int")
        .as("t")
        .addPtr("t")
        .call((x) => pointing(x.lastId)(x)),
    ),
  },
  {
    rule: "kptr-destructor",
    errno: "ENOENT",
    data: made((b) =>
      b
        .addStruct("list_head", 16)
        .addTypeTag("kptr", "struct list_head")
        .as("t")
        .addPtr("t")
        .call((x) => pointing(x.lastId)(x)),
    ),
  },
  {
    rule: "root-tag",
    errno: "EINVAL",
    data: made((b) => b.addStruct("s", 24).addField("head", HEAD, 0).addField("lock", LOCK, 128)),
  },
  { rule: "root-type", errno: "ENOENT", data: made(holder("s", "contains:missing:node")) },
  { rule: "root-member", errno: "ENOENT", data: made(holder("s", "contains:bpf_spin_lock:node")) },
  { rule: "root-node", errno: "EINVAL", data: made(holder("s", "contains:s:lock")) },
  {
    rule: "root-lock",
    errno: "EINVAL",
    data: made((b) =>
      b
        .addStruct("v", 24)
        .addField("node", NODE, 0)
        .addStruct("s", 16)
        .addField("head", HEAD, 0)
        .addDeclTag("contains:v:node", "struct s", 0),
    ),
  },
  {
    rule: "two-locks",
    errno: "EINVAL",
    kernel: "6.18",
    data: made((b) => b.addStruct("s", 8).addField("a", LOCK, 0).addField("b", "struct bpf_res_spin_lock", 32)),
  },
  {
    rule: "node-count",
    errno: "EINVAL",
    data: made((b) => b.addStruct("s", 56).addField("a", NODE, 0).addField("b", "struct bpf_rb_node", 192)),
  },
  {
    rule: "root-value",
    errno: "EFAULT",
    // The first struct of the name is looked for, and a struct that is not looked at can hold a second node of it.
    data: made((b) =>
      b
        .addStruct("bpf_list_node", 24)
        .as("second")
        .addStruct("v", 24)
        .addField("node", "second", 0)
        .call(holder("s", "contains:v:node")),
    ),
  },
  {
    rule: "owner-depth",
    errno: "ELOOP",
    data: made((b) =>
      repeated(9, (x, i) => link(`s${i}`, `contains:s${i + 1}:node`)(x))(b)
        .addStruct("s9", 24)
        .addField("node", NODE, 0),
    ),
  },
  {
    rule: "root-cycle",
    errno: "ELOOP",
    kernel: "6.18",
    data: made((b) => b.call(link("a", "contains:b:node")).call(link("b", "contains:a:node"))),
  },
];

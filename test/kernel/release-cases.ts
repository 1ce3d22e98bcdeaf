/** For each change that a release made: BTF that it is about, and what is said before and after it. */
import { btf, encode } from "btfkit";
import type { KernelName, KernelToken, VerifyOptions } from "btfkit/kernel";
import type { RawType } from "../../src/builder/writer.js";
import { array, datasec, func, int, LONG_CHAIN, named, proto, raw, struct, types, variable } from "./raw-types.js";

/** What a kernel says: accepted, or the errno and the end of the log, which for some rules says nothing new. */
export type Said = "ok" | readonly [errno: string, ends: string];

export interface ReleaseCase {
  readonly token: KernelToken;
  /** The release before the change, and the one with it. */
  readonly between: readonly [KernelName, KernelName];
  readonly data: Uint8Array;
  readonly before: Said;
  readonly after: Said;
  readonly options?: VerifyOptions;
}

/** Structs of the kernel's own from id 2 on, each with its size. */
const own = (...list: readonly (readonly [string, number])[]): RawType[] =>
  list.map(([name, size]) => struct(size, [], false, name));
const tag = (text: string, type: number, component: number): RawType =>
  raw("DECL_TAG", { name: text, sizeOrType: type, extra: [component] });
const LOCK = ["bpf_spin_lock", 4] as const;
const NODE = ["bpf_list_node", 24] as const;
const silent = (errno: string): Said => [errno, "\n"];
const no = (ends: string, errno = "EINVAL"): Said => [errno, ends];

/** A struct with a spin lock (2) and a pointer with a tag. */
const tagged = (text: string): RawType[] => [
  ...own(LOCK),
  raw("TYPE_TAG", { name: text, sizeOrType: 2 }),
  raw("PTR", { sizeOrType: 3 }),
  struct(16, [0, 2, 0, 0, 4, 64]),
];

const graph = btf()
  .addInt("int", 4, "signed")
  .addStruct("s", 4)
  .addField("a", 1, 0)
  .addTypedef("t", "struct s")
  .build();

/** Structs of which each is in a list of the one before. */
const OWNERS = btf()
  .addStruct("bpf_spin_lock", 4)
  .addStruct("bpf_list_head", 16)
  .addStruct("bpf_list_node", 24)
  .call((b) => {
    let chain = b.widen();
    for (const [name, next] of ["bc", "cd", "de"]) {
      chain = chain
        .addStruct(name!, 48)
        .addField("node", "struct bpf_list_node", 0)
        .addField("head", "struct bpf_list_head", 192)
        .addField("lock", "struct bpf_spin_lock", 320)
        .addDeclTag(`contains:${next}:node`, `struct ${name}`, 1);
    }
    return chain.addStruct("e", 24).addField("node", "struct bpf_list_node", 0);
  })
  .build();

export const RELEASE_CASES: readonly ReleaseCase[] = [
  {
    token: "ascending-members",
    between: ["4.19", "4.20"],
    data: types(struct(8, [0, 1, 32, 0, 1, 0])),
    before: "ok",
    after: no("\t(anon) type_id=1 bits_offset=0 Invalid member bits_offset\n"),
  },
  { token: "func", between: ["4.20", "5.0"], data: types(proto(0)), before: no("[2] Invalid kind:13"), after: "ok" },
  {
    token: "kind-flag",
    between: ["4.20", "5.0"],
    data: types(raw("FWD", { name: "f", kindFlag: true })),
    before: no("[2] Invalid btf_info:87000000"),
    after: "ok",
  },
  {
    token: "name-checks",
    between: ["4.20", "5.0"],
    data: types(named("a-b")),
    before: "ok",
    after: no("[2] TYPEDEF a-b type_id=1 Invalid name\n"),
  },
  {
    token: "int-128",
    between: ["5.0", "5.1"],
    data: types(int(16, 128)),
    before: no("nr_bits exceeds 64\n"),
    after: "ok",
  },
  {
    token: "datasec",
    between: ["5.1", "5.2"],
    data: types(variable()),
    before: no("[2] Invalid kind:14"),
    after: "ok",
  },
  {
    token: "enum-sizes",
    between: ["5.4", "5.5"],
    data: types(raw("ENUM", { name: "e", sizeOrType: 8 })),
    before: no("[2] ENUM e size=8 vlen=0 Expected size:4\n"),
    after: "ok",
  },
  {
    token: "wide-ids",
    between: ["5.4", "5.5"],
    data: types(...Array.from({ length: 600 }, (_, i) => named("n".repeat(120) + i))),
    before: no("Invalid string section"),
    after: "ok",
  },
  {
    token: "func-linkage",
    between: ["5.5", "5.6"],
    data: types(proto(0), func(2, 1)),
    before: no("[3] FUNC f type_id=2 vlen != 0\n"),
    after: "ok",
  },
  {
    token: "empty-datasec",
    between: ["5.11", "5.12"],
    data: types(datasec(4, [])),
    before: no("[2] DATASEC .data size=4 vlen=0 vlen == 0\n"),
    after: "ok",
  },
  {
    token: "float",
    between: ["5.12", "5.13"],
    data: types(raw("FLOAT", { name: "f", sizeOrType: 4 })),
    before: no("[2] Invalid btf_info:10000000"),
    after: "ok",
  },
  {
    token: "decl-tag",
    between: ["5.15", "5.16"],
    data: types(named("t"), tag("x", 2, 0xffffffff)),
    before: no("[3] Invalid kind:17"),
    after: "ok",
  },
  {
    token: "log-limits",
    between: ["5.15", "5.16"],
    data: encode(graph),
    options: { logSize: 2 ** 24 },
    before: ["EINVAL", ""],
    after: "ok",
  },
  {
    token: "type-tag",
    between: ["5.16", "5.17"],
    data: types(named("t", "TYPE_TAG")),
    before: no("[2] Invalid kind:18"),
    after: "ok",
  },
  {
    token: "func-resolved",
    between: ["5.16", "5.17"],
    data: types(raw("CONST", { sizeOrType: 4 }), proto(0), func(3, 0)),
    before: no("[2] CONST (anon) type_id=4 Invalid type_id\n"),
    after: "ok",
  },
  {
    token: "chain-limit",
    between: ["5.18", "5.19"],
    data: types(...LONG_CHAIN),
    before: "ok",
    after: no("Max chain length or cycle detected", "ELOOP"),
  },
  {
    token: "tags-first",
    between: ["5.18", "5.19"],
    data: types(named("t", "TYPE_TAG"), raw("CONST", { sizeOrType: 2 })),
    before: "ok",
    after: no("Type tags don't precede modifiers"),
  },
  {
    token: "enum64",
    between: ["5.19", "6.0"],
    data: types(raw("ENUM64", { name: "e", sizeOrType: 8 })),
    before: no("[2] Invalid kind:19"),
    after: "ok",
  },
  {
    token: "signed-enum",
    between: ["5.19", "6.0"],
    data: types(raw("ENUM", { name: "e", kindFlag: true, sizeOrType: 4 })),
    before: no("[2] ENUM e size=4 vlen=0 Invalid btf_info kind_flag\n"),
    after: "ok",
  },
  {
    token: "long-names",
    between: ["6.0", "6.1"],
    data: types(named("n".repeat(512))),
    before: no("type_id=1 Invalid name\n"),
    after: "ok",
  },
  {
    token: "wide-member-ids",
    between: ["6.0", "6.1"],
    // The id of the TYPEDEF, cut to 16 bits, is that of a type that is not resolved.
    data: types(
      struct(4, [0, 0x10003, 0]),
      ...Array.from({ length: 0x10000 }, () => raw("CONST", { sizeOrType: 1 })),
      named("t"),
    ),
    before: silent("EINVAL"),
    after: "ok",
  },
  {
    token: "special-fields",
    between: ["6.1", "6.2"],
    data: types(...own(["bpf_spin_lock", 8]), struct(8, [0, 2, 0])),
    before: "ok",
    after: silent("EFAULT"),
  },
  {
    token: "no-datasec-params",
    between: ["6.1", "6.2"],
    data: types(variable(), proto(0, [0, 2])),
    before: "ok",
    after: no("[3] FUNC_PROTO (anon) return=0 args=(2 (anon)) Invalid arg#1\n"),
  },
  {
    token: "rb-tree",
    between: ["6.2", "6.3"],
    data: types(...own(["bpf_rb_root", 8]), struct(8, [0, 2, 0])),
    before: "ok",
    after: silent("EFAULT"),
  },
  {
    token: "datasec-mode-reset",
    between: ["6.2", "6.3"],
    // The first VAR is a pointer's, so that the TYPEDEF of the second one was left alone.
    data: types(datasec(16, [3, 0, 8, 4, 8, 4]), variable(5), variable(6), raw("PTR", { sizeOrType: 1 }), named("t")),
    before: no("\t type_id=4 offset=8 size=4 Invalid type\n"),
    after: "ok",
  },
  {
    token: "identifier-dots",
    between: ["6.3", "6.4"],
    data: types(named("a.b")),
    before: no("[2] TYPEDEF a.b type_id=1 Invalid name\n"),
    after: "ok",
  },
  {
    token: "refcount",
    between: ["6.3", "6.4"],
    data: types(...own(["bpf_refcount", 8]), struct(8, [0, 2, 0])),
    before: "ok",
    after: silent("EFAULT"),
  },
  {
    token: "rotating-log",
    between: ["6.3", "6.4"],
    data: encode(graph),
    options: { logSize: 100 },
    before: ["EINVAL", ""],
    after: no("[3] TYPEDEF t type_id=2\n", "ENOSPC"),
  },
  {
    token: "owned-nodes",
    between: ["6.5", "6.6"],
    data: types(...own(NODE), struct(24, [0, 2, 0])),
    before: silent("EFAULT"),
    after: "ok",
  },
  {
    token: "section-names",
    between: ["6.8", "6.9"],
    data: types(datasec(4, [], "?.data")),
    before: no("[2] DATASEC ?.data size=4 vlen=0 Invalid name\n"),
    after: "ok",
  },
  {
    token: "nested-fields",
    between: ["6.10", "6.11"],
    data: types(...own(LOCK, NODE), array(3, 1, 2), struct(56, [0, 2, 0, 0, 4, 64])),
    before: "ok",
    after: silent("EINVAL"),
  },
  {
    token: "section-name-start",
    between: ["6.11", "6.12"],
    data: types(datasec(4, [], "\u0001a")),
    before: "ok",
    after: no("size=4 vlen=0 Invalid name\n"),
  },
  {
    token: "kptr-fields",
    between: ["6.11", "6.12"],
    data: types(...tagged("rcu")),
    before: "ok",
    after: silent("EINVAL"),
  },
  { token: "uptr", between: ["6.12", "6.13"], data: types(...tagged("uptr")), before: silent("EINVAL"), after: "ok" },
  {
    token: "tag-attributes",
    between: ["6.14", "6.15"],
    data: types(raw("TYPE_TAG", { name: "t", kindFlag: true, sizeOrType: 1 })),
    before: no("[2] TYPE_TAG t type_id=1 Invalid btf_info kind_flag\n"),
    after: "ok",
  },
  {
    token: "res-spin-lock",
    between: ["6.14", "6.15"],
    data: types(...own(LOCK, ["bpf_res_spin_lock", 4]), struct(8, [0, 2, 0, 0, 3, 32])),
    before: "ok",
    after: silent("EINVAL"),
  },
  {
    token: "layout-section",
    between: ["7.0", "7.1"],
    data: encode(graph, { layout: true }),
    before: ["E2BIG", "Unsupported btf_header"],
    after: "ok",
  },
  {
    token: "wide-info",
    between: ["7.1", "bpf-next"],
    data: types(proto(0, Array.from({ length: 0x10000 }, () => [0, 1]).flat())),
    before: no("[2] Invalid btf_info:d010000"),
    after: "ok",
  },
  {
    token: "tags-anywhere",
    between: ["7.1", "bpf-next"],
    data: types(named("t", "TYPE_TAG"), raw("CONST", { sizeOrType: 2 })),
    before: no("Type tags don't precede modifiers"),
    after: "ok",
  },
  {
    token: "unique-nested-fields",
    between: ["7.1", "bpf-next"],
    data: types(...own(LOCK), struct(4, [0, 2, 0]), struct(8, [0, 2, 0, 0, 3, 32])),
    before: "ok",
    after: silent("E2BIG"),
  },
  {
    token: "ownership-depth",
    between: ["7.1", "bpf-next"],
    // b is a node and owns c, which owns d.
    data: encode(OWNERS),
    before: silent("ELOOP"),
    after: "ok",
  },
];

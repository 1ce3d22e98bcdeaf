/**
 * What BPF programs take from headers: libbpf's `bpf_helpers.h`, the kernel's `linux/types.h` and the map types of
 * `linux/bpf.h`. `parseC` runs no preprocessor and reads no header, so it knows the few that declarations need.
 */

/** Attributes by the macro that stands for them, as `name` or `name("string")`. */
export const ATTRIBUTE_MACROS: ReadonlyMap<string, readonly { readonly name: string; readonly string?: string }[]> =
  new Map([
    ["__ksym", [{ name: "section", string: ".ksyms" }]],
    ["__kconfig", [{ name: "section", string: ".kconfig" }]],
    ["__weak", [{ name: "weak" }]],
    ["__hidden", [{ name: "visibility", string: "hidden" }]],
    ["__noinline", [{ name: "noinline" }]],
    ["__always_inline", [{ name: "always_inline" }]],
    ["__used", [{ name: "used" }]],
    ["__packed", [{ name: "packed" }]],
    ["__maybe_unused", [{ name: "unused" }]],
    ["__always_unused", [{ name: "unused" }]],
    ["__must_check", [{ name: "warn_unused_result" }]],
    ["__bpf_fastcall", [{ name: "bpf_fastcall" }]],
    ["__arena", [{ name: "address_space", string: "1" }]],
    ["__user", [{ name: "btf_type_tag", string: "user" }]],
    ["__rcu", [{ name: "btf_type_tag", string: "rcu" }]],
    ["__percpu", [{ name: "btf_type_tag", string: "percpu" }]],
    ["__kptr", [{ name: "btf_type_tag", string: "kptr" }]],
    ["__kptr_untrusted", [{ name: "btf_type_tag", string: "kptr_untrusted" }]],
    ["__percpu_kptr", [{ name: "btf_type_tag", string: "percpu_kptr" }]],
    ["__uptr", [{ name: "btf_type_tag", string: "uptr" }]],
    ["__arg_ctx", [{ name: "btf_decl_tag", string: "arg:ctx" }]],
    ["__arg_nonnull", [{ name: "btf_decl_tag", string: "arg:nonnull" }]],
    ["__arg_nullable", [{ name: "btf_decl_tag", string: "arg:nullable" }]],
    ["__arg_trusted", [{ name: "btf_decl_tag", string: "arg:trusted" }]],
    ["__arg_untrusted", [{ name: "btf_decl_tag", string: "arg:untrusted" }]],
    ["__arg_arena", [{ name: "btf_decl_tag", string: "arg:arena" }]],
  ]);

/** Macros that take an argument and stand for an attribute. */
export const CALLED_MACROS: ReadonlyMap<string, string> = new Map([
  ["SEC", "section"],
  ["__aligned", "aligned"],
]);

/** Members that declare what a map is made of: `__uint(type, 1)` is `int (*type)[1]`. */
export const MEMBER_MACROS: ReadonlyMap<string, "number" | "type" | "array"> = new Map([
  ["__uint", "number"],
  ["__ulong", "number"],
  ["__type", "type"],
  ["__array", "array"],
]);

/** Typedefs that a source may use without declaring them, each by what it stands for. */
export const IMPLIED_TYPEDEFS: ReadonlyMap<string, string> = new Map([
  ["__u8", "unsigned char"],
  ["__u16", "unsigned short"],
  ["__u32", "unsigned int"],
  ["__u64", "unsigned long long"],
  ["__s8", "signed char"],
  ["__s16", "short"],
  ["__s32", "int"],
  ["__s64", "long long"],
  ["u8", "__u8"],
  ["u16", "__u16"],
  ["u32", "__u32"],
  ["u64", "__u64"],
  ["s8", "__s8"],
  ["s16", "__s16"],
  ["s32", "__s32"],
  ["s64", "__s64"],
  ["__le16", "__u16"],
  ["__be16", "__u16"],
  ["__le32", "__u32"],
  ["__be32", "__u32"],
  ["__le64", "__u64"],
  ["__be64", "__u64"],
  ["__sum16", "__u16"],
  ["__wsum", "__u32"],
  ["__int128_t", "__int128"],
  ["__uint128_t", "unsigned __int128"],
  ["int8_t", "signed char"],
  ["int16_t", "short"],
  ["int32_t", "int"],
  ["int64_t", "long"],
  ["uint8_t", "unsigned char"],
  ["uint16_t", "unsigned short"],
  ["uint32_t", "unsigned int"],
  ["uint64_t", "unsigned long"],
  ["size_t", "unsigned long"],
  ["ssize_t", "long"],
  ["uintptr_t", "unsigned long"],
  ["intptr_t", "long"],
  ["ptrdiff_t", "long"],
]);

/** Where a 32-bit target's typedefs differ. */
export const IMPLIED_TYPEDEFS_32: ReadonlyMap<string, string> = new Map([
  ["int64_t", "long long"],
  ["uint64_t", "unsigned long long"],
  ["size_t", "unsigned int"],
  ["ssize_t", "int"],
  ["uintptr_t", "unsigned int"],
  ["intptr_t", "int"],
  ["ptrdiff_t", "int"],
]);

/** In the order of their numbers, from 0. */
const MAP_TYPES = [
  "UNSPEC",
  "HASH",
  "ARRAY",
  "PROG_ARRAY",
  "PERF_EVENT_ARRAY",
  "PERCPU_HASH",
  "PERCPU_ARRAY",
  "STACK_TRACE",
  "CGROUP_ARRAY",
  "LRU_HASH",
  "LRU_PERCPU_HASH",
  "LPM_TRIE",
  "ARRAY_OF_MAPS",
  "HASH_OF_MAPS",
  "DEVMAP",
  "SOCKMAP",
  "CPUMAP",
  "XSKMAP",
  "SOCKHASH",
  "CGROUP_STORAGE",
  "REUSEPORT_SOCKARRAY",
  "PERCPU_CGROUP_STORAGE",
  "QUEUE",
  "STACK",
  "SK_STORAGE",
  "DEVMAP_HASH",
  "STRUCT_OPS",
  "RINGBUF",
  "INODE_STORAGE",
  "TASK_STORAGE",
  "BLOOM_FILTER",
  "USER_RINGBUF",
  "CGRP_STORAGE",
  "ARENA",
];

/** Constants that map definitions name. */
export const IMPLIED_CONSTANTS: ReadonlyMap<string, bigint> = new Map<string, bigint>([
  ...MAP_TYPES.map((name, i): [string, bigint] => [`BPF_MAP_TYPE_${name}`, BigInt(i)]),
  ["LIBBPF_PIN_NONE", 0n],
  ["LIBBPF_PIN_BY_NAME", 1n],
  ["BPF_F_NO_PREALLOC", 1n],
  ["BPF_F_NO_COMMON_LRU", 1n << 1n],
  ["BPF_F_NUMA_NODE", 1n << 2n],
  ["BPF_F_RDONLY", 1n << 3n],
  ["BPF_F_WRONLY", 1n << 4n],
  ["BPF_F_STACK_BUILD_ID", 1n << 5n],
  ["BPF_F_ZERO_SEED", 1n << 6n],
  ["BPF_F_RDONLY_PROG", 1n << 7n],
  ["BPF_F_WRONLY_PROG", 1n << 8n],
  ["BPF_F_CLONE", 1n << 9n],
  ["BPF_F_MMAPABLE", 1n << 10n],
  ["BPF_F_PRESERVE_ELEMS", 1n << 11n],
  ["BPF_F_INNER_MAP", 1n << 12n],
  ["true", 1n],
  ["false", 0n],
  ["NULL", 0n],
]);

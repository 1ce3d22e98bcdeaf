import { KIND } from "../wire/kinds.js";
import type { Profile } from "./profile.js";

/** One thing that a release changed in what it checks, or that a what-if changes. */
export interface KernelChange {
  /** The change's name, as `with` takes it. */
  readonly token: string;
  /** What is different with it. */
  readonly text: string;
  /** How it is known. */
  readonly source: string;
}

interface Change extends KernelChange {
  /** The mainline release that brought it; a what-if has none. */
  readonly since?: string;
  readonly apply: (profile: Profile) => Partial<Profile>;
}

const withKinds =
  (...added: number[]) =>
  ({ kinds, infoReserved }: Profile): Partial<Profile> => ({
    kinds: new Set([...kinds, ...added]),
    // Kinds from 16 on need the fifth bit of the kind.
    infoReserved: added.some((kind) => kind > 15) ? (infoReserved & ~0x10000000) >>> 0 : infoReserved,
  });

/**
 * Every change from 4.18 to bpf-next in the order in which mainline got them, then the what-ifs. A source names the
 * trees that were read for it ("a 5.10 tree: no, 5.12: yes"), or a kernel that was asked ("6.18 measured").
 */
const table = [
  {
    token: "first-kinds",
    since: "4.18",
    text: "INT to RESTRICT (kinds 1 to 11), 65,535 ids and 64 KiB of names, whose bytes nobody looks at; no kind_flag; ENUM of 4 bytes; INT of up to 64 bits",
    source: "a 4.19 tree; UAPI header of 2018-10",
    apply: () => ({}),
  },
  {
    token: "ascending-members",
    since: "4.20",
    text: "members of a STRUCT may not go back in offset",
    source: "a 4.19 tree: no, 4.20: yes",
    apply: () => ({ ascendingMembers: true }),
  },
  {
    token: "func",
    since: "5.0",
    text: "FUNC and FUNC_PROTO",
    source: "UAPI headers of 2018-11 and 2019-01",
    apply: withKinds(KIND.FUNC, KIND.FUNC_PROTO),
  },
  {
    token: "kind-flag",
    since: "5.0",
    text: "kind_flag of STRUCT and UNION (bit-fields) and FWD (union); any other kind refuses it by name",
    source: "UAPI headers of 2018-11 and 2019-01",
    apply: ({ infoReserved }: Profile) => ({ infoReserved: infoReserved & 0x7fffffff, memberWording: "Member" }),
  },
  {
    token: "name-checks",
    since: "5.0",
    text: "names must be identifiers, or absent, by kind",
    source: "a tree of 5.2 to 5.5",
    apply: () => ({ checksNames: true }),
  },
  {
    token: "int-128",
    since: "5.1",
    text: "INT of up to 128 bits (64 before)",
    source: "a tree of 5.2 to 5.5",
    apply: () => ({ maxIntBits: 128 }),
  },
  {
    token: "datasec",
    since: "5.2",
    text: "VAR and DATASEC, whose names may hold dots; an empty DATASEC is refused",
    source: "UAPI header of 2019-04; a tree of 5.2 to 5.5",
    apply: withKinds(KIND.VAR, KIND.DATASEC),
  },
  {
    token: "enum-sizes",
    since: "5.5",
    text: "ENUM of 1, 2, 4 or 8 bytes (4 before)",
    source: "a 4.19 tree: no, one of 5.2 to 5.5: yes; the release is known only roughly",
    apply: () => ({ enumSizes: "powers" }),
  },
  {
    token: "wide-ids",
    since: "5.5",
    text: "type ids up to 0xfffff and name offsets up to 0xffffff (0xffff before)",
    source: "UAPI headers of 2019-05 and 2020-01",
    apply: () => ({ maxTypeId: 0xfffff, maxNameOffset: 0xffffff }),
  },
  {
    token: "func-linkage",
    since: "5.6",
    text: "FUNC linkage static or global in vlen (0 only before); extern is refused",
    source: "a 5.10 tree: yes; release history of mainline",
    apply: ({ funcLinkage }: Profile) => ({ funcLinkage: funcLinkage === "none" ? "global" : funcLinkage }),
  },
  {
    token: "empty-datasec",
    since: "5.12",
    text: "DATASEC without entries, its size still above 0",
    source: "a 5.10 tree: no, 5.12: yes",
    apply: () => ({ emptyDatasec: true }),
  },
  { token: "float", since: "5.13", text: "FLOAT", source: "a 5.12 tree: no, 5.13: yes", apply: withKinds(KIND.FLOAT) },
  {
    token: "decl-tag",
    since: "5.16",
    text: "DECL_TAG, also on TYPEDEF",
    source: "a 5.16 tree",
    apply: withKinds(KIND.DECL_TAG),
  },
  {
    token: "log-limits",
    since: "5.16",
    text: "a log buffer of up to 1 GiB and log levels up to 7 (16 MiB less a byte, and any level, before)",
    source: "a 5.15 tree: no, 5.17: yes",
    apply: () => ({ maxLogSize: 0xffffffff >>> 2, maxLogLevel: 7 }),
  },
  {
    token: "type-tag",
    since: "5.17",
    text: "TYPE_TAG",
    source: "a 5.16 tree: no, 5.17: yes",
    apply: withKinds(KIND.TYPE_TAG),
  },
  {
    token: "func-resolved",
    since: "5.17",
    text: "FUNC is resolved before what leads to it: CONST and TYPEDEF may lead to a FUNC, PTR to one of a lower id",
    source: "a 5.16 tree: no, 5.17: yes",
    apply: () => ({ resolvesFunc: true }),
  },
  {
    token: "chain-limit",
    since: "5.19",
    text: "a chain of typedefs, qualifiers and tags has at most 32 types",
    source: "a 5.17 tree: no, 6.1: yes; release history of mainline",
    apply: () => ({ chainLimit: true }),
  },
  {
    token: "tags-first",
    since: "5.19",
    text: "TYPE_TAGs come before the other modifiers of a chain",
    source: "a 5.17 tree: no, 6.1: yes; release history of mainline",
    apply: () => ({ tagOrder: true }),
  },
  {
    token: "enum64",
    since: "6.0",
    text: "ENUM64",
    source: "a 6.0 tree",
    apply: withKinds(KIND.ENUM64),
  },
  {
    token: "signed-enum",
    since: "6.0",
    text: "kind_flag of ENUM: its values are signed (refused before, and all values printed as signed)",
    source: "a 5.17 tree: no, 6.0: yes",
    apply: () => ({ signedEnums: true }),
  },
  {
    token: "long-names",
    since: "6.1",
    text: "names of up to 512 bytes (128 before)",
    source: "KSYM_NAME_LEN in a 6.1 tree",
    apply: () => ({ nameLimit: 512 }),
  },
  {
    token: "wide-member-ids",
    since: "6.1",
    text: "a member's type id above 65535 is not cut to 16 bits when the type was resolved on demand",
    source: "a 5.17 tree: 16 bits, 6.1: 32; 6.18 measured",
    apply: () => ({ memberIds16: false }),
  },
  {
    token: "special-fields",
    since: "6.2",
    text: "structs with a bpf_spin_lock, bpf_list_head or bpf_list_node are looked at; errors give no text",
    source: "a 5.17 tree: no; release history of mainline",
    apply: ({ fieldTriggers }: Profile) => ({
      fieldTriggers: ["bpf_spin_lock", "bpf_list_head", "bpf_list_node", ...fieldTriggers],
    }),
  },
  {
    token: "no-datasec-params",
    since: "6.2",
    text: "VAR, DATASEC and DECL_TAG are refused as a parameter or return type (VAR and DATASEC passed before)",
    source: "a 5.17 tree: no; Debian's 6.1, measured, has it as a backport; release history of mainline",
    apply: () => ({ refusesDataParams: true }),
  },
  {
    token: "rb-tree",
    since: "6.3",
    text: "bpf_rb_root and bpf_rb_node are special fields",
    source: "release history of mainline",
    apply: ({ fieldTriggers }: Profile) => ({ fieldTriggers: [...fieldTriggers, "bpf_rb_root", "bpf_rb_node"] }),
  },
  {
    token: "datasec-mode-reset",
    since: "6.3",
    text: "each VAR of a DATASEC is resolved anew (before, a pointer or struct VAR could spoil the VARs after it)",
    source: "a 5.17 tree: no; Debian's 6.1, measured, has it as a backport; release history of mainline",
    apply: () => ({ datasecResetsMode: true }),
  },
  {
    token: "identifier-dots",
    since: "6.4",
    text: "dots in every identifier, also as its first byte (names of VAR and DATASEC only before)",
    source: "a 5.17 tree: no; Debian's 6.1, measured, has it as a backport; release history of mainline",
    apply: () => ({ dots: "all" }),
  },
  {
    token: "refcount",
    since: "6.4",
    text: "bpf_refcount is a special field, and a struct has up to 11 of them (10 before)",
    source: "6.18 measured; release history of mainline",
    apply: ({ fieldTriggers }: Profile) => ({ fieldTriggers: [...fieldTriggers, "bpf_refcount"], maxFields: 11 }),
  },
  {
    token: "rotating-log",
    since: "6.4",
    text: "a log that does not fit keeps its end, ENOSPC whatever the verdict; any log size (128 bytes and its start before)",
    source: "a 6.1 tree: no; 6.18 measured; release history of mainline",
    apply: () => ({ log: "rotating", maxLogSize: 0xffffffff >>> 2, maxLogLevel: 15 }),
  },
  {
    token: "owned-nodes",
    since: "6.6",
    text: "bpf_list_node has 24 bytes and bpf_rb_node 32 (16 and 24 before)",
    source: "6.18 measured; release history of mainline",
    apply: ({ fieldSizes }: Profile) => ({ fieldSizes: { ...fieldSizes, bpf_list_node: 24, bpf_rb_node: 32 } }),
  },
  {
    token: "section-names",
    since: "6.9",
    text: "a DATASEC's name is any printable bytes; its first byte is not looked at",
    source: "a 6.8 tree: no; texts of the patches",
    apply: () => ({ sectionNames: "printable-after-first" }),
  },
  {
    token: "nested-fields",
    since: "6.11",
    text: "special fields are also looked for in nested structs and arrays",
    source: "6.18 measured; release history of mainline",
    apply: () => ({ nestedFields: true }),
  },
  {
    token: "section-name-start",
    since: "6.12",
    text: "the first byte of a DATASEC's name is looked at as the others are",
    source: "texts of the patches, for 6.11 or 6.12; Debian's 6.12 measured",
    apply: () => ({ sectionNames: "printable" }),
  },
  {
    token: "kptr-fields",
    since: "6.12",
    text: "pointers tagged kptr, kptr_untrusted or percpu_kptr are special fields of structs",
    source: "6.18 measured; release history of mainline",
    apply: () => ({ kptrFields: true }),
  },
  {
    token: "uptr",
    since: "6.13",
    text: "a pointer tagged uptr may be beside special fields",
    source: "Debian's 6.12 and 6.18 measured; release history of mainline",
    apply: () => ({ uptr: true }),
  },
  {
    token: "tag-attributes",
    since: "6.15",
    text: "kind_flag of DECL_TAG and TYPE_TAG: the tag is a whole __attribute__",
    source: "commit of 2025-01-30; 6.18 and Debian's 6.12 measured",
    apply: () => ({ tagAttributes: true }),
  },
  {
    token: "res-spin-lock",
    since: "6.15",
    text: "bpf_res_spin_lock is a special field beside others",
    source: "6.18 measured; release history of mainline",
    apply: () => ({ resSpinLock: true }),
  },
  {
    token: "layout-section",
    since: "7.1",
    text: "a header of 32 bytes with a layout section; strings need not be last with it",
    source: "bpf-next of 2026; UAPI header of 2026-03-26",
    apply: () => ({ layoutSection: true }),
  },
  {
    token: "wide-info",
    since: "bpf-next",
    text: "24 bits of vlen and 7 bits of kind in info; no reserved bits",
    source: "bpf-next of 2026; UAPI header of 2026-04-17",
    apply: () => ({ vlenMask: 0xffffff, kindMask: 0x7f, infoReserved: 0 }),
  },
  {
    token: "tags-anywhere",
    since: "bpf-next",
    text: "TYPE_TAGs may come after other modifiers",
    source: "bpf-next of 2026; commit of June 2026",
    apply: () => ({ tagOrder: false }),
  },
  {
    token: "unique-nested-fields",
    since: "bpf-next",
    text: "a second spin lock or bpf_refcount is refused also where one of them lies in a nested struct",
    source: "Debian's 6.12.117 measured, which has it as a backport of 2026; 6.18.44 has not",
    apply: () => ({ uniqueNestedFields: true }),
  },
  {
    token: "ownership-depth",
    since: "bpf-next",
    text: "structs own one another through roots and kptrs up to a depth of 8 (before, a node with a root could own no struct with a root, and kptrs were not counted)",
    source: "Debian's 6.12.117 measured, which has it as a backport of 2026; 6.18.44 has not",
    apply: () => ({ ownership: "depth" }),
  },
  {
    token: "extern-func-in-datasec",
    text: "what if the proposal of 2021 had been merged: extern FUNCs, with parameters that need no names, and DATASEC entries for them with offset 0 and size 0; DATASEC size 0",
    source: "https://lore.kernel.org/bpf/20210316011348.4175708-1-kafai@fb.com/, which was withdrawn",
    apply: () => ({ funcLinkage: "extern", externFunc: true }),
  },
  {
    token: "extern-var",
    text: "what if extern VARs were taken as compilers write them: linkage 2, entry with offset 0 and size 0; DATASEC size 0",
    source: "an idea of the thread on the proposal of 2021",
    apply: () => ({ externVar: true }),
  },
  {
    token: "datasec-all-or-no-externs",
    text: "what if a DATASEC had to hold externs only, or none (with one of the two before)",
    source: "an idea of the thread on the proposal of 2021",
    apply: () => ({ externsUnmixed: true }),
  },
] as const satisfies readonly Change[];

/** A name that `with` takes: a change that mainline made at some release, or a what-if. */
export type KernelToken = (typeof table)[number]["token"];

/** Every change and what-if. */
export const CHANGES: readonly (Change & { readonly token: KernelToken })[] = table;

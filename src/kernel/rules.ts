import type { Errno } from "../model/errors.js";

/**
 * The shape of the line that a refusal is printed as: `plain` text that belongs to no type, `bare` text after `[id]`,
 * `basic` after `[id] KIND name`, `type` after the whole line of the type, `member` and `entry` (of a DATASEC) on
 * their own lines, `value` (of an enum) on a line of its own without a name, `silent` for an errno without text.
 */
export type LineForm = "plain" | "bare" | "basic" | "type" | "member" | "entry" | "value" | "silent";

interface RuleRow {
  readonly form: LineForm;
  readonly errno: Errno;
  /** The kernel's text; `%u` and `%x` stand for the arguments. */
  readonly text: string;
  /** One sentence that says how to mend it. */
  readonly hint: string;
}

const rule = (form: LineForm, text: string, hint: string, errno: Errno = "EINVAL"): RuleRow => ({
  form,
  errno,
  text,
  hint,
});

const SMALL_LOG = "the log buffer is too small: give a larger logSize, or logLevel 0";

/**
 * Every reason for which a kernel refuses BTF, with the text that it logs. The order is that of the facts on the
 * kernel's verifier: arguments, header, sections, meta pass, resolve pass, chains, special fields.
 */
const table = {
  // Arguments of the call that concern the data and the log.
  "size-limit": rule("silent", "", "no kernel takes more than 16 MiB of BTF: prune or split it", "E2BIG"),
  "log-arguments": rule("silent", "", "a kernel takes this log size or level for misuse: see logSize and logLevel"),
  "log-full": rule("silent", "", SMALL_LOG, "ENOSPC"),

  // Header.
  "header-short": rule("plain", "hdr_len not found", "BTF begins with a header of 24 bytes"),
  "header-cut": rule("plain", "btf_header not found", "hdr_len says that the header is longer than the data"),
  "header-tail": rule(
    "plain",
    "Unsupported btf_header",
    "this kernel knows no header fields there: write a header of 24 bytes, without a layout section",
    "E2BIG",
  ),
  magic: rule("plain", "Invalid magic", "the magic is 0xeb9f in the host's byte order: encode for the host's endian"),
  version: rule("plain", "Unsupported version", "the version is 1", "ENOTSUPP"),
  flags: rule("plain", "Unsupported flags", "the header's flags are 0", "ENOTSUPP"),
  "no-data": rule("plain", "No data", "a type section and a string section follow the header"),

  // Sections.
  "section-offset": rule("plain", "Invalid section offset", "the section begins beyond the end of the data"),
  "section-gap": rule(
    "plain",
    "Unsupported section found",
    "sections follow the header and each other without a gap, up to the end of the data",
  ),
  "section-overlap": rule("plain", "Section overlap found", "the section begins before the one before it ends"),
  "section-length": rule("plain", "Total section length too long", "the section ends beyond the end of the data"),
  "string-section-place": rule("plain", "String section is not at the end", "the string section comes last"),
  "string-section": rule(
    "plain",
    "Invalid string section",
    "the string section begins and ends with a NUL and has at most 16 MiB (64 KiB before 5.5)",
  ),
  "layout-alignment": rule("plain", "Unaligned layout_off", "layout_off is a multiple of 4"),
  "layout-size": rule("plain", "Layout section is too small", "the layout section has 4 bytes a kind"),
  "layout-length": rule("plain", "layout_len is not multiple of %u", "the layout section has 4 bytes a kind"),
  "type-section-alignment": rule("plain", "Unaligned type_off", "type_off is a multiple of 4"),
  "no-types": rule("plain", "No type found", "a kernel wants at least one type"),

  // Meta pass, what all kinds have in common.
  "type-cut": rule("bare", "meta_left:%u meta_needed:%u", "the type section ends within the type"),
  info: rule(
    "bare",
    "Invalid btf_info:%x",
    "this kernel has no use for bits that are set in info: vlen over 65535, or a kind or a kind_flag that it does not know",
  ),
  kind: rule("bare", "Invalid kind:%u", "this kernel does not know the kind: lower() rewrites it to what it knows"),
  "name-offset": rule(
    "bare",
    "Invalid name_offset:%u",
    "the name lies outside the string section; the names of a split graph lie in its base, which BPF_BTF_LOAD never sees",
  ),
  "elements-cut": rule("basic", "meta_left:%u meta_needed:%u", "the type section ends within the type"),

  "type-limit": rule(
    "plain",
    "Exceeded max num of types",
    "a kernel keeps 1,048,575 types, void included (65,535 before 5.5), and drops the others",
  ),

  // Meta pass, by kind.
  vlen: rule("type", "vlen != 0", "vlen is 0 for this kind"),
  "kind-flag": rule(
    "type",
    "Invalid btf_info kind_flag",
    "kind_flag is 0 for this kind on this kernel: lower() clears it",
  ),
  "no-name": rule("type", "Invalid name", "this kind has no name: name_off is 0"),
  name: rule(
    "type",
    "Invalid name",
    "the name must be a C identifier (dots from 6.4 on) of up to 512 bytes (128 before 6.1): sanitizeNames() makes it one",
  ),
  "section-name": rule(
    "type",
    "Invalid name",
    "a DATASEC's name is printable bytes (an identifier with dots before 6.9): sanitizeNames() makes it so",
  ),
  "tag-name": rule("type", "Invalid name", "a TYPE_TAG has a text: its name may not be empty"),
  "tag-value": rule("type", "Invalid value", "a DECL_TAG has a text: its name may not be empty"),
  "type-id-range": rule(
    "type",
    "Invalid type_id",
    "the type id must not be 0 here, nor beyond the highest that a kernel has",
  ),
  "int-data": rule("basic", "Invalid int_data:%x", "the 4 highest bits of an INT's data word are 0"),
  "int-bits": rule(
    "type",
    "nr_bits exceeds %u",
    "an INT has at most 128 bits (64 before 5.1), its bit offset included",
  ),
  "int-size": rule("type", "nr_bits exceeds type_size", "the INT's bits and bit offset do not fit in its size"),
  "int-encoding": rule(
    "type",
    "Unsupported encoding",
    "an INT is none, signed, char or bool, never two of them",
    "ENOTSUPP",
  ),
  "fwd-type": rule("type", "type != 0", "the third word of a FWD is 0"),
  "array-size": rule("type", "size != 0", "the third word of an ARRAY is 0"),
  "array-element": rule("type", "Invalid elem", "an ARRAY's element must be a type with a size"),
  "array-index": rule("type", "Invalid index", "an ARRAY's index must be an INT of 1, 2, 4, 8 or 16 whole bytes"),
  "array-int": rule("type", "Invalid array of int", "an INT that is an element must have 1, 2, 4, 8 or 16 whole bytes"),
  "array-overflow": rule("type", "Array size overflows U32_MAX", "an ARRAY has less than 4 GiB"),
  "member-name-offset": rule(
    "member",
    "Invalid member name_offset:%u",
    "the member's name lies outside the string section",
  ),
  "member-name": rule(
    "member",
    "Invalid name",
    "a member's name must be a C identifier or absent: sanitizeNames() makes it so",
  ),
  "member-type-id": rule("member", "Invalid type_id", "a member has a type: its type id must not be 0"),
  "member-offset": rule(
    "member",
    "Invalid member bits_offset",
    "members come in ascending order of their offsets, and those of a UNION lie at 0",
  ),
  "member-beyond": rule(
    "member",
    "Member bits_offset exceeds its struct size",
    "the member begins beyond the struct's end",
  ),
  "member-beyond-4.18": rule(
    "member",
    "Memmber bits_offset exceeds its struct size",
    "the member begins beyond the struct's end",
  ),
  "enum-size": rule("type", "Unexpected size", "an enum has 1, 2, 4 or 8 bytes"),
  "enum-size-4": rule("type", "Expected size:4", "before 5.5 an ENUM has 4 bytes"),
  "value-name-offset": rule("value", "Invalid name_offset:%u", "the enumerator's name lies outside the string section"),
  "value-name": rule("type", "Invalid name", "an enumerator must have a C identifier as its name"),
  "func-linkage": rule(
    "type",
    "Invalid func linkage",
    "FUNC linkage extern is refused by every kernel; lower() makes it global",
  ),
  "func-vlen": rule("type", "vlen != 0", "before 5.6 a FUNC's linkage must be static: lower() makes it so"),
  "var-linkage": rule(
    "type",
    "Linkage not supported",
    "VAR linkage extern is refused by every kernel; lower() makes it global",
  ),
  "datasec-size": rule(
    "type",
    "size == 0",
    "a DATASEC must have a size; compilers leave it 0 for externs, and lower() gives them one",
  ),
  "datasec-empty": rule("type", "vlen == 0", "before 5.12 a DATASEC must have an entry"),
  "entry-type-id": rule("entry", "Invalid type_id", "an entry's type id is a VAR's, not 0"),
  "entry-offset": rule(
    "entry",
    "Invalid offset",
    "entries come in ascending order without overlap, within the section",
  ),
  "entry-size": rule(
    "entry",
    "Invalid size",
    "an entry's size is above 0, at most the section's and at least its VAR's",
  ),
  "entry-end": rule("entry", "Invalid offset+size", "the entry ends beyond the section"),
  "datasec-sum": rule("type", "Invalid btf_info size", "the entries' sizes add up to more than the section's"),
  "float-size": rule("type", "Invalid type_size", "a FLOAT has 2, 4, 8, 12 or 16 bytes"),
  "component-range": rule(
    "type",
    "Invalid component_idx",
    "component_idx is -1, or the index of a member or parameter",
  ),

  // Resolve pass.
  "type-reference": rule(
    "type",
    "Invalid type_id",
    "it must lead to a type of the graph that may stand here, and not to a VAR, DATASEC or DECL_TAG",
  ),
  "func-proto": rule("type", "Invalid type_id", "a FUNC's type is a FUNC_PROTO, not a typedef of one"),
  "pointer-to-func": rule(
    "type",
    "Invalid type_id",
    "a pointer may lead to a FUNC_PROTO; to a FUNC only when that has a lower id, from 5.17 on",
  ),
  "var-type": rule("type", "Invalid type_id", "a VAR's type must have a size"),
  "tag-target": rule("type", "Invalid type_id", "a DECL_TAG stands on a STRUCT, UNION, VAR, FUNC or TYPEDEF"),
  "component-index": rule(
    "type",
    "Invalid component_idx",
    "the DECL_TAG's target has no member or parameter of this index; on a VAR or TYPEDEF it is -1",
  ),
  "return-type": rule(
    "type",
    "Invalid return type",
    "a return type is void or a type with a size, never a typedef of void",
  ),
  argument: rule(
    "type",
    "Invalid arg#%u",
    "a parameter must have a type with a size and an identifier or no name; only the last may be the vararg",
  ),
  "func-argument": rule(
    "type",
    "Invalid arg#%u",
    "every parameter of a FUNC's prototype needs a name: lower() gives it one",
  ),
  depth: rule(
    "type",
    "Exceeded max resolving depth:32",
    "more than 32 types lead to one another in ascending ids: put types before those that refer to them",
    "E2BIG",
  ),
  loop: rule("type", "Loop detected", "the type contains itself; only a pointer can close a circle", "EEXIST"),
  "member-type": rule("member", "Invalid member", "a member must have a type with a size"),
  "member-type-16": rule(
    "silent",
    "",
    "before 6.1 a member's type id above 65535 must be of a type with a lower id than the struct's",
  ),
  "member-kind": rule(
    "basic",
    "Unsupported check_member",
    "before 6.1 a member's type id above 65535 is cut: put the type below it",
  ),
  "member-kind-flagged": rule(
    "basic",
    "Unsupported check_kflag_member",
    "before 6.1 a member's type id above 65535 is cut: put the type below it",
  ),
  "member-offset-overflow": rule(
    "member",
    "bits_offset exceeds U32_MAX",
    "the member's offset and the INT's own exceed 32 bits",
  ),
  "member-bits": rule(
    "member",
    "nr_copy_bits exceeds %u",
    "the member's bits, counted from the byte that it begins in, are too many",
  ),
  "member-end": rule("member", "Member exceeds struct_size", "the member ends beyond the struct's end"),
  "bitfield-base": rule(
    "member",
    "Invalid member base type",
    "the INT of a member must have 1, 2, 4, 8 or 16 whole bytes where kind_flag is set",
  ),
  "bitfield-offset": rule("member", "Invalid member offset", "a member that is no bit-field begins at a whole byte"),
  "bitfield-size": rule("member", "Invalid member bitfield_size", "the type can't be a bit-field of this size"),
  "member-byte": rule("member", "Member is not byte aligned", "a member that is no bit-field begins at a whole byte"),
  "member-alignment": rule(
    "member",
    "Member is not properly aligned",
    "a FLOAT lies at a multiple of its size, at most of 8 bytes",
  ),
  "entry-kind": rule(
    "entry",
    "Not a VAR kind member",
    "a DATASEC holds VARs only; lower() puts a VAR in the place of an extern FUNC",
  ),
  "entry-var-type": rule(
    "entry",
    "Invalid type",
    "before 6.3 VARs that a DATASEC comes before can spoil each other: put the DATASEC after its VARs",
  ),

  // After the resolve pass.
  "chain-length": rule(
    "plain",
    "Max chain length or cycle detected",
    "a chain of typedefs, qualifiers and tags has at most 32 types",
    "ELOOP",
  ),
  "chain-order": rule(
    "plain",
    "Type tags don't precede modifiers",
    "TYPE_TAGs come before typedefs and qualifiers in a chain: PTR -> TYPE_TAG -> CONST",
  ),
  "field-none": rule(
    "silent",
    "",
    "a struct named as one of the kernel's own (bpf_spin_lock, ...) must have the kernel's size and alignment",
    "EFAULT",
  ),
  "field-bits": rule("silent", "", "a struct with special fields must have all members at whole bytes"),
  "field-twice": rule(
    "silent",
    "",
    "a struct has at most one spin lock, and from 2026 on one bpf_refcount, nested structs included",
    "E2BIG",
  ),
  "field-count": rule("silent", "", "a struct has at most 11 special fields (10 before 6.4)", "E2BIG"),
  "field-depth": rule("silent", "", "structs with special fields are nested at most 31 deep", "E2BIG"),
  "field-array": rule("silent", "", "only kptrs, list heads and tree roots may be elements of an array"),
  "field-overlap": rule("silent", "", "two special fields lie at the same place", "EEXIST"),
  "kptr-tag": rule(
    "silent",
    "",
    "a pointer in a struct with special fields has no tag but kptr, kptr_untrusted, percpu_kptr or uptr, once",
  ),
  "kptr-type": rule("silent", "", "a kptr points to a struct"),
  "kptr-destructor": rule(
    "silent",
    "",
    "a kptr to a struct of the kernel needs one that has a registered destructor, or kptr_untrusted",
    "ENOENT",
  ),
  "root-tag": rule(
    "silent",
    "",
    "a list head or tree root needs exactly one DECL_TAG on its member: contains:TYPE:FIELD",
  ),
  "root-type": rule("silent", "", "contains:TYPE:FIELD names no STRUCT of the graph", "ENOENT"),
  "root-member": rule("silent", "", "contains:TYPE:FIELD names no member of the STRUCT", "ENOENT"),
  "root-node": rule(
    "silent",
    "",
    "the FIELD of contains:TYPE:FIELD is not the one bpf_list_node or bpf_rb_node of that name",
  ),
  "root-lock": rule("silent", "", "a struct with a list head or tree root has a bpf_spin_lock too"),
  "two-locks": rule("silent", "", "a struct has a bpf_spin_lock or a bpf_res_spin_lock, not both"),
  "node-count": rule("silent", "", "a struct that is a node of a list and of a tree has a bpf_refcount"),
  "root-value": rule("silent", "", "the TYPE of contains:TYPE:FIELD has no special fields of its own", "EFAULT"),
  "owner-depth": rule(
    "silent",
    "",
    "structs own one another through roots and kptrs at most 8 deep, and never in a circle",
    "ELOOP",
  ),
  "root-cycle": rule("silent", "", "a struct that is a node and has a root can't own structs that have roots", "ELOOP"),

  // What-ifs: the text is the proposal's, or btfkit's own where the thread gives none.
  "entry-kind-extern": rule(
    "entry",
    "Neither a VAR nor a FUNC",
    "with the proposal of 2021 a DATASEC holds VARs and extern FUNCs",
  ),
  "entry-extern": rule("entry", "Invalid size/offset", "with the what-ifs an extern's entry has offset 0 and size 0"),
  "entry-mixed": rule(
    "entry",
    "Mixes externs and definitions",
    "with datasec-all-or-no-externs a DATASEC holds externs only, or none",
  ),
} as const satisfies Record<string, RuleRow>;

/** The stable name of a rule: what a program tests for. */
export type VerifyRule = keyof typeof table;

/** The rules by name. */
export const RULES: Readonly<Record<VerifyRule, RuleRow>> = table;

import { KIND } from "../wire/kinds.js";

/** Struct types that the kernel gives a meaning of their own, with the bytes it wants them to have. */
export interface SpecialSizes {
  readonly bpf_spin_lock: number;
  readonly bpf_res_spin_lock: number;
  readonly bpf_list_head: number;
  readonly bpf_list_node: number;
  readonly bpf_rb_root: number;
  readonly bpf_rb_node: number;
  readonly bpf_refcount: number;
}

/**
 * What one kernel accepts, as values that the verifier's rules read: 4.18's, and the changes that came since. Nothing
 * but the list of changes knows a release by its number.
 */
export interface Profile {
  /** Kinds that the kernel knows, by their numbers of the UAPI header. */
  readonly kinds: ReadonlySet<number>;
  /** Bits of `info` that must be zero. */
  readonly infoReserved: number;
  /** Bits of `info` that are vlen. */
  readonly vlenMask: number;
  /** Bits that are the kind, once `info` is shifted right by 24. */
  readonly kindMask: number;
  /** Highest type id, `BTF_MAX_TYPE`; also the number of ids that the kernel keeps, void included. */
  readonly maxTypeId: number;
  /** Highest name offset, `BTF_MAX_NAME_OFFSET`. */
  readonly maxNameOffset: number;
  /** Whether names are looked at, beyond that their offsets lie in the string section. */
  readonly checksNames: boolean;
  /** Longest name in bytes, `KSYM_NAME_LEN`. */
  readonly nameLimit: number;
  /** Where a `.` may stand in an identifier: names of VARs and DATASECs alone, or every name. */
  readonly dots: "data" | "all";
  /**
   * What a DATASEC's name is made of: an identifier with dots, or printable bytes, where some releases don't look at
   * the first one.
   */
  readonly sectionNames: "identifier" | "printable-after-first" | "printable";
  /** Bits that an INT has at most, its bit offset included. */
  readonly maxIntBits: 64 | 128;
  /** Bytes that an ENUM may have: 4 alone, or 1, 2, 4 and 8. */
  readonly enumSizes: "4" | "powers";
  /** Whether an ENUM may have kind_flag, for signed values. */
  readonly signedEnums: boolean;
  /** Whether a STRUCT's members must come in the order of their offsets. */
  readonly ascendingMembers: boolean;
  /** How the message on a member beyond its struct begins. */
  readonly memberWording: "Memmber" | "Member";
  /** The highest FUNC linkage; "none" is before vlen held it, when it had to be 0. */
  readonly funcLinkage: "none" | "global" | "extern";
  /** Whether a FUNC is resolved with the types that lead to it, or checked after them. */
  readonly resolvesFunc: boolean;
  /** Whether VAR, DATASEC and DECL_TAG are refused as a parameter or a return type by their kind. */
  readonly refusesDataParams: boolean;
  /** Whether a DATASEC may have no entries. */
  readonly emptyDatasec: boolean;
  /** Whether a DATASEC starts the mode of resolving anew for each of its VARs. */
  readonly datasecResetsMode: boolean;
  /** Whether the id of a member that was resolved on demand is cut to 16 bits. */
  readonly memberIds16: boolean;
  /** Whether a chain of typedefs, qualifiers and tags has at most 32 types. */
  readonly chainLimit: boolean;
  /** Whether the TYPE_TAGs of a chain must come first. */
  readonly tagOrder: boolean;
  /** Whether DECL_TAG and TYPE_TAG may have kind_flag. */
  readonly tagAttributes: boolean;
  /** Names of structs whose members make the kernel look for special fields; empty before 6.2. */
  readonly fieldTriggers: readonly (keyof SpecialSizes)[];
  /** Bytes that special fields must have. */
  readonly fieldSizes: SpecialSizes;
  /** Special fields that a struct has at most. */
  readonly maxFields: number;
  /** Whether special fields are looked for in nested structs and arrays too. */
  readonly nestedFields: boolean;
  /** Whether tagged pointers are special fields. */
  readonly kptrFields: boolean;
  /** Whether a bpf_res_spin_lock is a special field. */
  readonly resSpinLock: boolean;
  /** Whether a pointer tagged uptr is known, and looked away from. */
  readonly uptr: boolean;
  /** Whether what a struct may have once is counted with what is nested in it, bpf_refcount too. */
  readonly uniqueNestedFields: boolean;
  /** Which structs may own others: by a rule of thumb, or up to a depth of 8. */
  readonly ownership: "roots" | "depth";
  /** Whether the header may have 32 bytes, with a layout section. */
  readonly layoutSection: boolean;
  /** What is kept of a log that does not fit: its start, or its end. */
  readonly log: "head" | "rotating";
  /** Bytes of the longest log buffer that the kernel takes. */
  readonly maxLogSize: number;
  /** The highest log level that the kernel takes. */
  readonly maxLogLevel: number;
  /** The 2021 proposal: extern FUNCs, also as entries of a DATASEC. */
  readonly externFunc: boolean;
  /** Extern VARs, whose entries keep offset 0 and size 0. */
  readonly externVar: boolean;
  /** A DATASEC holds externs only, or none. */
  readonly externsUnmixed: boolean;
}

const kindsUpTo = (last: number): ReadonlySet<number> => new Set(Array.from({ length: last }, (_, i) => i + 1));

/** Linux 4.18, the first release with BTF. */
export const FIRST_PROFILE: Profile = {
  kinds: kindsUpTo(KIND.RESTRICT),
  infoReserved: 0xf0ff0000,
  vlenMask: 0xffff,
  kindMask: 0x1f,
  maxTypeId: 0xffff,
  maxNameOffset: 0xffff,
  checksNames: false,
  nameLimit: 128,
  dots: "data",
  sectionNames: "identifier",
  maxIntBits: 64,
  enumSizes: "4",
  signedEnums: false,
  ascendingMembers: false,
  memberWording: "Memmber",
  funcLinkage: "none",
  resolvesFunc: false,
  refusesDataParams: false,
  emptyDatasec: false,
  datasecResetsMode: false,
  memberIds16: true,
  chainLimit: false,
  tagOrder: false,
  tagAttributes: false,
  fieldTriggers: [],
  fieldSizes: {
    bpf_spin_lock: 4,
    bpf_res_spin_lock: 4,
    bpf_list_head: 16,
    bpf_list_node: 16,
    bpf_rb_root: 16,
    bpf_rb_node: 24,
    bpf_refcount: 4,
  },
  maxFields: 10,
  nestedFields: false,
  kptrFields: false,
  resSpinLock: false,
  uptr: false,
  uniqueNestedFields: false,
  ownership: "roots",
  layoutSection: false,
  log: "head",
  maxLogSize: 0xffffffff >>> 8,
  maxLogLevel: 0xffffffff,
  externFunc: false,
  externVar: false,
  externsUnmixed: false,
};

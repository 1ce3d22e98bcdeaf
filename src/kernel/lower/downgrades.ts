import { infoKindFlag, infoVlen, KIND, packInfo, VLEN_MAX } from "../../wire/kinds.js";
import { NAME } from "../names.js";
import type { Profile } from "../profile.js";
import type { Draft } from "./draft.js";
import { nameForParam } from "./params.js";

/** A rewrite of one kind for kernels that lack something. `apply` says whether the type at hand needed it. */
interface Downgrade {
  readonly kind: number;
  readonly needed: (profile: Profile) => boolean;
  readonly apply: (draft: Draft, id: number) => boolean;
}

const INT_1_BYTE = 8;
/** As a constant of this module: a kernel has more FUNCs than anything else. */
const VLEN = VLEN_MAX;
const KIND_FLAG = 0x80000000;

/** What libbpf makes of a VAR or DECL_TAG: an INT of 1 byte, which is as long as they are. */
const byteInt =
  (rule: "var-to-int" | "decl-tag-to-int") =>
  (draft: Draft, id: number): true => {
    draft.rewrite(rule, id, (words, at) => {
      words[at + 1] = packInfo(KIND.INT, 0);
      words[at + 2] = 1;
      words[at + 3] = INT_1_BYTE;
    });
    return true;
  };

const location = (draft: Draft, id: number): true => {
  draft.replace("location", id, [0, packInfo(KIND.INT, 0), 1, INT_1_BYTE]);
  return true;
};

/** DATASEC to STRUCT: member i has the name of VAR i, and the VAR, an INT by then, as its type. */
function datasecToStruct(draft: Draft, id: number): true {
  const vlen = draft.vlen(id);
  const members = Array.from({ length: vlen }, (_, i) => {
    const at = draft.element(id, i);
    const variable = draft.words[at]!;
    // 2^29 bytes and more are beyond what 32 bits say in bits.
    const bits = Math.min(draft.words[at + 1]! * 8, 0xfffffff8);
    const name = variable < draft.endId ? draft.words[draft.starts[variable]!]! : 0;
    return [name, variable, bits] as const;
  });
  members.sort((a, b) => a[2] - b[2]);
  // libbpf makes an identifier of the name for every kernel; here it is a string of its own, which nobody else has.
  const name = draft.intern(draft.names.make(draft.nameOf(id), NAME.identifier));
  draft.rewrite("datasec-to-struct", id, (words, at) => {
    words[at] = name;
    words[at + 1] = packInfo(KIND.STRUCT, vlen);
  });
  for (const [i, member] of members.entries()) draft.words.set(member, draft.element(id, i));
  return true;
}

/** A DATASEC without entries to a STRUCT without members. */
const emptyToStruct =
  (rule: "empty-datasec" | "sizeless-datasec") =>
  (draft: Draft, id: number): boolean => {
    if (draft.vlen(id) !== 0 || (rule === "sizeless-datasec" && draft.words[draft.starts[id]! + 2] !== 0)) return false;
    const name = draft.intern(draft.names.make(draft.nameOf(id), NAME.identifier));
    draft.rewrite(rule, id, (words, at) => {
      words[at] = name;
      words[at + 1] = packInfo(KIND.STRUCT, 0);
    });
    return true;
  };

/** FUNC_PROTO to ENUM: parameters' names and types become names and values. */
function protoToEnum(draft: Draft, id: number): true {
  for (let i = 0, vlen = draft.vlen(id); i < vlen; i++) {
    if (draft.words[draft.element(id, i)] !== 0) continue;
    const name = nameForParam(draft);
    draft.rewriteElement("param-name", id, i, (words, element) => {
      words[element] = name;
    });
  }
  draft.rewrite("proto-to-enum", id, (words, at) => {
    words[at + 1] = packInfo(KIND.ENUM, infoVlen(words[at + 1]!));
    words[at + 2] = 4;
  });
  return true;
}

/** ENUM64 to UNION: its values become members of 1 byte. */
function enum64ToUnion(draft: Draft, id: number): true {
  const placeholder = draft.int("enum64-placeholder", draft.intern("enum64_placeholder"), 1, INT_1_BYTE);
  draft.rewrite("enum64-to-union", id, (words, at) => {
    words[at + 1] = packInfo(KIND.UNION, infoVlen(words[at + 1]!));
  });
  for (let i = 0, vlen = draft.vlen(id); i < vlen; i++) {
    const at = draft.element(id, i);
    draft.words[at + 1] = placeholder;
    draft.words[at + 2] = 0;
  }
  return true;
}

/** An ENUM of an odd size to an INT: what matters of it is how many bytes it takes, and its sign. */
function enumToInt(draft: Draft, id: number): boolean {
  const at = draft.starts[id]!;
  const [name, info, size] = draft.words.subarray(at, at + 3) as unknown as readonly [number, number, number];
  if (size === 4) return false;
  const encoding = infoKindFlag(info) ? 1 << 24 : 0;
  draft.replace("enum-size", id, [name, packInfo(KIND.INT, 0), size, encoding | (Math.min(size, 8) * 8)]);
  return true;
}

/** Sets a FUNC, TYPE_TAG or FLOAT to another kind of three words. */
const toKind =
  (rule: "func-to-typedef" | "type-tag-to-const" | "float-to-struct", kind: number, keepsName = false) =>
  (draft: Draft, id: number): true => {
    draft.rewrite(rule, id, (words, at) => {
      words[at + 1] = packInfo(kind, 0);
      if (!keepsName) words[at] = 0;
    });
    return true;
  };

const clearFlag =
  (rule: "enum-signed" | "fwd-union" | "tag-attribute") =>
  (draft: Draft, id: number): boolean => {
    if (draft.info(id) < KIND_FLAG) return false;
    draft.rewrite(rule, id, (words, at) => {
      words[at + 1] = (words[at + 1]! & ~KIND_FLAG) >>> 0;
    });
    return true;
  };

const KPTR_TAGS: ReadonlySet<string> = new Set(["kptr", "kptr_untrusted", "percpu_kptr", "uptr"]);

/** The kind_flag of a TYPE_TAG is cleared, unless the tag would then mean something. */
function clearTypeTag(draft: Draft, id: number): boolean {
  if (draft.info(id) < KIND_FLAG) return false;
  if (!KPTR_TAGS.has(draft.nameOf(id))) return clearFlag("tag-attribute")(draft, id);
  draft.rewrite("tag-attribute-kptr", id, (words, at) => {
    words[at] = 0;
    words[at + 1] = packInfo(KIND.CONST, 0);
  });
  return true;
}

function staticFunc(draft: Draft, id: number): boolean {
  if ((draft.words[draft.starts[id]! + 1]! & VLEN) === 0) return false;
  draft.rewrite("func-linkage", id, (words, at) => {
    words[at + 1] = packInfo(KIND.FUNC, 0);
  });
  return true;
}

/** INTs keep their size, and of their bits those that this kernel reads. */
function narrowInt(draft: Draft, id: number): boolean {
  const data = draft.words[draft.starts[id]! + 3]!;
  if ((data & 0xff) + ((data >>> 16) & 0xff) <= 64) return false;
  draft.rewrite("int-128", id, (words, at) => {
    words[at + 3] = (data & 0x0f000000) | 64;
  });
  return true;
}

const lacks =
  (kind: number) =>
  ({ kinds }: Profile): boolean =>
    !kinds.has(kind);

/** What is done to each kind; of the rows of a kind the first one that a type needs is taken. */
export const DOWNGRADES: readonly Downgrade[] = [
  { kind: KIND.LOC_PARAM, needed: lacks(KIND.LOC_PARAM), apply: location },
  { kind: KIND.LOC_PROTO, needed: lacks(KIND.LOC_PROTO), apply: location },
  { kind: KIND.LOCSEC, needed: lacks(KIND.LOCSEC), apply: location },
  { kind: KIND.VAR, needed: lacks(KIND.VAR), apply: byteInt("var-to-int") },
  { kind: KIND.DECL_TAG, needed: lacks(KIND.DECL_TAG), apply: byteInt("decl-tag-to-int") },
  { kind: KIND.DATASEC, needed: lacks(KIND.DATASEC), apply: datasecToStruct },
  { kind: KIND.DATASEC, needed: () => true, apply: emptyToStruct("sizeless-datasec") },
  { kind: KIND.DATASEC, needed: ({ emptyDatasec }) => !emptyDatasec, apply: emptyToStruct("empty-datasec") },
  { kind: KIND.FUNC_PROTO, needed: lacks(KIND.FUNC_PROTO), apply: protoToEnum },
  { kind: KIND.FUNC, needed: lacks(KIND.FUNC), apply: toKind("func-to-typedef", KIND.TYPEDEF, true) },
  { kind: KIND.FUNC, needed: ({ funcLinkage }) => funcLinkage === "none", apply: staticFunc },
  { kind: KIND.FLOAT, needed: lacks(KIND.FLOAT), apply: toKind("float-to-struct", KIND.STRUCT) },
  { kind: KIND.TYPE_TAG, needed: lacks(KIND.TYPE_TAG), apply: toKind("type-tag-to-const", KIND.CONST) },
  { kind: KIND.ENUM64, needed: lacks(KIND.ENUM64), apply: enum64ToUnion },
  { kind: KIND.ENUM, needed: ({ enumSizes }) => enumSizes === "4", apply: enumToInt },
  { kind: KIND.ENUM, needed: ({ signedEnums }) => !signedEnums, apply: clearFlag("enum-signed") },
  { kind: KIND.INT, needed: ({ maxIntBits }) => maxIntBits === 64, apply: narrowInt },
  { kind: KIND.FWD, needed: ({ infoReserved }) => infoReserved >= KIND_FLAG, apply: clearFlag("fwd-union") },
  { kind: KIND.DECL_TAG, needed: ({ tagAttributes }) => !tagAttributes, apply: clearFlag("tag-attribute") },
  { kind: KIND.TYPE_TAG, needed: ({ tagAttributes }) => !tagAttributes, apply: clearTypeTag },
];

/** Rewrites each type by its kind, in the order of the ids, as libbpf does. */
export function downgradeKinds(draft: Draft): void {
  const byKind: Downgrade[][] = [];
  for (const row of DOWNGRADES) if (row.needed(draft.profile)) (byKind[row.kind] ??= []).push(row);
  // What is added on the way needs no rewrite.
  for (let id = 1, end = draft.endId; id < end; id++) {
    const rows = byKind[draft.kinds[id]!];
    if (rows === undefined) continue;
    for (let i = 0; i < rows.length && !rows[i]!.apply(draft, id); i++);
  }
}

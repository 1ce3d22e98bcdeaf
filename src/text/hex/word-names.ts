import type { KindName } from "../../wire/kinds.js";

/** How the UAPI header names the words of a kind after the first three. */
export interface WordNames {
  readonly trailer: readonly string[];
  /** What an element is called, and its words. */
  readonly element?: readonly [name: string, words: readonly string[]];
}

const MEMBER = ["name_off", "type", "offset"];

/** The words of each kind by the names of `include/uapi/linux/btf.h`. */
export const WORD_NAMES: Readonly<Partial<Record<KindName, WordNames>>> = {
  INT: { trailer: ["int_data"] },
  ARRAY: { trailer: ["type", "index_type", "nelems"] },
  STRUCT: { trailer: [], element: ["member", MEMBER] },
  UNION: { trailer: [], element: ["member", MEMBER] },
  ENUM: { trailer: [], element: ["value", ["name_off", "val"]] },
  ENUM64: { trailer: [], element: ["value", ["name_off", "val_lo32", "val_hi32"]] },
  FUNC_PROTO: { trailer: [], element: ["param", ["name_off", "type"]] },
  VAR: { trailer: ["linkage"] },
  DATASEC: { trailer: [], element: ["var", ["type", "offset", "size"]] },
  DECL_TAG: { trailer: ["component_idx"] },
  LOC_PARAM: { trailer: ["flags"], element: ["value", ["word"]] },
  LOC_PROTO: { trailer: [], element: ["param", ["type"]] },
  LOCSEC: { trailer: [], element: ["loc", ["func", "loc_proto", "offset"]] },
};

import type { KindName } from "../../wire/kinds.js";

/** The fields of one line of a raw dump, in the order in which they stand there. */
export interface LineForm {
  /** Whether it begins with a name in quotes. */
  readonly named: boolean;
  readonly required: readonly string[];
  /** Fields that only some tools print. */
  readonly optional?: readonly string[];
}

/** How a kind is shown: the line of the type, and that of each element. */
export interface RawForm {
  readonly head: LineForm;
  readonly element?: LineForm;
}

const REFERENCE: RawForm = { head: { named: true, required: ["type_id"] } };

const COMPOSITE: RawForm = {
  head: { named: true, required: ["size", "vlen"] },
  element: { named: true, required: ["type_id", "bits_offset"], optional: ["bitfield_size"] },
};

// Tools before 2022 print no encoding.
const ENUM: RawForm = {
  head: { named: true, required: ["size", "vlen"], optional: ["encoding"] },
  element: { named: true, required: ["val"] },
};

/** What raw dumps print of each kind, of whatever age they are. */
export const RAW_FORMS: Readonly<Partial<Record<KindName, RawForm>>> = {
  INT: { head: { named: true, required: ["size", "bits_offset", "nr_bits", "encoding"] } },
  PTR: REFERENCE,
  ARRAY: { head: { named: true, required: ["type_id", "index_type_id", "nr_elems"] } },
  STRUCT: COMPOSITE,
  UNION: COMPOSITE,
  ENUM,
  FWD: { head: { named: true, required: ["fwd_kind"] } },
  TYPEDEF: REFERENCE,
  VOLATILE: REFERENCE,
  CONST: REFERENCE,
  RESTRICT: REFERENCE,
  // Tools before 2020 print no linkage.
  FUNC: { head: { named: true, required: ["type_id"], optional: ["linkage"] } },
  FUNC_PROTO: {
    head: { named: true, required: ["ret_type_id", "vlen"] },
    element: { named: true, required: ["type_id"] },
  },
  VAR: { head: { named: true, required: ["type_id", "linkage"] } },
  DATASEC: {
    head: { named: true, required: ["size", "vlen"] },
    element: { named: false, required: ["type_id", "offset", "size"] },
  },
  FLOAT: { head: { named: true, required: ["size"], optional: ["nr_bits"] } },
  DECL_TAG: { head: { named: true, required: ["type_id", "component_idx"] } },
  TYPE_TAG: REFERENCE,
  ENUM64: ENUM,
  LOC_PARAM: {
    head: { named: true, required: ["size", "flags", "vlen"], optional: ["values"] },
    element: { named: false, required: ["value"] },
  },
  LOC_PROTO: {
    head: { named: true, required: ["vlen"] },
    element: { named: false, required: ["type_id"], optional: ["value"] },
  },
  LOCSEC: {
    head: { named: true, required: ["vlen"] },
    element: { named: false, required: ["func_type_id", "loc_proto_type_id", "offset"], optional: ["name"] },
  },
};

/** Names of kinds as they were before they got their final ones. */
export const OLD_KIND_NAMES: Readonly<Record<string, KindName>> = { TAG: "DECL_TAG" };

import type { Change, HeaderDamage, RawDamage, TypeDamage } from "../damage/index.js";

/** Fields of the header, as the UAPI names them. */
const HEADER: Readonly<Record<string, keyof HeaderDamage>> = {
  magic: "magic",
  version: "version",
  flags: "flags",
  hdr_len: "hdrLen",
  type_off: "typeOff",
  type_len: "typeLen",
  str_off: "strOff",
  str_len: "strLen",
  layout_off: "layoutOff",
  layout_len: "layoutLen",
};

/** Parts of a type. */
const TYPE: Readonly<Record<string, Exclude<keyof TypeDamage, "words" | "kindFlag">>> = {
  name_off: "nameOff",
  info: "info",
  kind: "kind",
  vlen: "vlen",
  size: "sizeOrType",
  type: "sizeOrType",
};

/** What `--set` takes, for the help and for errors. */
export const FIELD_HELP =
  `${Object.keys(HEADER).join(", ")}, or of type ID: ID.${Object.keys(TYPE).join(", ID.")}, ID.kind_flag, ` +
  "or ID.N for its word N";

/** `4`, `0x10`, or what is added: `+4`, `-4`. */
function parseChange(text: string): Change | undefined {
  const match = /^([+-]?)(0x[\da-f]+|\d+)$/i.exec(text);
  if (match === null) return undefined;
  const number = Number(match[2]);
  if (match[1] === "") return number;
  return (value) => value + (match[1] === "+" ? number : -number);
}

/** What `--set FIELD=VALUE` asks for; undefined when it says nothing that is known. */
export function parseField(text: string): RawDamage | undefined {
  const [, field = "", value = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const change = parseChange(value);
  if (change === undefined) return undefined;
  if (Object.hasOwn(HEADER, field)) return { header: { [HEADER[field]!]: change } };
  const [, id, part = ""] = /^(\d+)\.(\w+)$/.exec(field) ?? [];
  if (id === undefined) return undefined;
  if (Object.hasOwn(TYPE, part)) return { types: { [id]: { [TYPE[part]!]: change } } };
  if (part === "kind_flag")
    return change === 0 || change === 1 ? { types: { [id]: { kindFlag: change === 1 } } } : undefined;
  return /^\d+$/.test(part) ? { types: { [id]: { words: { [part]: change } } } } : undefined;
}

/** Fields that are set all at once: one may hide the types from the next. */
export function joinFields(fields: readonly RawDamage[]): RawDamage {
  const types: Record<number, TypeDamage> = {};
  for (const field of fields) {
    for (const [id, damage] of Object.entries(field.types ?? {})) {
      const before = types[Number(id)];
      types[Number(id)] = { ...before, ...damage, words: { ...before?.words, ...damage.words } };
    }
  }
  return { types, header: Object.assign({}, ...fields.map(({ header }) => header)) as HeaderDamage };
}

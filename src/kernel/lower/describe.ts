import { infoKind, infoKindFlag, infoVlen, KIND, KIND_NAMES } from "../../wire/kinds.js";
import { LINKAGES } from "../../model/types.js";

type NameAt = (offset: number) => string;

const quoted = (name: string): string => `'${name === "" ? "(anon)" : name}'`;

/** What comes after the name of a type, from its first four words. */
function details(info: number, third: number, fourth: number): string {
  const kind = infoKind(info);
  const flag = infoKindFlag(info) ? " kind_flag" : "";
  switch (kind) {
    case KIND.INT:
      return `size=${third} bits_offset=${(fourth >>> 16) & 0xff} nr_bits=${fourth & 0xff}`;
    case KIND.ARRAY:
      return `type_id=${fourth}`;
    case KIND.FWD:
      return `fwd_kind=${infoKindFlag(info) ? "union" : "struct"}`;
    case KIND.FLOAT:
      return `size=${third}`;
    case KIND.STRUCT:
    case KIND.UNION:
    case KIND.ENUM:
    case KIND.ENUM64:
    case KIND.DATASEC:
      return `size=${third} vlen=${infoVlen(info)}${flag}`;
    case KIND.FUNC_PROTO:
      return `ret_type_id=${third} vlen=${infoVlen(info)}`;
    case KIND.FUNC:
      return `type_id=${third} linkage=${LINKAGES[infoVlen(info)] ?? infoVlen(info)}`;
    case KIND.VAR:
      return `type_id=${third} linkage=${LINKAGES[fourth] ?? fourth}`;
    case KIND.DECL_TAG:
      return `type_id=${third} component_idx=${fourth | 0}${flag}`;
    case KIND.LOC_PARAM:
    case KIND.LOC_PROTO:
    case KIND.LOCSEC:
      return `vlen=${infoVlen(info)}`;
    default:
      return `type_id=${third}${flag}`;
  }
}

const kindName = (info: number): string => KIND_NAMES[infoKind(info)] ?? `kind ${infoKind(info)}`;

/** A type as the first line of a raw dump says it, from its first four words; "" for none. */
export function describeHead(words: Uint32Array, nameAt: NameAt): string {
  const [name, info, third, fourth] = words as unknown as readonly [number, number, number, number];
  if (info === 0) return name === 0 ? "" : quoted(nameAt(name));
  return `${kindName(info)} ${quoted(nameAt(name))} ${details(info, third, fourth)}`;
}

/** An element of a type: the words of a member, parameter, enumerator or entry. */
export function describeElement(
  holderName: number,
  info: number,
  words: Uint32Array,
  index: number,
  nameAt: NameAt,
): string {
  const holder = `${kindName(info)} ${quoted(nameAt(holderName))}`;
  const [first, second, third] = words as unknown as readonly [number, number, number];
  switch (infoKind(info)) {
    case KIND.DATASEC:
      return `${holder} entry ${index} type_id=${first} offset=${second} size=${third}`;
    case KIND.STRUCT:
    case KIND.UNION: {
      const bits = infoKindFlag(info) && third >>> 24 !== 0 ? ` bitfield_size=${third >>> 24}` : "";
      const offset = infoKindFlag(info) ? third & 0xffffff : third;
      return `${holder} member ${index} ${quoted(nameAt(first))} type_id=${second} bits_offset=${offset}${bits}`;
    }
    case KIND.FUNC_PROTO:
      return `${holder} parameter ${index} ${quoted(nameAt(first))} type_id=${second}`;
    default:
      return `${holder} value ${index} ${quoted(nameAt(first))}`;
  }
}

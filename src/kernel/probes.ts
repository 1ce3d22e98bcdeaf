import { KIND, packInfo } from "../wire/kinds.js";
import { HEADER_BYTES, HEADER_BYTES_WITH_LAYOUT, MAGIC, type Endian } from "../wire/header.js";
import type { KernelToken } from "./changes.js";

/** Names of a probe's types, by word: their place in the strings. */
type Words = (name: (text: string) => number) => readonly number[];

/** A BTF that a kernel takes only with a change, or only without it. */
export interface Probe {
  readonly token: KernelToken;
  /** libbpf's name of the feature, where the probe has the shape of libbpf's. */
  readonly feature?: string;
  readonly words: Words;
  /** True when a kernel that takes it has not got the change. */
  readonly isInverse?: true;
  /** What must be there for the probe to say anything. */
  readonly needs?: KernelToken;
  /** Bytes of a layout section behind the types. */
  readonly layout?: readonly number[];
}

const SIGNED_32 = 0x01000020;
const GLOBAL = 1;
const WHOLE = 0xffffffff;
const LONG = 200;
/** The first name offset, and a vlen, beyond what 16 bits say. */
const WIDE = 0x10000;

const int = (name: number): number[] => [name, packInfo(KIND.INT, 0), 4, SIGNED_32];
const type = (kind: number, name: number, third: number, vlen = 0, flag = false): number[] => [
  name,
  packInfo(kind, vlen, flag),
  third,
];
const variable = (name: number, of: number): number[] => [...type(KIND.VAR, name, of), 0];
/** An INT [1], a FUNC_PROTO [2] with it as its parameter, and a FUNC [3]. */
const func = (name: (text: string) => number, linkage: number): number[] => [
  ...int(name("int")),
  ...type(KIND.FUNC_PROTO, 0, 0, 1),
  name("a"),
  1,
  ...type(KIND.FUNC, name("x"), 2, linkage),
];
/** An INT [1], a VAR [2] and a DATASEC [3] of one or no entry. */
const datasec = (name: (text: string) => number, section: string, vlen = 1): number[] => [
  ...int(0),
  ...variable(name("x"), 1),
  ...type(KIND.DATASEC, name(section), 4, vlen),
  ...(vlen === 0 ? [] : [2, 0, 4]),
];

/**
 * What to ask a kernel. Those with a `feature` are the shapes that libbpf tries (`kernel_supports`); it goes without the
 * others.
 */
export const PROBES: readonly Probe[] = [
  { token: "func", feature: "func", words: (name) => func(name, 0) },
  { token: "func-linkage", feature: "global-func", words: (name) => func(name, GLOBAL) },
  { token: "datasec", feature: "datasec", words: (name) => datasec(name, ".data") },
  { token: "section-names", feature: "qmark-datasec", words: (name) => datasec(name, "?.data") },
  { token: "float", feature: "float", words: (name) => type(KIND.FLOAT, name("float"), 4) },
  {
    token: "decl-tag",
    feature: "decl-tag",
    words: (name) => [...int(name("int")), ...variable(name("tag"), 1), ...type(KIND.DECL_TAG, name("tag"), 2), WHOLE],
  },
  {
    token: "type-tag",
    feature: "type-tag",
    words: (name) => [...int(name("int")), ...type(KIND.TYPE_TAG, name("tag"), 1), ...type(KIND.PTR, 0, 2)],
  },
  { token: "enum64", feature: "enum64", words: (name) => type(KIND.ENUM64, name("enum64"), 8) },
  {
    token: "layout-section",
    feature: "layout",
    words: (name) => int(name("int")),
    layout: [0, 0, 0, 0, 4, 0, 0, 0],
  },

  { token: "kind-flag", words: (name) => type(KIND.FWD, name("u"), 0, 0, true) },
  { token: "name-checks", isInverse: true, words: (name) => type(KIND.FWD, name("-"), 0) },
  { token: "int-128", words: (name) => [...type(KIND.INT, name("wide"), 16), 128] },
  { token: "enum-sizes", words: (name) => type(KIND.ENUM, name("e"), 8) },
  { token: "wide-ids", words: (name) => int(name(`${"i".repeat(WIDE)}\0int`) + WIDE + 1) },
  { token: "empty-datasec", needs: "datasec", words: (name) => datasec(name, ".data", 0) },
  { token: "func-resolved", needs: "func", words: (name) => [...func(name, 0), ...type(KIND.CONST, 0, 3)] },
  {
    token: "tags-first",
    isInverse: true,
    needs: "type-tag",
    words: (name) => [...int(name("int")), ...type(KIND.TYPE_TAG, name("tag"), 1), ...type(KIND.CONST, 0, 2)],
  },
  { token: "signed-enum", words: (name) => type(KIND.ENUM, name("e"), 4, 0, true) },
  { token: "long-names", needs: "name-checks", words: (name) => type(KIND.FWD, name("n".repeat(LONG)), 0) },
  {
    token: "no-datasec-params",
    isInverse: true,
    needs: "datasec",
    words: (name) => [...int(0), ...type(KIND.VAR, name("x"), 1), 0, ...type(KIND.FUNC_PROTO, 0, 0, 1), name("a"), 2],
  },
  {
    // The first VAR is a pointer's, for which a kernel without the change leaves the second one's typedef alone.
    token: "datasec-mode-reset",
    needs: "datasec",
    words: (name) => [
      ...int(name("int")),
      ...type(KIND.DATASEC, name(".data"), 16, 2),
      3,
      0,
      8,
      4,
      8,
      4,
      ...variable(name("a"), 5),
      ...variable(name("b"), 6),
      ...type(KIND.PTR, 0, 1),
      ...type(KIND.TYPEDEF, name("t"), 1),
    ],
  },
  { token: "identifier-dots", needs: "name-checks", words: (name) => type(KIND.FWD, name("a.b"), 0) },
  { token: "section-name-start", isInverse: true, needs: "section-names", words: (name) => datasec(name, "\u0001a") },
  {
    token: "tag-attributes",
    needs: "type-tag",
    words: (name) => [...int(name("int")), ...type(KIND.TYPE_TAG, name("tag"), 1, 0, true)],
  },
  {
    token: "wide-info",
    needs: "layout-section",
    words: (name) => {
      const value = [name("v"), 0];
      return [...type(KIND.ENUM, name("e"), 4, WIDE), ...Array.from({ length: WIDE }, () => value).flat()];
    },
  },
];

/** A probe as the bytes that a kernel of a byte order is given. */
export function probeBytes({ words: make, layout = [] }: Probe, endian: Endian): Uint8Array {
  const strings: number[] = [0];
  const words = make((text) => {
    const offset = strings.length;
    for (let i = 0; i < text.length; i++) strings.push(text.charCodeAt(i));
    strings.push(0);
    return offset;
  });
  const isLittle = endian === "little";
  const typeBytes = words.length * 4;
  const header = layout.length > 0 ? HEADER_BYTES_WITH_LAYOUT : HEADER_BYTES;
  const bytes = new Uint8Array(header + typeBytes + layout.length + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, isLittle);
  view.setUint8(2, 1);
  const fields = [header, 0, typeBytes, typeBytes + layout.length, strings.length];
  if (layout.length > 0) fields.push(typeBytes, layout.length);
  for (const [i, field] of fields.entries()) view.setUint32(4 + i * 4, field, isLittle);
  for (const [i, word] of words.entries()) view.setUint32(header + i * 4, word, isLittle);
  // Flags of an entry are 16 bits, and 0 in all of them.
  bytes.set(layout, header + typeBytes);
  bytes.set(strings, header + typeBytes + layout.length);
  return bytes;
}

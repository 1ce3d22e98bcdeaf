import { HEAD_WORDS, KIND_LIMIT, KIND_NAMES, KINDS, type KindName } from "../../wire/kinds.js";
import { OWN_VALUES, VALUE as PART_VALUE } from "../../model/part-values.js";
import { phrase, type Phrase } from "./json-writer.js";

/** What follows the text of a {@link Part}: {@link PART_VALUE}, and what JSON alone has. */
export const VALUE = {
  ...PART_VALUE,
  /** A word as C extends it from `int` to 64 bits without a sign. */
  extended: OWN_VALUES,
  /** The high 8 bits; where they are 0, the text before is left out too. */
  bitfieldSize: OWN_VALUES + 1,
} as const;

/** A text and the value after it. `word` counts from the start of the type, or of the element. */
export interface Part {
  readonly text: Phrase;
  readonly value: number;
  readonly word: number;
}

/** How types with one top byte of `info`, kind_flag and kind, are written after their id. */
export interface Shape {
  readonly head: readonly Part[];
  /** Empty for kinds without an array of elements. The text of the first part stands in the next two. */
  readonly element: readonly Part[];
  readonly firstElement: Phrase;
  /** With the end of the element before. */
  readonly nextElement: Phrase;
  /** Words before the first element. */
  readonly first: number;
  /** Words of an element. */
  readonly stride: number;
}

/** The texts of one layout, compact or pretty. */
export interface JsonLayout {
  /** Before the first type's id. */
  readonly open: Phrase;
  /** Between types, up to the next one's id. */
  readonly next: Phrase;
  readonly close: Phrase;
  /** All that there is of no types. */
  readonly none: Phrase;
  /** After the last element, and for an array without any. */
  readonly closeElements: Phrase;
  readonly noElements: Phrase;
  /** How types with one top byte of `info` are written. */
  readonly shapeOf: (topByte: number) => Shape;
}

type Field = readonly [key: string, value: keyof typeof VALUE, word?: number];

/** Values that stand between quotes. */
const QUOTED = new Set<keyof typeof VALUE>(["name", "intEncoding", "linkage", "vlenAsLinkage"]);

const TYPE_ID: Field = ["type_id", "decimal", 2];
const SIZE: Field = ["size", "decimal", 2];
const VLEN: Field = ["vlen", "vlen"];
const ELEMENT: readonly Field[] = [
  ["name", "name", 0],
  ["type_id", "decimal", 1],
];

interface Fields {
  readonly head: readonly Field[];
  /** A fixed word between quotes that comes first: an ENUM's encoding, a FWD's kind. */
  readonly constant?: readonly [key: string, text: string];
  readonly array?: readonly [key: string, fields: readonly Field[]];
}

function enumFields(kindFlag: boolean, value: keyof typeof VALUE): Fields {
  return {
    constant: ["encoding", kindFlag ? "SIGNED" : "UNSIGNED"],
    head: [SIZE, VLEN],
    array: [
      "values",
      [
        ["name", "name", 0],
        ["val", value, 1],
      ],
    ],
  };
}

/** What comes after the name, in bpftool's words; those of bpf-next's kinds are ours. */
function fieldsOf(kind: KindName, kindFlag: boolean): Fields {
  switch (kind) {
    case "INT":
      return {
        head: [SIZE, ["bits_offset", "intOffset", 3], ["nr_bits", "intBits", 3], ["encoding", "intEncoding", 3]],
      };
    case "PTR":
    case "CONST":
    case "VOLATILE":
    case "RESTRICT":
    case "TYPEDEF":
    case "TYPE_TAG":
      return { head: [TYPE_ID] };
    case "ARRAY":
      return {
        head: [
          ["type_id", "decimal", 3],
          ["index_type_id", "decimal", 4],
          ["nr_elems", "decimal", 5],
        ],
      };
    case "STRUCT":
    case "UNION": {
      const offsets: readonly Field[] = kindFlag
        ? [
            ["bits_offset", "bitOffset", 2],
            ["bitfield_size", "bitfieldSize", 2],
          ]
        : [["bits_offset", "decimal", 2]];
      return { head: [SIZE, VLEN], array: ["members", [...ELEMENT, ...offsets]] };
    }
    case "ENUM":
      return enumFields(kindFlag, kindFlag ? "signed" : "extended");
    case "ENUM64":
      return enumFields(kindFlag, kindFlag ? "signed64" : "unsigned64");
    case "FWD":
      return { constant: ["fwd_kind", kindFlag ? "union" : "struct"], head: [] };
    case "FUNC":
      return { head: [TYPE_ID, ["linkage", "vlenAsLinkage"]] };
    case "FUNC_PROTO":
      return { head: [["ret_type_id", "decimal", 2], VLEN], array: ["params", ELEMENT] };
    case "VAR":
      return { head: [TYPE_ID, ["linkage", "linkage", 3]] };
    case "DATASEC":
      return {
        head: [SIZE, VLEN],
        array: [
          "vars",
          [
            ["type_id", "decimal", 0],
            ["offset", "decimal", 1],
            ["size", "decimal", 2],
          ],
        ],
      };
    case "FLOAT":
      return { head: [SIZE] };
    case "DECL_TAG":
      return { head: [TYPE_ID, ["component_idx", "signed", 3]] };
    case "LOC_PARAM":
      return { head: [SIZE, ["flags", "decimal", 3], VLEN], array: ["values", [["value", "decimal", 0]]] };
    case "LOC_PROTO":
      return { head: [VLEN], array: ["params", [["type_id", "decimal", 0]]] };
    case "LOCSEC":
      return {
        head: [VLEN],
        array: [
          "locs",
          [
            ["func_type_id", "decimal", 0],
            ["loc_proto_type_id", "decimal", 1],
            ["offset", "decimal", 2],
          ],
        ],
      };
    default:
      return { head: [] };
  }
}

/** As {@link Part}. */
interface FieldText {
  readonly text: string;
  readonly value: number;
  readonly word: number;
}

function toPart({ text, value, word }: FieldText): Part {
  return { text: phrase(text), value, word };
}

/** Depths of nesting at which fields of types and of their elements stand. */
const DEPTH = { types: 1, type: 2, typeField: 3, element: 4, elementField: 5 } as const;

/** Makes the texts of one layout: `line` breaks the line and indents to a depth, `colon` ends a key. */
function layoutOf(line: (depth: number) => string, colon: string): JsonLayout {
  const key = (depth: number, name: string): string => `${line(depth)}"${name}"${colon}`;
  const closeElement = `${line(DEPTH.element)}}`;

  /** Fields with the text before each; returns those and the text that still has to come after the last value. */
  const textsOf = (fields: readonly Field[], depth: number, before: string): [texts: FieldText[], after: string] => {
    const texts: FieldText[] = [];
    let text = before;
    for (const [name, value, word = 0] of fields) {
      const quote = QUOTED.has(value) ? '"' : "";
      texts.push({ text: `${text}${key(depth, name)}${quote}`, value: VALUE[value], word });
      text = `${quote},`;
    }
    return [texts, text];
  };

  const shapeOf = (topByte: number): Shape => {
    const known = KIND_NAMES[topByte & (KIND_LIMIT - 1)];
    const kind = known === undefined || known === "VOID" ? "UNKNOWN" : known;
    const fields = kind === "UNKNOWN" ? { head: [] } : fieldsOf(kind, topByte >= KIND_LIMIT);
    const { constant, array }: Pick<Fields, "constant" | "array"> = fields;
    const start = `,${key(DEPTH.typeField, "kind")}"${kind}",`;
    const [named, afterName] = textsOf([["name", "name", 0]], DEPTH.typeField, start);
    const fixed = constant === undefined ? "" : `${key(DEPTH.typeField, constant[0])}"${constant[1]}",`;
    const [rest, afterRest] = textsOf(fields.head, DEPTH.typeField, `${afterName}${fixed}`);
    const end = fields.head.length === 0 ? `${afterName}${fixed}` : afterRest;
    // The last comma stays where an array comes.
    const tail = array === undefined ? end.slice(0, -1) : `${end}${key(DEPTH.typeField, array[0])}[`;
    const [elements] = textsOf(array?.[1] ?? [], DEPTH.elementField, "{");
    const openElement = elements[0]?.text ?? "";
    const row = kind === "UNKNOWN" ? undefined : KINDS[kind];
    return {
      head: [...named, ...rest, { text: tail, value: VALUE.nothing, word: 0 }].map(toPart),
      element: elements.map((field, i) => toPart(i === 0 ? { ...field, text: "" } : field)),
      firstElement: phrase(openElement),
      nextElement: phrase(`${closeElement},${openElement}`),
      first: HEAD_WORDS + (row?.trailer.length ?? 0),
      stride: row?.element.length ?? 0,
    };
  };

  const open = `{${key(DEPTH.types, "types")}[`;
  const openType = `{${key(DEPTH.typeField, "id")}`;
  const closeType = `${line(DEPTH.type)}}`;
  const end = `${line(0)}}\n`;
  return {
    open: phrase(`${open}${openType}`),
    next: phrase(`${closeType},${openType}`),
    close: phrase(`${closeType}${line(DEPTH.types)}]${end}`),
    none: phrase(`${open}]${end}`),
    closeElements: phrase(`${closeElement}${line(DEPTH.typeField)}]`),
    noElements: phrase("]"),
    shapeOf,
  };
}

/** `bpftool -j`: no space at all. */
export function compactLayout(): JsonLayout {
  return layoutOf(() => "", ":");
}

/** `bpftool -p`: four spaces a depth. */
export function prettyLayout(): JsonLayout {
  return layoutOf((depth) => `\n${" ".repeat(depth * 4)}`, ": ");
}

import { infoKind, infoKindFlag, infoVlen, KIND_NAMES, KINDS, type KindName, type WordRole } from "../../wire/kinds.js";
import { LINKAGES } from "../../model/types.js";
import { hexLine, wordHex } from "./hex-line.js";
import type { HexNames, HexSections } from "./hex-names.js";
import { WORD_NAMES } from "./word-names.js";

const ENCODINGS: readonly string[] = ["no encoding", "SIGNED", "CHAR", "SIGNED CHAR", "BOOL"];

const FLAG_MEANINGS = {
  bitfields: "with bit-fields",
  union: "of a union",
  signed: "signed",
  attribute: "an attribute",
};

function linkage(number: number): string {
  return `linkage ${LINKAGES[number] ?? number}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** What `info` says. */
function infoMeaning(info: number): string {
  const kind = KIND_NAMES[infoKind(info)];
  const vlen = infoVlen(info);
  if (kind === undefined) return `kind ${infoKind(info)}, vlen ${vlen}${infoKindFlag(info) ? ", kind_flag" : ""}`;
  const row = KINDS[kind];
  const parts: string[] = [kind];
  if (row.vlen === "elements") parts.push(counted(vlen, WORD_NAMES[kind]?.element?.[0] ?? "element"));
  else if (row.vlen === "linkage") parts.push(linkage(vlen));
  else if (vlen !== 0) parts.push(`vlen ${vlen}, which means nothing`);
  if (infoKindFlag(info)) parts.push(row.kindFlag === undefined ? "kind_flag" : FLAG_MEANINGS[row.kindFlag]);
  else if (kind === "FWD") parts.push("of a struct");
  return parts.join(", ");
}

/** What a word that is neither a type id nor a string offset says. */
function valueMeaning(kind: KindName, field: string, word: number, info: number): string {
  switch (field) {
    case "int_data":
      return `${ENCODINGS[(word >>> 24) & 0xf] ?? "odd encoding"}, bits_offset ${(word >>> 16) & 0xff}, nr_bits ${word & 0xff}`;
    case "linkage":
      return linkage(word);
    case "component_idx":
      return word === 0xffffffff ? "-1: the whole" : String(word | 0);
    case "val":
      return String(infoKindFlag(info) ? word | 0 : word);
    case "flags":
    case "word":
    case "val_lo32":
    case "val_hi32":
      return "";
    case "size":
      return `${word} bytes`;
    case "offset":
      if (kind !== "STRUCT" && kind !== "UNION") return `byte ${word}`;
      if (!infoKindFlag(info) || word >>> 24 === 0) return `bit ${infoKindFlag(info) ? word & 0xffffff : word}`;
      return `bit ${word & 0xffffff}, a bit-field of ${counted(word >>> 24, "bit")}`;
    default:
      return String(word);
  }
}

/** The lines of one type; the bytes from `start` up to `end` are its words. */
export function* hexType(
  { bytes, view, isLittle }: HexSections,
  names: HexNames,
  id: number,
  start: number,
  end: number,
): Generator<string> {
  const info = view.getUint32(start + 4, isLittle);
  const kind = KIND_NAMES[infoKind(info)] ?? "VOID";
  const row = KINDS[kind];
  const { trailer = [], element } = WORD_NAMES[kind] ?? {};
  let at = start;
  const line = (field: string, role: WordRole | "info"): string => {
    const word = view.getUint32(at, isLittle);
    const short = field.slice(field.indexOf(".") + 1);
    const meaning =
      role === "info"
        ? infoMeaning(word)
        : role === "string"
          ? names.name(word)
          : role === "type"
            ? names.type(word)
            : valueMeaning(kind, short, word, info);
    at += 4;
    return hexLine(bytes, at - 4, at, `[${id}] ${field}`, `${wordHex(word)}  ${meaning}`);
  };
  yield line("name_off", "string");
  yield line("info", "info");
  const isSize = row.sizeOrType === "size";
  yield line(
    row.sizeOrType === "unused" ? "unused" : isSize ? "size" : "type",
    row.sizeOrType === "type" ? "type" : "value",
  );
  for (const [i, role] of row.trailer.entries()) if (at < end) yield line(trailer[i]!, role);
  if (element === undefined) return;
  const [name, fields] = element;
  const elements = Math.ceil((end - at) / (4 * fields.length));
  for (let i = 0; i < elements; i++) {
    for (const [j, role] of row.element.entries()) if (at < end) yield line(`${name} ${i}.${fields[j]!}`, role);
  }
}

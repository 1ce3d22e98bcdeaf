import { HEADER_BYTES, HEADER_BYTES_WITH_LAYOUT, writeHeader, type Endian } from "../wire/header.js";
import { writeWords } from "../wire/words.js";
import type { Parts } from "./parts.js";
import type { SectionName, SectionsDamage } from "./raw-damage.js";

const OTHER: Readonly<Record<Endian, Endian>> = { little: "big", big: "little" };

/** Puts a BTF together: a header of 24 bytes, types and strings, unless told otherwise. */
export function assemble(parts: Parts, sections: SectionsDamage = {}): Uint8Array<ArrayBuffer> {
  const { layout, gaps = {}, trailing = 0, swapped = false } = sections;
  const endian = swapped ? OTHER[parts.endian] : parts.endian;
  const lengths: Record<SectionName, number> = {
    types: parts.words.length * 4,
    layout: layout?.length ?? 0,
    strings: parts.strings.length,
  };
  const headerLength = sections.headerBytes ?? (layout === undefined ? HEADER_BYTES : HEADER_BYTES_WITH_LAYOUT);
  const offsets: Record<SectionName, number> = { types: 0, layout: 0, strings: 0 };
  let end = 0;
  for (const name of sections.order ?? (["types", "layout", "strings"] as const)) {
    end += gaps[name] ?? 0;
    offsets[name] = end;
    end += lengths[name];
  }
  const bytes = new Uint8Array(headerLength + end + trailing);
  writeHeader(bytes, {
    endian,
    version: 1,
    flags: 0,
    headerLength,
    typeOffset: offsets.types,
    typeLength: lengths.types,
    stringOffset: offsets.strings,
    stringLength: lengths.strings,
    layoutOffset: layout === undefined ? 0 : offsets.layout,
    layoutLength: lengths.layout,
  });
  writeWords(bytes, headerLength + offsets.types, parts.words, endian);
  bytes.set(parts.strings, headerLength + offsets.strings);
  if (layout !== undefined) bytes.set(layout, headerLength + offsets.layout);
  return bytes;
}

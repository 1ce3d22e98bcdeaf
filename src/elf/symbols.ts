import {
  elfError,
  SECTION_INDEX_ELSEWHERE,
  SECTION_INDEX_RESERVED,
  SECTION_TYPE,
  sectionBytes,
  stringTable,
  type Image,
} from "./headers.js";

const TYPES = ["notype", "object", "func", "section", "file", "common", "tls"] as const;
const BINDS = ["local", "global", "weak"] as const;
const VISIBILITIES = ["default", "internal", "hidden", "protected"] as const;

/** What a symbol is (`STT_*`): the word, or the number of a type that belongs to one system or processor. */
export type ElfSymbolType = (typeof TYPES)[number] | number;

/** Who sees a symbol (`STB_*`): the word, or the number of a binding that belongs to one system or processor. */
export type ElfSymbolBind = (typeof BINDS)[number] | number;

/** How far beyond its component a symbol is seen (`STV_*`). */
export type ElfSymbolVisibility = (typeof VISIBILITIES)[number];

/** A symbol of an object file: what `Elf32_Sym` or `Elf64_Sym` of `elf.h` says. */
export interface ElfSymbol {
  /** `""` for a symbol without one, as that of a section is. */
  readonly name: string;
  /**
   * The name of the section it is in. `null` when it is undefined (`SHN_UNDEF`): an extern. `"*ABS*"` for a value that
   * is no address in a section (`SHN_ABS`) and `"*COM*"` for a common block not yet laid out (`SHN_COMMON`), as objdump
   * writes them; `"*0xff03*"`, with its number, for another reserved index.
   */
  readonly section: string | null;
  /**
   * Bytes from the start of the section in a relocatable file, an address in a program; the alignment for `"*COM*"`.
   * A `number` where that is exact, a `bigint` from 2**53 on, as the addresses of a 64-bit kernel are.
   */
  readonly value: number | bigint;
  /** Bytes, or 0 where it has no size or none is known. */
  readonly size: number;
  readonly type: ElfSymbolType;
  readonly bind: ElfSymbolBind;
  readonly visibility: ElfSymbolVisibility;
}

/** Byte offsets of fields in `Elf32_Sym` and `Elf64_Sym`. */
const LAYOUTS = {
  32: { bytes: 16, name: 0, value: 4, size: 8, info: 12, other: 13, shndx: 14 },
  64: { bytes: 24, name: 0, info: 4, other: 5, shndx: 6, value: 8, size: 16 },
} as const;

function unsigned(view: DataView, at: number, bits: 32 | 64, little: boolean): number | bigint {
  if (bits === 32) return view.getUint32(at, little);
  const high = view.getUint32(little ? at + 4 : at, little);
  if (high >= 0x200000) return view.getBigUint64(at, little);
  return high * 2 ** 32 + view.getUint32(little ? at : at + 4, little);
}

/** The index of the only symbol table, or undefined where there is none. */
function findSymbolTable({ sections }: Image): number | undefined {
  const index = sections.findIndex((section) => section.type === SECTION_TYPE.SYMTAB);
  if (index === -1) return undefined;
  const second = sections.findIndex((section, other) => other > index && section.type === SECTION_TYPE.SYMTAB);
  if (second === -1) return index;
  const message = `section ${second} '${sections[second]!.name}': it is a second symbol table, beside section ${index}`;
  throw elfError("symbol-table", message, sections[second]!.at, "sh_type");
}

/** Section indexes that are too large for a symbol, one word for each symbol of section `table`. */
function readWideIndexes(image: Image, table: number): DataView | undefined {
  const { sections } = image;
  const wide = sections.find(({ type, link }) => type === SECTION_TYPE.SYMTAB_SHNDX && link === table);
  if (wide === undefined) return undefined;
  const bytes = sectionBytes(image, wide, `section indexes of symbols, section '${wide.name}'`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Checks where the symbol table (SHT_SYMTAB) and its names lie, and returns what reads them: every symbol but the null
 * one at index 0, or `[]` where there is no table.
 */
export function openSymbols(image: Image): () => ElfSymbol[] {
  const { view, bits, sections } = image;
  const little = image.endian === "little";
  const index = findSymbolTable(image);
  if (index === undefined) return () => [];
  const table = sections[index]!;
  const subject = `symbol table, section ${index} '${table.name}'`;
  const layout = LAYOUTS[bits];
  const { length } = sectionBytes(image, table, subject);
  if (table.entrySize !== layout.bytes || length % layout.bytes !== 0) {
    const found = `${length} bytes of entries of ${table.entrySize}`;
    const message = `${subject}: it has ${found}, a multiple of ${layout.bytes} and entries of ${layout.bytes} expected`;
    throw elfError("symbol-table", message, table.at, "sh_entsize");
  }
  const names = stringTable(image, table.link, subject, table.at);
  const wide = readWideIndexes(image, index);

  const sectionOf = (at: number, symbol: number): string | null => {
    let section = view.getUint16(at + layout.shndx, little);
    if (section === SECTION_INDEX_ELSEWHERE) {
      if (wide === undefined || symbol * 4 + 4 > wide.byteLength) {
        const message = `symbol ${symbol}: its section index is in a SYMTAB_SHNDX section, which has none for it`;
        throw elfError("symbol-section", message, at + layout.shndx, "st_shndx");
      }
      section = wide.getUint32(symbol * 4, little);
    } else if (section >= SECTION_INDEX_RESERVED) {
      return section === 0xfff1 ? "*ABS*" : section === 0xfff2 ? "*COM*" : `*0x${section.toString(16)}*`;
    }
    if (section === 0) return null;
    if (section < sections.length) return sections[section]!.name;
    const message = `symbol ${symbol}: its section is ${section}, but the last section is ${sections.length - 1}`;
    throw elfError("symbol-section", message, at + layout.shndx, "st_shndx");
  };

  const readSymbol = (symbol: number): ElfSymbol => {
    const at = table.offset + symbol * layout.bytes;
    const info = view.getUint8(at + layout.info);
    const size = unsigned(view, at + layout.size, bits, little);
    if (typeof size === "bigint") {
      const message = `symbol ${symbol}: st_size is ${size}, less than 2**53 expected`;
      throw elfError("symbol-size", message, at + layout.size, "st_size");
    }
    return {
      name: names.name(view.getUint32(at + layout.name, little), "symbol", symbol),
      section: sectionOf(at, symbol),
      value: unsigned(view, at + layout.value, bits, little),
      size,
      type: TYPES[info & 0xf] ?? info & 0xf,
      bind: BINDS[info >> 4] ?? info >> 4,
      visibility: VISIBILITIES[view.getUint8(at + layout.other) & 3]!,
    };
  };

  return () => {
    const symbols: ElfSymbol[] = [];
    for (let symbol = 1; symbol < length / layout.bytes; symbol++) symbols.push(readSymbol(symbol));
    return symbols;
  };
}

import { BtfError } from "../model/errors.js";
import type { Endian } from "../wire/header.js";
import { StringTable } from "./string-table.js";

/** Section types (`sh_type`) that are read. */
export const SECTION_TYPE = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3, NOBITS: 8, SYMTAB_SHNDX: 18 } as const;

/** Section indexes from here to 0xffff are no indexes (`SHN_LORESERVE`). */
export const SECTION_INDEX_RESERVED = 0xff00;

/** Stands for an index that is too large for its field and is found elsewhere (`SHN_XINDEX`). */
export const SECTION_INDEX_ELSEWHERE = 0xffff;

/** What is read of a section header; offsets and sizes are bytes. */
export interface SectionHeader {
  /** Byte offset of the header itself in the file, for errors. */
  readonly at: number;
  /** Set once the string table of section names is found. */
  name: string;
  readonly nameOffset: number;
  readonly type: number;
  /** The low 32 bits. */
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
}

/** The file as it is read: its bytes, how numbers lie in it, and its section headers, with the null one at index 0. */
export interface Image {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly endian: Endian;
  readonly bits: 32 | 64;
  readonly sections: readonly SectionHeader[];
}

/** Byte offsets of fields in `Elf32_Ehdr` and `Elf32_Shdr`, and in `Elf64_Ehdr` and `Elf64_Shdr`. */
const LAYOUTS = {
  32: {
    header: { bytes: 52, shoff: 32, shentsize: 46, shnum: 48, shstrndx: 50 },
    section: { bytes: 40, name: 0, type: 4, flags: 8, offset: 16, size: 20, link: 24, entrySize: 36 },
  },
  64: {
    header: { bytes: 64, shoff: 40, shentsize: 58, shnum: 60, shstrndx: 62 },
    section: { bytes: 64, name: 0, type: 4, flags: 8, offset: 24, size: 32, link: 40, entrySize: 56 },
  },
} as const;

/** An error about the file; `byteOffset` counts from its start. */
export function elfError(rule: string, message: string, byteOffset: number, field?: string): BtfError {
  return new BtfError(message, { code: "EINVAL", rule: `elf-${rule}`, byteOffset, field });
}

/** An address or length of 32 or 64 bits: exact below 2**53, and never below 2**53 when it isn't. */
function word(view: DataView, at: number, bits: 32 | 64, little: boolean): number {
  if (bits === 32) return view.getUint32(at, little);
  const high = view.getUint32(little ? at + 4 : at, little);
  return high * 2 ** 32 + view.getUint32(little ? at : at + 4, little);
}

/**
 * True for bytes that begin as an ELF file does. It says nothing of what follows.
 *
 * @param bytes the start of a file; 4 bytes are enough
 *
 * @example
 * ```ts
 * isElf(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)); // true
 * isElf(Uint8Array.of(0x9f, 0xeb, 1, 0)); // false: raw BTF
 * ```
 */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Reads `e_ident`, the 16 bytes that say how the rest is to be read. */
function readIdent(bytes: Uint8Array): { readonly bits: 32 | 64; readonly endian: Endian } {
  if (!isElf(bytes)) {
    const found = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw elfError("magic", `ELF header: magic is ${found || "missing"}, 7f 45 4c 46 expected`, 0, "e_ident");
  }
  const [fileClass, data, version] = [bytes[4], bytes[5], bytes[6]];
  if (fileClass !== 1 && fileClass !== 2) {
    throw elfError("class", `ELF header: class is ${fileClass}, 1 (32 bit) or 2 (64 bit) expected`, 4, "e_ident");
  }
  if (data !== 1 && data !== 2) {
    const expected = "1 (little endian) or 2 (big endian) expected";
    throw elfError("data", `ELF header: data encoding is ${data}, ${expected}`, 5, "e_ident");
  }
  if (version !== 1) throw elfError("version", `ELF header: version is ${version}, 1 expected`, 6, "e_ident");
  return { bits: fileClass === 1 ? 32 : 64, endian: data === 1 ? "little" : "big" };
}

/** The bytes of a section, a view into the file; `subject` is what it is to the reader, for errors. */
export function sectionBytes({ bytes }: Image, { at, offset, size }: SectionHeader, subject: string): Uint8Array {
  if (offset + size <= bytes.length) return bytes.subarray(offset, offset + size);
  const message = `${subject}: its ${size} bytes at offset ${offset} end beyond the ${bytes.length} bytes of the file`;
  throw elfError("section-range", message, at, "sh_offset");
}

/** The string table that is section `index`; `subject`, at `byteOffset`, is what refers to it, for errors. */
export function stringTable(image: Image, index: number, subject: string, byteOffset: number): StringTable {
  const section = image.sections[index];
  if (section === undefined) {
    const message = `${subject}: its string table is section ${index}, but the last section is ${image.sections.length - 1}`;
    throw elfError("string-table", message, byteOffset);
  }
  if (section.type !== SECTION_TYPE.STRTAB) {
    const message = `${subject}: its string table, section ${index}, has type ${section.type}, 3 (STRTAB) expected`;
    throw elfError("string-table", message, section.at, "sh_type");
  }
  return new StringTable(sectionBytes(image, section, `string table, section ${index}`), section.offset);
}

function readSection(view: DataView, at: number, bits: 32 | 64, little: boolean): SectionHeader {
  const layout = LAYOUTS[bits].section;
  const size = word(view, at + layout.size, bits, little);
  if (size > Number.MAX_SAFE_INTEGER) {
    const message = `section header at offset ${at}: sh_size is 2**53 or more, and no section is that long`;
    throw elfError("section-size", message, at + layout.size, "sh_size");
  }
  return {
    at,
    name: "",
    nameOffset: view.getUint32(at + layout.name, little),
    type: view.getUint32(at + layout.type, little),
    flags: view.getUint32(at + layout.flags + (bits === 64 && !little ? 4 : 0), little),
    offset: word(view, at + layout.offset, bits, little),
    size,
    link: view.getUint32(at + layout.link, little),
    entrySize: word(view, at + layout.entrySize, bits, little),
  };
}

/** Reads the ELF header and every section header, in time and memory linear in the table of section headers. */
export function readHeaders(bytes: Uint8Array): Image {
  const { bits, endian } = readIdent(bytes);
  const little = endian === "little";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, section: layout } = LAYOUTS[bits];
  if (bytes.length < header.bytes) {
    const message = `ELF header: ${bytes.length} bytes are fewer than the ${header.bytes} of a header of ${bits} bits`;
    throw elfError("header-short", message, bytes.length);
  }
  const sections: SectionHeader[] = [];
  const image: Image = { bytes, view, bits, endian, sections };
  const start = word(view, header.shoff, bits, little);
  // As sstrip leaves it: a program without section headers.
  if (start === 0) return image;

  const stride = view.getUint16(header.shentsize, little);
  if (stride < layout.bytes) {
    const message = `ELF header: e_shentsize is ${stride}, ${layout.bytes} expected`;
    throw elfError("section-headers", message, header.shentsize, "e_shentsize");
  }
  const checkCount = (count: number): void => {
    if (start + count * stride <= bytes.length) return;
    const table = `${count} section headers of ${stride} bytes at offset ${start}`;
    const message = `ELF header: ${table} end beyond the ${bytes.length} bytes of the file`;
    throw elfError("section-headers", message, header.shoff, "e_shoff");
  };
  checkCount(1);
  // Where there are 0xff00 sections or more, these two numbers are in the header of section 0.
  let count = view.getUint16(header.shnum, little);
  if (count === 0) count = word(view, start + layout.size, bits, little);
  if (count === 0) return image;
  let names = view.getUint16(header.shstrndx, little);
  if (names === SECTION_INDEX_ELSEWHERE) names = view.getUint32(start + layout.link, little);
  checkCount(count);

  for (let index = 0; index < count; index++) {
    sections.push(readSection(view, start + index * stride, bits, little));
  }
  if (names === 0) return image;
  const table = stringTable(image, names, "ELF header", header.shstrndx);
  for (let index = 1; index < count; index++) {
    const section = sections[index]!;
    section.name = table.name(section.nameOffset, "section", index);
  }
  return image;
}

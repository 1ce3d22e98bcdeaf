import { BtfError } from "../model/errors.js";
import type { Endian } from "../wire/header.js";
import { elfError, readHeaders, SECTION_TYPE, sectionBytes, type Image } from "./headers.js";
import { openSymbols, type ElfSymbol } from "./symbols.js";

/** Set in `sh_flags` when a section's bytes are compressed. */
const SHF_COMPRESSED = 0x800;

/** A section of an object file. */
export interface ElfSection {
  readonly name: string;
  /** Bytes in memory (`sh_size`); a NOBITS section, as `.bss`, has none of them in the file. */
  readonly size: number;
}

/** What {@link readElf} finds in an object file. */
export interface ElfFile {
  /** The bytes of `.BTF`, a view into the file, in the file's byte order; absent when there is no such section. */
  readonly btf?: Uint8Array;
  /** The bytes of `.BTF.ext`, likewise. */
  readonly btfExt?: Uint8Array;
  /** The byte order, `EI_DATA`. */
  readonly endian: Endian;
  /** The size of an address, `EI_CLASS`. */
  readonly bits: 32 | 64;
  /** Every section but the null one at index 0, in the order of the section headers; names may repeat. */
  readonly sections: readonly ElfSection[];
  /**
   * Every symbol of the symbol table but the null one, in its order; `[]` when there is no table. They are read when
   * first asked for: a symbol that is damaged is an error then and does not keep anybody from the BTF.
   */
  readonly symbols: readonly ElfSymbol[];
}

/** The bytes of the section of this name, of several the last, as libbpf takes it. */
function findBytes(image: Image, name: string): Uint8Array | undefined {
  let index = image.sections.length - 1;
  while (index > 0 && image.sections[index]!.name !== name) index--;
  if (index <= 0) return undefined;
  const section = image.sections[index]!;
  const subject = `section ${index} '${name}'`;
  if (section.type !== SECTION_TYPE.PROGBITS) {
    const found = section.type === SECTION_TYPE.NOBITS ? "NOBITS, its bytes left in another file" : section.type;
    const message = `${subject}: its type is ${found}; ${SECTION_TYPE.PROGBITS} (PROGBITS) expected`;
    throw elfError("section-type", message, section.at, "sh_type");
  }
  if ((section.flags & SHF_COMPRESSED) !== 0) {
    const message = `${subject}: it is compressed; plain bytes expected, as llvm-objcopy --compress-sections ${name}=none gives`;
    const details = { code: "EOPNOTSUPP", rule: "elf-section-compressed", field: "sh_flags" } as const;
    throw new BtfError(message, { ...details, byteOffset: section.at });
  }
  return sectionBytes(image, section, subject);
}

/**
 * Reads what concerns BTF in an ELF file of 32 or 64 bits and either byte order: an object, a program, a kernel module
 * or a kernel. It looks at the headers, the symbols and their names alone and copies no section, so `btf` and `btfExt`
 * change when `bytes` do.
 *
 * `.BTF` is given as it is in the file. In a relocatable object the linker has yet to fill in the offsets of a DATASEC.
 *
 * Only the table that `strip` removes is read for symbols (`SHT_SYMTAB`), not the one for dynamic linking, as libbpf
 * does it.
 *
 * @param bytes the whole file, at any offset and alignment of its buffer
 * @throws BtfError `EINVAL` when it is no ELF file; when a header, a name, the symbol table or a BTF section does not
 * lie within the file (for the name or section of a symbol, when `symbols` is read); when there are two symbol tables; when a BTF section has no bytes (`NOBITS`, as in a file of
 * debug information that was split from its program). `EOPNOTSUPP` when a BTF section is compressed. `rule` begins with
 * `elf-`; `byteOffset` counts from the start of the file.
 *
 * @example
 * ```ts
 * // clang -target bpf -g -c prog.c, with prog.c: extern int kfunc(void); int prog(void) { return kfunc(); }
 * const { btf, endian, bits, symbols } = readElf(readFileSync("prog.o"));
 * console.log(endian, bits, decode(btf!).typeCount);
 * // little 64 6
 * console.log(symbols.filter(({ section }) => section === null));
 * // [{ name: "kfunc", section: null, value: 0, size: 0, type: "notype", bind: "global", visibility: "default" }]
 * ```
 */
export function readElf(bytes: Uint8Array): ElfFile {
  const image = readHeaders(bytes);
  const btf = findBytes(image, ".BTF");
  const btfExt = findBytes(image, ".BTF.ext");
  let symbols: readonly ElfSymbol[] | (() => readonly ElfSymbol[]) = openSymbols(image);
  return {
    ...(btf && { btf }),
    ...(btfExt && { btfExt }),
    endian: image.endian,
    bits: image.bits,
    sections: image.sections.slice(1).map(({ name, size }) => ({ name, size })),
    // A kernel has some 200,000, which take longer than all the rest.
    get symbols() {
      if (typeof symbols === "function") symbols = symbols();
      return symbols;
    },
  };
}

/** ELF files made by hand, right or wrong in one way, for what no compiler writes. */

export interface SectionSpec {
  readonly name?: string;
  readonly type?: number;
  readonly flags?: number;
  readonly data?: Uint8Array;
  readonly link?: number;
  readonly entrySize?: number;
  /** Instead of where the data was put, and how long it is. */
  readonly offset?: bigint;
  readonly size?: bigint;
  readonly nameOffset?: number;
}

export interface SymbolSpec {
  readonly name?: number;
  readonly info?: number;
  readonly other?: number;
  readonly shndx?: number;
  readonly value?: bigint;
  readonly size?: bigint;
}

export interface ElfSpec {
  readonly bits?: 32 | 64;
  readonly endian?: "little" | "big";
  /** From index 1 on. The string table of section names is added as the last. */
  readonly sections?: readonly SectionSpec[];
  /** Header fields instead of the right ones. */
  readonly shoff?: bigint;
  readonly shentsize?: number;
  readonly shnum?: number;
  readonly shstrndx?: number;
  /** `sh_size` and `sh_link` of section 0. */
  readonly sectionZero?: { readonly size?: bigint; readonly link?: number };
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

class Bytes {
  readonly #bytes: number[] = [];
  readonly #bits: 32 | 64;
  readonly #little: boolean;

  constructor(bits: 32 | 64, little: boolean) {
    this.#bits = bits;
    this.#little = little;
  }

  get length(): number {
    return this.#bytes.length;
  }

  number(value: bigint | number, length: number): this {
    const bytes = Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
    this.#bytes.push(...(this.#little ? bytes : bytes.reverse()));
    return this;
  }

  word(value: bigint | number): this {
    return this.number(value, this.#bits / 8);
  }

  add(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Entries of a symbol table; the null symbol is added as the first. */
export function buildSymbols(
  symbols: readonly SymbolSpec[],
  { bits = 64, endian = "little" }: ElfSpec = {},
): Uint8Array {
  const out = new Bytes(bits, endian === "little");
  for (const { name = 0, info = 0, other = 0, shndx = 0, value = 0n, size = 0n } of [{}, ...symbols] as SymbolSpec[]) {
    out.number(name, 4);
    if (bits === 32) out.word(value).word(size).number(info, 1).number(other, 1).number(shndx, 2);
    else out.number(info, 1).number(other, 1).number(shndx, 2).word(value).word(size);
  }
  return out.done();
}

export function buildElf(spec: ElfSpec = {}): Uint8Array {
  const { bits = 64, endian = "little", sectionZero = {} } = spec;
  const names = new Bytes(bits, true).number(0, 1);
  const sections = [...(spec.sections ?? []), { name: ".shstrtab", type: 3 } as SectionSpec].map((section) => {
    const nameOffset = section.nameOffset ?? names.length;
    names.add(text(`${section.name ?? ""}\0`));
    return { ...section, nameOffset };
  });
  const datas = sections.map(({ data }, i) => (i === sections.length - 1 ? names.done() : (data ?? new Uint8Array())));
  const headerBytes = bits === 32 ? 52 : 64;
  const sectionBytes = bits === 32 ? 40 : 64;
  const dataBytes = datas.reduce((sum, data) => sum + data.length, 0);

  const out = new Bytes(bits, endian === "little");
  out.add(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, bits / 32, endian === "little" ? 1 : 2, 1));
  out.add(new Uint8Array(9));
  out.number(1, 2).number(247, 2).number(1, 4).word(0).word(0);
  out.word(spec.shoff ?? headerBytes + dataBytes);
  out.number(0, 4).number(headerBytes, 2).number(0, 2).number(0, 2);
  out.number(spec.shentsize ?? sectionBytes, 2);
  out.number(spec.shnum ?? sections.length + 1, 2);
  out.number(spec.shstrndx ?? sections.length, 2);
  const starts = datas.map((data) => {
    const start = out.length;
    out.add(data);
    return start;
  });
  const header = (section: SectionSpec & { readonly nameOffset: number }, start: number, length: number): void => {
    const { nameOffset, type = 1, flags = 0, offset = start, size = length, link = 0, entrySize = 0 } = section;
    out.number(nameOffset, 4).number(type, 4).word(flags).word(0).word(offset).word(size);
    out.number(link, 4).number(0, 4).word(1).word(entrySize);
  };
  header({ nameOffset: 0, type: 0, ...sectionZero }, 0, 0);
  for (const [i, section] of sections.entries()) header(section, starts[i]!, datas[i]!.length);
  return out.done();
}

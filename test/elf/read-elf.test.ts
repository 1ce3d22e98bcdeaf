import { describe, expect, it } from "vitest";

import { isElf, readElf, type ElfSymbol } from "btfkit/elf";
import { buildElf, buildSymbols, text, type ElfSpec, type SymbolSpec } from "./build-elf.js";

const SHAPES = [
  { bits: 32, endian: "little" },
  { bits: 32, endian: "big" },
  { bits: 64, endian: "little" },
  { bits: 64, endian: "big" },
] as const;

const strings = text("\0alpha\0beta\0");

/** .BTF, .BTF.ext, .text, .symtab (4) and .strtab (5). */
function withSymbols(symbols: readonly SymbolSpec[], shape: ElfSpec = {}): Uint8Array {
  const { bits = 64 } = shape;
  return buildElf({
    ...shape,
    sections: [
      { name: ".BTF", data: Uint8Array.of(1, 2, 3) },
      { name: ".BTF.ext", data: Uint8Array.of(4, 5) },
      { name: ".text", data: new Uint8Array(8) },
      { name: ".symtab", type: 2, link: 5, entrySize: bits === 32 ? 16 : 24, data: buildSymbols(symbols, shape) },
      { name: ".strtab", type: 3, data: strings },
    ],
  });
}

function readSymbol(spec: SymbolSpec, shape?: ElfSpec): ElfSymbol {
  return readElf(withSymbols([spec], shape)).symbols[0]!;
}

describe.each(SHAPES)("$bits bits, $endian endian", (shape) => {
  it("gives sections, symbols and BTF", () => {
    const file = withSymbols(
      [
        { name: 1, info: 0x12, other: 2, shndx: 3, value: 4n, size: 40n },
        { name: 7, info: 0x20, shndx: 0 },
        { info: 0x03, shndx: 3 },
      ],
      shape,
    );
    expect(readElf(file)).toStrictEqual({
      btf: Uint8Array.of(1, 2, 3),
      btfExt: Uint8Array.of(4, 5),
      ...shape,
      sections: [
        { name: ".BTF", size: 3 },
        { name: ".BTF.ext", size: 2 },
        { name: ".text", size: 8 },
        { name: ".symtab", size: shape.bits === 32 ? 64 : 96 },
        { name: ".strtab", size: 12 },
        { name: ".shstrtab", size: 47 },
      ],
      symbols: [
        { name: "alpha", section: ".text", value: 4, size: 40, type: "func", bind: "global", visibility: "hidden" },
        { name: "beta", section: null, value: 0, size: 0, type: "notype", bind: "weak", visibility: "default" },
        { name: "", section: ".text", value: 0, size: 0, type: "section", bind: "local", visibility: "default" },
      ],
    });
  });

  it("reads a view at any offset of its buffer, and gives views of it", () => {
    const file = withSymbols([{ name: 7, info: 0x11, shndx: 3, value: 1n }], shape);
    for (const shift of [1, 2, 3, 5]) {
      const buffer = new Uint8Array(file.length + 16);
      buffer.set(file, shift);
      const elf = readElf(buffer.subarray(shift, shift + file.length));
      expect(elf).toStrictEqual(readElf(file));
      expect(elf.btf?.buffer).toBe(buffer.buffer);
    }
  });

  it("finds sections and symbols beyond 0xff00", () => {
    const many = 0xff10;
    const file = buildElf({
      ...shape,
      sections: [
        {
          name: ".symtab",
          type: 2,
          link: 2,
          entrySize: shape.bits === 32 ? 16 : 24,
          data: buildSymbols(
            [
              { name: 1, shndx: 0xffff },
              { name: 7, shndx: 1 },
            ],
            shape,
          ),
        },
        { name: ".strtab", type: 3, data: strings },
        {
          type: 18,
          link: 1,
          entrySize: 4,
          data: Uint8Array.of(0, 0, 0, 0, ...(shape.endian === "big" ? [0, 0, 0xff, 5] : [5, 0xff, 0, 0]), 0, 0, 0, 0),
        },
        ...Array.from({ length: many }, (_, i) => ({ name: `s${i + 4}` })),
        { name: ".BTF", data: Uint8Array.of(9) },
      ],
      shnum: 0,
      shstrndx: 0xffff,
      sectionZero: { size: BigInt(many + 6), link: many + 5 },
    });
    const elf = readElf(file);
    expect(elf.sections).toHaveLength(many + 5);
    expect(elf.sections[0xff05 - 1]).toStrictEqual({ name: "s65285", size: 0 });
    expect(elf.btf).toStrictEqual(Uint8Array.of(9));
    expect(elf.symbols.map(({ section }) => section)).toStrictEqual(["s65285", ".symtab"]);
  });
});

describe("symbols", () => {
  it("have words for what the ELF specification names, and numbers for the rest", () => {
    const types = ["notype", "object", "func", "section", "file", "common", "tls", 7, 8, 9, 10, 11, 12, 13, 14, 15];
    expect(types.map((_, info) => readSymbol({ info }).type)).toStrictEqual(types);
    const binds = ["local", "global", "weak", 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    expect(binds.map((_, bind) => readSymbol({ info: bind << 4 }).bind)).toStrictEqual(binds);
    const visibilities = ["default", "internal", "hidden", "protected"];
    expect(visibilities.map((_, other) => readSymbol({ other: 0x60 | other }).visibility)).toStrictEqual(visibilities);
  });

  it("without a section are told from undefined ones", () => {
    expect(readSymbol({ shndx: 0 }).section).toBeNull();
    expect(readSymbol({ shndx: 0xfff1 }).section).toBe("*ABS*");
    expect(readSymbol({ shndx: 0xfff2 }).section).toBe("*COM*");
    expect(readSymbol({ shndx: 0xff03 }).section).toBe("*0xff03*");
  });

  it("have a bigint for a value that no number holds exactly", () => {
    expect(readSymbol({ value: 2n ** 53n - 1n }).value).toBe(Number.MAX_SAFE_INTEGER);
    expect(readSymbol({ value: 2n ** 53n }).value).toBe(2n ** 53n);
    expect(readSymbol({ value: 0xffffffff81000000n }, { endian: "big" }).value).toBe(0xffffffff81000000n);
    expect(readSymbol({ value: 0xffffffffn }, { bits: 32 }).value).toBe(0xffffffff);
  });

  it("keep every byte of a name", () => {
    const name = Uint8Array.of(0, 0xc3, 0xa9, 0xff, 0x41, 0);
    const sections = [
      { name: ".symtab", type: 2, link: 2, entrySize: 24, data: buildSymbols([{ name: 1 }, { name: 2 }]) },
      { name: ".strtab", type: 3, data: name },
    ];
    expect(readElf(buildElf({ sections })).symbols.map((s) => s.name)).toStrictEqual(["é\udcffA", "\udca9\udcffA"]);
  });

  it("may have names of thousands of bytes, of any characters", () => {
    for (const unit of ["x", "é", "€", "😀", "a😀"]) {
      const long = unit.repeat(3000);
      const sections = [
        { name: ".symtab", type: 2, link: 2, entrySize: 24, data: buildSymbols([{ name: 1 }]) },
        { name: ".strtab", type: 3, data: text(`\0${long}\0`) },
      ];
      expect(readElf(buildElf({ sections })).symbols[0]?.name).toBe(long);
    }
    const sections = [
      { name: ".symtab", type: 2, link: 2, entrySize: 24, data: buildSymbols([{}]) },
      { name: ".strtab", type: 3, data: new Uint8Array(3000).fill(0x80, 0, 2999) },
    ];
    expect(readElf(buildElf({ sections })).symbols[0]?.name).toBe("\udc80".repeat(2999));
  });

  it("are read once, and survive a structured clone", () => {
    const elf = readElf(withSymbols([{ name: 1, shndx: 3 }]));
    expect(elf.symbols).toBe(elf.symbols);
    expect(structuredClone(elf)).toStrictEqual(elf);
    expect(Object.keys(elf)).toContain("symbols");
  });
});

describe("files without one thing or another", () => {
  it("no section headers", () => {
    const bare = { endian: "little", bits: 64, sections: [], symbols: [] };
    expect(readElf(buildElf({ shoff: 0n }))).toStrictEqual(bare);
    expect(readElf(buildElf({ shnum: 0 }))).toStrictEqual(bare);
  });

  it("no BTF, no symbol table", () => {
    const elf = readElf(buildElf({ sections: [{ name: ".text" }] }));
    expect(elf.sections.map(({ name }) => name)).toStrictEqual([".text", ".shstrtab"]);
    expect("btf" in elf || "btfExt" in elf).toBe(false);
    expect(elf.symbols).toStrictEqual([]);
  });

  it("no names of sections", () => {
    const elf = readElf(buildElf({ shstrndx: 0, sections: [{ name: ".BTF" }] }));
    expect(elf.sections.map(({ name }) => name)).toStrictEqual(["", ""]);
  });

  it("an empty .BTF is there, and sections of one name are all listed", () => {
    const data = Uint8Array.of(7);
    const elf = readElf(buildElf({ sections: [{ name: ".BTF", data }, { name: ".BTF" }] }));
    expect(elf.sections.slice(0, 2)).toStrictEqual([
      { name: ".BTF", size: 1 },
      { name: ".BTF", size: 0 },
    ]);
    expect(elf.btf).toStrictEqual(new Uint8Array());
  });

  it("a section that nobody needs may lie outside of the file, as .bss and what truncation cut off", () => {
    const sections = [
      { name: ".bss", type: 8, size: 2n ** 40n },
      { name: ".data", offset: 2n ** 63n },
    ];
    expect(readElf(buildElf({ sections })).sections[0]).toStrictEqual({ name: ".bss", size: 2 ** 40 });
  });
});

describe("isElf", () => {
  it("looks at the magic number alone", () => {
    expect(isElf(text("\x7fELF"))).toBe(true);
    expect(isElf(text("\x7fEL"))).toBe(false);
    expect(isElf(Uint8Array.of(0x9f, 0xeb, 1, 0))).toBe(false);
  });
});

import { describe, expect, it } from "vitest";

import { isBtfError, type BtfError } from "../../src/model/errors.js";
import { readElf } from "btfkit/elf";
import { buildElf, buildSymbols, text, type ElfSpec, type SectionSpec, type SymbolSpec } from "./build-elf.js";

/** Reads all there is to read. */
function readAll(bytes: Uint8Array): void {
  void readElf(bytes).symbols.length;
}

function refusal(bytes: Uint8Array): BtfError {
  try {
    readAll(bytes);
  } catch (error) {
    if (isBtfError(error)) return error;
    throw error;
  }
  throw new Error("the file was read");
}

/** xorshift32: the same mutations in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function patched(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

const strtab: SectionSpec = { name: ".strtab", type: 3, data: text("\0name\0") };

function symtab(
  symbols: readonly SymbolSpec[],
  changes: SectionSpec = {},
  others: readonly SectionSpec[] = [],
): ElfSpec {
  const table = { name: ".symtab", type: 2, link: 2, entrySize: 24, data: buildSymbols(symbols), ...changes };
  return { sections: [table, strtab, ...others] };
}

const elf = buildElf({ sections: [{ name: ".BTF", data: Uint8Array.of(1) }] });
const huge = 2n ** 64n - 1n;

const CASES: Record<string, readonly [Uint8Array, string, string]> = {
  "no bytes": [new Uint8Array(), "elf-magic", "ELF header: magic is missing, 7f 45 4c 46 expected"],
  "raw BTF": [Uint8Array.of(0x9f, 0xeb, 1, 0), "elf-magic", "ELF header: magic is 9f eb 01 00, 7f 45 4c 46 expected"],
  class: [patched(elf, 4, 3), "elf-class", "ELF header: class is 3, 1 (32 bit) or 2 (64 bit) expected"],
  "data encoding": [patched(elf, 5, 0), "elf-data", "ELF header: data encoding is 0, 1 (little endian) or 2 (big"],
  version: [patched(elf, 6, 0), "elf-version", "ELF header: version is 0, 1 expected"],
  "half a header": [elf.subarray(0, 63), "elf-header-short", "ELF header: 63 bytes are fewer than the 64"],
  "size of a section header": [buildElf({ shentsize: 40 }), "elf-section-headers", "ELF header: e_shentsize is 40, 64"],
  "section headers beyond the file": [
    buildElf({ shoff: huge }),
    "elf-section-headers",
    "ELF header: 1 section headers",
  ],
  "truncated section headers": [
    elf.subarray(0, -1),
    "elf-section-headers",
    "ELF header: 3 section headers of 64 bytes",
  ],
  "2**40 sections": [
    buildElf({ shnum: 0, sectionZero: { size: 2n ** 40n } }),
    "elf-section-headers",
    "ELF header: 1099511627776 section headers",
  ],
  "section names nowhere": [buildElf({ shstrndx: 9 }), "elf-string-table", "ELF header: its string table is section 9"],
  "section names, extended, nowhere": [
    buildElf({ shstrndx: 0xffff, sectionZero: { link: 0xffffffff } }),
    "elf-string-table",
    "ELF header: its string table is section 4294967295, but the last section is 1",
  ],
  "section names in another section": [
    buildElf({ shstrndx: 1, sections: [{ name: ".text" }] }),
    "elf-string-table",
    "ELF header: its string table, section 1, has type 1, 3 (STRTAB) expected",
  ],
  "section name beyond the table": [
    buildElf({ sections: [{ nameOffset: 0xffffffff }] }),
    "elf-name",
    "section 1: name at offset 4294967295 of its string table is beyond the 12 bytes of the table",
  ],
  "name without NUL": [
    buildElf({ shstrndx: 1, sections: [{ type: 3, nameOffset: 0, data: text("abc") }] }),
    "elf-name",
    "section 1: name at offset 0 of its string table has no NUL",
  ],
  "2**64 bytes of a section": [
    buildElf({ sections: [{ size: huge }] }),
    "elf-section-size",
    "section header at offset 140: sh_size is 2**53 or more",
  ],
  ".BTF beyond the file": [
    buildElf({ sections: [{ name: ".BTF", offset: 2n ** 33n, size: 1n }] }),
    "elf-section-range",
    "section 1 '.BTF': its 1 bytes at offset 8589934592 end beyond the",
  ],
  ".BTF.ext with an offset that would wrap": [
    buildElf({ sections: [{ name: ".BTF.ext", offset: huge, size: 2n }] }),
    "elf-section-range",
    "section 1 '.BTF.ext': its 2 bytes",
  ],
  ".BTF without bytes": [
    buildElf({ sections: [{ name: ".BTF", type: 8, size: 100n }] }),
    "elf-section-type",
    "section 1 '.BTF': its type is NOBITS, its bytes left in another file; 1 (PROGBITS) expected",
  ],
  ".BTF of another type": [
    buildElf({ sections: [{ name: ".BTF", type: 7 }] }),
    "elf-section-type",
    "section 1 '.BTF': its type is 7; 1 (PROGBITS) expected",
  ],
  "two symbol tables": [
    buildElf(symtab([], {}, [{ name: ".symtab2", type: 2 }])),
    "elf-symbol-table",
    "section 3 '.symtab2': it is a second symbol table, beside section 1",
  ],
  "symbols beyond the file": [
    buildElf(symtab([], { size: 24n * 2n ** 32n })),
    "elf-section-range",
    "symbol table, section 1 '.symtab': its 103079215104 bytes",
  ],
  "symbols of no size": [
    buildElf(symtab([], { entrySize: 0 })),
    "elf-symbol-table",
    "symbol table, section 1 '.symtab'",
  ],
  "part of a symbol": [
    buildElf(symtab([], { size: 23n })),
    "elf-symbol-table",
    "symbol table, section 1 '.symtab': it",
  ],
  "symbols that are their own names": [
    buildElf(symtab([], { link: 1 })),
    "elf-string-table",
    "symbol table, section 1 '.symtab': its string table, section 1, has type 2, 3 (STRTAB) expected",
  ],
  "symbol name": [
    buildElf(symtab([{ name: 6 }])),
    "elf-name",
    "symbol 1: name at offset 6 of its string table is beyond",
  ],
  "symbol size": [buildElf(symtab([{ size: 2n ** 53n }])), "elf-symbol-size", "symbol 1: st_size is 9007199254740992"],
  "symbol section": [
    buildElf(symtab([{ shndx: 4 }])),
    "elf-symbol-section",
    "symbol 1: its section is 4, but the last section is 3",
  ],
  "extended symbol section without a table": [
    buildElf(symtab([{ shndx: 0xffff }])),
    "elf-symbol-section",
    "symbol 1: its section index is in a SYMTAB_SHNDX section",
  ],
  "extended symbol section in a short table": [
    buildElf(symtab([{ shndx: 0xffff }], {}, [{ type: 18, link: 1, data: new Uint8Array(7) }])),
    "elf-symbol-section",
    "symbol 1: its section index is in a SYMTAB_SHNDX section",
  ],
};

describe("a hostile file is refused with a BtfError", () => {
  it.each(Object.entries(CASES))("%s", (_, [bytes, rule, message]) => {
    const error = refusal(bytes);
    expect(error.message).toContain(message);
    expect(error.message.startsWith(message)).toBe(true);
    expect(error).toMatchObject({ code: "EINVAL", rule });
    expect(error.byteOffset).toBeGreaterThanOrEqual(0);
  });

  it("compressed BTF is something else than damaged BTF", () => {
    const error = refusal(buildElf({ sections: [{ name: ".BTF", flags: 0x800 }] }));
    expect(error).toMatchObject({ code: "EOPNOTSUPP", rule: "elf-section-compressed", field: "sh_flags" });
    expect(error.message).toContain("llvm-objcopy --compress-sections .BTF=none");
  });

  it("damage to a symbol keeps nobody from the BTF", () => {
    const file = readElf(buildElf(symtab([{ name: 99 }], {}, [{ name: ".BTF", data: Uint8Array.of(5) }])));
    expect(file.btf).toStrictEqual(Uint8Array.of(5));
    expect(() => file.symbols).toThrow("symbol 1");
    expect(() => file.symbols).toThrow("symbol 1");
  });
});

describe("cost", () => {
  it("names that overlap cannot cost the square of the file", () => {
    const symbols = Array.from({ length: 5000 }, (_, i) => ({ name: i + 1 }));
    for (const letter of ["a", "é"]) {
      const data = text(`\0${letter.repeat(100_000)}\0`);
      const spec = { sections: [symtab(symbols).sections![0]!, { name: ".strtab", type: 3, data }] };
      expect(refusal(buildElf(spec)).message).toMatch(
        /^symbol \d: name at offset \d of its string table overlaps others/,
      );
    }
  });

  it("names may share their ends, as linkers let them", () => {
    const names = Array.from({ length: 10 }, (_, i) => `.rel.data.section${i}`);
    const table = text(`\0${names.join("\0")}\0`);
    const symbols = names.flatMap((_, i) => [1, 5, 10].map((shift) => ({ name: i * 19 + shift })));
    const spec = { sections: [symtab(symbols).sections![0]!, { name: ".strtab", type: 3, data: table }] };
    expect(readElf(buildElf(spec)).symbols.map(({ name }) => name)).toContain(".data.section7");
  });

  it("a name that many symbols share costs once", () => {
    const symbols = Array.from({ length: 5000 }, () => ({ name: 1 }));
    const data = text(`\0${"n".repeat(10_000)}\0`);
    const spec = { sections: [symtab(symbols).sections![0]!, { name: ".strtab", type: 3, data }] };
    expect(readElf(buildElf(spec)).symbols).toHaveLength(5000);
  });

  it("a name of more than a megabyte is none", () => {
    const data = new Uint8Array((1 << 20) + 3).fill(0x61);
    data[0] = 0;
    data[data.length - 1] = 0;
    const sections = [symtab([{ name: 1 }]).sections![0]!, { name: ".strtab", type: 3, data }];
    expect(refusal(buildElf({ sections })).message).toBe(
      "symbol 1: name at offset 1 of its string table has 1048577 bytes, at most 1048576 expected",
    );
  });
});

describe("mutations", () => {
  const shapes = [
    { bits: 32, endian: "little" },
    { bits: 32, endian: "big" },
    { bits: 64, endian: "little" },
    { bits: 64, endian: "big" },
  ] as const;

  it.each(shapes)("of $bits bits, $endian endian: a result or a BtfError", (shape) => {
    const entrySize = shape.bits === 32 ? 16 : 24;
    const data = buildSymbols(
      [
        { name: 1, shndx: 4 },
        { name: 3, shndx: 0xffff, value: 5n },
      ],
      shape,
    );
    const original = buildElf({
      ...shape,
      sections: [
        { name: ".symtab", type: 2, link: 2, entrySize, data },
        strtab,
        { name: ".symtab_shndx", type: 18, link: 1, data: new Uint8Array(12) },
        { name: ".BTF", data: Uint8Array.of(1, 2) },
        { name: ".BTF.ext", data: Uint8Array.of(3) },
      ],
    });
    const pick = random(shape.bits + (shape.endian === "big" ? 1 : 2));
    const values = [0, 1, 2, 3, 8, 0x7f, 0x80, 0xfe, 0xff];
    const rules = new Set<string>();
    let reads = 0;
    for (let round = 0; round < 5000; round++) {
      const bytes = original.slice(0, pick(4) === 0 ? pick(original.length + 1) : original.length);
      for (let i = pick(4); i >= 0 && bytes.length > 0; i--) {
        bytes[pick(bytes.length)] = pick(3) === 0 ? pick(256) : values[pick(values.length)]!;
      }
      try {
        readAll(bytes);
        reads++;
      } catch (error) {
        if (!isBtfError(error)) throw error;
        rules.add(error.rule);
      }
    }
    expect(reads).toBeGreaterThan(100);
    expect(rules.size).toBeGreaterThan(8);
    expect([...rules].every((rule) => rule.startsWith("elf-"))).toBe(true);
  });

  it("every truncation of a file is refused", () => {
    const rules = Array.from(elf, (_, length) => refusal(elf.subarray(0, length)).rule);
    expect(new Set(rules)).toStrictEqual(
      new Set(["elf-magic", "elf-class", "elf-data", "elf-version", "elf-header-short", "elf-section-headers"]),
    );
  });
});

/** What readElf says of objects that clang makes, beside what llvm-readelf and llvm-objcopy say of them. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decode } from "btfkit/decoder";
import { readElf } from "btfkit/elf";
import { oracle } from "../oracles.js";

const CLANG = "clang-19";
const READELF = "llvm-readelf-19";
const OBJCOPY = "llvm-objcopy-19";

const missing = [CLANG, READELF, OBJCOPY].map(oracle).find(({ available }) => !available);
const why = missing === undefined ? "" : ` (skipped: ${missing.reason})`;

const SOURCE = `
  struct item { int id; long size; };
  struct item items[4];
  int counter = 3;
  static int hits;
  const char greeting[] __attribute__((section(".rodata.greeting"))) = "hello";
  extern int config;
  extern int maybe __attribute__((weak));
  extern int kfunc(struct item *item);
  static __attribute__((noinline)) int add(int x) { return x * counter + hits++; }
  int __attribute__((weak, visibility("hidden"))) hidden(struct item *item) { return item->id + kfunc(item); }
  int __attribute__((section("tc"), visibility("protected"))) prog(void *ctx) {
    return add(config) + add(hidden(items)) + (&maybe ? maybe : 0);
  }`;

/** Symbols that BPF has no relocations for. */
const NATIVE = `
  _Thread_local int local_to_thread;
  __asm__(".globl absolute\\nabsolute = 0x1234\\n.comm block,32,8");`;

const TARGETS = [
  { target: "bpf", bits: 64, endian: "little" },
  { target: "bpfeb", bits: 64, endian: "big" },
  { target: "x86_64-linux-gnu", bits: 64, endian: "little" },
  { target: "i386-linux-gnu", bits: 32, endian: "little" },
  { target: "aarch64_be-linux-gnu", bits: 64, endian: "big" },
  { target: "armeb-linux-gnueabi", bits: 32, endian: "big" },
] as const;

interface Numbered {
  readonly Name: string;
  readonly Value: number;
}

interface ReadelfFile {
  readonly Sections: readonly { readonly Section: { readonly Name: Numbered; readonly Size: number } }[];
  readonly Symbols: readonly {
    readonly Symbol: {
      readonly Name: Numbered;
      /** Text where a number would not be exact. */
      readonly Value: number | string;
      readonly Size: number;
      readonly Binding: Numbered;
      readonly Type: Numbered;
      readonly Other: { readonly Value: number };
      readonly Section: Numbered;
    };
  }[];
}

/** The answer of llvm-readelf in the words of readElf. */
function readelf(path: string) {
  const json = execFileSync(READELF, ["--elf-output-style=JSON", "-S", "-s", path], { encoding: "utf8" });
  const [file] = JSON.parse(json.replaceAll(/("Value":)(\d{16,})/g, '$1"$2"')) as [ReadelfFile];
  const types = ["notype", "object", "func", "section", "file", "common", "tls"];
  const binds = ["local", "global", "weak"];
  const visibilities = ["default", "internal", "hidden", "protected"];
  const special = new Map([
    [0, null],
    [0xfff1, "*ABS*"],
    [0xfff2, "*COM*"],
  ]);
  return {
    sections: file.Sections.slice(1).map(({ Section }) => ({ name: Section.Name.Name, size: Section.Size })),
    symbols: file.Symbols.slice(1).map(({ Symbol: symbol }) => ({
      // For the symbol of a section, which has no name, readelf writes the section's.
      name: symbol.Name.Value === 0 ? "" : symbol.Name.Name,
      section: special.has(symbol.Section.Value) ? special.get(symbol.Section.Value) : symbol.Section.Name,
      value: typeof symbol.Value === "string" ? BigInt(symbol.Value) : symbol.Value,
      size: symbol.Size,
      type: types[symbol.Type.Value] ?? symbol.Type.Value,
      bind: binds[symbol.Binding.Value] ?? symbol.Binding.Value,
      visibility: visibilities[symbol.Other.Value & 3],
    })),
  };
}

describe.skipIf(missing !== undefined)(`clang's objects, read by llvm-readelf${why}`, () => {
  let folder = "";
  const file = (name: string): string => join(folder, name);
  const run = (program: string, ...args: string[]): void => void execFileSync(program, args, { cwd: folder });

  function compile(target: string): string {
    const isBpf = target.startsWith("bpf");
    writeFileSync(file("source.c"), isBpf ? SOURCE : SOURCE + NATIVE);
    run(CLANG, `--target=${target}`, "-Wno-everything", "-g", "-O1", "-c", "source.c", "-o", `${target}.o`);
    return file(`${target}.o`);
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "btfkit-elf-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe.each(TARGETS)("$target", ({ target, bits, endian }) => {
    it("has the same sections and symbols", () => {
      const path = compile(target);
      const elf = readElf(readFileSync(path));
      expect(elf).toMatchObject({ bits, endian, ...readelf(path) });
      expect(elf.symbols.find(({ name }) => name === "prog")).toMatchObject({ section: "tc", visibility: "protected" });
      expect(elf.symbols.find(({ name }) => name === "maybe")).toMatchObject({ section: null, bind: "weak" });
    });

    it("has the same sections, and no symbols, once stripped", () => {
      const path = compile(target);
      run(OBJCOPY, "--strip-all", "--remove-section=.symtab", "--keep-section=.BTF", path, "stripped.o");
      const elf = readElf(readFileSync(file("stripped.o")));
      expect(elf.symbols).toStrictEqual([]);
      expect(elf.sections).toStrictEqual(readelf(file("stripped.o")).sections);
      expect(elf.btf !== undefined).toBe(target.startsWith("bpf"));
    });
  });

  it.each(["bpf", "bpfeb"])("%s: .BTF and .BTF.ext are what llvm-objcopy dumps", (target) => {
    const path = compile(target);
    run(OBJCOPY, "--dump-section", ".BTF=btf", "--dump-section", ".BTF.ext=ext", path, "unused.o");
    const { btf, btfExt } = readElf(new Uint8Array(readFileSync(path)));
    expect(btf).toStrictEqual(new Uint8Array(readFileSync(file("btf"))));
    expect(btfExt).toStrictEqual(new Uint8Array(readFileSync(file("ext"))));
    expect(decode(btf!).find("item", "STRUCT")).toBeGreaterThan(0);
  });

  it("refuses BTF that llvm-objcopy compressed, and reads it when it undid that as the message says", () => {
    const path = compile("bpf");
    run(OBJCOPY, "--compress-sections", ".BTF=zlib", path, "small.o");
    expect(() => readElf(readFileSync(file("small.o")))).toThrow("llvm-objcopy --compress-sections .BTF=none");
    run(OBJCOPY, "--compress-sections", ".BTF=none", "small.o", "plain.o");
    expect(readElf(readFileSync(file("plain.o"))).btf).toStrictEqual(readElf(readFileSync(path)).btf);
  });

  it("reads more sections than the header has room for", () => {
    const lines = Array.from({ length: 0xff08 }, (_, i) => `.section s${i},"aw",%progbits\nin${i}: .byte 1`);
    writeFileSync(file("many.s"), `${lines.join("\n")}\n`);
    run(CLANG, "--target=x86_64-linux-gnu", "-c", "many.s", "-o", "many.o");
    const elf = readElf(readFileSync(file("many.o")));
    expect(elf.sections.filter(({ name }) => /^s\d/.test(name))).toHaveLength(0xff08);
    expect(elf.symbols.every(({ name, section }) => section === name.replace("in", "s"))).toBe(true);
    expect(elf.symbols).toHaveLength(0xff08);
  });

  const linker = oracle("ld");
  const native = linker.available && process.arch === "x64";
  it.skipIf(!native)(
    `reads a program linked where a kernel lies${native ? "" : " (skipped: no ld for x86-64)"}`,
    () => {
      const path = compile("x86_64-linux-gnu");
      run("ld", "-Ttext=0xffffffff81000000", "-e", "prog", "--unresolved-symbols=ignore-all", path, "-o", "program");
      const elf = readElf(readFileSync(file("program")));
      expect(elf).toMatchObject(readelf(file("program")));
      const { value } = elf.symbols.find(({ name }) => name === "add")!;
      expect(BigInt.asUintN(64, BigInt(value)) >> 20n).toBe(0xffffffff810n);
    },
  );
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { isBtfError, type BtfError } from "btfkit";
import { kernelBtf, KERNEL_BTF, readBtf } from "btfkit/node";
import { formatRaw } from "btfkit/text";
import { buildElf } from "../elf/build-elf.js";
import { info, rawBtf } from "../raw-btf.js";

const INT = [1, info(1), 4, 0x01000020];
const PLAIN = rawBtf([INT], "\0int\0");
const SPLIT = rawBtf([[5, info(8), 1]], "mine\0");
const LINE = "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-read-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The error that reading a file gives; its message begins with the path. */
function refusal(path: string, options?: Parameters<typeof readBtf>[1]): BtfError {
  try {
    readBtf(path, options);
  } catch (error) {
    if (!isBtfError(error)) throw error;
    expect(error.message.startsWith(`${path}: `)).toBe(true);
    return error;
  }
  throw new Error(`${path} was read`);
}

describe("readBtf", () => {
  it("reads raw BTF in either byte order", () => {
    expect(formatRaw(readBtf(file("little.btf", PLAIN)))).toBe(LINE);
    const big = readBtf(file("big.btf", rawBtf([INT], "\0int\0", false)));
    expect(big.endian).toBe("big");
    expect(formatRaw(big)).toBe(LINE);
  });

  it.each([
    [64, "little"],
    [32, "big"],
  ] as const)("reads the .BTF of an object file of %d bits, %s endian", (bits, endian) => {
    const data = rawBtf([INT], "\0int\0", endian === "little");
    for (const padding of [0, 1, 2, 3]) {
      const sections = [
        { name: ".text", data: new Uint8Array(padding) },
        { name: ".BTF", data },
      ];
      const graph = readBtf(file("object.o", buildElf({ bits, endian, sections })));
      expect(graph.endian).toBe(endian);
      expect(formatRaw(graph)).toBe(LINE);
    }
  });

  it("reads a split BTF on its base, and says so when it lacks one", () => {
    const base = readBtf(file("base.btf", PLAIN));
    const path = file("split.btf", SPLIT);
    expect(formatRaw(readBtf(path, { base }))).toBe("[2] TYPEDEF 'mine' type_id=1\n");
    const error = refusal(path);
    expect(error.rule).toBe("base-missing");
    expect(error.message).toContain("needs its base");
    const object = file("module.ko", buildElf({ sections: [{ name: ".BTF", data: SPLIT }] }));
    expect(refusal(object).rule).toBe("base-missing");
    expect(formatRaw(readBtf(object, { base }))).toContain("mine");
  });

  it("refuses a module whose BTF stands on a base of its own", () => {
    const sections = [
      { name: ".BTF", data: SPLIT },
      { name: ".BTF.base", data: PLAIN },
    ];
    const path = file("distilled.ko", buildElf({ sections }));
    expect(refusal(path, { base: readBtf(file("base.btf", PLAIN)) }).rule).toBe("distilled-base");
  });

  it.each([
    ["file that is empty", () => file("empty", new Uint8Array()), "file-type", "it is empty"],
    ["text", () => file("text", Buffer.from("int x;")), "file-type", "neither BTF nor an ELF file"],
    ["file that is not there", () => join(folder, "nowhere"), "file", "there is no such file"],
    ["folder", () => folder, "file", "it is a directory"],
    ["object without BTF", () => file("bare.o", buildElf()), "no-btf", "no .BTF section"],
    [
      "object whose BTF is elsewhere",
      () => file("debug.o", buildElf({ sections: [{ name: ".BTF", type: 8, size: 64n }] })),
      "elf-section-type",
      "NOBITS",
    ],
    ["object that is cut off", () => file("cut.o", buildElf().subarray(0, 40)), "elf-truncated", ""],
    ["BTF that is cut off", () => file("cut.btf", PLAIN.subarray(0, 30)), "section-end", "end beyond"],
  ])("refuses a %s", (_, path, rule, message) => {
    const error = refusal(path());
    if (rule === "elf-truncated") expect(error.rule).toMatch(/^elf-/);
    else expect(error.rule).toBe(rule);
    expect(error.message).toContain(message);
  });

  it("keeps what the decoder says of the place", () => {
    const error = refusal(file("range.btf", rawBtf([INT, [0, info(2), 9]], "\0int\0")));
    expect(error).toMatchObject({ code: "EINVAL", rule: "type-id-range", typeId: 2, kind: "PTR" });
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("takes a folder called like a file for what it is", () => {
    mkdirSync(join(folder, "x.btf"));
    expect(refusal(join(folder, "x.btf")).code).toBe("EISDIR");
  });
});

describe("kernelBtf", () => {
  it("reads the running kernel's, or says that there is none", () => {
    let types = 0;
    try {
      types = kernelBtf().typeCount;
    } catch (error) {
      expect(isBtfError(error) && error.message.startsWith(`${KERNEL_BTF}: `)).toBe(true);
      return;
    }
    expect(types).toBeGreaterThan(10_000);
  });
});

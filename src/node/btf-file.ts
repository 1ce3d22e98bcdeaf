import { readFileSync } from "node:fs";

import { decode } from "../decoder/with-spellings.js";
import { isElf, readElf, type ElfFile } from "../elf/index.js";
import type { Btf } from "../model/btf.js";
import { BtfError, isBtfError } from "../model/errors.js";
import { endianOf } from "../wire/header.js";
import { errorIn, fileError } from "./file-error.js";

/** The BTF in a file, and the object file around it where there is one. */
export interface BtfFile {
  /** What errors call the file. */
  readonly name: string;
  /** The BTF; of an object file a view into its bytes. */
  readonly bytes: Uint8Array;
  readonly elf?: ElfFile;
}

/** The bytes of a file. @throws BtfError `file` with the file system's errno where it has a word for it. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError(path, "can't be read", error);
  }
}

/**
 * Finds the BTF in the bytes of a file: the whole of it, or the `.BTF` section of an object file.
 *
 * @param name what errors call the file
 * @throws BtfError ENODATA `no-btf` for an object file without a `.BTF` section, EINVAL `file-type` for what is neither,
 * `elf-*` for an object file that can't be read
 */
export function findBtf(name: string, bytes: Uint8Array): BtfFile {
  if (!isElf(bytes)) {
    if (endianOf(bytes) !== undefined) return { name, bytes };
    const found = bytes.length === 0 ? "it is empty" : "it is neither BTF nor an ELF file";
    throw new BtfError(`${name}: ${found}`, { code: "EINVAL", rule: "file-type", byteOffset: 0 });
  }
  let elf: ElfFile;
  try {
    elf = readElf(bytes);
  } catch (error) {
    throw errorIn(name, error);
  }
  if (elf.btf === undefined) {
    throw new BtfError(
      `${name}: this object file has no .BTF section; compile for BPF with -g, or run pahole -J on it`,
      {
        code: "ENODATA",
        rule: "no-btf",
      },
    );
  }
  return { name, bytes: elf.btf, elf };
}

/** True when a strict decode refused a BTF for what a split BTF without its base looks like. */
function lacksBase(error: unknown, base: Btf | undefined): boolean {
  return base === undefined && isBtfError(error) && error.rule === "string-section-start";
}

/**
 * Decodes what {@link findBtf} found.
 *
 * @throws BtfError whose message begins with the file's name; `base-missing` for a split BTF without its base
 */
export function decodeFile(file: BtfFile, base: Btf | undefined): Btf {
  const { name, bytes, elf } = file;
  // Types in such a section are numbered after those of the small base beside it, not after the kernel's.
  if (elf?.sections.some((section) => section.name === ".BTF.base")) {
    throw new BtfError(`${name}: its .BTF stands on its .BTF.base section, which can't be read yet`, {
      code: "EOPNOTSUPP",
      rule: "distilled-base",
    });
  }
  try {
    // A raw BTF is read for this graph alone. Of an object file only the BTF should stay in memory.
    return decode(bytes, { ...(base && { base }), borrow: elf === undefined });
  } catch (error) {
    if (!lacksBase(error, base)) throw errorIn(name, error);
    throw new BtfError(
      `${name}: it is a split BTF and needs its base; a kernel module's is /sys/kernel/btf/vmlinux`,
      { code: "EINVAL", rule: "base-missing" },
      { cause: error },
    );
  }
}

import type { Btf } from "../model/btf.js";
import { decodeFile, findBtf, readBytes, type BtfFile } from "../node/btf-file.js";
import { readBtf } from "../node/read-btf.js";
import type { Io } from "./io.js";

/** What the help says of an argument FILE. */
export const FILE_HELP = "raw BTF, an ELF file, or - for stdin";

/** What the help says of `--base`. */
export const BASE_HELP = "the base of a split BTF, as /sys/kernel/btf/vmlinux for a kernel module";

/** The BTF in the file that a command names; `-` is stdin. */
export function readInput(io: Io, file: string): BtfFile {
  return file === "-" ? findBtf("stdin", io.in()) : findBtf(file, readBytes(file));
}

/** The graph in the file that a command names. */
export function readGraph(io: Io, file: string, base: string | undefined): Btf {
  return decodeFile(readInput(io, file), readBase(base));
}

/** The graph that `--base` names. */
export function readBase(base: string | undefined): Btf | undefined {
  return base === undefined ? undefined : readBtf(base);
}

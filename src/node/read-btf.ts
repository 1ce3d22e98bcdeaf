import type { Btf } from "../model/btf.js";
import { decodeFile, findBtf, readBytes } from "./btf-file.js";

/** Where Linux shows the BTF of the kernel that runs. */
export const KERNEL_BTF = "/sys/kernel/btf/vmlinux";

/** Options of {@link readBtf}. */
export interface ReadBtfOptions {
  /** The graph that a split BTF stands on: for a kernel module {@link kernelBtf}. */
  readonly base?: Btf | undefined;
}

/**
 * Reads the BTF in a file: raw BTF as in `/sys/kernel/btf/`, or the `.BTF` section of an ELF file (an object, a
 * kernel, a module).
 *
 * @throws BtfError whose message begins with the path: `file` when it can't be read, `file-type` when it is neither
 * BTF nor ELF, `no-btf` without a `.BTF` section, `base-missing` for a split BTF without `base`, `elf-*` for a damaged
 * object file, and what `decode` throws
 *
 * @example
 * ```ts
 * const graph = readBtf("prog.o");
 * const module = readBtf("/sys/kernel/btf/btrfs", { base: kernelBtf() });
 * ```
 */
export function readBtf(path: string, { base }: ReadBtfOptions = {}): Btf {
  return decodeFile(findBtf(path, readBytes(path)), base);
}

/**
 * The BTF of the running kernel, `/sys/kernel/btf/vmlinux`, read anew with each call.
 *
 * @throws BtfError `file` where there is none: no Linux, or a kernel built without `CONFIG_DEBUG_INFO_BTF`
 *
 * @example
 * ```ts
 * const kernel = kernelBtf();
 * kernel.sizeOf(kernel.id("struct task_struct"));
 * ```
 */
export function kernelBtf(): Btf {
  return readBtf(KERNEL_BTF);
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { decode, encode } from "btfkit";

import { buildAsRecipe, syntheticNames } from "../synthetic.js";

const KERNEL = "/sys/kernel/btf/vmlinux";

/** About as many types as a kernel has. */
const SAMPLE_TYPES = 120_000;

/** The BTF that every row reads. */
export interface Input {
  readonly path: string;
  readonly what: string;
  readonly isSample: boolean;
  readonly bytes: number;
  readonly types: number;
}

function kernelBytes(): Uint8Array | undefined {
  try {
    return readFileSync(KERNEL);
  } catch {
    return undefined;
  }
}

/** The running kernel's BTF as a plain file, else a sample; sysfs makes a copy at each read, which is no one's doing. */
export function openInput(folder: string): Input {
  const kernel = kernelBytes();
  const bytes = kernel ?? encode(buildAsRecipe(syntheticNames(SAMPLE_TYPES)));
  const path = join(folder, "input.btf");
  writeFileSync(path, bytes);
  return {
    path,
    what:
      kernel === undefined ? `a synthetic sample, as there is no ${KERNEL} to read here` : "the running kernel's BTF",
    isSample: kernel === undefined,
    bytes: bytes.length,
    types: decode(bytes, { borrow: true }).typeCount - 1,
  };
}

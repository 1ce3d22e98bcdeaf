import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

/** A BTF, and what the kernel and libbpf said of it. */
export interface Recorded {
  readonly name: string;
  readonly set: string;
  readonly bytes: Uint8Array;
  /** The index of the row that it stands on, -1 when it is no split BTF. */
  readonly base: number;
  /** "OK" or an errno word of Linux 6.18.44; "" when it was not asked. */
  readonly kernel: string;
  /** 0 or -errno of libbpf 1.8's `btf__new`, or of `btf__new_split` on the base. */
  readonly libbpf: number;
}

interface Meta {
  readonly note: string;
  readonly sets: readonly (readonly [set: string, count: number])[];
  readonly names: readonly string[];
  readonly sizes: readonly number[];
  readonly bases: readonly number[];
  readonly kernel: readonly string[];
  readonly libbpf: readonly number[];
}

/** All rows of test/vectors/btf-recorded.br: a line of JSON, then the blobs. Its `note` says where they come from. */
export function readRecorded(): Recorded[] {
  const file = brotliDecompressSync(readFileSync(new URL("../vectors/btf-recorded.br", import.meta.url)));
  const line = file.indexOf(0x0a);
  const meta = JSON.parse(file.toString("utf8", 0, line)) as Meta;
  const sets = meta.sets.flatMap(([set, count]) => Array.from({ length: count }, () => set));
  let at = line + 1;
  return meta.sizes.map((size, i) => {
    const bytes = new Uint8Array(file.subarray(at, at + size));
    at += size;
    return {
      name: meta.names[i] ?? `${sets[i]!} ${i}`,
      set: sets[i]!,
      bytes,
      base: meta.bases[i]!,
      kernel: meta.kernel[i]!,
      libbpf: meta.libbpf[i]!,
    };
  });
}

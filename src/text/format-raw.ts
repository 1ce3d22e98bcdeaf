import { graphOf, type Btf } from "../model/btf.js";
import { dumpRaw, dumpRawTo } from "../model/raw-dump.js";
import { decodeText } from "./decode-text.js";

/**
 * The raw dump of a graph's own types, one line a type and one a member, value or parameter: what
 * `bpftool btf dump file FILE` prints, and for a split graph what it prints with `-B BASE`. A byte of a name that is no
 * valid UTF-8 is U+DC80 to U+DCFF; {@link formatRawBytes} gives it as it is.
 *
 * @returns the lines, each closed by a newline; `""` for a graph without types of its own
 *
 * @example
 * ```ts
 * formatRaw(btf().addInt("int", 4, "signed").addPtr("int").build());
 * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 * // [2] PTR '(anon)' type_id=1
 * ```
 */
export function formatRaw(graph: Btf): string {
  return decodeText(formatRawBytes(graph));
}

/**
 * As {@link formatRaw}, as bytes: the very ones that bpftool writes, whatever names hold.
 *
 * @example
 * ```ts
 * writeFileSync("vmlinux.txt", formatRawBytes(kernelBtf()));
 * ```
 */
export function formatRawBytes(graph: Btf): Uint8Array<ArrayBuffer> {
  return dumpRaw(graphOf(graph));
}

/**
 * As {@link formatRawBytes}, piece by piece, so that the dump of a kernel takes no memory for the whole.
 *
 * @param sink takes each piece, some 256 KB of it; the bytes are overwritten when it returns
 *
 * @example
 * ```ts
 * writeRaw(kernelBtf(), (piece) => writeSync(1, piece));
 * ```
 */
export function writeRaw(graph: Btf, sink: (piece: Uint8Array) => void): void {
  dumpRawTo(graphOf(graph), sink);
}

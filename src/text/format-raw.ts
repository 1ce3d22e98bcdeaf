import { graphOf, type Btf } from "../model/btf.js";
import { dumpRaw, dumpRawTo } from "../model/raw-dump.js";
import { RAW_STYLES, type RawStyle } from "../model/raw-lines.js";
import { decodeText } from "./decode-text.js";
import { styleRow } from "./style.js";

/** How {@link formatRaw} writes. */
export interface RawOptions {
  /**
   * `"bpftool-7.1"` and `"bpftool-7.8"`, the default, print the same for all kinds that they know, and the kinds of
   * bpf-next in the words of the kernel's selftests; `"bpf-next"` prints these as its bpftool does; `"selftest"` gives
   * the C strings that the selftests' `VALIDATE_RAW_BTF` takes.
   */
  readonly style?: RawStyle;
}

const STYLES = Object.fromEntries(RAW_STYLES.map((style) => [style, style])) as Readonly<Record<RawStyle, RawStyle>>;

const COMMA = 0x2c;
const NEWLINE = 0x0a;

/**
 * The raw dump of a graph's own types, one line a type and one a member, value or parameter: what
 * `bpftool btf dump file FILE` prints, and for a split graph what it prints with `-B BASE`. A byte of a name that is no
 * valid UTF-8 is U+DC80 to U+DCFF; {@link formatRawBytes} gives it as it is.
 *
 * @returns the lines, each closed by a newline; `""` for a graph without types of its own
 * @throws BtfError EINVAL `text-style` for a style that there is not
 *
 * @example
 * ```ts
 * formatRaw(btf().addInt("int", 4, "signed").addPtr("int").build());
 * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 * // [2] PTR '(anon)' type_id=1
 * formatRaw(btf().addInt("int", 4, "signed").addPtr("int").build(), { style: "selftest" });
 * // "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED",
 * // "[2] PTR '(anon)' type_id=1"
 * ```
 */
export function formatRaw(graph: Btf, options: RawOptions = {}): string {
  return decodeText(formatRawBytes(graph, options));
}

/**
 * As {@link formatRaw}, as bytes: the very ones that bpftool writes, whatever names hold.
 *
 * @example
 * ```ts
 * writeFileSync("vmlinux.txt", formatRawBytes(kernelBtf()));
 * ```
 */
export function formatRawBytes(graph: Btf, { style = "bpftool-7.8" }: RawOptions = {}): Uint8Array<ArrayBuffer> {
  const bytes = dumpRaw(graphOf(graph), Infinity, styleRow(STYLES, style));
  if (bytes.at(-2) !== COMMA || style !== "selftest") return bytes;
  // No comma follows the last argument.
  bytes[bytes.length - 2] = NEWLINE;
  return bytes.subarray(0, -1);
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
export function writeRaw(graph: Btf, sink: (piece: Uint8Array) => void, options: RawOptions = {}): void {
  const { style = "bpftool-7.8" } = options;
  if (style === "selftest") sink(formatRawBytes(graph, options));
  else dumpRawTo(graphOf(graph), sink, styleRow(STYLES, style));
}

import { graphOf, type Btf } from "../model/btf.js";
import { token } from "../model/byte-writer.js";
import { decodeText } from "./decode-text.js";
import { compactLayout, prettyLayout } from "./json/json-fields.js";
import { writeJsonTo, type Escapes } from "./json/write-json.js";
import { styleRow, type TextStyle } from "./style.js";

/** How {@link formatJson} writes. */
export interface JsonOptions {
  /** With line breaks and four spaces a depth, as `bpftool -p`. */
  readonly pretty?: boolean;
  /**
   * `"bpftool-7.1"` writes a backslash in a name as `\n`, and other control characters as they are, which is no JSON;
   * `"bpftool-7.8"`, the default, differs from that bpftool in such characters alone: it writes them as `\u0001`.
   */
  readonly style?: TextStyle;
}

const BACKSLASH = "\\".charCodeAt(0);
const SPACE = 0x20;

const LETTERS: Readonly<Record<string, string>> = {
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\f": "\\f",
  "\b": "\\b",
  "\\": "\\\\",
  '"': '\\"',
};

const VALID: Escapes = Array.from({ length: 256 }, (_, byte) => {
  const letter = LETTERS[String.fromCharCode(byte)];
  if (letter !== undefined) return token(letter);
  return byte < SPACE ? token(`\\u${byte.toString(16).padStart(4, "0")}`) : undefined;
});

const OF_7_1: Escapes = VALID.map((escape, byte) => {
  if (byte === BACKSLASH) return token("\\n");
  return LETTERS[String.fromCharCode(byte)] === undefined ? undefined : escape;
});

const ESCAPES: Readonly<Record<TextStyle, Escapes>> = { "bpftool-7.1": OF_7_1, "bpftool-7.8": VALID };

/**
 * A graph's own types as JSON: what `bpftool -j btf dump file FILE` prints, and `bpftool -p` with `pretty`. A byte of a
 * name that is no valid UTF-8 is U+DC80 to U+DCFF; {@link formatJsonBytes} gives it as it is.
 *
 * @returns one object with the list `types`, closed by a newline
 * @throws BtfError EINVAL `text-style` for a style that there is not
 *
 * @example
 * ```ts
 * formatJson(btf().addInt("int", 4, "signed").addPtr("int").build());
 * // {"types":[{"id":1,"kind":"INT","name":"int","size":4,"bits_offset":0,"nr_bits":32,"encoding":"SIGNED"},
 * // {"id":2,"kind":"PTR","name":"(anon)","type_id":1}]}        (one line)
 * ```
 */
export function formatJson(graph: Btf, options: JsonOptions = {}): string {
  return decodeText(formatJsonBytes(graph, options));
}

/**
 * As {@link formatJson}, as bytes.
 *
 * @example
 * ```ts
 * writeFileSync("vmlinux.json", formatJsonBytes(kernelBtf(), { pretty: true }));
 * ```
 */
export function formatJsonBytes(graph: Btf, options: JsonOptions = {}): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(0);
  write(graph, options, (piece) => (bytes = piece as Uint8Array<ArrayBuffer>), Infinity);
  return bytes;
}

/**
 * As {@link formatJsonBytes}, piece by piece, so that the dump of a kernel takes no memory for the whole.
 *
 * @param sink takes each piece, some 256 KB of it; the bytes are overwritten when it returns
 *
 * @example
 * ```ts
 * writeJson(kernelBtf(), {}, (piece) => writeSync(1, piece));
 * ```
 */
export function writeJson(graph: Btf, options: JsonOptions, sink: (piece: Uint8Array) => void): void {
  write(graph, options, sink);
}

function write(
  graph: Btf,
  { pretty = false, style = "bpftool-7.8" }: JsonOptions,
  sink: (piece: Uint8Array) => void,
  full?: number,
): void {
  writeJsonTo(graphOf(graph), pretty ? prettyLayout() : compactLayout(), styleRow(ESCAPES, style), sink, full);
}

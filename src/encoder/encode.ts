import { HEADER_BYTES, HEADER_BYTES_WITH_LAYOUT, writeHeader, type Endian, type Header } from "../wire/header.js";
import { infoKind, KIND, KIND_COUNT } from "../wire/kinds.js";
import { canonicalLayout, layoutIn } from "../wire/layout.js";
import { writeWords } from "../wire/words.js";
import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { graphIn } from "../model/graph-in.js";
import { forEachOwnType, stringStartOf, type Graph, type Source } from "../model/graph.js";

/** Options of {@link encode}. */
export interface EncodeOptions {
  /** Byte order to write; the graph's own when left out. */
  readonly endian?: Endian;
  /** Whether to write a layout section (2026, kernels from 7.1): as the graph has one when left out. */
  readonly layout?: boolean;
  /** Bytes of the header: 24, or 32 as libbpf 1.8 writes; a layout section needs 32. */
  readonly header?: 24 | 32;
}

/** The graph's bytes as they were decoded, when nothing was changed and the options ask for nothing else. */
function untouched(graph: Graph, { endian, layout, header }: EncodeOptions): Source | undefined {
  const { source } = graph;
  if (source === undefined) return undefined;
  if (endian !== undefined && endian !== source.header.endian) return undefined;
  if (layout !== undefined && layout !== graph.layout.length > 0) return undefined;
  if (header !== undefined && header !== source.header.headerLength) return undefined;
  return source;
}

/** The layout section to write, in the host's byte order. */
function layoutOf(graph: Graph, wanted: boolean | undefined): Uint8Array {
  if (wanted === false) return new Uint8Array(0);
  if (graph.layout.length > 0 || wanted === undefined) return graph.layout;
  let last: number = KIND.ENUM64;
  forEachOwnType(graph, (_, words, at) => {
    last = Math.max(last, infoKind(words[at + 1]!));
  });
  return canonicalLayout(Math.min(last + 1, KIND_COUNT));
}

/**
 * Writes a graph as BTF: the bytes of `.BTF`, always a fresh array. A graph that nobody changed since it was decoded
 * gives a copy of its bytes; any other gives a header of 24 bytes (32 with a layout section), types, layout, strings.
 * Of a split graph only its own part is written.
 *
 * @throws BtfError EINVAL `layout-header` when a layout section is asked for in a header of 24 bytes; E2BIG `size`
 * when a section is longer than 2^32 - 1 bytes.
 *
 * @example
 * ```ts
 * encode(btf().addInt("int", 4, "signed").build()).length; // 24 + 16 + 5 = 45
 * encode(btf().addInt("int", 4, "signed").build(), { endian: "big" })[0]; // 0xeb
 * ```
 */
export function encode(btf: Btf, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const graph = graphIn(btf);
  const source = untouched(graph, options);
  if (source !== undefined) return new Uint8Array(source.bytes);

  const layout = layoutOf(graph, options.layout);
  if (layout.length > 0 && options.header === HEADER_BYTES) {
    throw new BtfError("encode(): header 24 has no room for a layout section, 32 expected", {
      code: "EINVAL",
      rule: "layout-header",
      field: "header",
    });
  }
  const endian = options.endian ?? graph.endian;
  const headerLength = options.header ?? (layout.length > 0 ? HEADER_BYTES_WITH_LAYOUT : HEADER_BYTES);
  const runs = graph.runs.slice(graph.ownFrom);
  const typeLength = runs.reduce((sum, run) => sum + run.wordEnd * 4, 0);
  const stringStart = stringStartOf(graph);
  const stringLength = graph.runs[graph.runs.length - 1]!.stringEnd - stringStart;
  const size = headerLength + typeLength + layout.length + stringLength;
  if (size > 0xffffffff) {
    throw new BtfError(`encode(): ${size} bytes of BTF are more than 2^32 - 1`, { code: "E2BIG", rule: "size" });
  }
  const header: Header = {
    endian,
    version: 1,
    flags: 0,
    headerLength,
    typeOffset: 0,
    typeLength,
    stringOffset: typeLength + layout.length,
    stringLength,
    layoutOffset: layout.length > 0 ? typeLength : 0,
    layoutLength: layout.length,
  };
  const bytes = new Uint8Array(size);
  writeHeader(bytes, header);
  let at = headerLength;
  for (const { segment, wordEnd } of runs) {
    writeWords(bytes, at, segment.words.subarray(0, wordEnd), endian);
    at += wordEnd * 4;
  }
  bytes.set(layoutIn(layout, endian), at);
  at += layout.length;
  for (const { segment, stringEnd } of runs) {
    const length = stringEnd - segment.stringStart;
    bytes.set(segment.strings.subarray(0, length), at);
    at += length;
  }
  return bytes;
}

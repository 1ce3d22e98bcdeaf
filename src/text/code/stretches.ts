import { HEADER_BYTES, HEADER_BYTES_WITH_LAYOUT } from "../../wire/header.js";
import { decode } from "../../decoder/with-spellings.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { wordOffset } from "../../model/segment.js";
import { typeComment } from "./type-comment.js";

/** Bytes that belong together, and what they are. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** One line, with nothing that would end a comment; empty where there is nothing to say. */
  readonly comment: string;
}

/** What a BTF's bytes are, in their order, each byte once. Bytes that are no BTF are one stretch. */
export interface ByteMap {
  readonly stretches: readonly Stretch[];
  /** What all of it is, for the comment at the top. */
  readonly summary: string;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * Finds header, types, layout section and strings. Of damaged BTF it finds what a lenient reader finds; where sections
 * overlap, a byte is what the later of them says.
 */
export function mapBytes(bytes: Uint8Array, base?: Btf): ByteMap {
  const graph = decode(bytes, { lenient: true, ...(base !== undefined && { base }) });
  const { source, runs } = graphOf(graph);
  if (source === undefined || bytes.length < HEADER_BYTES) {
    return { stretches: [{ start: 0, end: bytes.length, comment: "" }], summary: counted(bytes.length, "byte") };
  }
  const { header } = source;
  const own = runs[runs.length - 1]!;
  const marks = new Map<number, string>();
  const mark = (at: number, length: number, comment: string): void => {
    if (length <= 0 || at >= bytes.length) return;
    marks.set(at, comment);
    if (!marks.has(at + length)) marks.set(at + length, "");
  };
  const bodyStart = header.headerLength;
  const known = header.headerLength < HEADER_BYTES_WITH_LAYOUT ? HEADER_BYTES : HEADER_BYTES_WITH_LAYOUT;
  const types = bodyStart + header.typeOffset;
  mark(bodyStart + header.layoutOffset, header.layoutLength, "layout section");
  mark(bodyStart + header.stringOffset, header.stringLength, "strings");
  for (let id = graph.startId; id < graph.typeCount; id++) {
    const at = wordOffset(own, id);
    const end = id + 1 < graph.typeCount ? wordOffset(own, id + 1) : own.wordEnd;
    mark(types + at * 4, (end - at) * 4, `[${id}] ${typeComment(graph, id)}`);
  }
  mark(0, Math.min(known, Math.max(HEADER_BYTES, bodyStart)), "header");
  const starts = [...marks.keys()].filter((at) => at < bytes.length).sort((a, b) => a - b);
  const stretches = starts.map((start, i) => ({
    start,
    end: starts[i + 1] ?? bytes.length,
    comment: marks.get(start)!,
  }));
  const count = counted(graph.typeCount - graph.startId, "type");
  return { stretches, summary: `${count}, ${header.endian} endian, ${counted(bytes.length, "byte")}` };
}

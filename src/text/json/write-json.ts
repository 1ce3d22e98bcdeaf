import { ByteWriter, token, type Token } from "../../model/byte-writer.js";
import { startIdOf, type Graph } from "../../model/graph.js";
import { runOfString } from "../../model/segment.js";
import { infoVlen } from "../../wire/kinds.js";
import { VALUE, type JsonLayout, type Part } from "./json-fields.js";

const TEXT = {
  comma: token(","),
  anon: token("(anon)"),
  invalid: token("(invalid)"),
};

const ENCODINGS = ["(none)", "SIGNED", "CHAR", "UNKN", "BOOL"].map((text) => token(text));
const OTHER_ENCODING = token("UNKN");
const LINKAGES = ["static", "global", "extern"].map((text) => token(text));
const OTHER_LINKAGE = token("(unknown)");

/** Bytes that are written at most between two names, and what a token may write too much. */
const LINE = 256;

/** Bytes of the longest escape. */
const ESCAPE = 6;

/** What is written for a byte of a name; undefined for one that is written as it is. */
export type Escapes = readonly (Token | undefined)[];

/** Writes types as bpftool's JSON. */
class JsonDump {
  readonly out: ByteWriter;
  readonly #graph: Graph;
  readonly #layout: JsonLayout;
  readonly #escapes: Escapes;
  readonly #isEscaped: Uint8Array;

  constructor(graph: Graph, layout: JsonLayout, escapes: Escapes, out: ByteWriter) {
    this.#graph = graph;
    this.#layout = layout;
    this.#escapes = escapes;
    // A NUL ends a name.
    this.#isEscaped = Uint8Array.from({ length: 256 }, (_, byte) =>
      byte === 0 || escapes[byte] !== undefined ? 1 : 0,
    );
    this.out = out;
  }

  texts(list: readonly Token[]): void {
    for (let i = 0; i < list.length; i++) this.out.token(list[i]!);
  }

  /** A name; room for {@link LINE} more bytes is left after it. */
  #name(offset: number): void {
    const { out } = this;
    if (offset === 0) {
      out.token(TEXT.anon);
      return;
    }
    const run = runOfString(this.#graph.runs, offset);
    if (run === undefined) {
      out.token(TEXT.invalid);
      return;
    }
    const { strings, stringStart } = run.segment;
    const end = run.stringEnd - stringStart;
    let from = offset - stringStart;
    for (;;) {
      from = this.#plain(strings, from, end);
      out.reserve(LINE + ESCAPE);
      if (from === end || strings[from] === 0) return;
      const escape = this.#escapes[strings[from]!];
      if (escape === undefined) continue;
      out.token(escape);
      from++;
    }
  }

  /** Bytes that are written as they are, as many as there is room for; returns where the first of the others is. */
  #plain(strings: Uint8Array, start: number, end: number): number {
    const { out } = this;
    const { bytes } = out;
    const isEscaped = this.#isEscaped;
    const limit = Math.min(end, start + bytes.length - out.length - LINE);
    let at = out.length;
    let from = start;
    while (from < limit) {
      const byte = strings[from]!;
      if (isEscaped[byte] === 1) break;
      bytes[at++] = byte;
      from++;
    }
    out.length = at;
    // No room: there will be, twice as much as there was.
    if (from === limit && limit < end) out.reserve(bytes.length);
    return from;
  }

  /** One type, whose words begin at `at`. */
  type(id: number, words: Uint32Array, at: number): void {
    const { out } = this;
    const layout = this.#layout;
    const info = words[at + 1]!;
    const { head, element, first, stride } = layout.shapes[info >>> 24]!;
    out.reserve(LINE);
    this.texts(layout.openType);
    out.decimal(id);
    this.#parts(head, words, at, info);
    if (element.length > 0) this.#elements(element, words, at + first, stride, info);
    this.texts(layout.closeType);
  }

  #elements(parts: readonly Part[], words: Uint32Array, from: number, stride: number, info: number): void {
    const { out } = this;
    const layout = this.#layout;
    const end = Math.min(from + stride * infoVlen(info), words.length);
    for (let next = from; next < end; next += stride) {
      out.reserve(LINE);
      if (next > from) out.token(TEXT.comma);
      this.texts(layout.openElement);
      this.#parts(parts, words, next, info);
      this.texts(layout.closeElement);
    }
    // An empty array is closed where it was opened.
    if (end > from) this.texts(layout.closeElements);
    else this.out.token(CLOSE_EMPTY);
  }

  #parts(parts: readonly Part[], words: Uint32Array, at: number, info: number): void {
    const { out } = this;
    for (let i = 0; i < parts.length; i++) {
      const { text, value, word } = parts[i]!;
      if (value === VALUE.bitfieldSize && words[at + word]! >>> 24 === 0) continue;
      this.texts(text);
      if (value === VALUE.decimal) out.decimal(words[at + word]!);
      else if (value === VALUE.name) this.#name(words[at + word]!);
      else if (value !== VALUE.nothing) this.#rare(value, words, at + word, info);
    }
  }

  #rare(value: number, words: Uint32Array, at: number, info: number): void {
    const { out } = this;
    const word = words[at]!;
    switch (value) {
      case VALUE.vlen:
        out.decimal(infoVlen(info));
        break;
      case VALUE.signed:
        out.signedDecimal(word);
        break;
      case VALUE.extended:
        if (word < 0x80000000) out.decimal(word);
        else out.ascii(String(BigInt.asUintN(64, BigInt(word | 0))));
        break;
      case VALUE.bitOffset:
        out.decimal(word & 0xffffff);
        break;
      case VALUE.bitfieldSize:
        out.decimal(word >>> 24);
        break;
      case VALUE.intOffset:
        out.decimal((word >>> 16) & 0xff);
        break;
      case VALUE.intBits:
        out.decimal(word & 0xff);
        break;
      case VALUE.intEncoding:
        out.token(ENCODINGS[(word >>> 24) & 0xf] ?? OTHER_ENCODING);
        break;
      case VALUE.linkage:
        out.token(LINKAGES[word] ?? OTHER_LINKAGE);
        break;
      case VALUE.vlenAsLinkage:
        out.token(LINKAGES[infoVlen(info)] ?? OTHER_LINKAGE);
        break;
      case VALUE.signed64:
        out.ascii(String(BigInt.asIntN(64, BigInt(word) | (BigInt(words[at + 1]!) << 32n))));
        break;
      default:
        out.ascii(String(BigInt(word) | (BigInt(words[at + 1]!) << 32n)));
    }
  }
}

const CLOSE_EMPTY = token("]");

/** Bytes that {@link writeJsonTo} collects before it passes them on. */
const PIECE = 1 << 18;

/** Takes a stretch of a text. The bytes are overwritten after the call. */
export type Sink = (piece: Uint8Array) => void;

/** The JSON of a graph's own types, piece by piece; one piece when `full` is Infinity. */
export function writeJsonTo(graph: Graph, layout: JsonLayout, escapes: Escapes, sink: Sink, full = PIECE): void {
  const out = new ByteWriter(full === Infinity ? 1 << 16 : full * 2);
  const dump = new JsonDump(graph, layout, escapes, out);
  const startId = startIdOf(graph);
  out.reserve(LINE);
  dump.texts(layout.open);
  let isEmpty = true;
  for (const { segment, endId } of graph.runs.slice(graph.ownFrom)) {
    for (let id = segment.firstId; id < endId; id++) {
      if (id > startId) {
        out.reserve(LINE);
        out.token(TEXT.comma);
      }
      dump.type(id, segment.words, segment.offsets[id - segment.firstId]!);
      isEmpty = false;
      if (out.length < full) continue;
      sink(out.written());
      out.length = 0;
    }
  }
  out.reserve(LINE);
  dump.texts(isEmpty ? layout.closeEmpty : layout.close);
  sink(out.written());
}

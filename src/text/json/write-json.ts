import { token, type Token } from "../../model/byte-writer.js";
import type { Graph } from "../../model/graph.js";
import { writeValue } from "../../model/part-values.js";
import type { Run } from "../../model/segment.js";
import { infoVlen, KIND_LIMIT } from "../../wire/kinds.js";
import { VALUE, type JsonLayout, type Part, type Shape } from "./json-fields.js";
import { JsonWriter } from "./json-writer.js";

const TEXT = {
  anon: token("(anon)"),
  invalid: token("(invalid)"),
};

/** Bytes that are written at most between two names, and what a token or phrase may write too much. */
const LINE = 256;

/** What is written for a byte of a name; undefined for one that is written as it is. */
export type Escapes = readonly (Token | undefined)[];

/** Writes types as bpftool's JSON. */
class JsonDump {
  readonly out: JsonWriter;
  readonly #runs: readonly Run[];
  readonly #strings: readonly DataView[];
  readonly #layout: JsonLayout;
  readonly #escapes: Escapes;
  /** By the top byte of `info`, made when the first such type comes. */
  readonly #shapes: (Shape | undefined)[] = Array.from({ length: KIND_LIMIT * 2 }, () => undefined);

  constructor({ runs }: Graph, layout: JsonLayout, escapes: Escapes, out: JsonWriter) {
    this.#runs = runs;
    this.#strings = runs.map(({ segment: { strings } }) => {
      return new DataView(strings.buffer, strings.byteOffset, strings.byteLength);
    });
    this.#layout = layout;
    this.#escapes = escapes;
    this.out = out;
  }

  /** A name; room for {@link LINE} more bytes is left after it. */
  #name(offset: number): void {
    const { out } = this;
    if (offset === 0) {
      out.token(TEXT.anon);
      return;
    }
    const runs = this.#runs;
    let index = runs.length - 1;
    while (index > 0 && offset < runs[index]!.segment.stringStart) index--;
    const run = runs[index]!;
    if (offset >= run.stringEnd) {
      out.token(TEXT.invalid);
      return;
    }
    const strings = this.#strings[index]!;
    const { stringStart } = run.segment;
    const end = run.stringEnd - stringStart;
    const start = offset - stringStart;
    const room = out.bytes.length - out.length - LINE;
    const from = start + out.untilEscape(strings, start, end - start < room ? end : start + room);
    // Few names go on.
    if (from < end && strings.getUint8(from) !== 0) this.#restOfName(strings, from, end);
    out.reserve(LINE);
  }

  /** What comes after the first byte of a name that is escaped, or that there was no room for. */
  #restOfName(strings: DataView, start: number, end: number): void {
    const { out } = this;
    for (let from = start; from < end;) {
      const byte = strings.getUint8(from);
      if (byte === 0) return;
      const escape = this.#escapes[byte];
      // Twice the room when there is too little, so that a name of megabytes takes few steps.
      if (out.length + LINE * 2 > out.bytes.length) out.reserve(out.bytes.length);
      if (escape !== undefined) out.token(escape);
      else out.bytes[out.length++] = byte;
      from++;
      const room = out.bytes.length - out.length - LINE;
      from += out.untilEscape(strings, from, Math.min(end, from + room));
    }
  }

  /** One type after its `"id":`; its words begin at `at`. */
  type(id: number, words: Uint32Array, at: number): void {
    const { out } = this;
    const info = words[at + 1]!;
    const shape = (this.#shapes[info >>> 24] ??= this.#layout.shapeOf(info >>> 24));
    out.decimal(id);
    this.#parts(shape.head, words, at, info);
    if (shape.element.length > 0) this.#elements(shape, words, at + shape.first, info);
    out.reserve(LINE);
  }

  #elements(
    { element, stride, firstElement, nextElement }: Shape,
    words: Uint32Array,
    from: number,
    info: number,
  ): void {
    const { out } = this;
    const end = Math.min(from + stride * infoVlen(info), words.length);
    for (let next = from; next < end; next += stride) {
      out.reserve(LINE);
      out.phrase(next === from ? firstElement : nextElement);
      this.#parts(element, words, next, info);
    }
    out.phrase(end > from ? this.#layout.closeElements : this.#layout.noElements);
  }

  #parts(parts: readonly Part[], words: Uint32Array, at: number, info: number): void {
    const { out } = this;
    for (let i = 0; i < parts.length; i++) {
      const { text, value, word } = parts[i]!;
      if (value === VALUE.bitfieldSize && words[at + word]! >>> 24 === 0) continue;
      out.phrase(text);
      if (value === VALUE.decimal) out.decimal(words[at + word]!);
      else if (value === VALUE.name) this.#name(words[at + word]!);
      else if (value !== VALUE.nothing) this.#rare(value, words, at + word, info);
    }
  }

  #rare(value: number, words: Uint32Array, at: number, info: number): void {
    const { out } = this;
    if (writeValue(out, value, words, at, info)) return;
    const word = words[at]!;
    if (value === VALUE.bitfieldSize) out.decimal(word >>> 24);
    else if (word < 0x80000000) out.decimal(word);
    else out.ascii(String(BigInt.asUintN(64, BigInt(word | 0))));
  }
}

/** Bytes that {@link writeJsonTo} collects before it passes them on. */
const PIECE = 1 << 18;

/** Takes a stretch of a text. The bytes are overwritten after the call. */
export type Sink = (piece: Uint8Array) => void;

/** The JSON of a graph's own types, piece by piece; one piece when `full` is Infinity. */
export function writeJsonTo(graph: Graph, layout: JsonLayout, escapes: Escapes, sink: Sink, full = PIECE): void {
  const out = new JsonWriter(full === Infinity ? 1 << 16 : full * 2);
  const dump = new JsonDump(graph, layout, escapes, out);
  let isFirst = true;
  for (const { segment, endId } of graph.runs.slice(graph.ownFrom)) {
    for (let id = segment.firstId; id < endId; id++) {
      out.phrase(isFirst ? layout.open : layout.next);
      isFirst = false;
      dump.type(id, segment.words, segment.offsets[id - segment.firstId]!);
      if (out.length < full) continue;
      sink(out.written());
      out.length = 0;
    }
  }
  out.phrase(isFirst ? layout.none : layout.close);
  sink(out.written());
}

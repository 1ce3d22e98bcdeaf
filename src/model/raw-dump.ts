import { HEAD_WORDS, infoKind, infoVlen, KIND, KIND_LIMIT } from "../wire/kinds.js";
import { ByteWriter, token, type Token } from "./byte-writer.js";
import { endIdOf, startIdOf, type Graph } from "./graph.js";
import { locationText } from "./location-text.js";
import { writeValue } from "./part-values.js";
import { kindText, rawLines, VALUE, type Line, type Part, type RawLines, type RawStyle } from "./raw-lines.js";
import { runOfId, stringEndAt, wordOffset, type Run } from "./segment.js";

const TEXT = {
  anon: token("(anon)"),
  invalid: token("(invalid)"),
  bitfieldSize: token(" bitfield_size="),
  openTarget: token(" ("),
  openName: token(" '"),
  closeTarget: token("')"),
};

const VARIABLE_LINKAGES = ["static", "global-alloc"].map((text) => token(text));
const OTHER_LINKAGE = token("(unknown)");

/** Bytes that are written at most between two names, and what a token may write too much. */
const LINE = 192;

/** Bytes that {@link dumpRawTo} collects before it passes them on. */
const PIECE = 1 << 18;

/** Writes the raw dump of types, each as `bpftool btf dump file X` prints it and closed by a newline. */
class RawDump {
  readonly out: ByteWriter;
  readonly #runs: readonly Run[];
  readonly #strings: readonly DataView[];
  readonly #lineOf: (topByte: number) => Line;
  /** By the top byte of `info`, made when the first such type comes. */
  readonly #lines: (Line | undefined)[] = Array.from({ length: KIND_LIMIT * 2 }, () => undefined);
  readonly #open: Token;
  readonly #close: Token;

  constructor(runs: readonly Run[], out: ByteWriter, { lineOf, open, close }: RawLines) {
    this.#runs = runs;
    this.#lineOf = lineOf;
    this.#open = open;
    this.#close = close;
    this.#strings = runs.map(({ segment: { strings } }) => {
      return new DataView(strings.buffer, strings.byteOffset, strings.byteLength);
    });
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
    const start = offset - run.segment.stringStart;
    // A name is nearly always short; only one that does not fit is measured first.
    const limit = run.stringEnd - run.segment.stringStart;
    const room = out.bytes.length - out.length - LINE;
    const end = start + out.untilNul(strings, start, limit - start < room ? limit : start + room);
    if (end < limit && strings.getUint8(end) !== 0) this.#longName(run, strings, end);
    out.reserve(LINE);
  }

  /** The rest of a name that the writer had no room for. */
  #longName(run: Run, strings: DataView, start: number): void {
    const end = stringEndAt(run, start);
    this.out.reserve(end - start + LINE);
    this.out.untilNul(strings, start, end);
  }

  /** One type, whose words begin at `at`. */
  type(id: number, words: Uint32Array, at: number): void {
    const { out } = this;
    const info = words[at + 1]!;
    const { head, element, first, stride } = (this.#lines[info >>> 24] ??= this.#lineOf(info >>> 24));
    out.reserve(LINE);
    out.token(this.#open);
    out.decimal(id);
    this.#parts(head, words, at, info);
    if (stride !== 0) {
      const from = at + first;
      const end = Math.min(from + stride * infoVlen(info), words.length);
      for (let next = from; next < end; next += stride) {
        out.reserve(LINE);
        this.#parts(element, words, next, info);
      }
    }
    out.token(this.#close);
  }

  #parts(parts: readonly Part[], words: Uint32Array, at: number, info: number): void {
    const { out } = this;
    for (let i = 0; i < parts.length; i++) {
      const { text, value, word } = parts[i]!;
      out.token(text);
      if (value === VALUE.decimal) out.decimal(words[at + word]!);
      else if (value === VALUE.name) this.#name(words[at + word]!);
      else if (value !== VALUE.nothing) this.#rare(value, words, at + word, info);
    }
  }

  #rare(value: number, words: Uint32Array, at: number, info: number): void {
    const { out } = this;
    if (writeValue(out, value, words, at, info)) return;
    const word = words[at]!;
    switch (value) {
      case VALUE.bitOffsetAndSize:
        out.decimal(word & 0xffffff);
        if (word >>> 24 === 0) break;
        out.token(TEXT.bitfieldSize);
        out.decimal(word >>> 24);
        break;
      case VALUE.hex:
        out.ascii(word.toString(16));
        break;
      case VALUE.target:
        this.#target(word);
        break;
      case VALUE.variableLinkage:
        out.token(VARIABLE_LINKAGES[word] ?? OTHER_LINKAGE);
        break;
      case VALUE.quotedName:
        this.#quotedName(word);
        break;
      case VALUE.nameOf:
        if (word < endIdOf(this.#runs)) {
          const run = runOfId(this.#runs, word);
          this.#name(run.segment.words[wordOffset(run, word)]!);
        }
        break;
      case VALUE.location:
        this.#location(words, at, info);
        break;
      default:
        this.#locationOf(word);
    }
  }

  /** A name in a C string. */
  #quotedName(offset: number): void {
    const { out } = this;
    const start = out.length;
    this.#name(offset);
    const name = out.bytes.slice(start, out.length);
    if (!name.some(needsEscape)) return;
    out.length = start;
    out.reserve(name.length * 4 + LINE);
    for (const byte of name) {
      if (needsEscape(byte)) out.ascii(escapeInC(byte));
      else out.bytes[out.length++] = byte;
    }
  }

  /** The words of a LOC_PARAM, whose flags are at `at`. */
  #location(words: Uint32Array, at: number, info: number): void {
    const { out } = this;
    const text = locationText(words[at]!, words.subarray(at + 1, at + 1 + infoVlen(info)));
    out.reserve(text.length + LINE);
    out.ascii(text);
  }

  #locationOf(id: number): void {
    if (id >= endIdOf(this.#runs)) return;
    const run = runOfId(this.#runs, id);
    const { words } = run.segment;
    const at = wordOffset(run, id);
    const info = words[at + 1]!;
    if (infoKind(info) === KIND.LOC_PARAM) this.#location(words, at + HEAD_WORDS, info);
  }

  /** Kind and name of what a DATASEC's entry refers to. */
  #target(id: number): void {
    const { out } = this;
    if (id >= endIdOf(this.#runs)) return;
    const run = runOfId(this.#runs, id);
    const { words } = run.segment;
    const at = wordOffset(run, id);
    out.token(TEXT.openTarget);
    out.ascii(kindText(infoKind(words[at + 1]!)));
    out.token(TEXT.openName);
    this.#name(words[at]!);
    out.token(TEXT.closeTarget);
  }
}

function needsEscape(byte: number): boolean {
  return byte < 0x20 || byte === 0x22 || byte === 0x5c;
}

/** A byte as an escape of a C string; three octal digits never take in what follows. */
function escapeInC(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  return `\\${byte.toString(8).padStart(3, "0")}`;
}

/** Takes a stretch of a dump. The bytes are overwritten after the call. */
export type Sink = (bytes: Uint8Array) => void;

/** Writes types, and empties the writer into `sink` whenever it holds `full` bytes. */
function dumpTypes(graph: Graph, style: RawStyle, maxTypes: number, out: ByteWriter, full: number, sink: Sink): void {
  const endId = Math.min(endIdOf(graph.runs), startIdOf(graph) + maxTypes);
  const dump = new RawDump(graph.runs, out, rawLines(style));
  for (const run of graph.runs.slice(graph.ownFrom)) {
    const { segment } = run;
    const last = Math.min(run.endId, endId);
    for (let id = segment.firstId; id < last; id++) {
      dump.type(id, segment.words, segment.offsets[id - segment.firstId]!);
      if (out.length >= full) {
        sink(out.written());
        out.length = 0;
      }
    }
  }
}

/** The raw dump of a graph's own types, at most `maxTypes` of them, as bytes. */
export function dumpRaw(graph: Graph, maxTypes = Infinity, style: RawStyle = "bpftool-7.8"): Uint8Array<ArrayBuffer> {
  let words = 0;
  for (const run of graph.runs.slice(graph.ownFrom)) words += run.wordEnd;
  // A word of types gives about fifteen bytes of text; one growth too many costs more than room that is never touched.
  const out = new ByteWriter(maxTypes === Infinity ? words * 16 + LINE : 1 << 12);
  dumpTypes(graph, style, maxTypes, out, Infinity, () => {});
  return out.written();
}

/** The raw dump of a graph's own types, piece by piece: what goes to a file needs no memory for the whole. */
export function dumpRawTo(graph: Graph, sink: Sink, style: RawStyle = "bpftool-7.8"): void {
  const out = new ByteWriter(PIECE * 2);
  dumpTypes(graph, style, Infinity, out, PIECE, sink);
  if (out.length > 0) sink(out.written());
}

import { HEAD_WORDS, KIND, KIND_COUNT, KIND_NAMES } from "../wire/kinds.js";
import { SHAPES, typeWords } from "../wire/shapes.js";
import { asciiBytes, ByteWriter } from "./byte-writer.js";
import { endIdOf, startIdOf, type Graph } from "./graph.js";
import { runOfId, runOfString, stringEndAt, wordOffset, type Run } from "./segment.js";

const TEXT = {
  quote: asciiBytes("'"),
  anon: asciiBytes("(anon)"),
  invalid: asciiBytes("(invalid)"),
  openId: asciiBytes("["),
  closeId: asciiBytes("] "),
  openName: asciiBytes(" '"),
  element: asciiBytes("\n\t'"),
  variable: asciiBytes("\n\ttype_id="),
  location: asciiBytes("\n\tname="),
  value: asciiBytes("\n\tvalue="),
  param: asciiBytes("\n\ttype_id="),
  newline: asciiBytes("\n"),
  close: asciiBytes(")"),
  typeId: asciiBytes(" type_id="),
  retTypeId: asciiBytes(" ret_type_id="),
  indexTypeId: asciiBytes(" index_type_id="),
  nrElems: asciiBytes(" nr_elems="),
  size: asciiBytes(" size="),
  vlen: asciiBytes(" vlen="),
  bitsOffset: asciiBytes(" bits_offset="),
  bitfieldSize: asciiBytes(" bitfield_size="),
  nrBits: asciiBytes(" nr_bits="),
  encoding: asciiBytes(" encoding="),
  val: asciiBytes(" val="),
  linkage: asciiBytes(" linkage="),
  varLinkage: asciiBytes(", linkage="),
  fwdStruct: asciiBytes(" fwd_kind=struct"),
  fwdUnion: asciiBytes(" fwd_kind=union"),
  offset: asciiBytes(" offset="),
  componentIdx: asciiBytes(" component_idx="),
  signed: asciiBytes(" encoding=SIGNED"),
  unsigned: asciiBytes(" encoding=UNSIGNED"),
  openVar: asciiBytes(" ("),
  flags: asciiBytes(" flags="),
  funcTypeId: asciiBytes("\n\tfunc_type_id="),
  locProtoTypeId: asciiBytes(" loc_proto_type_id="),
};

const KIND_TEXT = Array.from({ length: KIND_COUNT }, (_, kind) => asciiBytes(KIND_NAMES[kind]!));
const UNKNOWN_TEXT = asciiBytes("UNKNOWN");
const ENCODING_TEXT = ["(none)", "SIGNED", "CHAR", "UNKN", "BOOL"].map(asciiBytes);
const OTHER_ENCODING_TEXT = asciiBytes("UNKN");
const LINKAGE_TEXT = ["static", "global", "extern"].map(asciiBytes);
const OTHER_LINKAGE_TEXT = asciiBytes("(unknown)");

/** Bytes that one line takes at most beside its names. */
const LINE = 128;

/** Writes the raw dump of types, each as `bpftool btf dump file X` prints it and closed by a newline. */
class RawDump {
  readonly out: ByteWriter;
  readonly #runs: readonly Run[];

  constructor(runs: readonly Run[], out: ByteWriter) {
    this.#runs = runs;
    this.out = out;
  }

  /** A name between quotes; room for {@link LINE} more bytes is left after it. */
  #name(offset: number): void {
    const { out } = this;
    if (offset === 0) out.literal(TEXT.anon);
    else {
      const run = runOfString(this.#runs, offset);
      if (run === undefined) out.literal(TEXT.invalid);
      else {
        const { strings, stringStart } = run.segment;
        const start = offset - stringStart;
        // A name is nearly always short; only one that does not fit is measured first.
        const limit = run.stringEnd - stringStart;
        const room = out.bytes.length - out.length - LINE;
        const written = out.untilNul(strings, start, Math.min(limit, start + room));
        if (start + written < limit && strings[start + written] !== 0) {
          const end = stringEndAt(run, start);
          out.reserve(end - start - written + LINE);
          out.untilNul(strings, start + written, end);
        }
      }
    }
    out.reserve(LINE);
    out.literal(TEXT.quote);
  }

  /** One type, whose words begin at `at`. */
  type(id: number, words: Uint32Array, at: number): void {
    const { out } = this;
    const info = words[at + 1]!;
    const kind = (info >>> 24) & 0x7f;
    const vlen = info & 0xffffff;
    const third = words[at + 2]!;
    const rest = at + HEAD_WORDS;
    out.reserve(LINE);
    out.literal(TEXT.openId);
    out.decimal(id);
    out.literal(TEXT.closeId);
    out.literal(KIND_TEXT[kind] ?? UNKNOWN_TEXT);
    out.literal(TEXT.openName);
    this.#name(words[at]!);
    switch (kind) {
      case KIND.INT:
        this.#field(TEXT.size, third);
        this.#field(TEXT.bitsOffset, (words[rest]! >>> 16) & 0xff);
        this.#field(TEXT.nrBits, words[rest]! & 0xff);
        out.literal(TEXT.encoding);
        out.literal(ENCODING_TEXT[(words[rest]! >>> 24) & 0xf] ?? OTHER_ENCODING_TEXT);
        break;
      case KIND.PTR:
      case KIND.CONST:
      case KIND.VOLATILE:
      case KIND.RESTRICT:
      case KIND.TYPEDEF:
      case KIND.TYPE_TAG:
        this.#field(TEXT.typeId, third);
        break;
      case KIND.ARRAY:
        this.#field(TEXT.typeId, words[rest]!);
        this.#field(TEXT.indexTypeId, words[rest + 1]!);
        this.#field(TEXT.nrElems, words[rest + 2]!);
        break;
      case KIND.STRUCT:
      case KIND.UNION:
        this.#composite(words, rest, third, vlen, info >>> 31 === 1);
        break;
      case KIND.ENUM:
      case KIND.ENUM64:
        this.#enum(words, rest, third, vlen, info >>> 31 === 1, kind === KIND.ENUM64);
        break;
      case KIND.FWD:
        out.literal(info >>> 31 === 1 ? TEXT.fwdUnion : TEXT.fwdStruct);
        break;
      case KIND.FUNC:
        this.#field(TEXT.typeId, third);
        out.literal(TEXT.linkage);
        out.literal(LINKAGE_TEXT[vlen] ?? OTHER_LINKAGE_TEXT);
        break;
      case KIND.FUNC_PROTO:
        this.#field(TEXT.retTypeId, third);
        this.#field(TEXT.vlen, vlen);
        for (let element = rest; element < rest + vlen * 2; element += 2) {
          this.#elementName(words[element]!);
          this.#field(TEXT.typeId, words[element + 1]!);
        }
        break;
      case KIND.VAR:
        this.#field(TEXT.typeId, third);
        out.literal(TEXT.varLinkage);
        out.literal(LINKAGE_TEXT[words[rest]!] ?? OTHER_LINKAGE_TEXT);
        break;
      case KIND.DATASEC:
        this.#datasec(words, rest, third, vlen);
        break;
      case KIND.FLOAT:
        this.#field(TEXT.size, third);
        break;
      case KIND.DECL_TAG:
        this.#field(TEXT.typeId, third);
        out.literal(TEXT.componentIdx);
        out.signedDecimal(words[rest]!);
        break;
      default:
        this.#bpfNext(kind, words, rest, third, vlen);
    }
    out.literal(TEXT.newline);
  }

  #field(label: Uint8Array, value: number): void {
    this.out.literal(label);
    this.out.decimal(value);
  }

  #elementName(offset: number): void {
    this.out.reserve(LINE);
    this.out.literal(TEXT.element);
    this.#name(offset);
  }

  #composite(words: Uint32Array, first: number, size: number, vlen: number, kindFlag: boolean): void {
    this.#field(TEXT.size, size);
    this.#field(TEXT.vlen, vlen);
    for (let element = first; element < first + vlen * 3; element += 3) {
      this.#elementName(words[element]!);
      this.#field(TEXT.typeId, words[element + 1]!);
      const offset = words[element + 2]!;
      this.#field(TEXT.bitsOffset, kindFlag ? offset & 0xffffff : offset);
      if (kindFlag && offset >>> 24 !== 0) this.#field(TEXT.bitfieldSize, offset >>> 24);
    }
  }

  #enum(words: Uint32Array, first: number, size: number, vlen: number, signed: boolean, is64: boolean): void {
    const { out } = this;
    out.literal(signed ? TEXT.signed : TEXT.unsigned);
    this.#field(TEXT.size, size);
    this.#field(TEXT.vlen, vlen);
    const stride = is64 ? 3 : 2;
    for (let element = first; element < first + vlen * stride; element += stride) {
      this.#elementName(words[element]!);
      out.literal(TEXT.val);
      const low = words[element + 1]!;
      if (is64) {
        const value = BigInt(low) | (BigInt(words[element + 2]!) << 32n);
        out.ascii(signed ? `${BigInt.asIntN(64, value)}LL` : `${value}ULL`);
      } else if (signed) out.signedDecimal(low);
      else out.decimal(low);
    }
  }

  #datasec(words: Uint32Array, first: number, size: number, vlen: number): void {
    const { out } = this;
    const runs = this.#runs;
    const endId = endIdOf(runs);
    this.#field(TEXT.size, size);
    this.#field(TEXT.vlen, vlen);
    for (let element = first; element < first + vlen * 3; element += 3) {
      out.reserve(LINE);
      const id = words[element]!;
      this.#field(TEXT.variable, id);
      this.#field(TEXT.offset, words[element + 1]!);
      this.#field(TEXT.size, words[element + 2]!);
      if (id >= endId) continue;
      const run = runOfId(runs, id);
      const at = wordOffset(run, id);
      out.literal(TEXT.openVar);
      out.literal(KIND_TEXT[(run.segment.words[at + 1]! >>> 24) & 0x7f] ?? UNKNOWN_TEXT);
      out.literal(TEXT.openName);
      this.#name(run.segment.words[at]!);
      out.literal(TEXT.close);
    }
  }

  /** Kinds that only bpf-next has, in the words of its selftests; kinds without a row show nothing more. */
  #bpfNext(kind: number, words: Uint32Array, rest: number, third: number, vlen: number): void {
    const { out } = this;
    if (kind === KIND.LOC_PARAM) {
      this.#field(TEXT.size, third);
      out.literal(TEXT.flags);
      out.ascii(`0x${words[rest]!.toString(16)}`);
    }
    if (kind !== KIND.LOC_PARAM && kind !== KIND.LOC_PROTO && kind !== KIND.LOCSEC) return;
    this.#field(TEXT.vlen, vlen);
    const first = kind === KIND.LOC_PARAM ? rest + 1 : rest;
    for (let i = 0; i < vlen; i++) {
      out.reserve(LINE);
      if (kind === KIND.LOC_PARAM) this.#field(TEXT.value, words[first + i]!);
      else if (kind === KIND.LOC_PROTO) this.#field(TEXT.param, words[first + i]!);
      else {
        this.#field(TEXT.funcTypeId, words[first + i * 3]!);
        this.#field(TEXT.locProtoTypeId, words[first + i * 3 + 1]!);
        this.#field(TEXT.offset, words[first + i * 3 + 2]!);
      }
    }
  }
}

/** The raw dump of a graph's own types, at most `maxTypes` of them, as bytes. */
export function dumpRaw(graph: Graph, maxTypes = Infinity): Uint8Array {
  const { runs } = graph;
  const startId = startIdOf(graph);
  const endId = Math.min(endIdOf(runs), startId + maxTypes);
  let words = 0;
  for (const run of runs.slice(graph.ownFrom)) words += run.wordEnd;
  // A word of types gives about fifteen bytes of text; one growth too many costs more than room that is never touched.
  const out = new ByteWriter(maxTypes === Infinity ? words * 16 + LINE : 1 << 12);
  const dump = new RawDump(runs, out);
  for (const run of runs.slice(graph.ownFrom)) {
    const { segment } = run;
    const last = Math.min(run.endId, endId);
    for (let id = segment.firstId; id < last; id++)
      dump.type(id, segment.words, segment.offsets[id - segment.firstId]!);
  }
  return out.written();
}

/** The words of one type, copied. */
export function copyTypeWords(graph: Graph, id: number): Uint32Array {
  const run = runOfId(graph.runs, id);
  const { segment } = run;
  const at = wordOffset(run, id);
  const index = id - segment.firstId;
  const known = typeWords(SHAPES, segment.words[at + 1]!);
  const end = known !== 0 ? at + known : id + 1 < run.endId ? segment.offsets[index + 1]! : run.wordEnd;
  return segment.words.slice(at, end);
}

import { HEAD_WORDS, infoKind, infoVlen, KIND, packInfo } from "../../wire/kinds.js";
import { decodeName, encodeName } from "../../wire/names.js";
import { elementWords, SHAPES, trailerWords, typeWords } from "../../wire/shapes.js";
import { growBytes, growWords } from "../../wire/words.js";
import { Btf, graphOf } from "../../model/btf.js";
import { endIdOf, stringEndOf, type Graph } from "../../model/graph.js";
import { createSegment } from "../../model/segment.js";
import { findStringInRuns, hashBytes } from "../../model/string-index.js";
import type { Profile } from "../profile.js";
import type { LowerRule } from "./lower-rules.js";
import { elementAt, RewriteLog } from "./rewrite-log.js";
import { NameMaker } from "./name-maker.js";

/**
 * Below this many bytes of strings, or when a graph has an index of them already, equal strings are looked up by hash;
 * an index of a kernel's strings takes longer than all the rest.
 */
const INDEXED_STRINGS = 1 << 18;

/** Bytes of strings that there is room for at first. */
const FIRST_ROOM = 1024;

/** The kind in the high byte of info; written out, as one call a type is a good part of the time that a copy takes. */
const KIND_MASK = 0x7f;

/**
 * A copy of a graph's words that is being rewritten. Types keep their ids; what is added comes at the end. Every
 * change goes into the log.
 */
export class Draft {
  readonly btf: Btf;
  readonly profile: Profile;
  readonly log = new RewriteLog();
  words: Uint32Array;
  wordEnd: number;
  /** Word offset of each type, by id; of void it says nothing. */
  starts: Uint32Array;
  /** Kind of each type, by id; 0 is void. */
  kinds: Uint8Array;
  /** Kinds as they were in the graph. */
  readonly original: Uint8Array;
  /** One more than the last id. */
  endId: number;
  strings: Uint8Array;
  stringEnd: number;
  /** Strings up to here are the graph's own. */
  readonly firstStringEnd: number;
  /** What goes into the graph beside types and strings. */
  layout: Uint8Array;
  readonly moved = new Map<number, number>();
  /** Makes the names that this kernel takes. */
  readonly names: NameMaker;
  readonly #graph: Graph;
  readonly #added = new Map<string, number>();
  readonly #ints = new Map<string, number>();
  /** True when a type got new words elsewhere: they are then brought into the order of the ids. */
  #isOutOfOrder = false;

  constructor(btf: Btf, profile: Profile) {
    this.btf = btf;
    this.profile = profile;
    this.names = new NameMaker(profile, "underscore");
    const graph = graphOf(btf);
    this.#graph = graph;
    this.layout = graph.layout;
    const { runs } = graph;
    this.endId = endIdOf(runs);
    this.wordEnd = runs.slice(1).reduce((sum, run) => sum + run.wordEnd, 0);
    this.words = new Uint32Array(this.wordEnd + 64);
    this.starts = new Uint32Array(this.endId + 16);
    this.kinds = new Uint8Array(this.endId + 16);
    let at = 0;
    for (const { segment, endId, wordEnd } of runs.slice(1)) {
      this.words.set(segment.words.subarray(0, wordEnd), at);
      const { offsets, firstId } = segment;
      for (let id = firstId; id < endId; id++) {
        const start = at + offsets[id - firstId]!;
        this.starts[id] = start;
        this.kinds[id] = (this.words[start + 1]! >>> 24) & KIND_MASK;
      }
      at += wordEnd;
    }
    this.original = this.kinds.slice();
    this.stringEnd = stringEndOf(runs);
    this.firstStringEnd = this.stringEnd;
    this.strings = this.#joinStrings(graph);
  }

  #joinStrings({ runs }: Graph): Uint8Array {
    const own = runs.slice(1);
    const [only] = own;
    // A single run's strings are read in place, and copied when one is added.
    if (own.length === 1) return only!.segment.strings.subarray(0, this.stringEnd);
    const strings = new Uint8Array(this.stringEnd);
    for (const { segment, stringEnd } of own) {
      strings.set(segment.strings.subarray(0, stringEnd - segment.stringStart), segment.stringStart);
    }
    return strings;
  }

  // --- reading

  kindOf(id: number): number {
    return id < this.endId ? this.kinds[id]! : -1;
  }

  info(id: number): number {
    return this.words[this.starts[id]! + 1]!;
  }

  vlen(id: number): number {
    return infoVlen(this.info(id));
  }

  /** Bytes of the name at a string offset. */
  nameBytes(offset: number): Uint8Array {
    const end = this.strings.indexOf(0, offset);
    return this.strings.subarray(offset, end < 0 || end > this.stringEnd ? this.stringEnd : end);
  }

  name(offset: number): string {
    if (offset === 0 || offset >= this.stringEnd) return "";
    const bytes = this.nameBytes(offset);
    return decodeName(bytes, 0, bytes.length);
  }

  /** The name of a type. */
  nameOf(id: number): string {
    return this.name(this.words[this.starts[id]!]!);
  }

  /** Word offset of an element. */
  element(id: number, index: number): number {
    return elementAt(this.words, this.starts[id]!, index)[0];
  }

  // --- strings

  /** The offset of a string, added at the end when there is none. */
  intern(text: string): number {
    if (text === "") return 0;
    const known = this.#added.get(text);
    if (known !== undefined) return known;
    const bytes = encodeName(text);
    let offset = this.#find(bytes);
    if (offset === -1) {
      offset = this.stringEnd;
      const end = offset + bytes.length + 1;
      if (end > this.strings.length) this.strings = this.#grownStrings(end);
      this.strings.set(bytes, offset);
      this.strings[end - 1] = 0;
      this.stringEnd = end;
    }
    this.#added.set(text, offset);
    return offset;
  }

  /** The strings with room for more: at first for a few, as most graphs need. */
  #grownStrings(end: number): Uint8Array {
    if (this.stringEnd > this.firstStringEnd) return growBytes(this.strings, this.stringEnd, end);
    const strings = new Uint8Array(end + FIRST_ROOM);
    strings.set(this.strings.subarray(0, this.stringEnd));
    return strings;
  }

  /** The offset of a whole string among the graph's own, or -1. */
  #find(bytes: Uint8Array): number {
    const { runs } = this.#graph;
    const isIndexed = this.firstStringEnd < INDEXED_STRINGS || runs.at(-1)!.segment.stringIndex !== undefined;
    if (isIndexed) return findStringInRuns(runs, hashBytes(bytes, 0, bytes.length), bytes, 0, bytes.length);
    return findBytes(this.strings.subarray(0, this.firstStringEnd), bytes);
  }

  // --- writing

  /** Changes a type by `change`, and says so in the log. */
  rewrite(rule: LowerRule, id: number, change: (words: Uint32Array, at: number) => void): void {
    const at = this.starts[id]!;
    this.log.begin(this.words, at, this.#headLength(at));
    change(this.words, at);
    this.kinds[id] = infoKind(this.words[at + 1]!);
    this.log.end(rule, id, this.words, at, this.#headLength(at));
  }

  /** Words that a rewrite keeps of a type: four where its fourth is no element. */
  #headLength(at: number): number {
    return trailerWords(SHAPES[infoKind(this.words[at + 1]!)]!) > 0 ? HEAD_WORDS + 1 : HEAD_WORDS;
  }

  /** Changes an element of a type by `change`, and says so in the log. */
  rewriteElement(
    rule: LowerRule,
    id: number,
    index: number,
    change: (words: Uint32Array, element: number) => void,
  ): void {
    const [at, length] = elementAt(this.words, this.starts[id]!, index);
    this.log.begin(this.words, at, length);
    change(this.words, at);
    this.log.end(rule, id, this.words, at, length, index);
  }

  /** Gives a type, or an element of it, the name at a string offset. */
  rename(rule: LowerRule, id: number, index: number, name: number): void {
    const change = (words: Uint32Array, at: number): void => {
      words[at] = name;
    };
    if (index < 0) this.rewrite(rule, id, change);
    else this.rewriteElement(rule, id, index, change);
  }

  /** Gives a type other words, of any number. */
  replace(rule: LowerRule, id: number, type: ArrayLike<number>, movedTo = 0): void {
    const old = this.starts[id]!;
    this.log.begin(this.words, old, this.#headLength(old));
    const length = typeWords(SHAPES, this.words[old + 1]!);
    const at = length === type.length ? old : this.#room(type.length);
    if (at !== old) this.#isOutOfOrder = true;
    this.words.set(type, at);
    this.starts[id] = at;
    this.kinds[id] = infoKind(type[1]!);
    this.log.end(rule, id, this.words, at, this.#headLength(at), -1, movedTo);
    if (movedTo !== 0) this.moved.set(id, movedTo);
  }

  /** Room for more words at the end. */
  #room(length: number): number {
    const at = this.wordEnd;
    if (at + length > this.words.length) this.words = growWords(this.words, at, at + length);
    this.wordEnd = at + length;
    return at;
  }

  /** Adds a type at the end; without a rule the log does not speak of it. */
  append(rule: LowerRule | undefined, type: ArrayLike<number>): number {
    const at = this.#room(type.length);
    this.words.set(type, at);
    const id = this.endId++;
    if (id >= this.starts.length) this.starts = growWords(this.starts, id, id + 1);
    if (id >= this.kinds.length) this.kinds = growBytes(this.kinds, id, id + 1);
    this.starts[id] = at;
    this.kinds[id] = infoKind(type[1]!);
    if (rule !== undefined) {
      this.log.begin(NO_WORDS, 0, 0);
      this.log.end(rule, id, this.words, at, this.#headLength(at));
    }
    return id;
  }

  /** An INT with these words, added when this draft has not added it before. */
  int(rule: LowerRule, name: number, size: number, data: number): number {
    const key = `${name} ${size} ${data}`;
    let id = this.#ints.get(key);
    if (id === undefined) {
      id = this.append(rule, [name, packInfo(KIND.INT, 0), size, data]);
      this.#ints.set(key, id);
    }
    return id;
  }

  /** Says in the log what was done to the graph as a whole. */
  note(rule: LowerRule): void {
    this.log.begin(NO_WORDS, 0, 0);
    this.log.end(rule, 0, NO_WORDS, 0, 0);
  }

  // --- the end

  /** The graph as it is now. */
  finish(): Btf {
    this.#order();
    const graph = this.#graph;
    const strings = this.strings.subarray(0, this.stringEnd);
    const offsets = this.starts.subarray(1, this.endId);
    const segment = createSegment(this.words.subarray(0, this.wordEnd), offsets, strings, 1, 0);
    const run = { segment, endId: this.endId, wordEnd: this.wordEnd, stringEnd: this.stringEnd };
    const { moved } = this;
    const ids = Object.freeze(
      Object.assign(
        Object.create(null) as Record<string, number>,
        Object.fromEntries(Object.entries(graph.ids).map(([label, id]) => [label, moved.get(id) ?? id])),
      ),
    );
    return new Btf(
      { ...graph, runs: [graph.runs[0]!, run], ownFrom: 1, layout: this.layout, source: undefined, ids },
      undefined,
    );
  }

  /** Brings the words into the order of the ids. */
  #order(): void {
    if (!this.#isOutOfOrder) return;
    const ordered = new Uint32Array(this.wordEnd);
    let end = 0;
    for (let id = 1; id < this.endId; id++) {
      const at = this.starts[id]!;
      const length = typeWords(SHAPES, this.words[at + 1]!);
      ordered.set(this.words.subarray(at, at + length), end);
      this.starts[id] = end;
      end += length;
    }
    this.words = ordered;
    this.wordEnd = end;
    this.#isOutOfOrder = false;
  }

  /** Words of a type, its elements included. */
  wordsOf(id: number): Uint32Array {
    const at = this.starts[id]!;
    return this.words.slice(at, at + typeWords(SHAPES, this.words[at + 1]!));
  }

  /** Words of one element of a type. */
  strideOf(id: number): number {
    return elementWords(SHAPES[this.kinds[id]!]!);
  }
}

const NO_WORDS = new Uint32Array(0);

/** Bytes of names from the rarest on: where one of a kernel's is looked for, that is the byte to look for first. */
const RAREST = "0123456789QZXJqzjxKkVvwy";

/** Where a whole string, after one NUL and before another, lies in a string section; -1 when it is not there. */
function findBytes(strings: Uint8Array, bytes: Uint8Array): number {
  let ahead = 0;
  for (const byte of encodeName(RAREST)) {
    ahead = Math.max(bytes.indexOf(byte), 0);
    if (ahead !== 0) break;
  }
  const rare = bytes[ahead]!;
  for (let found = strings.indexOf(rare, ahead + 1); found !== -1; found = strings.indexOf(rare, found + 1)) {
    const at = found - ahead;
    if (strings[at - 1] !== 0 || strings[at + bytes.length] !== 0) continue;
    let same = 0;
    while (same < bytes.length && strings[at + same] === bytes[same]) same++;
    if (same === bytes.length) return at;
  }
  return -1;
}

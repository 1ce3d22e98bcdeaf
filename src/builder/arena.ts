import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, packInfo, VLEN_MAX } from "../wire/kinds.js";
import { growWords } from "../wire/words.js";
import { BtfError } from "../model/errors.js";
import { endIdOf } from "../model/graph.js";
import { forgetText } from "../model/read-name.js";
import { createSegment, runOfId, wordOffset, type Run, type Segment } from "../model/segment.js";
import { truncateIndex } from "../model/string-index.js";
import { Interner } from "./interner.js";
import type { Labels } from "./labels.js";
import { layoutSize, type RecordLayout } from "./record-layout.js";
import { compact, emptySegment } from "./segments.js";

/** Ids from here on stand for types that `forward` promised. */
export const PLACEHOLDER_BASE = 0x80000000;

/** The largest id that libbpf takes, `BTF_MAX_NR_TYPES`. */
export const TYPE_ID_MAX = 0x7fffffff;

/** Where the strings of a run begin that has none and stands after strings that still grow. */
const NO_STRINGS = Number.MAX_SAFE_INTEGER;

/** A section that holds what is defined elsewhere: by the kernel, or by its configuration. */
export type ExternSection = ".kconfig" | ".ksyms";

/** An extern that waits for its DATASEC, which compilers write behind all other types, and those before it. */
export interface WaitingExtern {
  readonly before: WaitingExtern | undefined;
  readonly section: ExternSection;
  readonly id: number;
  /** Bytes; 0 for a FUNC. */
  readonly size: number;
}

/** What a builder value has beside its place in the arena; most values share one. */
export interface Extras {
  /** Types that spellings added while a type is open: they have ids, and are written when it closes. */
  readonly pending: Run | undefined;
  /** How the open type's members are laid out, when that was left to the builder. */
  readonly layout: RecordLayout | undefined;
  readonly labelCount: number;
  /** Promised types, by placeholder id minus {@link PLACEHOLDER_BASE}. */
  readonly forwards: readonly string[];
  /** Externs that get their entries at the end. */
  readonly externs: WaitingExtern | undefined;
  /** True inside `unchecked`. */
  readonly unchecked: boolean;
}

export const NO_EXTRAS: Extras = {
  pending: undefined,
  layout: undefined,
  labelCount: 0,
  forwards: [],
  externs: undefined,
  unchecked: false,
};

/** A place in an arena: what it holds up to there, and the type that is open there. */
export interface ArenaState {
  /** The id that the next type gets. */
  readonly nextId: number;
  /** Words of the segment in use, the open type's included. */
  readonly wordEnd: number;
  /** Bytes of the segment's strings in use. */
  readonly stringLength: number;
  /** The open type, or 0. */
  readonly openId: number;
  /** Its word offset. */
  readonly openAt: number;
  /** Its kind, vlen and kind_flag as they will be written when it closes. */
  readonly openInfo: number;
  /** The highest id that a type refers to. */
  readonly maxReference: number;
  readonly extras: Extras;
}

/** A place in an arena, and the segment it is in. */
export interface ArenaMark extends ArenaState {
  readonly prefix: readonly Run[];
  readonly segment: Segment;
  readonly stamp: number;
}

/**
 * Types and strings at the end of a graph, where new ones are added. It stands on runs that never change; of its own
 * segment it only ever writes beyond what any value has seen, but for the first words of the open type.
 */
export class Arena extends Interner implements ArenaState {
  readonly ownFrom: number;
  nextId: number;
  wordEnd = 0;
  openId = 0;
  openAt = 0;
  openInfo = 0;
  maxReference: number;
  extras: Extras;
  labels: Labels;
  /** True once a recipe has come to its end. */
  sealed = false;
  /** The segment of waiting types that is this arena's to grow. */
  #pending: Segment | undefined;

  constructor(prefix: readonly Run[], ownFrom: number, maxReference: number, labels: Labels, extras: Extras) {
    super(prefix);
    this.ownFrom = ownFrom;
    this.maxReference = maxReference;
    this.labels = labels;
    this.extras = extras;
    this.nextId = this.segment.firstId;
  }

  // --- types

  /** Writes the first three words of a type, with room for as many of its trailer, and gives its id. */
  head(name: number, info: number, sizeOrType: number): number {
    if (this.sealed) throw sealedError();
    const { segment } = this;
    const at = this.wordEnd;
    if (at + 2 * HEAD_WORDS > segment.words.length) {
      segment.words = growWords(segment.words, at, at + 2 * HEAD_WORDS);
    }
    const id = this.nextId;
    const index = id - segment.firstId;
    if (index >= segment.offsets.length) segment.offsets = growWords(segment.offsets, index, index + 1);
    segment.offsets[index] = at;
    const { words } = segment;
    words[at] = name;
    words[at + 1] = info;
    words[at + 2] = sizeOrType;
    this.wordEnd = at + HEAD_WORDS;
    this.nextId = id + 1;
    this.stamp++;
    return id;
  }

  /** Writes the next word of the type that `head` began. */
  trailer(word: number): void {
    this.segment.words[this.wordEnd++] = word;
  }

  /** Writes a type that goes on with elements. */
  openHead(name: number, kind: number, sizeOrType: number, kindFlag: boolean): number {
    const info = packInfo(kind, 0, kindFlag);
    const id = this.head(name, info, sizeOrType);
    this.openId = id;
    this.openAt = this.wordEnd - HEAD_WORDS;
    this.openInfo = info;
    return id;
  }

  /** Makes room for the next element of the open type, of at most three words, and counts it. */
  element(): number {
    if (this.sealed) throw sealedError();
    const { segment } = this;
    const at = this.wordEnd;
    if (at + 3 > segment.words.length) segment.words = growWords(segment.words, at, at + 3);
    if (infoVlen(this.openInfo) === VLEN_MAX) {
      throw new BtfError(`type [${this.openId}]: it has 16777215 elements, the most that vlen can say`, {
        code: "ENOSPC",
        rule: "vlen-limit",
        typeId: this.openId,
      });
    }
    this.openInfo++;
    this.stamp++;
    return at;
  }

  /** Writes what is known of the open type now, and the types that were waiting for it to close. */
  close(): void {
    if (this.openId === 0) return;
    this.segment.words[this.openAt + 1] = this.openInfo;
    this.openId = 0;
    this.stamp++;
    const { pending, layout } = this.extras;
    if (pending === undefined && layout === undefined) return;
    if (layout?.autoSize === true) {
      this.segment.words[this.openAt + 2] = layoutSize(infoKind(this.openInfo), layout);
    }
    this.extras = { ...this.extras, pending: undefined, layout: undefined };
    if (pending !== undefined) this.#append(pending);
  }

  /** Adds copies of a run's types, whose ids are already given, at the end of the segment. */
  #append({ segment: from, endId, wordEnd }: Run): void {
    const { segment } = this;
    const count = endId - from.firstId;
    const index = from.firstId - segment.firstId;
    if (index + count > segment.offsets.length) {
      segment.offsets = growWords(segment.offsets, index, index + count);
    }
    if (this.wordEnd + wordEnd > segment.words.length) {
      segment.words = growWords(segment.words, this.wordEnd, this.wordEnd + wordEnd);
    }
    for (let i = 0; i < count; i++) segment.offsets[index + i] = this.wordEnd + from.offsets[i]!;
    segment.words.set(from.words.subarray(0, wordEnd), this.wordEnd);
    this.wordEnd += wordEnd;
  }

  /** Adds a whole type that a spelling implies: at the end, or waiting while a type is open. */
  implied(words: readonly number[]): number {
    if (this.openId === 0) {
      const id = this.head(words[0]!, words[1]!, words[2]!);
      for (const word of words.slice(HEAD_WORDS)) this.#grownTrailer(word);
      return id;
    }
    const id = this.nextId;
    const segment = this.#ownPending();
    const wordEnd = this.extras.pending?.wordEnd ?? 0;
    const index = id - segment.firstId;
    if (wordEnd + words.length > segment.words.length) {
      segment.words = growWords(segment.words, wordEnd, wordEnd + words.length);
    }
    if (index >= segment.offsets.length) segment.offsets = growWords(segment.offsets, index, index + 1);
    segment.words.set(words, wordEnd);
    segment.offsets[index] = wordEnd;
    const pending: Run = { segment, endId: id + 1, wordEnd: wordEnd + words.length, stringEnd: NO_STRINGS };
    this.extras = { ...this.extras, pending };
    this.nextId = id + 1;
    this.stamp++;
    return id;
  }

  /** The segment of types that wait for the open one; a copy when it may be another arena's too. */
  #ownPending(): Segment {
    const { pending } = this.extras;
    if (pending !== undefined && pending.segment === this.#pending) return pending.segment;
    const firstId = this.openId + 1;
    const words = pending?.segment.words.slice(0, pending.wordEnd) ?? new Uint32Array(0);
    const offsets = pending?.segment.offsets.slice(0, pending.endId - firstId) ?? new Uint32Array(0);
    this.#pending = createSegment(words, offsets, new Uint8Array(0), firstId, NO_STRINGS);
    return this.#pending;
  }

  #grownTrailer(word: number): void {
    const { segment } = this;
    if (this.wordEnd >= segment.words.length) {
      segment.words = growWords(segment.words, this.wordEnd, this.wordEnd + 1);
    }
    this.trailer(word);
  }

  /** Words of a type that come with no checks at all. */
  rawWords(words: Iterable<number>): void {
    for (const word of words) this.#grownTrailer(word);
  }

  /** Makes room for `count` more types in `words` more words, when many are about to be written at once. */
  reserve(count: number, words: number): void {
    const { segment } = this;
    const index = this.nextId - segment.firstId;
    if (index + count > segment.offsets.length) {
      segment.offsets = growWords(segment.offsets, index, index + count);
    }
    if (this.wordEnd + words > segment.words.length) {
      segment.words = growWords(segment.words, this.wordEnd, this.wordEnd + words);
    }
  }

  // --- places

  /** Everything up to here, the open type and those that wait for it included. */
  runs(): readonly Run[] {
    const { segment, wordEnd, stringEnd, nextId, openId, extras } = this;
    const endId = openId === 0 ? nextId : openId + 1;
    const runs = [...this.prefix, { segment, endId, wordEnd, stringEnd }];
    if (extras.pending !== undefined) runs.push(extras.pending);
    return runs;
  }

  /** A place to come back to with {@link restore}. */
  mark(): ArenaMark {
    const { nextId, wordEnd, stringLength, openId, openAt, openInfo, maxReference, extras } = this;
    const { prefix, segment, stamp } = this;
    return { nextId, wordEnd, stringLength, openId, openAt, openInfo, maxReference, extras, prefix, segment, stamp };
  }

  /** Goes back to a marked place, as if nothing had been added since. */
  restore(state: ArenaMark): void {
    this.stamp = state.stamp;
    if (this.segment !== state.segment) this.standOn(state.prefix, state.segment);
    this.nextId = state.nextId;
    this.wordEnd = state.wordEnd;
    this.openId = state.openId;
    this.openAt = state.openAt;
    this.openInfo = state.openInfo;
    this.maxReference = state.maxReference;
    this.extras = state.extras;
    if (this.stringLength !== state.stringLength) {
      truncateIndex(this.segment.stringIndex!, state.stringLength);
      forgetText(this.segment, state.stringLength);
    }
    this.stringLength = state.stringLength;
    // What the indexes know may be gone; they are made again when they are needed.
    for (const segment of [this.segment, this.#pending]) {
      if (segment === undefined) continue;
      segment.nameIndex = undefined;
      segment.derivedIndex = undefined;
    }
  }

  /** The runs up to a place in this arena, without the type that is open there. */
  runsBefore({ nextId, wordEnd, stringLength, openId, openAt }: ArenaState): readonly Run[] {
    const { segment } = this;
    const endId = openId === 0 ? nextId : openId;
    if (endId === segment.firstId && stringLength === 0) return this.prefix;
    const run: Run = {
      segment,
      endId,
      wordEnd: openId === 0 ? wordEnd : openAt,
      stringEnd: segment.stringStart + stringLength,
    };
    return [...this.prefix, run];
  }

  /** Continues the open type of a state, whose words are in `source`, with a copy of them in this empty segment. */
  continueOpen(state: ArenaState, source: Segment): void {
    this.extras = state.extras;
    if (state.openId === 0) return;
    const words = source.words.subarray(state.openAt, state.wordEnd);
    this.reserve(1, words.length);
    this.openHead(words[0]!, infoKind(state.openInfo), words[2]!, infoKindFlag(state.openInfo));
    this.segment.words.set(words, 0);
    this.wordEnd = words.length;
    this.openInfo = state.openInfo;
    this.nextId = state.nextId;
  }

  /**
   * Opens the last type of the graph again, so that elements can be added to it: in a new segment, with a copy of its
   * words. False when the graph has no type of its own.
   */
  reopenLast(): boolean {
    const runs = this.runs();
    const id = this.nextId - 1;
    if (id < endIdOf(runs.slice(0, this.ownFrom))) return false;
    const run = runOfId(runs, id);
    const at = wordOffset(run, id);
    const info = run.segment.words[at + 1]!;
    // Runs after it hold strings only.
    const before = runs.map((each) => {
      if (each === run) return { ...each, endId: id, wordEnd: at };
      return each.segment.firstId > id ? { ...each, endId: id } : each;
    });
    const state: ArenaState = { ...this.mark(), openId: id, openAt: at, openInfo: info, wordEnd: run.wordEnd };
    const prefix = compact(before, this.ownFrom);
    this.standOn(prefix, emptySegment(prefix));
    this.nextId = id;
    this.wordEnd = 0;
    this.stringLength = 0;
    this.continueOpen({ ...state, nextId: id + 1 }, run.segment);
    return true;
  }
}

function sealedError(): BtfError {
  return new BtfError("defineBtf: the recipe has ended; its builder can't be used any more", {
    code: "EINVAL",
    rule: "recipe-ended",
  });
}

import { encodeName } from "../../wire/names.js";
import { stringEndOf, type Graph } from "../../model/graph.js";
import { LONG_STRING, runOfString, stringEndAt } from "../../model/segment.js";
import { ListNumbers } from "./list-numbers.js";

/** What all string offsets beyond the strings have in common. */
const NOWHERE = 0xffffffff;

/** Bytes at either end of a long name that tell it from others of its length. */
const SHOWN = LONG_STRING / 2;

/** Numbers for names, the same in every graph that asks; 0 is that of the empty name. */
export class NameNumbers {
  readonly #lists: ListNumbers;
  readonly #words = new Uint32Array(LONG_STRING / 4 + 1);

  /** For names of about so many bytes in all. */
  constructor(bytes: number) {
    this.#lists = new ListNumbers(bytes >>> 4, bytes >>> 1);
  }

  /** The number of the name that the bytes from `start` up to `end` are. */
  ofBytes(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length === 0) return 0;
    const words = this.#words;
    words[0] = length;
    let word = 1;
    // A million names can lie in one string of many megabytes; reading each to its end would never end.
    const isLong = length > LONG_STRING;
    for (let at = start; at < end; at += 4) {
      if (isLong && at === start + SHOWN) at = end - SHOWN;
      // Beyond the name there may be others, which don't belong to it.
      let value = bytes[at]!;
      if (at + 1 < end) value |= bytes[at + 1]! << 8;
      if (at + 2 < end) value |= bytes[at + 2]! << 16;
      if (at + 3 < end) value |= bytes[at + 3]! << 24;
      words[word++] = value;
    }
    return this.#lists.of(words, word);
  }

  of(name: string): number {
    const bytes = encodeName(name);
    return this.ofBytes(bytes, 0, bytes.length);
  }
}

/** The numbers of one graph's names by string offset. */
export class GraphNames {
  readonly #graph: Graph;
  readonly #names: NameNumbers;
  /** A name's number plus 1, 0 for a name that nobody asked for. */
  readonly #known: Uint32Array;

  constructor(graph: Graph, names: NameNumbers) {
    this.#graph = graph;
    this.#names = names;
    this.#known = new Uint32Array(stringEndOf(graph.runs));
  }

  at(offset: number): number {
    if (offset >= this.#known.length) return offset === 0 ? 0 : NOWHERE;
    const known = this.#known[offset]!;
    if (known !== 0) return known - 1;
    const run = runOfString(this.#graph.runs, offset);
    if (run === undefined) return NOWHERE;
    const start = offset - run.segment.stringStart;
    const number = this.#names.ofBytes(run.segment.strings, start, stringEndAt(run, start));
    this.#known[offset] = number + 1;
    return number;
  }
}

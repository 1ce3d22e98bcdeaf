import { encodeNameInto, maxNameBytes, nameFault } from "../wire/names.js";
import { growBytes } from "../wire/words.js";
import { BtfError } from "../model/errors.js";
import type { Run, Segment } from "../model/segment.js";
import { findSlot, findStringInRuns, hashBytes, hashEnd, hashStep, insertAt } from "../model/string-index.js";
import { emptySegment } from "./segments.js";

/** A segment at the end of runs that never change, and its strings: each is there once, the earliest counts. */
export class Interner {
  /** The runs before the segment. */
  prefix: readonly Run[];
  segment: Segment;
  /** Bytes of the segment's strings in use. */
  stringLength: number;
  /** Counts changes: a value that remembers this number is the newest. */
  stamp = 0;
  /** The runs before the segment that have strings. */
  #stringRuns: readonly Run[];

  constructor(prefix: readonly Run[]) {
    this.prefix = prefix;
    this.segment = emptySegment(prefix);
    this.#stringRuns = withStrings(prefix);
    // A string section begins with the empty string; only one that stands on another does not.
    this.stringLength = this.segment.stringStart === 0 ? 1 : 0;
  }

  /** One more than the last string offset. */
  get stringEnd(): number {
    return this.segment.stringStart + this.stringLength;
  }

  /** Goes on in another segment, on other runs. */
  protected standOn(prefix: readonly Run[], segment: Segment): void {
    this.prefix = prefix;
    this.segment = segment;
    this.#stringRuns = withStrings(prefix);
  }

  /** The offset of a string, added at the end when no earlier one is equal. */
  intern(text: string): number {
    const units = text.length;
    if (units === 0) return 0;
    const { segment } = this;
    const start = this.stringLength;
    if (start + units + 1 > segment.strings.length) {
      segment.strings = growBytes(segment.strings, start, start + units + 1);
    }
    const { strings } = segment;
    let hash = units;
    let i = 0;
    for (; i + 4 <= units; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      const four = a | (b << 8) | (c << 16) | (d << 24);
      // Of four ASCII characters only a NUL borrows.
      if ((a | b | c | d) > 0x7f || ((four - 0x01010101) & 0x80808080) !== 0) return this.#internUnicode(text);
      strings[start + i] = a;
      strings[start + i + 1] = b;
      strings[start + i + 2] = c;
      strings[start + i + 3] = d;
      hash = hashStep(hash, four);
    }
    for (; i < units; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f || unit === 0) return this.#internUnicode(text);
      strings[start + i] = unit;
      hash = hashStep(hash, unit);
    }
    return this.#place(hashEnd(hash), start, units);
  }

  #internUnicode(text: string): number {
    const fault = nameFault(text);
    if (fault !== undefined) {
      throw new BtfError(
        fault === "nul"
          ? `name ${JSON.stringify(text)}: it holds a NUL, which ends a name in BTF`
          : `name ${JSON.stringify(text)}: it holds half a surrogate pair, which has no UTF-8`,
        { code: "EINVAL", rule: "name-bytes", field: "name" },
      );
    }
    const { segment } = this;
    const start = this.stringLength;
    const most = maxNameBytes(text.length) + 1;
    if (start + most > segment.strings.length) segment.strings = growBytes(segment.strings, start, start + most);
    const end = encodeNameInto(text, segment.strings, start);
    return this.#place(hashBytes(segment.strings, start, end), start, end - start);
  }

  /** The offset of the string equal to `length` bytes of `source` at `start`, which lie in another graph. */
  internBytes(source: Uint8Array, start: number, length: number): number {
    if (length === 0) return 0;
    const { segment } = this;
    const at = this.stringLength;
    if (at + length + 1 > segment.strings.length) {
      segment.strings = growBytes(segment.strings, at, at + length + 1);
    }
    const { strings } = segment;
    for (let i = 0; i < length; i++) strings[at + i] = source[start + i]!;
    return this.#place(hashBytes(source, start, start + length), at, length);
  }

  /** Keeps the bytes just written at `start` as a new string, or forgets them for an equal one. */
  #place(hash: number, start: number, length: number): number {
    const { segment } = this;
    if (this.#stringRuns.length > 0) {
      const earlier = this.#findEarlier(hash, start, length);
      if (earlier !== -1) return earlier;
    }
    const index = segment.stringIndex!;
    const slot = findSlot(index, segment, hash, segment.strings, start, length);
    const held = index.table[slot]!;
    if (held !== 0) return segment.stringStart + held - 1;
    segment.strings[start + length] = 0;
    this.stringLength = start + length + 1;
    this.stamp++;
    insertAt(index, slot, start, hash);
    return segment.stringStart + start;
  }

  #findEarlier(hash: number, start: number, length: number): number {
    return findStringInRuns(this.#stringRuns, hash, this.segment.strings, start, length);
  }
}

function withStrings(runs: readonly Run[]): readonly Run[] {
  return runs.filter((run) => run.stringEnd > run.segment.stringStart);
}

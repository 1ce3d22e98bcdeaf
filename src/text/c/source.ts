/** A place in a source text, as compilers name it. */
export interface SourcePosition {
  readonly file?: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters (UTF-16 units). */
  readonly column: number;
  readonly sourceLine: string;
  /** In bytes of UTF-8 from the start of the text. */
  readonly byteOffset: number;
}

/** From this offset on, lines count from another number and perhaps in another file. */
interface LineMarker {
  readonly offset: number;
  /** The number of the line in the text that `line` is said of, from 0. */
  readonly index: number;
  readonly line: number;
  readonly file: string | undefined;
}

/** A text by its lines. Positions are worked out when asked for. */
export class SourceText {
  readonly text: string;
  readonly #markers: LineMarker[] = [];
  #lineStarts: readonly number[] | undefined;
  /** The last place whose byte offset was asked for: most often the next is further on. */
  #counted = { offset: 0, bytes: 0 };

  constructor(text: string) {
    this.text = text;
  }

  /** Takes a line marker, `# 12 "sock.h"`, at an offset: the line after it is line 12. */
  mark(offset: number, line: number, file: string | undefined): void {
    const last = this.#markers.at(-1);
    this.#markers.push({ offset, index: this.#lineIndex(offset) + 1, line, file: file ?? last?.file });
  }

  #starts(): readonly number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }

  #lineIndex(offset: number): number {
    return lastAtMost(this.#starts(), offset, (start) => start);
  }

  /** The number of the line that an offset is in. */
  line(offset: number): number {
    const index = this.#lineIndex(offset);
    const marker = this.#markers[lastAtMost(this.#markers, offset, (each) => each.offset)];
    return marker !== undefined && marker.offset <= offset ? marker.line + index - marker.index : index + 1;
  }

  #byteOffset(offset: number): number {
    const from = this.#counted.offset <= offset ? this.#counted : { offset: 0, bytes: 0 };
    this.#counted = { offset, bytes: from.bytes + utf8Length(this.text, from.offset, offset) };
    return this.#counted.bytes;
  }

  /** Where an offset, in characters, is. */
  position(offset: number): SourcePosition {
    const index = this.#lineIndex(offset);
    const start = this.#starts()[index] ?? 0;
    const end = this.text.indexOf("\n", start);
    const sourceLine = this.text.slice(start, end < 0 ? this.text.length : end).replace(/\r$/, "");
    const marker = this.#markers[lastAtMost(this.#markers, offset, (each) => each.offset)];
    const isMarked = marker !== undefined && marker.offset <= offset;
    return {
      ...(isMarked && marker.file !== undefined && { file: marker.file }),
      line: this.line(offset),
      column: offset - start + 1,
      sourceLine,
      byteOffset: this.#byteOffset(offset),
    };
  }
}

/** The last element whose key is at most `wanted`, by its index, in an ascending list; 0 when there is none. */
function lastAtMost<T>(list: readonly T[], wanted: number, key: (element: T) => number): number {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (key(list[middle]!) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Bytes of UTF-8 that a part of a text takes. */
function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    // A surrogate is half of a character of four bytes.
    length += code < 0x80 ? 1 : code < 0x800 || (code & 0xf800) === 0xd800 ? 2 : 3;
  }
  return length;
}

import { ByteWriter, doublesOf } from "../../model/byte-writer.js";

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** An ASCII text of any length, as tokens are. */
export interface Phrase {
  readonly doubles: Float64Array;
  readonly length: number;
}

/** An ASCII text as what {@link JsonWriter.phrase} writes. */
export function phrase(text: string): Phrase {
  return { doubles: doublesOf(text, Math.ceil(text.length / 8)), length: text.length };
}

/** Bytes of JSON: long fixed texts, and names up to what has to be escaped. */
export class JsonWriter extends ByteWriter {
  /** Writes a phrase; up to 7 bytes after it are overwritten. */
  phrase({ doubles, length }: Phrase): void {
    const view = this.view;
    const at = this.length;
    for (let i = 0; i < doubles.length; i++) view.setFloat64(at + i * 8, doubles[i]!, true);
    this.length = at + length;
  }

  /**
   * Writes the bytes of `source` from `start` up to one that JSON escapes, a NUL among them, or `end`; returns how many.
   * The caller reserved for them.
   */
  untilEscape(source: DataView, start: number, end: number): number {
    const view = this.view;
    let at = this.length;
    let from = start;
    for (const whole = end - 3; from < whole; from += 4, at += 4) {
      const word = source.getInt32(from, true);
      const quotes = word ^ 0x22222222;
      const backslashes = word ^ 0x5c5c5c5c;
      // The high bit of each byte that is below a space, or that the other two made 0.
      const found =
        ((word - 0x20202020) & ~word) | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes);
      if ((found & 0x80808080) !== 0) break;
      view.setInt32(at, word, true);
    }
    const { bytes } = this;
    for (; from < end; from++) {
      const byte = source.getUint8(from);
      if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) break;
      bytes[at++] = byte;
    }
    this.length = at;
    return from - start;
  }
}

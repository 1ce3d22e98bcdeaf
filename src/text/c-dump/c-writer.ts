import { BtfError } from "../../model/errors.js";
import { ByteWriter, token, type Token } from "../../model/byte-writer.js";
import type { TypeTable } from "./type-table.js";

/** Room for what is written between two names, and what a token may write too much. */
const ROOM = 256;

/** Deeper lines are indented no further. */
const MAX_INDENT = 13;

/** Line breaks with indents. */
const LINES: readonly Token[] = Array.from({ length: MAX_INDENT + 1 }, (_, depth) => token(`\n${"\t".repeat(depth)}`));

/** libbpf puts a name with its number into so many bytes, and cuts it off there. */
const NUMBERED_NAME = 255;

/** No reader takes more text in one piece, and no string holds it. */
const MAX_LENGTH = 1 << 29;

/** The text so far, and what is written into it over and over. Each call leaves room for a few tokens. */
export class CWriter {
  readonly out: ByteWriter;
  readonly #table: TypeTable;

  constructor(table: TypeTable, capacity: number) {
    this.#table = table;
    this.out = new ByteWriter(Math.max(capacity, ROOM));
  }

  /** Makes room for as much as may be written between two calls. */
  room(): void {
    const { out } = this;
    if (out.length + ROOM <= out.bytes.length) return;
    if (out.length > MAX_LENGTH) {
      throw new BtfError(`the text of one declaration is longer than ${MAX_LENGTH} bytes`, {
        code: "E2BIG",
        rule: "text-length",
      });
    }
    out.reserve(ROOM);
  }

  text(value: Token): void {
    this.out.token(value);
    this.room();
  }

  /** ASCII of any length. */
  ascii(value: string): void {
    this.out.reserve(value.length + ROOM);
    this.out.ascii(value);
  }

  /** Any bytes. */
  bytes(value: Uint8Array): void {
    const { out } = this;
    out.reserve(value.length + ROOM);
    out.bytes.set(value, out.length);
    out.length += value.length;
  }

  /** A line break and an indent of `depth` tabs; the next call makes room again. */
  line(depth: number): void {
    this.out.token(LINES[depth < MAX_INDENT ? depth : MAX_INDENT]!);
  }

  /** The string at an offset. */
  name(offset: number): void {
    const { out } = this;
    const { stringView, stringEnd } = this.#table;
    const limit = offset + out.bytes.length - out.length - ROOM;
    const start = offset < stringEnd ? offset : stringEnd;
    const end = start + out.untilNul(stringView, start, stringEnd < limit ? stringEnd : limit);
    // Few names are longer than the room there is.
    if (end >= limit) this.#longName(end);
    this.room();
  }

  #longName(start: number): void {
    const { out } = this;
    const end = this.#table.stringEndAt(start);
    out.reserve(end - start + ROOM);
    out.untilNul(this.#table.stringView, start, end);
  }

  /** A name with the number that tells it from others, `___2`; 1 is no number. */
  numbered(offset: number, number: number): void {
    const { out } = this;
    const from = out.length;
    this.name(offset);
    if (number === 1) return;
    this.number(number);
    out.length = Math.min(out.length, from + NUMBERED_NAME);
  }

  /** What comes behind the name of who is not the first to have it. */
  number(number: number): void {
    this.out.ascii(`___${number}`);
    this.room();
  }
}

import type { KindName } from "../../wire/kinds.js";
import type { LineForm } from "./raw-kinds.js";
import { rawError, sourceOffset, type SourceLine } from "./source-line.js";

/** A value as it stands in a line, and where. */
interface Field {
  readonly text: string;
  readonly at: number;
}

const FIELD = /[\s,]*([a-z_0-9]+)=('.*?'(?=\s+[a-z_0-9]+=|\s*$)|[^\s,]*)/y;

/** `'int' size=4 …`: a line's name and fields, taken apart. */
export class LineFields {
  /** The name in quotes; "" for `(anon)`, {@link EMPTY_NAME} for `''`. */
  readonly name: string;
  readonly #fields = new Map<string, Field>();
  readonly #source: string;
  readonly #line: SourceLine;
  readonly #typeId: number;
  readonly #kind: KindName;

  /** @param from where in the line name and fields begin */
  constructor(source: string, line: SourceLine, from: number, form: LineForm, typeId: number, kind: KindName) {
    this.#source = source;
    this.#line = line;
    this.#typeId = typeId;
    this.#kind = kind;
    const end = form.named ? this.#nameEnd(from, form) : from;
    this.name = form.named ? nameOf(line.text.slice(from + 1, end - 1)) : "";
    this.#read(end, form);
  }

  /** Throws an error about a place in the line. */
  fail(at: number, message: string, field?: string): never {
    throw rawError(this.#source, {
      message: `[${this.#typeId}] ${this.#kind}: ${message}`,
      offset: sourceOffset(this.#line, at),
      typeId: this.#typeId,
      kind: this.#kind,
      ...(field !== undefined && { field }),
    });
  }

  /** Where a name ends: before the last place where the line's first field could begin, as names may hold quotes. */
  #nameEnd(from: number, { required, optional = [] }: LineForm): number {
    const { text } = this.#line;
    if (text[from] !== "'") this.fail(from, "a name in '' expected");
    for (const key of [...optional, ...required]) {
      const end = text.lastIndexOf(`' ${key}=`);
      if (end > from) return end + 1;
    }
    if (text.length > from + 1 && text.endsWith("'")) return text.length;
    return this.fail(text.length, `the name is not followed by ${required[0]}=`, required[0]);
  }

  #read(start: number, { required, optional = [] }: LineForm): void {
    const { text } = this.#line;
    let at = start;
    for (;;) {
      FIELD.lastIndex = at;
      const match = FIELD.exec(text);
      if (match === null) break;
      const [whole, key, value] = match as unknown as [string, string, string];
      const valueAt = at + whole.length - value.length;
      if (!required.includes(key) && !optional.includes(key)) {
        if (this.#kind === "FUNC" && this.#fields.has("linkage")) break;
        const known = required.map((each) => `${each}=`).join(", ");
        this.fail(valueAt - key.length - 1, `${key}= is no field of it; ${known} expected`, key);
      }
      this.#fields.set(key, { text: value, at: valueAt });
      at += whole.length;
    }
    const missing = required.find((key) => !this.#fields.has(key));
    const rest = text.slice(at).trim();
    if (missing !== undefined) this.fail(rest === "" ? text.length : at, `${missing}= expected`, missing);
    // A DATASEC's entries say in brackets what they are, and a FUNC may be followed by its signature.
    const isRemark = (this.#kind === "DATASEC" && /^\(.*\)$/.test(rest)) || this.#kind === "FUNC";
    if (rest !== "" && !isRemark) this.fail(text.indexOf(rest, at), `${rest} is not expected here`);
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  /** Where a field's value stands in the line. */
  placeOf(key: string): number {
    return this.#fields.get(key)?.at ?? 0;
  }

  text(key: string): string {
    return this.#fields.get(key)!.text;
  }

  /** One of the words that `words` gives numbers. */
  word(key: string, words: Readonly<Record<string, number>>): number {
    const { text, at } = this.#fields.get(key)!;
    if (Object.hasOwn(words, text)) return words[text]!;
    return this.fail(at, `${key} is '${text}'; ${Object.keys(words).join(", ")} expected`, key);
  }

  /** A whole number that fits in 32 bits, as a word; hexadecimal with 0x. */
  number(key: string, from = 0): number {
    const { text, at } = this.#fields.get(key)!;
    const value = /^(?:-?\d+|0x[0-9a-f]+)$/.test(text) ? Number(text) : NaN;
    if (value >= from && value <= 0xffffffff) return value >>> 0;
    return this.fail(at, `${key} is '${text}'; a whole number from ${from} to 4294967295 expected`, key);
  }

  /** A whole number that fits in 64 bits, with or without C's LL and ULL, as two words, the lower first. */
  wide(key: string): readonly [low: number, high: number] {
    const { text, at } = this.#fields.get(key)!;
    const digits = /^(-?\d+)(?:LL|ULL)?$/.exec(text)?.[1];
    const value = digits === undefined ? undefined : BigInt(digits);
    if (value === undefined || value < -(1n << 63n) || value >= 1n << 64n) {
      return this.fail(at, `${key} is '${text}'; a whole number from -2^63 to 2^64 - 1 expected`, key);
    }
    return [Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n))];
  }
}

/** A name that is there and empty, which tools print as `''`; no name at all is `(anon)`. */
export const EMPTY_NAME = "\0";

/** The name that a dump shows; what lies beyond the strings has none that a text could give back. */
function nameOf(shown: string): string {
  if (shown === "") return EMPTY_NAME;
  return shown === "(anon)" || shown === "(invalid)" ? "" : shown;
}

import { HEAD_WORDS, infoKind, infoVlen, KIND, KIND_NAMES, KINDS, type KindName } from "../wire/kinds.js";
import { decodeName } from "../wire/names.js";
import { forEachStringWord, forEachTypeWord, typeWords, type Shapes } from "../wire/shapes.js";
import { runOfId, runOfString, wordOffset, type Run } from "../model/segment.js";
import type { Problem, Problems } from "./problems.js";

/** What one element of a kind is called. */
const ELEMENT_NOUNS: { readonly [Kind in KindName]?: string } = {
  STRUCT: "member",
  UNION: "member",
  ENUM: "value",
  ENUM64: "value",
  FUNC_PROTO: "parameter",
  DATASEC: "variable",
  LOC_PROTO: "parameter",
  LOCSEC: "location",
};

/** What the type ids of a kind are called, in wire order, where it is not `typeId`. */
const REFERENCE_FIELDS: { readonly [Kind in KindName]?: readonly string[] } = {
  ARRAY: ["typeId", "indexTypeId"],
  LOC_PROTO: ["params"],
  LOCSEC: ["funcTypeId", "locProtoTypeId"],
};

/** Bytes of a name that a message shows; a hostile name can be as long as the string section. */
const SHOWN_NAME_BYTES = 128;

/** A name as a message shows it, without the quotes. */
function shownName(runs: readonly Run[], offset: number): string {
  if (offset === 0) return "(anon)";
  const run = runOfString(runs, offset);
  if (run === undefined) return "(invalid)";
  const { strings, stringStart } = run.segment;
  const start = offset - stringStart;
  const limit = Math.min(run.stringEnd - stringStart, start + SHOWN_NAME_BYTES + 1);
  let end = start;
  while (end < limit && strings[end] !== 0) end++;
  if (end === start) return "(anon)";
  if (end - start <= SHOWN_NAME_BYTES) return decodeName(strings, start, end);
  return `${decodeName(strings, start, start + SHOWN_NAME_BYTES)}...`;
}

/** "12 bytes", and "1 byte". */
function bytesText(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

/**
 * Finds where each type begins, and stops with a problem at the first that is not whole. Returns how many are.
 * `byteStart` is the offset of the first type in the input.
 */
export function splitTypes(
  words: Uint32Array,
  shapes: Shapes,
  startId: number,
  byteStart: number,
  typeBytes: number,
  offsets: Uint32Array,
  problems: Problems,
): number {
  let count = 0;
  let at = 0;
  while (at + HEAD_WORDS <= words.length) {
    const info = words[at + 1]!;
    const length = typeWords(shapes, info);
    if (length !== 0 && at + length <= words.length) {
      offsets[count++] = at;
      at += length;
      continue;
    }
    const typeId = startId + count;
    const kind = KIND_NAMES[infoKind(info)];
    const where = { typeId, field: "info", byteOffset: byteStart + (at + 1) * 4 };
    if (length === 0) {
      const number = infoKind(info) === 0 ? "0 (VOID)" : infoKind(info);
      problems.report(
        `type [${typeId}]: kind ${number} is not known, and no layout section tells its length; ` +
          `1 to ${KIND_NAMES.length - 1} expected`,
        { ...where, rule: "kind" },
      );
    } else {
      const vlen = kind === undefined || KINDS[kind].vlen === "elements" ? ` with vlen ${infoVlen(info)}` : "";
      problems.report(
        `type [${typeId}] ${kind ?? `kind ${infoKind(info)}`}: it takes ${length * 4} bytes${vlen}, ` +
          `${typeBytes - at * 4} are left of the types`,
        { ...where, ...(kind && { kind }), rule: "type-length" },
      );
    }
    return count;
  }
  if (at * 4 !== typeBytes) {
    const left = bytesText(typeBytes - at * 4);
    const after = count === 0 ? "" : ` after type [${startId + count - 1}]`;
    problems.report(
      `type section: ${left}${after} ${left === "1 byte" ? "is" : "are"} too few for a type of 12 bytes`,
      {
        rule: "type-section-end",
        byteOffset: byteStart + at * 4,
      },
    );
  }
  return count;
}

/** Says what is wrong with the words of one type. */
class TypeReport {
  readonly #runs: readonly Run[];
  readonly #words: Uint32Array;
  readonly #at: number;
  readonly #id: number;
  readonly #byteStart: number;
  readonly #kind: KindName | undefined;
  readonly #problems: Problems;

  constructor(runs: readonly Run[], words: Uint32Array, at: number, id: number, byteStart: number, problems: Problems) {
    this.#runs = runs;
    this.#words = words;
    this.#at = at;
    this.#id = id;
    this.#byteStart = byteStart;
    this.#kind = KIND_NAMES[infoKind(words[at + 1]!)];
    this.#problems = problems;
  }

  /** "type [7] STRUCT 'sock': member 3 'x': " for the word at `position`. */
  #subject(position: number): string {
    const words = this.#words;
    const at = this.#at;
    const kind = this.#kind;
    const type = `type [${this.#id}] ${kind ?? `kind ${infoKind(words[at + 1]!)}`} '${shownName(this.#runs, words[at]!)}': `;
    const noun = kind === undefined ? undefined : ELEMENT_NOUNS[kind];
    if (kind === undefined || noun === undefined || position < at + HEAD_WORDS) return type;
    const { element, trailer } = KINDS[kind];
    const first = at + HEAD_WORDS + trailer.length;
    const index = Math.floor((position - first) / element.length);
    if (element[0] !== "string" || position === first + index * element.length) return `${type}${noun} ${index}: `;
    return `${type}${noun} ${index} '${shownName(this.#runs, words[first + index * element.length]!)}': `;
  }

  /** What the model calls the type id at `position`. */
  #referenceField(position: number): string {
    const fields = this.#kind === undefined ? undefined : REFERENCE_FIELDS[this.#kind];
    if (fields === undefined) return "typeId";
    const { element } = KINDS[this.#kind!];
    const column = element.length === 0 ? position - this.#at - HEAD_WORDS : (position - this.#at) % element.length;
    return fields[column]!;
  }

  #where(position: number): Pick<Problem, "typeId" | "kind" | "byteOffset"> {
    const where = { typeId: this.#id, byteOffset: this.#byteStart + position * 4 };
    return this.#kind === undefined ? where : { ...where, kind: this.#kind };
  }

  string(position: number, stringEnd: number): void {
    this.#problems.report(
      `${this.#subject(position)}name offset ${this.#words[position]!} is out of range (${stringEnd} bytes of strings)`,
      { ...this.#where(position), rule: "string-offset", field: "name" },
    );
  }

  type(position: number, endId: number): void {
    this.#problems.report(
      `${this.#subject(position)}type id ${this.#words[position]!} is out of range (${endId - 1} types)`,
      { ...this.#where(position), rule: "type-id-range", field: this.#referenceField(position) },
    );
  }

  proto(targetKind: number): void {
    const position = this.#at + 2;
    this.#problems.report(
      `${this.#subject(position)}type [${this.#words[position]!}] is ` +
        `${KIND_NAMES[targetKind] ?? `of kind ${targetKind}`}, FUNC_PROTO expected`,
      { ...this.#where(position), rule: "func-proto", field: "typeId" },
    );
  }
}

/** Checks every reference and string of the types of `run`, the last of `runs`, and says what is wrong with which. */
export function checkTypes(runs: readonly Run[], run: Run, byteStart: number, problems: Problems): void {
  const { segment, endId, stringEnd } = run;
  const { words } = segment;
  for (let id = segment.firstId; id < endId && !problems.isFull; id++) {
    const at = wordOffset(run, id);
    const kind = infoKind(words[at + 1]!);
    const report = (): TypeReport => new TypeReport(runs, words, at, id, byteStart, problems);
    forEachStringWord(words, at, (position) => {
      if (words[position]! >= stringEnd && !problems.isFull) report().string(position, stringEnd);
    });
    forEachTypeWord(words, at, (position) => {
      // libbpf does not look at what a FUNC_PROTO returns.
      if (words[position]! < endId || problems.isFull || (kind === KIND.FUNC_PROTO && position === at + 2)) return;
      report().type(position, endId);
    });
    const to = words[at + 2]!;
    if (kind !== KIND.FUNC || to >= endId) continue;
    const target = runOfId(runs, to);
    const targetKind = infoKind(target.segment.words[wordOffset(target, to) + 1]!);
    if (targetKind !== KIND.FUNC_PROTO) report().proto(targetKind);
  }
}

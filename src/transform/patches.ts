import { BtfError } from "../model/errors.js";
import { HEAD_WORDS } from "../wire/kinds.js";
import { SHAPES, typeWords } from "../wire/shapes.js";
import type { Graph } from "../model/graph.js";
import { readType } from "../model/read-type.js";
import { writeType } from "../model/write-type.js";
import type { NewType } from "./draft-types.js";
import { wordsOf } from "./rewrite-types.js";

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * One step of an edit, in the form of immer and JSON Patch, and plain JSON: `JSON.stringify` and `JSON.parse` lose
 * nothing.
 *
 * | path | what it names |
 * | --- | --- |
 * | `["types", id]` | a whole type, as `graph.type(id)` gives it |
 * | `["types", id, "members", 3, "name"]` | something in it |
 * | `["ids", label]` | the id that a label stands for |
 *
 * Ids, in paths and in values, are those of the draft: everything that the edit removes still has its place, and what
 * it adds has one already. So all additions come first, then changes, then removals, and none of them moves another.
 *
 * Values of an ENUM64 are decimal strings. A type that an object does not hold to the bit (an unknown kind, reserved
 * bits that are set) is `{ "kind": "RAW", "words": [...] }`, its words in the host's byte order with the string offsets of
 * the graph.
 */
export interface BtfPatch {
  readonly op: "add" | "replace" | "remove";
  readonly path: readonly (string | number)[];
  readonly value?: JsonValue;
}

/** A type as its words. */
export interface RawWords {
  readonly kind: "RAW";
  readonly words: readonly number[];
}

/** The deepest that a type's objects go: the type, a list, an element, its fields. */
const DEPTH = 4;

/** A value of a type as JSON: bigints are decimal strings. */
export function toJson(value: unknown, depth = DEPTH): JsonValue {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null || depth === 0) return value as JsonValue;
  if (Array.isArray(value)) return value.map((entry) => toJson(entry, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toJson(entry, depth - 1)]));
}

/** Makes bigints of the decimal strings of an ENUM64's values, in place; `value` is a type or something like it. */
export function readBigints(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const { kind, values } = value as { readonly kind?: unknown; readonly values?: unknown };
  if (kind !== "ENUM64" || !Array.isArray(values)) return;
  for (const entry of values as unknown[]) {
    if (typeof entry !== "object" || entry === null) continue;
    const { val } = entry as { val?: unknown };
    if (typeof val === "string" && /^-?\d{1,20}$/.test(val)) (entry as { val: bigint }).val = BigInt(val);
  }
}

/** Refuses a patch. */
export function refusePatch(index: number, problem: string): never {
  throw new BtfError(`patch ${index}: ${problem}`, { code: "EINVAL", rule: "patch", field: "patches" });
}

/** True for a type that is given by its words. */
export function isRawWords(value: unknown): value is RawWords {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "RAW";
}

function isWord(word: unknown): boolean {
  return Number.isInteger(word) && (word as number) >= 0 && (word as number) < 2 ** 32;
}

/** The words of a {@link RawWords} out of a patch. */
export function rawWords(typeId: number, { words }: RawWords): Uint32Array {
  if (Array.isArray(words) && words.length >= HEAD_WORDS && words.every(isWord)) return Uint32Array.from(words);
  throw new BtfError(`type [${typeId}] RAW: expected at least ${HEAD_WORDS} words from 0 to 4294967295`, {
    code: "EINVAL",
    rule: "patch",
    typeId,
    field: "words",
  });
}

/** The three words beside names and elements that may hold bits of no field: info, size or type, the first of the rest. */
export function reservedBits(graph: Graph, words: Uint32Array): readonly [number, number, number] {
  const type = readType(graph.runs, words, 0);
  if (type.kind === "VOID" || type.kind === "UNKNOWN") return [0, 0, 0];
  const plain = writeType(type, { typeId: 0, endId: Infinity, intern: () => 0 });
  const xor = (at: number): number => ((words[at] ?? 0) ^ (plain[at] ?? 0)) >>> 0;
  return [xor(1), xor(2), type.kind === "INT" ? xor(3) : 0];
}

/** True when a type's kind is known and its words are as many as its vlen says. */
export function isWhole(words: Uint32Array): boolean {
  return typeWords(SHAPES, words[1]!) === words.length;
}

/** A type as a patch's value. */
export function typeValue(graph: Graph, id: number): JsonValue {
  const words = wordsOf(graph, id);
  if (!isWhole(words) || reservedBits(graph, words).some((bits) => bits !== 0)) {
    return { kind: "RAW", words: [...words] };
  }
  return toJson(readType(graph.runs, words, 0));
}

/** A type out of a patch's value; what is wrong with it shows when it is written. */
export function typeOfValue(value: JsonValue): NewType | RawWords {
  const copy: unknown = toJson(value);
  readBigints(copy);
  return copy as NewType | RawWords;
}

import { readHeader, type Endian } from "../wire/header.js";
import { LAYOUT_ENTRY_BYTES } from "../wire/layout.js";
import { nameFault } from "../wire/names.js";
import { HOST_ENDIAN } from "../wire/words.js";
import { encode } from "../encoder/encode.js";
import { Btf, graphOf } from "../model/btf.js";
import { C_NOTATION } from "../model/c-notation.js";
import { BtfError, isBtfError } from "../model/errors.js";
import { endIdOf, ROOT_RUNS, stringEndOf, type Graph } from "../model/graph.js";
import { createSegment } from "../model/segment.js";
import type { BtfType } from "../model/types.js";
import { writeType } from "../model/write-type.js";
import { JSON_VERSION } from "./code/json-schema.js";
import { GatheredStrings } from "./code/json-strings.js";

/** What {@link fromJson} is told beside the data. */
export interface FromJsonOptions {
  /** The graph that split BTF stands on. */
  readonly base?: Btf;
}

type Fields = Readonly<Record<string, unknown>>;

/** Ids of a graph that may dangle are held to nothing but 32 bits. */
const ANY_ID = 2 ** 32;

/** An unsigned 32-bit word at most. */
const WORD_MAX = 0xffffffff;

/** Words of a type at least: name, info, and size or type. */
const LEAST_WORDS = 3;

function fail(path: string, problem: string, rule = "json"): never {
  throw new BtfError(`fromJson: ${path === "" ? "the data" : path} ${problem}`, { code: "EINVAL", rule, field: path });
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : (JSON.stringify(value) ?? String(value));
}

function record(value: unknown, path: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  return fail(path, `is ${shown(value)}; expected an object`);
}

function list(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : fail(path, `is ${shown(value)}; expected a list`);
}

function number(value: unknown, path: string, max = WORD_MAX, min = 0): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  return fail(path, `is ${shown(value)}; expected a whole number from ${min} to ${max}`);
}

function oneOf<T>(value: unknown, path: string, words: readonly T[]): T {
  if (words.includes(value as T)) return value as T;
  return fail(path, `is ${shown(value)}; expected ${words.map((word) => JSON.stringify(word)).join(" or ")}`);
}

const KNOWN = new Set([
  "format",
  "version",
  "endian",
  "pointerSize",
  "header",
  "layout",
  "base",
  "dangling",
  "labels",
  "strings",
  "types",
]);

/** The words of a layout section in the host's byte order. */
function layoutBytes(value: unknown): Uint8Array {
  if (value === undefined) return new Uint8Array(0);
  const entries = list(value, "layout");
  const bytes = new Uint8Array(entries.length * LAYOUT_ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, entry] of entries.entries()) {
    const path = `layout[${i}]`;
    const parts = list(entry, path);
    if (parts.length !== 3) fail(path, `has ${parts.length} numbers; expected 3`);
    bytes[i * LAYOUT_ENTRY_BYTES] = number(parts[0], `${path}[0]`, 0xff);
    bytes[i * LAYOUT_ENTRY_BYTES + 1] = number(parts[1], `${path}[1]`, 0xff);
    view.setUint16(i * LAYOUT_ENTRY_BYTES + 2, number(parts[2], `${path}[2]`, 0xffff), HOST_ENDIAN === "little");
  }
  return bytes;
}

function checkBase(value: unknown, base: Btf | undefined): void {
  if (value === undefined) {
    if (base === undefined) return;
    fail("base", "is missing: the data is no split BTF, and a base was given", "base");
  }
  const { typeCount, stringBytes } = record(value, "base");
  number(typeCount, "base.typeCount");
  number(stringBytes, "base.stringBytes");
  if (base === undefined) fail("base", "says that the data is split BTF; give fromJson the graph it stands on", "base");
  const strings = stringEndOf(graphOf(base).runs);
  if (base.typeCount === typeCount && strings === stringBytes) return;
  fail(
    "base",
    `is a graph with typeCount ${String(typeCount)} and ${String(stringBytes)} bytes of strings; the one given has ${base.typeCount} and ${strings}`,
    "base",
  );
}

function readStrings(value: unknown, strings: GatheredStrings): void {
  for (const [i, text] of list(value, "strings").entries()) {
    const path = `strings[${i}]`;
    if (typeof text !== "string") fail(path, `is ${shown(text)}; expected a string`);
    const fault = nameFault(text);
    if (fault === "nul") fail(path, "holds a NUL, which ends a string in BTF", "name-bytes");
    if (fault === "surrogate") fail(path, "holds half a surrogate pair, which has no UTF-8", "name-bytes");
    strings.add(text);
  }
}

/** The values of an ENUM64, whose numbers are strings in JSON. */
function withBigints(values: unknown, path: string): unknown {
  if (!Array.isArray(values)) return values;
  return values.map((value: unknown, i) => {
    const at = `${path}.values[${i}]`;
    const { val, ...rest } = record(value, at);
    if (typeof val === "string" && /^-?\d{1,20}$/.test(val)) return { ...rest, val: BigInt(val) };
    return fail(`${at}.val`, `is ${shown(val)}; expected a decimal number as a string`);
  });
}

function rawWords({ words, ...rest }: Fields, path: string): Uint32Array {
  const other = Object.keys(rest).find((field) => field !== "kind");
  if (other !== undefined) fail(`${path}.${other}`, "is no field of a RAW type; known are id, kind and words");
  const all = list(words, `${path}.words`);
  if (all.length < LEAST_WORDS) fail(`${path}.words`, `has ${all.length} words; expected 3 at least`);
  return Uint32Array.from(all, (word, i) => number(word, `${path}.words[${i}]`));
}

function typeWordsOf(
  value: unknown,
  path: string,
  typeId: number,
  endId: number,
  intern: (name: string) => number,
): Uint32Array {
  const { id, ...fields } = record(value, path);
  if (id !== typeId)
    fail(`${path}.id`, `is ${shown(id)}; expected ${typeId}, as types stand in the order of their ids`);
  if (fields["kind"] === "RAW") return rawWords(fields, path);
  const type = fields["kind"] === "ENUM64" ? { ...fields, values: withBigints(fields["values"], path) } : fields;
  try {
    return writeType(type as unknown as BtfType, { typeId, endId, intern });
  } catch (error) {
    if (!isBtfError(error) || error.message.startsWith("fromJson")) throw error;
    const { code, rule, kind, field } = error;
    const where = field === undefined ? path : `${path}.${field}`;
    throw new BtfError(
      `fromJson: ${path}: ${error.message}`,
      { code, rule, typeId, kind, field: where },
      { cause: error },
    );
  }
}

function labelsOf(value: unknown, endId: number): Readonly<Record<string, number>> {
  const labels = Object.create(null) as Record<string, number>;
  if (value === undefined) return labels;
  for (const [label, id] of Object.entries(record(value, "labels"))) {
    labels[label] = number(id, `labels[${JSON.stringify(label)}]`, endId - 1, 1);
  }
  return Object.freeze(labels);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BtfError(`fromJson: the text is no JSON: ${why}`, { code: "EINVAL", rule: "json" }, { cause: error });
  }
}

/** One array of all types' words, and where each begins. */
function joined(all: readonly Uint32Array[]): { readonly words: Uint32Array; readonly offsets: Uint32Array } {
  const offsets = new Uint32Array(all.length);
  let length = 0;
  for (const [i, words] of all.entries()) {
    offsets[i] = length;
    length += words.length;
  }
  const words = new Uint32Array(length);
  for (const [i, each] of all.entries()) words.set(each, offsets[i]);
  return { words, offsets };
}

/**
 * Reads what {@link toJson} made, as data or as JSON text. Everything is looked at: what is missing, of the wrong kind, out
 * of range or unknown is an error that names its place.
 *
 * @throws BtfError EINVAL whose `field` is the path, as `"types[3].members"`: `json` for the frame, `base` for another
 * base, and for types the rules of `edit()`: `type-field`, `type-id-range`, `name-bytes`, `kind`
 *
 * @example
 * ```ts
 * fromJson(toJson(graph)).equals(graph); // true
 * fromJson('{"format":"btfkit","version":1,"endian":"middle"}');
 * // BtfError: fromJson: endian is "middle"; expected "little" or "big"
 * ```
 */
export function fromJson(input: unknown, { base }: FromJsonOptions = {}): Btf {
  const json = record(typeof input === "string" ? parsed(input) : input, "");
  oneOf(json["format"], "format", ["btfkit"]);
  number(json["version"], "version", JSON_VERSION, 1);
  for (const field of Object.keys(json)) {
    if (!KNOWN.has(field)) fail(field, `is no field here; known are ${[...KNOWN].join(", ")}`);
  }
  const endian = oneOf<Endian>(json["endian"], "endian", ["little", "big"]);
  const pointerSize = oneOf<4 | 8>(json["pointerSize"], "pointerSize", [4, 8]);
  const header = oneOf<24 | 32>(json["header"], "header", [24, 32]);
  const dangling = json["dangling"] !== undefined && oneOf(json["dangling"], "dangling", [true, false]);
  const layout = layoutBytes(json["layout"]);
  if (layout.length > 0 && header !== 32) fail("header", "is 24; expected 32, as there is a layout section");
  checkBase(json["base"], base);

  const baseRuns = base === undefined ? ROOT_RUNS : graphOf(base).runs;
  const [startId, stringStart] = [endIdOf(baseRuns), stringEndOf(baseRuns)];
  const strings = new GatheredStrings(base, stringStart);
  const isTold = json["strings"] !== undefined;
  if (isTold) readStrings(json["strings"], strings);
  const types = list(json["types"], "types");
  const endId = startId + types.length;
  const all = types.map((type, i) => {
    const path = `types[${i}]`;
    const intern = (name: string): number => {
      if (!isTold) return strings.intern(name);
      return strings.find(name) ?? fail(path, `has the name ${shown(name)}, which is not among the strings`);
    };
    return typeWordsOf(type, path, startId + i, dangling ? ANY_ID : endId, intern);
  });
  const { words, offsets } = joined(all);
  const bytes = strings.bytes();
  const segment = createSegment(words, offsets, bytes, startId, stringStart);
  const graph: Graph = {
    runs: [...baseRuns, { segment, endId, wordEnd: words.length, stringEnd: stringStart + bytes.length }],
    ownFrom: baseRuns.length,
    endian,
    pointerSize,
    layout,
    source: undefined,
    ids: labelsOf(json["labels"], endId),
    diagnostics: [],
    notation: C_NOTATION,
  };
  const made = new Btf(graph, base);
  if (header === 24 || layout.length > 0) return made;
  // Only bytes to go by tell the encoder of a longer header.
  const source = encode(made, { header });
  return new Btf({ ...graph, source: { bytes: source, header: readHeader(source, endian) } }, base);
}

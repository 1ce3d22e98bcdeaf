import { forEachStringWord } from "../wire/shapes.js";
import { readLayout } from "../wire/layout.js";
import { HOST_ENDIAN } from "../wire/words.js";
import { graphOf, type Btf } from "../model/btf.js";
import { isBtfError } from "../model/errors.js";
import { copyTypeWords, stringEndOf, stringStartOf } from "../model/graph.js";
import { readName } from "../model/read-name.js";
import { writeType } from "../model/write-type.js";
import { JSON_VERSION, type BtfJson, type BtfJsonType } from "./code/json-schema.js";
import { GatheredStrings } from "./code/json-strings.js";
import { refusal } from "./code/refusal.js";
import { stringBytes, stringSection } from "./code/string-section.js";

/** Ids are not held to what is there: a graph may dangle. */
const ANY_ID = 2 ** 32;

/** A type by its fields, when they say all of its words; else by its words. */
function jsonType(graph: Btf, id: number, words: Uint32Array, find: (name: string) => number | undefined): BtfJsonType {
  const raw = { id, kind: "RAW", words: Array.from(words) } as const;
  const type = graph.type(id);
  if (type.kind === "VOID" || type.kind === "UNKNOWN") return raw;
  try {
    // A name that is not there gets an offset that no word has.
    const written = writeType(type, { typeId: id, endId: ANY_ID, intern: (name) => find(name) ?? ANY_ID - 1 });
    if (written.length !== words.length || written.some((word, i) => word !== words[i])) return raw;
  } catch (error) {
    if (isBtfError(error)) return raw;
    throw error;
  }
  if (type.kind !== "ENUM64") return { id, ...type };
  return { id, ...type, values: type.values.map(({ name, val }) => ({ name, val: String(val) })) };
}

/** A graph's strings, each by its first place in the section. */
function stringsOf(graph: Btf): { readonly strings: GatheredStrings; readonly texts: readonly string[] } {
  const { texts } = stringSection(graph);
  const strings = new GatheredStrings(graph.base, stringStartOf(graphOf(graph)));
  for (const text of texts) strings.add(text);
  if (isSection(graph, strings)) return { strings, texts };
  throw refusal("toJson", "its string section does not begin or end with a NUL");
}

/** True when these are the strings of the graph's section. */
function isSection(graph: Btf, strings: GatheredStrings): boolean {
  const [bytes, wanted] = [strings.bytes(), stringBytes(graph)];
  return bytes.length === wanted.length && bytes.every((byte, i) => byte === wanted[i]);
}

/** True when the names of the types, in their order, make the string section. */
function areNames(graph: Btf, all: readonly Uint32Array[], types: readonly BtfJsonType[]): boolean {
  const { runs } = graphOf(graph);
  const strings = new GatheredStrings(graph.base, stringStartOf(graphOf(graph)));
  for (const [i, words] of all.entries()) {
    // Words have no names for a reader that doesn't have the strings.
    if (types[i]!.kind === "RAW") continue;
    forEachStringWord(words, 0, (position) => {
      strings.intern(readName(runs, words[position]!) ?? "");
    });
  }
  return isSection(graph, strings);
}

/**
 * A graph as plain data, for `JSON.stringify` and {@link fromJson}: a documented form with a version, {@link BtfJson}. It
 * keeps everything: kinds, ids, labels, strings that no type uses, byte order, layout section, and types that no fields can
 * say, as words. Left out are gaps between sections, and headers of other lengths than 24 and 32 bytes.
 *
 * @throws BtfError EOPNOTSUPP `not-expressible` for strings that no NUL closes, which only a lenient decode lets pass
 *
 * @example
 * ```ts
 * JSON.stringify(toJson(btf().addInt("int", 4, "signed").addPtr("int").build()));
 * // {"format":"btfkit","version":1,"endian":"little","pointerSize":8,"header":24,"types":[
 * // {"id":1,"kind":"INT","name":"int","size":4,"encoding":"signed","bitsOffset":0,"nrBits":32},
 * // {"id":2,"kind":"PTR","name":"","typeId":1}]}
 * ```
 */
export function toJson(graph: Btf): BtfJson {
  const inner = graphOf(graph);
  const all: Uint32Array[] = [];
  let dangling = false;
  for (let id = graph.startId; id < graph.typeCount; id++) {
    all.push(copyTypeWords(inner, id));
    graph.forEachReference(id, (to) => (dangling ||= to >= graph.typeCount));
  }
  const { strings, texts } = stringsOf(graph);
  const types = all.map((words, i) => jsonType(graph, graph.startId + i, words, (name) => strings.find(name)));
  const layout = readLayout(inner.layout, HOST_ENDIAN);
  const { base } = graph;
  const labels = Object.entries(graph.ids);
  return {
    format: "btfkit",
    version: JSON_VERSION,
    endian: graph.endian,
    pointerSize: graph.pointerSize,
    header: layout.length > 0 || inner.source?.header.headerLength === 32 ? 32 : 24,
    ...(layout.length > 0 && { layout: layout.map((e) => [e.infoBytes, e.elementBytes, e.flags] as const) }),
    ...(base !== undefined && {
      base: { typeCount: base.typeCount, stringBytes: stringEndOf(graphOf(base).runs) },
    }),
    ...(dangling ? { dangling: true as const } : {}),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
    ...(!areNames(graph, all, types) && { strings: texts }),
    types,
  };
}

/**
 * The JSON text of {@link toJson}, a line for each type, so that two versions of a file differ in lines.
 *
 * @example
 * ```ts
 * writeFileSync("fixture.json", formatBtfJson(graph));
 * ```
 */
export function formatBtfJson(graph: Btf): string {
  const { types, ...head } = toJson(graph);
  const fields = Object.entries(head).map(
    ([field, value]) => `  ${JSON.stringify(field)}: ${JSON.stringify(value)},\n`,
  );
  const lines = types.map((type) => `\n    ${JSON.stringify(type)}`).join(",");
  return `{\n${fields.join("")}  "types": [${lines}${types.length > 0 ? "\n  " : ""}]\n}\n`;
}

import { decodeName } from "../../wire/names.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { stringStartOf } from "../../model/graph.js";

/** The strings of a graph's own section, as calls of `addString` would write them one after another. */
export interface StringSection {
  readonly texts: readonly string[];
  /** The offset in bytes of each, the base's strings counted. */
  readonly offsets: readonly number[];
  /** The place of a string in both lists, by its text. */
  readonly index: ReadonlyMap<string, number>;
  /** Why no calls write this section: they keep every string once, and none that is empty. */
  readonly fault: string | undefined;
}

/** All bytes of a graph's own string section. */
export function stringBytes(graph: Btf): Uint8Array {
  const { runs, ownFrom } = graphOf(graph);
  const start = stringStartOf(graphOf(graph));
  const end = runs[runs.length - 1]!.stringEnd;
  const bytes = new Uint8Array(end - start);
  for (const { segment, stringEnd } of runs.slice(ownFrom)) {
    const length = stringEnd - segment.stringStart;
    bytes.set(segment.strings.subarray(0, length), segment.stringStart - start);
  }
  return bytes;
}

/** Takes a graph's own string section apart. */
export function stringSection(graph: Btf): StringSection {
  const bytes = stringBytes(graph);
  const start = stringStartOf(graphOf(graph));
  const texts: string[] = [];
  const offsets: number[] = [];
  const index = new Map<string, number>();
  let fault: string | undefined;
  // The section of a graph without a base begins with the empty string; no other one does.
  let at = start === 0 && bytes.length > 0 ? 1 : 0;
  if (start === 0 && bytes.length > 0 && bytes[0] !== 0) fault = "it does not begin with a NUL";
  while (at < bytes.length) {
    const end = bytes.indexOf(0, at);
    if (end === -1) {
      fault ??= "no NUL closes its last string";
      break;
    }
    const text = decodeName(bytes, at, end);
    const offset = start + at;
    if (text === "") fault ??= `the string at offset ${offset} is empty`;
    else if (index.has(text))
      fault ??= `the string at offset ${offset} is there at ${offsets[index.get(text)!]!} already`;
    else if (graph.base?.findString(text) !== undefined)
      fault ??= `the string at offset ${offset} is in the base already`;
    else index.set(text, texts.length);
    texts.push(text);
    offsets.push(offset);
    at = end + 1;
  }
  return { texts, offsets, index, fault };
}

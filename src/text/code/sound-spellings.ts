import { forEachStringWord } from "../../wire/shapes.js";
import { startWriter } from "../../builder/build.js";
import type { Writer } from "../../builder/writer.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { isBtfError } from "../../model/errors.js";
import { copyTypeWords } from "../../model/graph.js";
import { makeCall } from "./calls.js";
import { openingCall, type Plan } from "./plan.js";
import type { Spellings } from "./spellings.js";

/** True when the newest type of a writer has the words of a type, wherever its names are. */
function isWritten(graph: Btf, id: number, { segment, wordEnd }: Writer): boolean {
  const wanted = copyTypeWords(graphOf(graph), id);
  const words = segment.words.slice(segment.offsets[id - segment.firstId], wordEnd);
  for (const each of [words, wanted]) forEachStringWord(each, 0, (position) => (each[position] = 0));
  return words.length === wanted.length && words.every((word, i) => word === wanted[i]);
}

/**
 * True when the calls of a plan, made with spellings, find every type that they should and add no other. They do but for
 * types written word by word, whose strings the builder may only get to know after it has looked at their names.
 */
export function areSound(graph: Btf, { types }: Plan, spellings: Spellings): boolean {
  const { writer } = startWriter(graph.base === undefined ? {} : { base: graph.base });
  let isSame = true;
  const write = ({ id, calls }: Plan["types"][number]): void => {
    const first = openingCall(calls);
    for (const [i, call] of calls.entries()) {
      makeCall(writer, call, (reference) => spellings.of(reference, id, i > first));
    }
    writer.close();
    // A type that a spelling added has taken an id.
    isSame = writer.nextId === id + 1 && isWritten(graph, id, writer);
  };
  try {
    for (const type of types) {
      if (type.form === "checked") write(type);
      else writer.unchecked(() => write(type));
      if (!isSame) return false;
    }
    return true;
  } catch (error) {
    if (isBtfError(error)) return false;
    throw error;
  }
}

import { current, isDraft, type Patch } from "immer";
import { infoKind, KIND } from "../wire/kinds.js";
import { forEachStringWord, forEachTypeWord } from "../wire/shapes.js";
import { Interner } from "../builder/interner.js";
import { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { readName } from "../model/read-name.js";
import type { BtfType } from "../model/types.js";
import { writeType } from "../model/write-type.js";
import type { NewType } from "./draft-types.js";
import type { Drafting } from "./drafting.js";
import { immer } from "./immer.js";
import { isRawWords, rawWords, reservedBits, toJson, typeValue, type BtfPatch, type RawWords } from "./patches.js";
import { forgetIds } from "./reference-fields.js";
import { settleRemovals } from "./removal.js";
import { renumber } from "./renumber.js";
import { rewriteTypes, wordsOf } from "./rewrite-types.js";

/** What an edit made. */
export interface Finished {
  readonly graph: Btf;
  /** Made when asked for: the types that a removal takes along are objects there. */
  readonly patches: () => readonly BtfPatch[];
  readonly inverse: () => readonly BtfPatch[];
  /** The ids that draft ids have in the graph, 0 for a type that is gone; undefined while all are the same. */
  readonly newIds: Uint32Array | undefined;
}

/**
 * Interns the names of a type that had these words: one that is where it was, or was anywhere in the type, keeps its
 * offset, so that an edit of a large graph needs no index of its strings to find it.
 */
function internAsBefore(drafting: Drafting, before: Uint32Array, names: Interner): (name: string) => number {
  const { runs } = drafting.words;
  const offsets: number[] = [];
  forEachStringWord(before, 0, (position) => offsets.push(before[position]!));
  const texts = offsets.map((offset) => readName(runs, offset) ?? "");
  const byText = new Map(texts.map((text, i) => [text, offsets[i]!]));
  let next = 0;
  return (name) => {
    const at = next++;
    return texts[at] === name ? offsets[at]! : (byText.get(name) ?? names.intern(name));
  };
}

/** Writes the types of a draft as they are now. */
class DraftWriter {
  readonly names: Interner;
  readonly #drafting: Drafting;

  constructor(drafting: Drafting) {
    this.#drafting = drafting;
    this.names = new Interner(drafting.words.runs);
  }

  /** A type of the graph that was changed in place: bits that no field has stay. */
  changed(id: number, type: BtfType): Uint32Array {
    const drafting = this.#drafting;
    const before = wordsOf(drafting.words, id);
    const intern = internAsBefore(drafting, before, this.names);
    const words = writeType(type, { typeId: id, endId: drafting.endId, intern });
    for (const [i, bits] of reservedBits(drafting.words, before).entries()) {
      if (bits !== 0) words[i + 1]! ^= bits;
    }
    return words;
  }

  /** A type that is put in whole. */
  whole(id: number, type: NewType | RawWords): Uint32Array {
    const { endId } = this.#drafting;
    if (!isRawWords(type)) {
      return writeType(type, { typeId: id, endId, intern: (name) => this.names.intern(name) });
    }
    const words = rawWords(id, type);
    checkRawWords(id, words, endId, this.names.stringEnd);
    return words;
  }
}

/** Refuses words with type ids or string offsets that lie beyond the graph. */
export function checkRawWords(id: number, words: Uint32Array, endId: number, stringEnd: number): void {
  const refuse = (problem: string): never => {
    throw new BtfError(`type [${id}] RAW: ${problem}`, { code: "EINVAL", rule: "patch", typeId: id, field: "words" });
  };
  forEachTypeWord(words, 0, (position) => {
    const to = words[position]!;
    if (to >= endId) refuse(`word ${position}: type id ${to} is out of range (${endId - 1} types)`);
  });
  forEachStringWord(words, 0, (position) => {
    const offset = words[position]!;
    if (offset !== 0 && offset >= stringEnd) refuse(`word ${position}: string offset ${offset} is out of range`);
  });
}

function isEqual(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

/** libbpf opens no BTF whose FUNCs point at anything but a FUNC_PROTO. */
function checkFuncs(drafting: Drafting, written: ReadonlyMap<number, Uint32Array>, gone: Uint8Array): void {
  const refuse = (func: number, target: number): never => {
    const found = target === 0 ? "void" : drafting.describe(target);
    throw new BtfError(`${drafting.describe(func)}: typeId is ${found}; expected a FUNC_PROTO`, {
      code: "EINVAL",
      rule: "func-proto",
      typeId: func,
      kind: "FUNC",
      field: "typeId",
    });
  };
  for (const [id, words] of written) {
    if (gone[id] === 1 || infoKind(words[1]!) !== KIND.FUNC) continue;
    if (drafting.kindOf(words[2]!) !== KIND.FUNC_PROTO) refuse(id, words[2]!);
  }
  for (const id of drafting.replaced.keys()) {
    if (gone[id] === 1 || drafting.kindOf(id) === KIND.FUNC_PROTO) continue;
    for (const from of drafting.graph.referrers(id)) {
      if (gone[from] === 0 && !written.has(from) && drafting.kindOf(from) === KIND.FUNC) refuse(from, id);
    }
  }
}

/** What a draft object holds now, as plain objects. */
function present(type: object): BtfType {
  return (isDraft(type) ? current(type) : type) as BtfType;
}

/** Words of all that the recipe changed, by draft id. */
function writeAll(drafting: Drafting, writer: DraftWriter): Map<number, Uint32Array> {
  const written = new Map<number, Uint32Array>();
  const put = (id: number, write: () => Uint32Array): void => {
    if (!drafting.removed.has(id)) written.set(id, write());
  };
  for (const [id, { draft }] of drafting.touched) put(id, () => writer.changed(id, present(draft)));
  for (const [id, type] of drafting.replaced) put(id, () => writer.whole(id, type));
  for (const [i, type] of drafting.added.entries()) {
    const id = drafting.addedFrom + i;
    put(id, () => writer.whole(id, type));
  }
  return written;
}

/** Lets types forget what they refer to and is gone. */
function forget(drafting: Drafting, writer: DraftWriter, written: Map<number, Uint32Array>): Uint8Array {
  const { gone, forgetful } = settleRemovals(drafting, written);
  for (const id of forgetful) {
    const draft = drafting.draftOf(id);
    forgetIds(draft, (to) => gone[to] === 1);
    const type = present(draft);
    written.set(id, drafting.touched.has(id) ? writer.changed(id, type) : writer.whole(id, type as NewType));
  }
  return gone;
}

const typePath = (id: number, rest: readonly (string | number)[] = []): (string | number)[] => ["types", id, ...rest];

/** Patches of everything between the additions and the removals. */
class Changes {
  readonly patches: BtfPatch[] = [];
  readonly inverse: BtfPatch[] = [];

  add(patch: BtfPatch, inverse: BtfPatch): void {
    this.patches.push(patch);
    this.inverse.unshift(inverse);
  }

  /** Takes over what immer says of one type. */
  addOf(id: number, patches: readonly Patch[], inverse: readonly Patch[]): void {
    const ours = ({ op, path, value }: Patch): BtfPatch =>
      op === "remove" ? { op, path: typePath(id, path) } : { op, path: typePath(id, path), value: toJson(value) };
    this.patches.push(...patches.map(ours));
    this.inverse.unshift(...inverse.map(ours));
  }
}

function removals(ids: readonly number[]): BtfPatch[] {
  return ids.map((id) => ({ op: "remove", path: typePath(id) }));
}

/** The ids that are marked, in ascending order. */
function idsIn(marks: Uint8Array): number[] {
  const ids: number[] = [];
  for (let id = marks.indexOf(1); id !== -1; id = marks.indexOf(1, id + 1)) ids.push(id);
  return ids;
}

/** Makes a graph of what a recipe left behind. The draft is over afterwards. */
export function finish(drafting: Drafting): Finished {
  const { graph, words: before, addedFrom, endId } = drafting;
  drafting.settle();
  const writer = new DraftWriter(drafting);
  const written = writeAll(drafting, writer);
  const gone = drafting.removed.size > 0 ? forget(drafting, writer, written) : new Uint8Array(endId);
  checkFuncs(drafting, written, gone);
  drafting.close();

  const changed = new Map<number, Uint32Array>();
  const changes = new Changes();
  for (const [id, put] of written) {
    if (id >= addedFrom || gone[id] === 1 || isEqual(put, wordsOf(before, id))) continue;
    changed.set(id, put);
    const touched = drafting.touched.get(id);
    if (touched !== undefined) {
      immer().finishDraft(touched.draft, (patches, inverse) => changes.addOf(id, patches, inverse));
      continue;
    }
    const value = toJson(drafting.replaced.get(id));
    changes.add(
      { op: "replace", path: typePath(id), value },
      { op: "replace", path: typePath(id), value: typeValue(before, id) },
    );
  }
  const goneIds = drafting.removed.size > 0 ? idsIn(gone) : [];
  const addedIds = drafting.added.map((_, i) => addedFrom + i);
  if (changed.size === 0 && goneIds.length === 0 && addedIds.length === 0) {
    return { graph, patches: () => [], inverse: () => [], newIds: undefined };
  }
  for (const [label, id] of Object.entries(before.ids)) {
    if (gone[id] === 1) {
      const path = ["ids", label];
      changes.add({ op: "remove", path }, { op: "add", path, value: id });
    }
  }
  const valueOf = (id: number) => (id < addedFrom ? typeValue(before, id) : toJson(drafting.added[id - addedFrom]));
  const additions = (ids: readonly number[]): BtfPatch[] =>
    ids.map((id) => ({ op: "add", path: typePath(id), value: valueOf(id) }));

  // What was added and removed again keeps its place until all are renumbered.
  const added = addedIds.map((id) => written.get(id) ?? Uint32Array.of(0, 0, 0));
  const rewritten = rewriteTypes(before, changed, added, writer.names);
  const { graph: made, newIds } =
    goneIds.length === 0
      ? { graph: rewritten, newIds: undefined }
      : renumber(rewritten, gone, new Map<number, Uint32Array>());
  return {
    graph: new Btf(made, graph.base),
    patches: () => [...additions(addedIds), ...changes.patches, ...removals(goneIds)],
    inverse: () => [...additions(goneIds), ...changes.inverse, ...removals(addedIds)],
    newIds,
  };
}

import { isDraft, isModified, original, type Draft } from "immer";
import { infoKind, KIND_NAMES } from "../wire/kinds.js";
import { graphOf, type Btf } from "../model/btf.js";
import { BtfError, isBtfError } from "../model/errors.js";
import { endIdOf, startIdOf, type Graph } from "../model/graph.js";
import { runOfId, wordOffset } from "../model/segment.js";
import type { BtfType, TypeId } from "../model/types.js";
import { typeSubject } from "../model/write-type.js";
import { copyOf } from "./copy.js";
import type { BtfDraft, DraftType, EditableKind, NewType, References, RemoveOptions } from "./draft-types.js";
import { immer } from "./immer.js";
import { isRawWords, isWhole, type RawWords } from "./patches.js";
import { wordsOf } from "./rewrite-types.js";

/** A type of the graph that the recipe has asked for. */
export interface TouchedType {
  readonly before: BtfType;
  readonly draft: DraftType;
}

const REFERENCES: readonly References[] = ["error", "void", "remove"];

function refuse(message: string, rule: string, typeId?: number): never {
  throw new BtfError(message, { code: "EINVAL", rule, typeId });
}

/** The drafts of one edit: what the recipe sees, and what it leaves behind. */
export class Drafting implements BtfDraft {
  readonly graph: Btf;
  readonly words: Graph;
  readonly startId: number;
  /** One more than the graph's last id: the first that an added type gets. */
  readonly addedFrom: number;
  readonly touched = new Map<number, TouchedType>();
  readonly replaced = new Map<number, NewType | RawWords>();
  readonly added: (NewType | RawWords)[] = [];
  readonly removed = new Map<number, References>();
  #isOver = false;

  constructor(graph: Btf) {
    this.graph = graph;
    this.words = graphOf(graph);
    this.startId = startIdOf(this.words);
    this.addedFrom = endIdOf(this.words.runs);
  }

  /** One more than the last id, added types included. */
  get endId(): number {
    return this.addedFrom + this.added.length;
  }

  /** Nothing may be asked of the draft from now on. */
  close(): void {
    this.#isOver = true;
  }

  /** The number of the kind that a type has now. */
  kindOf(id: number): number {
    const now = this.replaced.get(id) ?? this.added[id - this.addedFrom];
    if (now !== undefined) {
      return isRawWords(now) ? infoKind(now.words[1]!) : KIND_NAMES.indexOf(now.kind);
    }
    const run = runOfId(this.words.runs, id);
    return infoKind(run.segment.words[wordOffset(run, id) + 1]!);
  }

  /** A type as errors name it. */
  describe(id: number): string {
    const now = this.touched.get(id)?.draft ?? this.replaced.get(id) ?? this.added[id - this.addedFrom];
    return typeSubject(id, now ?? this.graph.type(id));
  }

  id(spelling: string): number {
    this.#use();
    try {
      return this.graph.id(spelling);
    } catch (error) {
      // A name that is no spelling, as that of a section.
      const named = isBtfError(error) ? this.graph.findAll(spelling) : [];
      if (named.length === 1) return named[0]!;
      throw error;
    }
  }

  type(type: number | string): DraftType;
  type<Kind extends EditableKind>(type: number | string, kind: Kind): DraftType<Kind>;
  type(type: number | string, kind?: EditableKind): DraftType {
    const id = this.#editable(this.#idOf(type, kind), "type()");
    const draft = this.draftOf(id);
    if (kind === undefined || draft.kind === kind) return draft;
    return refuse(`${typeSubject(id, draft)}: expected a ${kind}`, "kind", id);
  }

  add<const Type extends NewType>(type: Type): TypeId<Type["kind"]> {
    this.#use();
    this.added.push(copyOf(type) as NewType);
    return this.endId - 1;
  }

  replace(type: number | string, by: NewType | RawWords): void {
    const id = this.#editable(this.#idOf(type), "replace()");
    const copy = copyOf(by) as NewType | RawWords;
    if (id >= this.addedFrom) this.added[id - this.addedFrom] = copy;
    else {
      this.touched.delete(id);
      this.replaced.set(id, copy);
    }
  }

  remove(type: number | string, { references = "error" }: RemoveOptions = {}): void {
    if (!REFERENCES.includes(references)) {
      const expected = REFERENCES.map((word) => `"${word}"`).join(", ");
      refuse(`remove(): references is ${JSON.stringify(references)}; expected ${expected}`, "references");
    }
    this.removed.set(this.#editable(this.#idOf(type), "remove()"), references);
  }

  /** The draft of one of the graph's types or of an added one. */
  draftOf(id: number): DraftType {
    const known = this.touched.get(id)?.draft ?? this.replaced.get(id) ?? this.added[id - this.addedFrom];
    if (known !== undefined && !isRawWords(known)) return known as DraftType;
    const before = this.graph.type(id);
    const isRaw = known !== undefined || before.kind === "UNKNOWN" || !isWhole(wordsOf(this.words, id));
    if (isRaw) {
      const problem = "its words are not those of a whole type of a known kind; replace() takes another type for it";
      refuse(`${typeSubject(id, before)}: ${problem}`, "unknown-kind", id);
    }
    const draft = immer().createDraft(before) as Draft<BtfType> as DraftType;
    this.touched.set(id, { before, draft });
    return draft;
  }

  /**
   * Replaces elements that came from another type's draft by copies, as each type's draft is finished for itself, and
   * forgets the types that nothing was changed in.
   */
  settle(): void {
    for (const [i, type] of this.added.entries()) this.added[i] = copyOf(type) as NewType;
    for (const [id, type] of this.replaced) this.replaced.set(id, copyOf(type) as NewType);
    for (const [id, { before, draft }] of this.touched) {
      if (!isModified(draft)) {
        this.touched.delete(id);
        continue;
      }
      for (const [field, list] of Object.entries(draft) as [keyof typeof draft, unknown][]) {
        if (!Array.isArray(list)) continue;
        const own = (before as unknown as Record<string, unknown>)[field];
        const elements = new Set<unknown>(Array.isArray(own) ? own : []);
        if (isDraft(list) && original(list) !== own) {
          (draft as Record<string, unknown>)[field] = copyOf(list);
          continue;
        }
        for (const [i, element] of (list as unknown[]).entries()) {
          if (isDraft(element) && !elements.has(original(element))) (list as unknown[])[i] = copyOf(element);
        }
      }
    }
  }

  #use(): void {
    if (this.#isOver) refuse("draft: its edit is over, and nothing can be changed any more", "edit-over");
  }

  #idOf(type: number | string, kind?: EditableKind): number {
    this.#use();
    if (typeof type === "number") return type;
    if (kind !== undefined && !Object.hasOwn(this.graph.ids, type)) {
      const named = this.graph.findAll(type).filter((id) => KIND_NAMES[this.kindOf(id)] === kind);
      const found = named.find((id) => id >= this.startId) ?? named[0];
      if (found !== undefined) return found;
    }
    return this.id(type);
  }

  #editable(id: number, call: string): number {
    if (!Number.isInteger(id) || id < 0 || id >= this.endId) {
      refuse(`${call}: type id ${id} is out of range (${this.endId - 1} types)`, "type-id-range", id);
    }
    if (id === 0) refuse(`${call}: type [0] is void, which is the same in every graph`, "void", id);
    if (id < this.startId) {
      refuse(`${call}: ${this.describe(id)} is the base's; edit that, and build on the result`, "base-type", id);
    }
    if (this.removed.has(id)) refuse(`${call}: ${this.describe(id)} was removed before`, "removed", id);
    return id;
  }
}

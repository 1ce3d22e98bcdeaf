import { BtfError } from "../../model/errors.js";
import { endIdOf, stringEndOf, type Graph } from "../../model/graph.js";
import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND, KIND_NAMES } from "../../wire/kinds.js";
import { elementWords, forEachTypeWord, SHAPES, trailerWords } from "../../wire/shapes.js";

/** Bytes of NUL after the strings, so that readers may take several at once. */
const STRING_PAD = 8;

/**
 * A graph as C needs to see it: the bases' types and its own in one array of words, their strings in one of bytes, so
 * that the id is all there is to know of a type. Every reference is in range, and every element within the words.
 */
export class TypeTable {
  /** One more than the last id. */
  readonly count: number;
  /** The words of all types; those of VOID come first. */
  readonly words: Uint32Array;
  /** Where each type's words begin, by id. */
  readonly at: Uint32Array;
  /** Kind numbers by id. */
  readonly kinds: Uint8Array;
  /** By string offset; NULs follow. */
  readonly strings: Uint8Array;
  /** The same bytes, for reading several at once. */
  readonly stringView: DataView;
  /** One more than the last string offset. */
  readonly stringEnd: number;

  constructor({ runs, source, diagnostics }: Graph) {
    this.count = endIdOf(runs);
    this.stringEnd = stringEndOf(runs);
    this.words = new Uint32Array(runs.reduce((sum, { wordEnd }) => sum + wordEnd, 0));
    this.at = new Uint32Array(this.count);
    this.kinds = new Uint8Array(this.count);
    this.strings = new Uint8Array(this.stringEnd + STRING_PAD);
    this.stringView = new DataView(this.strings.buffer);
    const { words, at, kinds } = this;
    let start = 0;
    for (const { segment, endId, wordEnd, stringEnd } of runs) {
      words.set(segment.words.subarray(0, wordEnd), start);
      this.strings.set(segment.strings.subarray(0, stringEnd - segment.stringStart), segment.stringStart);
      const { offsets, firstId } = segment;
      for (let id = firstId; id < endId; id++) {
        const position = start + offsets[id - firstId]!;
        at[id] = position;
        kinds[id] = infoKind(words[position + 1]!);
      }
      start += wordEnd;
    }
    // A file that decoded without complaint was checked then.
    if (source === undefined || diagnostics.length > 0) this.#check();
  }

  /** The string offset of a type's name, 0 for none. */
  nameOffset(id: number): number {
    return this.words[this.at[id]!]!;
  }

  /** Elements of a type. */
  vlen(id: number): number {
    return infoVlen(this.words[this.at[id]! + 1]!);
  }

  kindFlag(id: number): boolean {
    return infoKindFlag(this.words[this.at[id]! + 1]!);
  }

  /** The third word as a type id, or the element's type of an ARRAY. */
  target(id: number): number {
    return this.words[this.at[id]! + (this.kinds[id] === KIND.ARRAY ? 3 : 2)]!;
  }

  /** A string offset, or that of the empty string for one beyond the strings. */
  inRange(offset: number): number {
    return offset < this.stringEnd ? offset : this.stringEnd;
  }

  /** True when the string at an offset has a byte at least. */
  hasText(offset: number): boolean {
    return this.strings[offset < this.stringEnd ? offset : this.stringEnd] !== 0;
  }

  /** One more than the last byte of the string at an offset. */
  stringEndAt(offset: number): number {
    const { strings } = this;
    let end = this.inRange(offset);
    while (strings[end] !== 0) end++;
    return end;
  }

  /** True when a type has just this name. */
  isNamed(id: number, name: Uint8Array): boolean {
    const { strings } = this;
    const offset = this.inRange(this.nameOffset(id));
    for (let i = 0; i < name.length; i++) if (strings[offset + i] !== name[i]) return false;
    return strings[offset + name.length] === 0;
  }

  /** Refuses ids that no type has and elements that are not there: nothing can be printed for them. */
  #check(): void {
    const { words, count } = this;
    for (let id = 1; id < count; id++) {
      const at = this.at[id]!;
      const shape = SHAPES[this.kinds[id]!]!;
      const end = at + HEAD_WORDS + trailerWords(shape) + this.vlen(id) * elementWords(shape);
      if (end > words.length) this.#refuse(id, "vlen-range", `its ${this.vlen(id)} elements do not fit in the types`);
      forEachTypeWord(words, at, (position) => {
        const target = words[position]!;
        if (target >= count) {
          this.#refuse(id, "type-id-range", `referenced type id ${target} is out of range (${count - 1} types)`);
        }
      });
    }
  }

  #refuse(id: number, rule: string, what: string): never {
    const kind = KIND_NAMES[this.kinds[id]!];
    throw new BtfError(`type [${id}] ${kind ?? "of an unknown kind"}: ${what}`, {
      code: "EINVAL",
      rule,
      typeId: id,
      ...(kind !== undefined && { kind }),
    });
  }
}

const tables = new WeakMap<Graph, TypeTable>();

/** The table of a graph, kept as long as the graph: for printing one declaration after the other. */
export function tableOf(graph: Graph): TypeTable {
  const known = tables.get(graph);
  if (known !== undefined) return known;
  const table = new TypeTable(graph);
  tables.set(graph, table);
  return table;
}

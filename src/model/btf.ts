import type { Endian } from "../wire/header.js";
import { infoKind, KIND, type KindName } from "../wire/kinds.js";
import { encodeName, nameFault } from "../wire/names.js";
import { forEachTypeWord } from "../wire/shapes.js";
import { BtfError } from "./errors.js";
import { equalGraphs } from "./equal.js";
import {
  checkId,
  copyTypeWords,
  endIdOf,
  forEachOwnType,
  locate,
  startIdOf,
  type Diagnostic,
  type Graph,
} from "./graph.js";
import { GRAPH, graphIn } from "./graph-in.js";
import { findNamed } from "./name-index.js";
import { readType } from "./read-type.js";
import { longSize } from "./pointer-size.js";
import { indexReferrers, type Referrers } from "./referrers.js";
import { wordOffset } from "./segment.js";
import { alignOfType, resolveId, sizeOfType } from "./sizes.js";
import { findStringInRuns, hashBytes } from "./string-index.js";
import type { BtfType } from "./types.js";

/**
 * An immutable graph of types: what {@link decode} reads, what a builder builds and {@link encode} writes. Objects are
 * made when asked for; the graph itself is its BTF words and strings.
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").addPtr("int").build();
 * graph.typeCount; // 3, void included
 * graph.type(2); // { kind: "PTR", name: "", typeId: 1 }
 * console.log(graph);
 * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 * // [2] PTR '(anon)' type_id=1
 * ```
 */
export class Btf {
  readonly #graph: Graph;
  readonly #base: Btf | undefined;
  #referrers: Referrers | undefined;
  #pointerSize: 4 | 8 | undefined;

  /** @internal Graphs come from `decode`, `btf()` and `defineBtf`. */
  constructor(graph: Graph, base: Btf | undefined) {
    this.#graph = graph;
    this.#base = base;
  }

  static {
    Object.defineProperty(this.prototype, GRAPH, {
      get(this: Btf): Graph {
        return this.#graph;
      },
    });
  }

  /** One more than the last type id, as `btf__type_cnt`: void and the base's types are counted. */
  get typeCount(): number {
    return endIdOf(this.#graph.runs);
  }

  /** The first id that is the graph's own: 1, or the base's `typeCount`. */
  get startId(): number {
    return startIdOf(this.#graph);
  }

  /** The graph that a split graph stands on. */
  get base(): Btf | undefined {
    return this.#base;
  }

  /** The byte order that `encode` writes unless told otherwise. */
  get endian(): Endian {
    return this.#graph.endian;
  }

  /**
   * Bytes of a pointer on the target: as the builder was told, else the size of the base's pointers or of an INT that
   * is a C `long`, else 8; as `btf__pointer_size`.
   */
  get pointerSize(): 4 | 8 {
    this.#pointerSize ??= this.#saidPointerSize() ?? longSize(this.#graph) ?? 8;
    return this.#pointerSize;
  }

  /** What the file, or that of a base, said. */
  #saidPointerSize(): 4 | 8 | undefined {
    let { pointerSize } = this.#graph;
    for (let base = this.#base; pointerSize === undefined && base !== undefined; base = base.#base) {
      ({ pointerSize } = base.#graph);
    }
    return pointerSize;
  }

  /** Ids by the labels that the builder's `as` gave. */
  get ids(): Readonly<Record<string, number>> {
    return this.#graph.ids;
  }

  /** What a lenient decode found; empty after a strict one. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#graph.diagnostics;
  }

  /**
   * A type as an object; id 0 is VOID.
   *
   * @throws BtfError EINVAL `type-id-range` for an id that is none of the graph's.
   */
  type(id: number): BtfType {
    checkId(this.#graph.runs, id, "type()");
    const { words, at } = locate(this.#graph.runs, id);
    return readType(this.#graph.runs, words, at);
  }

  /** The graph's own types with their ids, in order; neither void nor the base's. */
  *types(): IterableIterator<[id: number, type: BtfType]> {
    const { runs, ownFrom } = this.#graph;
    for (const run of runs.slice(ownFrom)) {
      const { segment } = run;
      for (let id = segment.firstId; id < run.endId; id++) {
        yield [id, readType(runs, segment.words, wordOffset(run, id))];
      }
    }
  }

  /** The same as {@link types}; it also lets test frameworks compare graphs type by type. */
  [Symbol.iterator](): IterableIterator<[id: number, type: BtfType]> {
    return this.types();
  }

  /**
   * The lowest id of a type with this name, of this kind when one is given, the base's types first; as
   * `btf__find_by_name` and `btf__find_by_name_kind`. `"void"` is id 0.
   */
  find(name: string, kind?: KindName): number | undefined {
    if (nameFault(name) !== undefined) return undefined;
    if (name === "void" && (kind === undefined || kind === "VOID")) return 0;
    const wanted = kind === undefined ? -1 : KIND[kind];
    return findNamed(
      this.#graph.runs,
      encodeName(name),
      (id, { segment }) =>
        wanted === -1 || infoKind(segment.words[segment.offsets[id - segment.firstId]! + 1]!) === wanted,
    );
  }

  /** The ids of all types with this name, in ascending order, the base's first. */
  findAll(name: string): number[] {
    const ids: number[] = [];
    if (nameFault(name) !== undefined) return ids;
    findNamed(this.#graph.runs, encodeName(name), (id) => {
      ids.push(id);
      return false;
    });
    return ids;
  }

  /**
   * The id of the type that a C spelling or a label names, as `"struct sock *"`; nothing is added. In a graph that
   * `btfkit/decoder` read, a spelling is a name, with its tag where it has one: `"struct sock"`.
   *
   * @throws BtfError ENOENT `unknown-type` for a type that is not there, with the nearest names; EINVAL `spelling`.
   */
  id(spelling: string): number {
    const { ids, runs, notation } = this.#graph;
    return Object.hasOwn(ids, spelling) ? ids[spelling]! : notation.findSpelling(runs, spelling);
  }

  /** The offset of a string in the string section, the base's first, as `btf__find_str`; undefined when it is not there. */
  findString(text: string): number | undefined {
    if (nameFault(text) !== undefined) return undefined;
    const bytes = encodeName(text);
    const offset = findStringInRuns(this.#graph.runs, hashBytes(bytes, 0, bytes.length), bytes, 0, bytes.length);
    return offset === -1 ? undefined : offset;
  }

  /** Size in bytes of a type, as `btf__resolve_size`; undefined for what has none, as a FUNC. */
  sizeOf(id: number): number | undefined {
    checkId(this.#graph.runs, id, "sizeOf()");
    return sizeOfType(this.#graph.runs, id, this.pointerSize);
  }

  /** Alignment in bytes of a type, as `btf__align_of`; undefined for what has none. */
  alignOf(id: number): number | undefined {
    checkId(this.#graph.runs, id, "alignOf()");
    return alignOfType(this.#graph.runs, id, this.pointerSize);
  }

  /**
   * The id behind typedefs, qualifiers, type tags and VARs, as `btf__resolve_type`.
   *
   * @throws BtfError ELOOP `type-loop` when they lead to themselves or out of the graph.
   */
  resolve(id: number): number {
    checkId(this.#graph.runs, id, "resolve()");
    const behind = resolveId(this.#graph.runs, id);
    if (behind !== undefined) return behind;
    throw new BtfError(`type [${id}]: its chain of typedefs and qualifiers does not end in a type`, {
      code: "ELOOP",
      rule: "type-loop",
      typeId: id,
    });
  }

  /** The ids that a type refers to, in wire order, 0 and repeats included. */
  references(id: number): number[] {
    const ids: number[] = [];
    this.forEachReference(id, (reference) => ids.push(reference));
    return ids;
  }

  /** Calls `f` with each id that a type refers to, in wire order. */
  forEachReference(id: number, f: (id: number) => void): void {
    checkId(this.#graph.runs, id, "forEachReference()");
    const { words, at } = locate(this.#graph.runs, id);
    forEachTypeWord(words, at, (position) => f(words[position]!));
  }

  /** The ids of the graph's own types that refer to a type, in ascending order, each once. */
  referrers(id: number): number[] {
    checkId(this.#graph.runs, id, "referrers()");
    this.#referrers ??= indexReferrers(this.#graph);
    return this.#referrers.of(id);
  }

  /** The ids that can be reached from `roots`, these included, each once, depth first; id 0 and dangling ids are left out. */
  *walk(roots: Iterable<number>): IterableIterator<number> {
    const { runs } = this.#graph;
    const seen = new Uint8Array(endIdOf(runs));
    const stack: number[] = [];
    for (const root of roots) {
      checkId(runs, root, "walk()");
      stack.push(root);
      while (stack.length > 0) {
        const id = stack.pop()!;
        if (id === 0 || id >= seen.length || seen[id] === 1) continue;
        seen[id] = 1;
        yield id;
        const { words, at } = locate(runs, id);
        const first = stack.length;
        forEachTypeWord(words, at, (position) => stack.push(words[position]!));
        reverseFrom(stack, first);
      }
    }
  }

  /** A copy of a type's words, in the host's byte order: name offset, info, size or type, and what the kind adds. */
  raw(id: number): Uint32Array {
    checkId(this.#graph.runs, id, "raw()");
    return copyTypeWords(this.#graph, id);
  }

  /** True when both graphs have the same own types with the same ids and names, on equal bases. */
  equals(other: Btf): boolean {
    return this === other || equalGraphs(this.#graph, other.#graph);
  }

  /**
   * The raw dump of the graph, as bpftool prints it; of a large graph its beginning. Of a graph that `btfkit/decoder` read
   * only how many types it has.
   */
  toString(): string {
    return this.#graph.notation.show(this.#graph);
  }

  /** The lines of {@link toString}: what a JSON report or a test's difference shows. */
  toJSON(): string[] {
    return this.toString().split("\n");
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** `"Btf"`, so that `Object.prototype.toString` says what it is. */
  get [Symbol.toStringTag](): string {
    return "Btf";
  }
}

function reverseFrom(list: number[], first: number): void {
  for (let low = first, high = list.length - 1; low < high; low++, high--) {
    const held = list[low]!;
    list[low] = list[high]!;
    list[high] = held;
  }
}

/** What a graph holds, for those who work on its words. */
export function graphOf(btf: Btf): Graph {
  return graphIn(btf);
}

/** How many types of each kind a graph has of its own, by kind name, in the order of the kind numbers. */
export function countKinds(btf: Btf, nameOf: (kind: number) => string): Map<string, number> {
  const counts = new Map<number, number>();
  forEachOwnType(graphOf(btf), (_, words, at) => {
    const kind = infoKind(words[at + 1]!);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  });
  return new Map([...counts].sort(([a], [b]) => a - b).map(([kind, count]) => [nameOf(kind), count]));
}

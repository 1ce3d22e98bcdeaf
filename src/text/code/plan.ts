import { forEachStringWord } from "../../wire/shapes.js";
import { buildGraph, startWriter } from "../../builder/build.js";
import type { RawType } from "../../builder/index.js";
import type { Writer } from "../../builder/writer.js";
import { encode, type EncodeOptions } from "../../encoder/encode.js";
import { graphOf, type Btf } from "../../model/btf.js";
import { copyTypeWords, endIdOf, stringEndOf } from "../../model/graph.js";
import { readName } from "../../model/read-name.js";
import type { TargetName } from "../../spelling/index.js";
import { makeCall, type Call } from "./calls.js";
import { Forms, type Form } from "./form.js";
import { refusal, typeRefusal } from "./refusal.js";
import { stringSection, type StringSection } from "./string-section.js";

/** A type, and the calls that write it, strings that have to come before included. */
export interface PlannedType {
  readonly id: number;
  readonly form: Form["kind"];
  readonly calls: readonly Call[];
}

/** Where in a type's calls the one is that adds it; strings may come before. */
export function openingCall(calls: readonly Call[]): number {
  return calls.findIndex(({ method }) => method !== "addString");
}

/** The calls that make a graph again. */
export interface Plan {
  readonly types: readonly PlannedType[];
  /** Strings that no type uses, or only such that came before. */
  readonly strings: readonly Call[];
  /** The target whose byte order and pointers the graph has; undefined for the builder's own. */
  readonly target: TargetName | undefined;
  /** True when types refer to ids beyond the last. */
  readonly dangling: boolean;
  /** What `encode` has to be told for the bytes of the graph. */
  readonly encoding: EncodeOptions;
}

/** What a plan has to keep to. */
export interface PlanOptions {
  /** Who asks, for refusals. */
  readonly target: string;
  /** Whether the bytes have to be those of `encode(graph)`; else ids, types and names alone. */
  readonly exact: boolean;
  /** Whether only checked calls will do. */
  readonly checkedOnly: boolean;
  /** Refuses a type for reasons of the target's own. */
  readonly refuse?: (type: ReturnType<Btf["type"]>) => string | undefined;
}

const NO_STRINGS: StringSection = { texts: [], offsets: [], index: new Map(), fault: undefined };

/** Writes down calls and makes them at once, so that what they give can be compared in the end. */
class Planner {
  readonly #graph: Btf;
  readonly #options: PlanOptions;
  readonly #strings: StringSection;
  readonly #writer: Writer;
  readonly #forms = new Forms();
  readonly #types: PlannedType[] = [];
  #calls: Call[] = [];
  /** The first string of the section that no call has written yet. */
  #nextString = 0;
  #dangling = false;

  constructor(graph: Btf, options: PlanOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#strings = options.exact ? stringSection(graph) : NO_STRINGS;
    const { fault } = this.#strings;
    if (fault !== undefined) throw refusal(options.target, `the string section cannot be written by calls: ${fault}`);
    this.#writer = startWriter(graph.base === undefined ? {} : { base: graph.base }).writer;
  }

  plan(): Plan {
    const { typeCount, startId } = this.#graph;
    for (let id = startId; id < typeCount; id++) this.#type(id);
    this.#stringsUpTo(this.#strings.texts.length);
    const { pointerSize, endian } = this.#graph;
    const target =
      endian === "big" ? "bpfeb" : pointerSize === 4 && this.#graph.base === undefined ? "arm32" : undefined;
    const inherited = this.#graph.base?.endian === endian ? undefined : target;
    return {
      types: this.#types,
      strings: this.#calls,
      target: this.#graph.base === undefined ? target : inherited,
      dangling: this.#dangling,
      encoding: this.#options.exact ? this.#proof() : this.#likeness(),
    };
  }

  #add(call: Call): void {
    this.#calls.push(call);
    makeCall(this.#writer, call);
  }

  #stringsUpTo(end: number): void {
    const { texts } = this.#strings;
    while (this.#nextString < end) this.#add({ method: "addString", args: [texts[this.#nextString++]!] });
  }

  /** Writes the strings that stand before one which a call is about to write. */
  #makeRoom(name: string): void {
    const index = this.#strings.index.get(name);
    if (index === undefined || index < this.#nextString) return;
    this.#stringsUpTo(index);
    this.#nextString = index + 1;
  }

  /** The offset that a call would give a name, were all strings there. */
  #offsetOf(name: string): number {
    if (name === "") return 0;
    const index = this.#strings.index.get(name);
    return index === undefined ? (this.#graph.base?.findString(name) ?? -1) : this.#strings.offsets[index]!;
  }

  #type(id: number): void {
    const { runs } = graphOf(this.#graph);
    const words = copyTypeWords(graphOf(this.#graph), id);
    const type = this.#graph.type(id);
    this.#graph.forEachReference(id, (to) => (this.#dangling ||= to >= endIdOf(runs)));
    const { exact, target, checkedOnly, refuse } = this.#options;
    const own = refuse?.(type);
    if (own !== undefined) throw typeRefusal(target, id, type, own);

    const names: string[] = [];
    let odd: number | undefined;
    forEachStringWord(words, 0, (position) => {
      const name = readName(runs, words[position]!) ?? "";
      names.push(name);
      if (exact && odd === undefined && this.#offsetOf(name) !== words[position]) odd = words[position];
    });
    let form = this.#forms.of(words, type);
    if (odd !== undefined) {
      form = {
        kind: "raw",
        reason: `the name offset ${odd} is not the beginning of a string, or not that of its first`,
      };
    }
    if (checkedOnly && form.kind !== "checked") throw typeRefusal(target, id, type, form.reason);
    this.#calls = [];
    if (form.kind === "raw") this.#raw(words, names);
    else {
      const { calls } = form;
      const write = (): void => {
        for (const [i, call] of calls.entries()) {
          this.#makeRoom(names[i] ?? "");
          this.#add(call);
        }
      };
      if (form.kind === "checked") write();
      else this.#writer.unchecked(write);
    }
    this.#types.push({ id, form: form.kind, calls: this.#calls });
    this.#calls = [];
  }

  #raw(words: Uint32Array, names: readonly string[]): void {
    const name = names[0]!;
    const { exact } = this.#options;
    const isPlain = exact ? this.#offsetOf(name) === words[0] : true;
    if (!exact) {
      let next = 0;
      forEachStringWord(words, 0, (position) => {
        const text = names[next++]!;
        if (position > 0) words[position] = this.#stringOffset(text);
      });
    } else if (isPlain) this.#makeRoom(name);
    const raw: RawType = {
      ...(isPlain ? name !== "" && { name } : { name: words[0]! }),
      info: words[1]!,
      ...(words[2] !== 0 && { sizeOrType: words[2]! }),
      ...(words.length > 3 && { extra: Array.from(words.subarray(3)) }),
    };
    this.#add({ method: "addRaw", args: [raw] });
  }

  /** The offset of a string that is written if it isn't there. */
  #stringOffset(text: string): number {
    const end = this.#writer.stringEnd;
    const offset = this.#writer.addString(text);
    if (this.#writer.stringEnd !== end) this.#calls.push({ method: "addString", args: [text] });
    return offset;
  }

  #built(): Btf {
    this.#writer.close();
    const { base } = this.#graph;
    return buildGraph(this.#writer, this.#writer, { from: undefined, base, target: undefined }, { dangling: true });
  }

  /** What encodes what was built to the bytes of the graph. */
  #proof(): EncodeOptions {
    const wanted = encode(this.#graph);
    const built = this.#built();
    const { endian } = this.#graph;
    for (const options of [{}, { header: 32 }, { layout: true }] as const) {
      const bytes = encode(built, { ...options, endian });
      if (bytes.length === wanted.length && bytes.every((byte, i) => byte === wanted[i])) return options;
    }
    const { source } = graphOf(this.#graph);
    const length = source?.header.headerLength ?? 24;
    const gaps = `its header of ${length} bytes, or where its sections lie, is not as encode() writes it`;
    const sameStrings = stringEndOf(graphOf(this.#graph).runs) === stringEndOf(graphOf(built).runs);
    throw refusal(this.#options.target, sameStrings ? gaps : "its strings are not as calls write them");
  }

  #likeness(): EncodeOptions {
    if (this.#built().equals(this.#graph)) return {};
    throw refusal(this.#options.target, "the calls do not give the same types");
  }
}

/** The calls that make a graph again, tried out. @throws BtfError EOPNOTSUPP `not-expressible` when none do */
export function planCalls(graph: Btf, options: PlanOptions): Plan {
  return new Planner(graph, options).plan();
}

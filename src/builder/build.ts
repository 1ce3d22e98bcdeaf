import { HEAD_WORDS, infoKind, KIND_NAMES } from "../wire/kinds.js";
import { forEachTypeWord } from "../wire/shapes.js";
import { Btf, graphOf } from "../model/btf.js";
import { C_NOTATION } from "../model/c-notation.js";
import { BtfError } from "../model/errors.js";
import { endIdOf, ROOT_RUNS, stringEndOf } from "../model/graph.js";
import { readName } from "../model/read-name.js";
import { createSegment, type Run } from "../model/segment.js";
import { DATA_MODELS, dataModel, type DataModel, type Target } from "../spelling/index.js";
import { NO_EXTRAS, PLACEHOLDER_BASE, type ArenaState } from "./arena.js";
import { mergeRuns } from "./segments.js";
import { Labels } from "./labels.js";
import { layoutSize } from "./record-layout.js";
import { Writer } from "./writer.js";

/** Options of `btf()` and `defineBtf`. */
export interface BuilderOptions {
  /** A graph to go on from: its types come first, and it stays as it is. */
  readonly from?: Btf;
  /** A graph to stand on: what is built is split BTF on it. */
  readonly base?: Btf;
  /**
   * Byte order, pointer size and C data model: `"bpf"` (the default), `"bpfeb"`, `"x86-64"`, `"i386"`, `"arm64"`,
   * `"arm32"`, or a model of your own. A `from` or `base` keeps its own byte order.
   */
  readonly target?: Target;
}

/** Options of `build()`. */
export interface BuildOptions {
  /** Allows references to ids beyond the last type. */
  readonly dangling?: boolean;
}

/** What a builder was begun with. */
export interface Origin {
  readonly from: Btf | undefined;
  readonly base: Btf | undefined;
  readonly target: Target | undefined;
}

/** A writer at the end of `from`, on `base`, or on nothing. */
export function startWriter(options: BuilderOptions): { readonly writer: Writer; readonly origin: Origin } {
  const { from, base = from?.base, target } = options;
  if (from !== undefined && options.base !== undefined && from.base !== base) {
    throw new BtfError("btf(): `from` stands on another base than `base`", { code: "EINVAL", rule: "base" });
  }
  const begun = from ?? base;
  const prefix = begun === undefined ? ROOT_RUNS : graphOf(begun).runs;
  const ownFrom = from === undefined ? prefix.length : graphOf(from).ownFrom;
  const pointerSize = begun?.pointerSize;
  const model = modelOf(target ?? (pointerSize === 4 ? "arm32" : "bpf"));
  return {
    writer: new Writer(prefix, ownFrom, 0, new Labels(), NO_EXTRAS, model),
    origin: { from, base, target },
  };
}

function modelOf(target: Target): DataModel {
  if (typeof target === "string" && !Object.hasOwn(DATA_MODELS, target)) {
    const known = Object.keys(DATA_MODELS).map((name) => `"${name}"`);
    throw new BtfError(`btf(): target is "${target}"; expected ${known.join(", ")} or a data model`, {
      code: "EINVAL",
      rule: "target",
      field: "target",
    });
  }
  return dataModel(target);
}

/** A run with the open type of a state as it would be closed now, and with the types that wait for it. */
function openRun(writer: Writer, state: ArenaState): Run {
  const { openAt, openInfo, openId, wordEnd, stringLength, extras } = state;
  const { segment } = writer;
  const words = segment.words.slice(openAt, wordEnd);
  words[1] = openInfo;
  if (extras.layout?.autoSize === true) words[2] = layoutSize(infoKind(openInfo), extras.layout);
  const stringEnd = segment.stringStart + stringLength;
  const run: Run = {
    segment: createSegment(words, new Uint32Array(1), new Uint8Array(0), openId, stringEnd),
    endId: openId + 1,
    wordEnd: words.length,
    stringEnd,
  };
  if (extras.pending === undefined) return run;
  const { segment: waiting } = extras.pending;
  return mergeRuns([run, { ...extras.pending, segment: { ...waiting, stringStart: stringEnd }, stringEnd }]);
}

/** The runs of everything up to a state, all types closed. */
function closedRuns(writer: Writer, state: ArenaState): readonly Run[] {
  const runs = writer.runsBefore(state);
  return state.openId === 0 ? runs : [...runs, openRun(writer, state)];
}

/** Own runs with every promised id replaced by the id of the type that it came to. */
function keepPromises(runs: readonly Run[], ownFrom: number, writer: Writer, state: ArenaState): readonly Run[] {
  const { forwards } = state.extras;
  if (forwards.length === 0) return runs;
  const promised = writer.promised(runs, state);
  const missing = forwards.filter((_, i) => promised[i] === undefined);
  if (missing.length > 0) {
    const names = missing.map((name) => `'${name}'`).join(", ");
    throw new BtfError(`build(): forward ${names} was promised and never defined`, {
      code: "ENOENT",
      rule: "forward-undefined",
    });
  }
  const merged = mergeRuns(runs.slice(ownFrom));
  const { words, offsets } = merged.segment;
  for (let i = 0; i < merged.endId - merged.segment.firstId; i++) {
    forEachTypeWord(words, offsets[i]!, (position) => {
      const to = promised[words[position]! - PLACEHOLDER_BASE];
      if (to !== undefined) words[position] = to;
    });
  }
  return [...runs.slice(0, ownFrom), merged];
}

/** Names the types that refer to ids beyond the last, at most a few of them. */
function refuseDangling(runs: readonly Run[], ownFrom: number): void {
  const endId = endIdOf(runs);
  const found: string[] = [];
  let firstId: number | undefined;
  for (const { segment, endId: runEnd } of runs.slice(ownFrom)) {
    const { words, offsets } = segment;
    for (let id = segment.firstId; id < runEnd; id++) {
      const at = offsets[id - segment.firstId]!;
      forEachTypeWord(words, at, (position) => {
        const to = words[position]!;
        if (to < endId || found.length > 3) return;
        const kind = infoKind(words[at + 1]!);
        const name = readName(runs, words[at]!) ?? "";
        const element = position < at + HEAD_WORDS ? "" : ` (word ${position - at})`;
        firstId ??= id;
        found.push(`type [${id}] ${KIND_NAMES[kind] ?? kind} '${name === "" ? "(anon)" : name}'${element} to [${to}]`);
      });
    }
  }
  if (firstId === undefined) return;
  const more = found.length > 3 ? ", and more" : "";
  throw new BtfError(
    `build(): references beyond the last type [${endId - 1}]: ${found.slice(0, 3).join(", ")}${more}; ` +
      "add the types, or build({ dangling: true })",
    { code: "EINVAL", rule: "dangling", typeId: firstId },
  );
}

function labelsOf(writer: Writer, state: ArenaState): [label: string, id: number][] {
  return writer.labels.entries(state.extras.labelCount);
}

/** The labels by name; without a prototype, so that any word can be a label. */
function idsOf(writer: Writer, state: ArenaState, from: Btf | undefined): Readonly<Record<string, number>> {
  const ids: Record<string, number> = Object.create(null) as Record<string, number>;
  return Object.freeze(Object.assign(ids, from?.ids, Object.fromEntries(labelsOf(writer, state))));
}

/** The graph up to a place with nothing checked: for showing a builder that is not done. */
export function previewGraph(writer: Writer, state: ArenaState, origin: Origin): Btf {
  return graphOn(writer, state, origin, closedRuns(writer, state));
}

/** The graph up to a place in a writer's arena. */
export function buildGraph(writer: Writer, state: ArenaState, origin: Origin, options: BuildOptions): Btf {
  const { from } = origin;
  const { ownFrom } = writer;
  const all = closedRuns(writer, state);
  if (from !== undefined && isSame(all, graphOf(from).runs) && labelsOf(writer, state).length === 0) return from;
  const runs = keepPromises(all, ownFrom, writer, state);
  if (options.dangling !== true && state.maxReference >= endIdOf(runs)) refuseDangling(runs, ownFrom);
  return graphOn(writer, state, origin, runs);
}

function isSame(a: readonly Run[], b: readonly Run[]): boolean {
  return (
    endIdOf(a) === endIdOf(b) && stringEndOf(a) === stringEndOf(b) && a.every((run, i) => run.segment === b[i]?.segment)
  );
}

function graphOn(writer: Writer, state: ArenaState, origin: Origin, runs: readonly Run[]): Btf {
  const { from, base, target } = origin;
  const begun = from === undefined ? undefined : graphOf(from);
  const inherited = target === undefined ? (from ?? base) : undefined;
  const isUntouched = begun !== undefined && isSame(runs, begun.runs) && inherited !== undefined;
  return new Btf(
    {
      runs: ownRuns(runs, writer.ownFrom),
      ownFrom: writer.ownFrom,
      endian: inherited?.endian ?? writer.model.endian,
      pointerSize: inherited?.pointerSize ?? (writer.model.pointerSize === 4 ? 4 : 8),
      layout: begun?.layout ?? new Uint8Array(0),
      source: isUntouched ? begun.source : undefined,
      ids: idsOf(writer, state, from),
      diagnostics: begun?.diagnostics ?? [],
      notation: C_NOTATION,
    },
    base,
  );
}

/** A graph has at least one run of its own, if only for its strings. */
function ownRuns(runs: readonly Run[], ownFrom: number): readonly Run[] {
  if (runs.length > ownFrom) return runs;
  const empty = new Uint32Array(0);
  const segment = createSegment(empty, empty, new Uint8Array(0), endIdOf(runs), stringEndOf(runs));
  return [...runs, { segment, endId: endIdOf(runs), wordEnd: 0, stringEnd: stringEndOf(runs) }];
}

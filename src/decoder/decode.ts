import { HOST_ENDIAN, copyWords } from "../wire/words.js";
import { readLayout, swapLayout } from "../wire/layout.js";
import { infoKind, KIND } from "../wire/kinds.js";
import { scanTypes, SHAPES, shapesWithLayout, typeWords, type Shapes } from "../wire/shapes.js";
import { Btf, graphOf } from "../model/btf.js";
import { endIdOf, ROOT_RUNS, stringEndOf, type Graph, type Notation } from "../model/graph.js";
import { createSegment, runOfId, wordOffset, type Run } from "../model/segment.js";
import { checkTypes, splitTypes } from "./check-types.js";
import { lenientProblems, strictProblems, type Problems } from "./problems.js";
import { readSections, type Section, type Sections } from "./sections.js";

/** Options of `decode`. */
export interface DecodeOptions {
  /** The graph that a split BTF stands on. */
  readonly base?: Btf;
  /** Reads on past what is wrong and reports it in `diagnostics`; never throws for what the bytes hold. */
  readonly lenient?: boolean;
  /** Keeps the bytes instead of a copy: the caller promises never to change them. */
  readonly borrow?: boolean;
}

/** A copy whose type section is aligned to 4 bytes, so that its words can be read in place. */
function alignedCopy(bytes: Uint8Array, typeStart: number): Uint8Array {
  const shift = (4 - (typeStart & 3)) & 3;
  const copy = new Uint8Array(shift + bytes.length).subarray(shift);
  copy.set(bytes);
  return copy;
}

/** The types as words in the host's byte order: in place where alignment and byte order allow, else copied. */
function readWords(bytes: Uint8Array, { types, header }: Sections): Uint32Array {
  const byteOffset = bytes.byteOffset + types.start;
  const length = types.end - types.start;
  if (header.endian === HOST_ENDIAN && byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, byteOffset, length >>> 2);
  }
  return copyWords(bytes.subarray(types.start, types.end), header.endian);
}

/** True when a FUNC of the run points at something else than a FUNC_PROTO. */
function hasMisguidedFunc(runs: readonly Run[], run: Run): boolean {
  const { segment } = run;
  for (let id = segment.firstId; id < run.endId; id++) {
    const at = wordOffset(run, id);
    if (infoKind(segment.words[at + 1]!) !== KIND.FUNC) continue;
    const target = runOfId(runs, segment.words[at + 2]!);
    const to = wordOffset(target, segment.words[at + 2]!);
    if (infoKind(target.segment.words[to + 1]!) !== KIND.FUNC_PROTO) return true;
  }
  return false;
}

function readRun(
  bytes: Uint8Array,
  sections: Sections,
  shapes: Shapes,
  baseRuns: readonly Run[],
  problems: Problems,
): Run {
  const { types, strings } = sections;
  const words = readWords(bytes, sections);
  const startId = endIdOf(baseRuns);
  const stringStart = stringEndOf(baseRuns);
  const stringEnd = stringStart + strings.end - strings.start;
  const typeBytes = types.end - types.start;
  const offsets = new Uint32Array(Math.floor(words.length / 3));
  const scan = scanTypes(words, shapes, startId, stringEnd, offsets);
  const isSound = scan !== undefined && typeBytes % 4 === 0;
  const count = isSound ? scan.count : splitTypes(words, shapes, startId, types.start, typeBytes, offsets, problems);
  const segment = createSegment(
    words,
    // What the estimate has too much is never touched and costs no memory.
    offsets,
    bytes.subarray(strings.start, strings.end),
    startId,
    stringStart,
  );
  const last = count === 0 ? 0 : offsets[count - 1]!;
  const wordEnd = count === 0 ? 0 : last + typeWords(shapes, words[last + 1]!);
  const run: Run = { segment, endId: startId + count, wordEnd, stringEnd };
  const runs = [...baseRuns, run];
  if (!isSound || (scan.hasForwardFunc && hasMisguidedFunc(runs, run))) {
    checkTypes(runs, run, types.start, problems);
  }
  return run;
}

function layoutBytes(bytes: Uint8Array, { header, layout }: Sections): Uint8Array {
  const section = bytes.subarray(layout.start, layout.end);
  return header.endian === HOST_ENDIAN ? section : swapLayout(section);
}

/** An empty graph: what a lenient decode makes of bytes without a header. */
function emptyGraph(baseRuns: readonly Run[], problems: Problems, notation: Notation): Graph {
  const none: Section = { start: 0, end: 0 };
  const words = new Uint32Array(0);
  const segment = createSegment(words, words, new Uint8Array(none.end), endIdOf(baseRuns), stringEndOf(baseRuns));
  const run: Run = { segment, endId: endIdOf(baseRuns), wordEnd: 0, stringEnd: stringEndOf(baseRuns) };
  return {
    runs: [...baseRuns, run],
    ownFrom: baseRuns.length,
    endian: HOST_ENDIAN,
    pointerSize: undefined,
    layout: new Uint8Array(0),
    source: undefined,
    ids: {},
    diagnostics: problems.found,
    notation,
  };
}

/** Reads BTF into a graph of the given notation. */
export function decodeWith(notation: Notation, bytes: Uint8Array, options: DecodeOptions): Btf {
  const { base, lenient = false, borrow = false } = options;
  const problems = lenient ? lenientProblems() : strictProblems();
  const baseRuns = base === undefined ? ROOT_RUNS : graphOf(base).runs;
  const sections = readSections(bytes, base !== undefined, problems);
  if (sections === undefined) return new Btf(emptyGraph(baseRuns, problems, notation), base);
  const kept = borrow ? bytes : alignedCopy(bytes, sections.types.start);
  const layout = layoutBytes(kept, sections);
  const ruling = layout.length > 0 || base === undefined ? layout : graphOf(base).layout;
  const shapes = ruling.length === 0 ? SHAPES : shapesWithLayout(readLayout(ruling, HOST_ENDIAN));
  const run = readRun(kept, sections, shapes, baseRuns, problems);
  return new Btf(
    {
      runs: [...baseRuns, run],
      ownFrom: baseRuns.length,
      endian: sections.header.endian,
      pointerSize: undefined,
      layout,
      source: { bytes: kept, header: sections.header },
      ids: {},
      diagnostics: problems.found,
      notation,
    },
    base,
  );
}

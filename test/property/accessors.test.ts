import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decode, isBtfError, type Btf } from "btfkit";
import { SlowModel } from "./slow-model.js";
import { graphSpec, SEED, writeGraph, type Written } from "./word-graph.js";

/** What an accessor gives, or that it throws a BtfError. */
function given<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (isBtfError(error)) return undefined;
    throw error;
  }
}

function decodeLayers(layers: readonly Written[]): Btf {
  return layers.reduce<Btf | undefined>(
    (base, { bytes }) => decode(bytes, base === undefined ? {} : { base }),
    undefined,
  )!;
}

/** Random layers, base first, the graph on top of them, and the slow answers. */
const layered = fc.array(graphSpec, { minLength: 1, maxLength: 3 }).map((specs) => {
  const layers: Written[] = [];
  for (const spec of specs) layers.push(writeGraph(spec, layers.at(-1)));
  return { layers, graph: decodeLayers(layers), slow: new SlowModel(layers) };
});

function forRandomGraphs(runs: number, f: (graph: Btf, slow: SlowModel, top: Written) => void): void {
  fc.assert(
    fc.property(layered, ({ graph, slow, layers }) => {
      f(graph, slow, layers.at(-1)!);
      return true;
    }),
    { seed: SEED, numRuns: runs },
  );
}

const ids = (graph: Btf): number[] => Array.from({ length: graph.typeCount }, (_, id) => id);

describe(`accessors against a slow model, seed ${SEED}`, () => {
  it("names, find, findAll and findString", () => {
    forRandomGraphs(500, (graph, slow) => {
      for (const id of ids(graph)) {
        const name = slow.name(id);
        expect(graph.type(id).name).toBe(name);
        const all = name === "" ? [] : slow.findAll(name);
        expect(graph.findAll(name)).toEqual(all);
        expect(graph.find(name)).toBe(all[0]);
        const { kind } = graph.type(id);
        if (kind === "UNKNOWN" || name === "") continue;
        expect(graph.find(name, kind)).toBe(all.find((other) => slow.kind(other) === slow.kind(id)));
      }
      expect(graph.find("no such name")).toBeUndefined();
      for (const [offset, byte] of slow.strings.entries()) {
        const begins = offset === 0 || slow.strings[offset - 1] === 0;
        if (!begins || byte === 0) continue;
        const found = graph.findString(slow.string(offset))!;
        expect(found).toBeLessThanOrEqual(offset);
        expect(slow.string(found)).toBe(slow.string(offset));
      }
    });
  });

  it("references, referrers and walk", () => {
    forRandomGraphs(500, (graph, slow, { startId }) => {
      for (const id of ids(graph)) {
        expect(graph.references(id)).toEqual(slow.types[id]?.references ?? []);
        expect(graph.referrers(id)).toEqual(slow.referrers(id, startId));
        const walked = [...graph.walk([id])];
        expect(new Set(walked)).toEqual(slow.reachable(id));
        expect(walked.length).toBe(new Set(walked).size);
      }
      const roots = ids(graph).filter((id) => id % 3 === 0);
      expect(new Set(graph.walk(roots))).toEqual(new Set(roots.flatMap((id) => [...slow.reachable(id)])));
    });
  });

  it("resolve, sizeOf and alignOf", () => {
    forRandomGraphs(1500, (graph, slow) => {
      const { pointerSize } = graph;
      for (const id of ids(graph)) {
        expect(given(() => graph.resolve(id))).toBe(slow.resolve(id));
        expect(graph.sizeOf(id)).toBe(slow.sizeOf(id, pointerSize));
        const align = slow.alignOf(id, pointerSize);
        if (align !== -1) expect(graph.alignOf(id) ?? 0).toBe(align);
      }
    });
  });

  it("types, raw, typeCount, startId, base", () => {
    forRandomGraphs(500, (graph, slow, top) => {
      expect(graph.typeCount).toBe(slow.types.length);
      expect(graph.startId).toBe(top.startId);
      expect((graph.base?.typeCount ?? 1) === top.startId).toBe(true);
      const own = [...graph.types()];
      expect(own.map(([id]) => id)).toEqual(ids(graph).slice(top.startId));
      for (const [id, type] of own) {
        expect(type).toEqual(graph.type(id));
        expect([...graph.raw(id)]).toEqual(slow.types[id]!.words);
      }
      for (const id of [-1, 1.5, Number.NaN, graph.typeCount, 2 ** 32]) {
        expect(given(() => graph.type(id))).toBeUndefined();
        expect(given(() => graph.references(id))).toBeUndefined();
        expect(given(() => [...graph.walk([id])])).toBeUndefined();
      }
    });
  });

  it("equals: other string offsets make no difference, any other word does", () => {
    fc.assert(
      fc.property(graphSpec, fc.nat(), fc.integer({ min: 1, max: 255 }), (spec, at, flip) => {
        const written = writeGraph(spec);
        const graph = decode(written.bytes);
        const copy = decode(written.bytes);
        expect(graph.equals(copy)).toBe(true);
        // The same with another string before all others: each offset moves.
        const moved = decode(withMovedStrings(written, spec.little));
        expect(moved.equals(graph) && graph.equals(moved)).toBe(true);
        if (written.types.length === 0) return;
        const damaged = written.bytes.slice();
        const typeStart = spec.headerLength + spec.gaps[0] * 4;
        const typeBytes = written.types.reduce((sum, { words }) => sum + words.length * 4, 0);
        damaged[typeStart + (at % typeBytes)]! ^= flip;
        const other = decode(damaged, { lenient: true });
        if (other.diagnostics.length > 0) return;
        expect(other.equals(graph)).toBe(shown(other) === shown(graph));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

/** All that a graph says, but for string offsets. */
function shown(graph: Btf): string {
  return JSON.stringify(
    [...graph.types()].map(([id, type]) => [type, bare(graph, id)]),
    big,
  );
}

/** JSON of what JSON does not know. */
function big(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

/** A type's words without its string offsets. */
function bare(graph: Btf, id: number): number[] {
  const words = [...graph.raw(id)];
  const kind = (words[1]! >>> 24) & 0x7f;
  const stride = { 4: 3, 5: 3, 6: 2, 13: 2, 19: 3 }[kind];
  return words.filter((_, i) => i !== 0 && (stride === undefined || i < 3 || (i - 3) % stride !== 0));
}

/** The same types on strings that begin with one more. */
function withMovedStrings({ types, strings }: Written, little: boolean): Uint8Array {
  const extra = [0, 0x7a, 0x7a];
  const words = types.flatMap(({ words: own }) => {
    const kind = (own[1]! >>> 24) & 0x7f;
    const stride = { 4: 3, 5: 3, 6: 2, 13: 2, 19: 3 }[kind];
    return own.map((word, i) => {
      const isString = i === 0 || (stride !== undefined && i >= 3 && (i - 3) % stride === 0);
      // Offset 0 is the one string that stays where it is.
      return isString && word !== 0 ? word + extra.length : word;
    });
  });
  const bytes = new Uint8Array(24 + words.length * 4 + extra.length + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, little);
  view.setUint8(2, 1);
  const length = words.length * 4;
  for (const [i, field] of [24, 0, length, length, extra.length + strings.length].entries()) {
    view.setUint32(4 + i * 4, field, little);
  }
  for (const [i, word] of words.entries()) view.setUint32(24 + i * 4, word, little);
  bytes.set([...extra, ...strings], 24 + length);
  return bytes;
}

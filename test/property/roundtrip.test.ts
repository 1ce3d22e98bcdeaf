import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decode, encode, type Btf } from "btfkit";
import { atOffset, graphSpec, SEED, writeGraph, type Written } from "./word-graph.js";

const RUNS = 10_000;

/** Everything that was written is read, and the other byte order says the same. */
function check(graph: Btf, { bytes, types, startId, endId }: Written, base?: Btf): void {
  const options = base === undefined ? {} : { base };
  expect(graph.typeCount).toBe(endId);
  expect(graph.startId).toBe(startId);
  const words = types.flatMap((_, i) => [...graph.raw(startId + i)]);
  expect(words).toEqual(types.flatMap((type) => type.words));
  const references = types.map((_, i) => graph.references(startId + i));
  expect(references).toEqual(types.map((type) => type.references));
  expect(Buffer.compare(encode(graph), bytes)).toBe(0);

  const other = graph.endian === "little" ? "big" : "little";
  const flipped = encode(graph, { endian: other });
  const there = decode(flipped, options);
  expect(there.endian).toBe(other);
  expect(there.equals(graph)).toBe(true);
  const back = decode(encode(there, { endian: graph.endian }), options);
  expect(back.equals(graph)).toBe(true);
  // No gap, no odd header, no trailing bytes are left: now both ways give the very same bytes.
  expect(Buffer.compare(encode(back, { endian: other }), flipped)).toBe(0);
}

describe(`random graphs, seed ${SEED}`, () => {
  it(`${RUNS} are read as they were written, and written as they were read`, () => {
    fc.assert(
      fc.property(graphSpec, fc.nat(7), fc.boolean(), (spec, offset, borrow) => {
        const written = writeGraph(spec);
        check(decode(atOffset(written.bytes, offset), { borrow }), written);
        return true;
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("also on bases up to four deep", () => {
    fc.assert(
      fc.property(fc.array(graphSpec, { minLength: 2, maxLength: 5 }), fc.nat(7), (specs, offset) => {
        let base: Btf | undefined;
        let below: Written | undefined;
        for (const spec of specs) {
          const written = writeGraph(spec, below);
          const graph = decode(atOffset(written.bytes, offset), base === undefined ? {} : { base });
          check(graph, written, base);
          base = graph;
          below = written;
        }
        return true;
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it("a copy stays as it was when the bytes change", () => {
    fc.assert(
      fc.property(graphSpec, fc.nat(7), (spec, offset) => {
        const written = writeGraph(spec);
        const bytes = atOffset(written.bytes, offset);
        const graph = decode(bytes);
        bytes.fill(0xff);
        check(graph, written);
        return true;
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

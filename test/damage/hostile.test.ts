/** damage() is given anything: it answers with bytes or a BtfError, in time that the input's length bounds. */
import fc from "fast-check";
import { expect, it } from "vitest";

import { encode, isBtfError } from "btfkit";
import { damage, DAMAGES, type DamageName } from "btfkit/damage";
import { nearlyValidBtf, validBtf } from "btfkit/fast-check";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";

const LARGE: ReadonlySet<DamageName> = new Set(["data-too-long", "types-over-limit"]);
const recipe = fc.constantFrom(...DAMAGES.map(({ name }) => name).filter((name) => !LARGE.has(name)));

const bytes = fc.oneof(
  nearlyValidBtf(),
  fc.uint8Array({ maxLength: 80 }),
  fc.uint8Array({ maxLength: 80 }).map((rest) => Uint8Array.of(0x9f, 0xeb, 1, 0, 24, 0, 0, 0, ...rest)),
  graphSpec.map((spec) => writeGraph(spec).bytes),
);

it("recipes on anything", () => {
  let done = 0;
  const property = fc.property(bytes, recipe, (data, name) => {
    const before = data.slice();
    try {
      expect(damage(data, name)).toBeInstanceOf(Uint8Array);
      done++;
    } catch (error) {
      if (!isBtfError(error)) throw error;
      expect(error.message).toMatch(/^damage\(\): /);
    }
    expect(data).toEqual(before);
  });
  fc.assert(property, { seed: SEED, numRuns: 3000 });
  expect(done).toBeGreaterThan(1000);
});

it("damage by hand on anything", () => {
  const place = fc.nat({ max: 60 });
  const word = fc.integer({ min: 0, max: 0xffffffff });
  const raw = fc.record(
    {
      header: fc.record(
        { hdrLen: word, typeOff: word, typeLen: word, strOff: word, strLen: word },
        { requiredKeys: [] },
      ),
      types: fc.dictionary(
        place.map(String),
        fc.record({ info: word, kind: place, vlen: word, kindFlag: fc.boolean() }, { requiredKeys: [] }),
        { maxKeys: 2 },
      ),
      ids: fc.dictionary(place.map(String), word, { maxKeys: 2 }),
      strings: fc.dictionary(place.map(String), fc.oneof(place, fc.string({ maxLength: 3 })), { maxKeys: 2 }),
      bytes: fc.dictionary(place.map(String), fc.nat({ max: 255 }), { maxKeys: 2 }),
      byteLength: place,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(bytes, raw, (data, change) => {
      try {
        expect(damage(data, change)).toBeInstanceOf(Uint8Array);
      } catch (error) {
        if (!isBtfError(error)) throw error;
        expect(error.rule).toBe("damage-place");
      }
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

it("undoing what was done gives the same bytes", () => {
  fc.assert(
    fc.property(validBtf(), fc.nat(), fc.nat(), (graph, at, value) => {
      const id = 1 + (at % (graph.typeCount - 1));
      const words = graph.raw(id);
      const index = value % words.length;
      const there = damage(graph, { types: { [id]: { words: { [index]: (word) => word ^ value } } } });
      expect(damage(there, { bytes: Object.fromEntries(encode(graph).entries()) })).toEqual(encode(graph));
    }),
    { seed: SEED, numRuns: 300 },
  );
});

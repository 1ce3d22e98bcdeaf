import fc from "fast-check";
import { expect, test } from "vitest";
import { decode } from "btfkit";
import { graphOf } from "../../src/model/btf.js";
import { readName } from "../../src/model/read-name.js";
import { writeType } from "../../src/model/write-type.js";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";

test("writing what was read gives the same words, but for names' offsets and bits that no field has", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(graphSpec, (spec) => {
      const { bytes, types } = writeGraph(spec);
      const graph = decode(bytes);
      const { runs } = graphOf(graph);
      for (const [id, type] of graph.types()) {
        kinds.add(type.kind);
        const { words, stringOffsets } = types[id - 1]!;
        const names: string[] = [];
        const written = writeType(type, {
          typeId: id,
          endId: graph.typeCount,
          intern: (name) => stringOffsets[names.push(name) - 1]!,
        });
        expect(names).toEqual(stringOffsets.map((offset) => readName(runs, offset) ?? ""));
        // Reserved are vlen and kind_flag where a kind has no use for them, an unused third word, and an INT's last bits.
        const mask = [
          0xffffffff,
          0x7f000000,
          ["ARRAY", "FWD", "LOC_PROTO", "LOCSEC"].includes(type.kind) ? 0 : 0xffffffff,
        ];
        const masked = (list: Iterable<number>): number[] =>
          [...list].map((word, i) => (word & (mask[i] ?? 0xffffffff)) >>> 0);
        if (type.kind === "INT") mask[3] = 0x0fff00ff;
        expect(masked(written)).toEqual(masked(words));
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
  expect(kinds.size).toBe(22);
});

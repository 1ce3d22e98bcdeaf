import { expect, it } from "vitest";

import { SEED } from "../property/word-graph.js";
import { fuzz } from "./run.js";

it(`5,000 damaged inputs: nothing but a BtfError, and none is slow (seed ${SEED})`, () => {
  const { violations, slowestMs } = fuzz({ count: 5000, seed: SEED });
  const shown = violations.map(({ error, bytes }) => `${String(error)}: ${Buffer.from(bytes).toString("base64")}`);
  expect(shown).toEqual([]);
  expect(slowestMs).toBeLessThanOrEqual(50);
});

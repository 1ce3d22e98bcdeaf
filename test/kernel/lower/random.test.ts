/** Sound graphs for any release, and what takes them. BTFKIT_FUZZ_SEED and BTFKIT_FUZZ_RUNS repeat a run. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { encode, type Btf } from "btfkit";
import { KERNELS, lower, verify, type Externs, type KernelName } from "btfkit/kernel";
import { detectFeatures, loadBtf } from "btfkit/node";
import { formatRaw } from "btfkit/text";
import { judge } from "../../../src/kernel/verify.js";
import { kernelOracle } from "../../kernel-oracle.js";
import { soundGraphs } from "./sound-graphs.js";

const RUNS = Number(process.env["BTFKIT_FUZZ_RUNS"] ?? 5_000);
const LIVE_RUNS = Math.ceil(RUNS / 5);
const seed = Number(process.env["BTFKIT_FUZZ_SEED"] ?? Date.now() % 0x7fffffff);

const kernels = KERNELS.map(({ kernel }) => kernel);
const ways: readonly Externs[] = ["libbpf", "libbpf", "int", "drop"];
const oracle = kernelOracle();

/** How a graph was before, for a failure. */
const shown = (graph: Btf, options: object): string => `${JSON.stringify(options)}\n${formatRaw(graph)}`;

function expectTaken(graph: Btf, kernel: KernelName, externs: Externs): void {
  const bytes = encode(graph);
  const { graph: lowered, rewrites } = lower(graph, { kernel, externs });
  const { ok, log } = verify(lowered, { kernel });
  if (!ok) throw new Error(`it is refused: ${shown(graph, { kernel, externs })}\nbecame\n${log}`);
  expect(lowered === graph).toBe(rewrites.length === 0);
  const again = lower(lowered, { kernel, externs });
  if (again.graph !== lowered) throw new Error(`lowered twice it is another: ${shown(graph, { kernel, externs })}`);
  expect(again.rewrites).toEqual([]);
  expect(encode(graph)).toEqual(bytes);
}

describe(`sound graphs, seed ${seed}`, () => {
  it(`${RUNS} of them, each lowered for a release, are taken by it, and need nothing then`, () => {
    const asked = new Map<KernelName, number>();
    let changed = 0;
    const property = fc.property(
      soundGraphs,
      fc.constantFrom(...kernels),
      fc.constantFrom(...ways),
      (graph, kernel, externs) => {
        asked.set(kernel, (asked.get(kernel) ?? 0) + 1);
        if (!verify(graph, { kernel, logLevel: 0 }).ok) changed++;
        expectTaken(graph, kernel, externs);
      },
    );
    fc.assert(property, { numRuns: RUNS, seed });
    // Random input that needs nothing would prove nothing.
    expect(changed / RUNS).toBeGreaterThan(0.3);
    if (RUNS >= 5_000) expect(asked.size).toBe(kernels.length);
  }, 120_000);

  it.skipIf(!oracle.available)(
    `${LIVE_RUNS} of them are taken by the running kernel${oracle.available ? "" : ` (skipped: ${oracle.reason})`}`,
    () => {
      const kernel = detectFeatures();
      let asked = 0;
      const property = fc.property(soundGraphs, fc.constantFrom(...ways), (graph, externs) => {
        const { graph: lowered } = lower(graph, { kernel, externs });
        const bytes = encode(lowered);
        // The kernel's own structs are not for a live machine, which some of them make warn.
        if (/bpf_|kptr/.test(Buffer.from(bytes).toString("latin1")) || judge(bytes).warns) return;
        asked++;
        const { ok, log } = loadBtf(bytes);
        if (!ok) throw new Error(`it is refused: ${shown(graph, { externs })}\nbecame\n${log}`);
      });
      fc.assert(property, { numRuns: LIVE_RUNS, seed });
      expect(asked).toBeGreaterThan(LIVE_RUNS / 2);
    },
    60_000,
  );
});

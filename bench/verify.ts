/**
 * The verifier beside the kernel, in one run: `BPF_BTF_LOAD` of the running kernel's own types with the log off and
 * on, and `verify` of the same bytes. `npx tsx bench/verify.ts [FILE]`; needs root.
 */
import { readFileSync } from "node:fs";

import { verify } from "../src/kernel/index.js";
import { loadBtf } from "../src/node/index.js";

const WARM_UP = 10;
const RUNS = 15;
const LOG_BYTES = 1 << 24;

/** Median and best of some runs, in milliseconds. */
function measure(run: () => void): { median: number; best: number } {
  for (let i = 0; i < WARM_UP; i++) run();
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return { median: times[RUNS >> 1]!, best: times[0]! };
}

const path = process.argv[2] ?? "/sys/kernel/btf/vmlinux";
const bytes = new Uint8Array(readFileSync(path));
for (const logLevel of [0, 1]) {
  const kernel = measure(() => loadBtf(bytes, logLevel === 0 ? { logLevel } : { logLevel, logSize: LOG_BYTES }));
  const ours = measure(() => verify(bytes, { logLevel }));
  const ratio = (ours.median / kernel.median).toFixed(2);
  const row = [kernel.median, kernel.best, ours.median, ours.best].map((ms) => ms.toFixed(1));
  console.log(
    `verify, log ${logLevel === 0 ? "off" : "on"}: kernel ${row[0]} ms (best ${row[1]}), btfkit ${row[2]} ms (best ${row[3]}), ratio of medians ${ratio}`,
  );
}

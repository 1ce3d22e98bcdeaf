/**
 * Damages BTF at random and does everything with it: only a BtfError may come out, and no input may take more than
 * 50 ms of CPU. `npm run fuzz [-- --count 200000 --seed 1]`; exit code 1 when either does not hold.
 */
import { parseArgs } from "node:util";

import { fuzz } from "./run.js";

const MOST_MS = 50;

const { values } = parseArgs({
  options: { count: { type: "string", default: "200000" }, seed: { type: "string" } },
});
const count = Number(values.count);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  console.error("fuzz: --count and --seed take whole numbers");
  process.exit(2);
}

console.log(`fuzz: ${count} inputs, seed ${seed}`);
const started = performance.now();
const report = fuzz({
  count,
  seed,
  onProgress: (done) => {
    if (done % 50_000 === 0) console.log(`  ${done}`);
  },
});
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`${report.accepted} of ${count} accepted by a strict decode, ${seconds} s`);
console.log(`slowest input: ${report.slowestMs.toFixed(1)} ms of CPU, best of three (input ${report.slowestIndex})`);
for (const { index, error, bytes } of report.violations) {
  console.error(`input ${index}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  console.error(`  ${Buffer.from(bytes).toString("base64")}`);
}
if (report.slowestMs > MOST_MS) {
  console.error(`slower than ${MOST_MS} ms: ${Buffer.from(report.slowest).toString("base64")}`);
}
process.exitCode = report.violations.length > 0 || report.slowestMs > MOST_MS ? 1 : 0;

/**
 * Random BTF to a real kernel and to the verifier: `npx tsx test/tools/fuzz-verify.ts [--runs 100000] [--seeds 5]
 * [--seed N] [--vm 6.1] [--special]`. Ends with 1 when there is a difference. `--special` takes blobs with the
 * kernel's own structs, and only for a virtual machine: some of them make a kernel print a warning, which taints it.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";

import { judge } from "../../src/kernel/verify.js";
import { anyBlob, specialBlob } from "../kernel/arbitraries.js";
import { Coverage, differenceOf } from "./differences.js";
import { judgeNamed } from "./judges.js";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    seeds: { type: "string", default: "5" },
    seed: { type: "string" },
    vm: { type: "string", default: "host" },
    special: { type: "boolean", default: false },
  },
});
if (values.special && values.vm === "host") {
  throw new Error("--special makes a kernel print warnings: it needs a virtual machine, as --vm 6.12");
}
const seeds = Number(values.seeds);
const runs = Math.ceil(Number(values.runs) / seeds);
const first = Number(values.seed ?? Date.now() % 0x7fffffff);
const kernel = judgeNamed(values.vm);
// What decides about kptrs to structs that the kernel has too.
const options = { kernel: kernel.profile, ...(values.special && { vmlinux: kernel.vmlinux() }) };
const coverage = new Coverage();
let differences = 0;
for (let i = 0; i < seeds; i++) {
  const seed = first + i;
  const blobs = fc.sample(values.special ? specialBlob : anyBlob, { numRuns: runs, seed });
  const answers = kernel.ask(blobs);
  blobs.forEach((blob, at) => {
    coverage.count(judge(blob, options));
    const difference = differenceOf(blob, answers[at]!, options);
    if (difference === undefined) return;
    differences++;
    if (differences <= 10) console.log(`seed ${seed}, blob ${at}:\n${difference}`);
  });
  console.log(
    `${kernel.release} (${kernel.profile}), seed ${seed}: ${coverage.toString()}; ${differences} differences`,
  );
}
console.log(
  [...coverage.rows]
    .sort((a, b) => a[1] - b[1])
    .map(([row, count]) => `${count} ${row}`)
    .join("\n"),
);
console.log([...coverage.silent].map(([rule, count]) => `${count} ${rule}`).join("\n"));
process.exitCode = differences === 0 ? 0 : 1;

/**
 * Records what a kernel says of random BTF under test/vectors: `npm run record-verdicts -- [--vm 6.1] [--runs 3000]
 * [--seed 1]`. The suite then checks the verifier against it on machines without that kernel.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";

import { anyBlob, specialBlob } from "../kernel/arbitraries.js";
import { writeVerdicts } from "../kernel/verdict-file.js";
import { judgeNamed } from "./judges.js";

const { values } = parseArgs({
  options: {
    vm: { type: "string", default: "host" },
    runs: { type: "string", default: "3000" },
    seed: { type: "string", default: "1" },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
const kernel = judgeNamed(values.vm);
const blobs = fc.sample(anyBlob, { numRuns: runs, seed });
// The kernel's own structs can make it print warnings, so that only a virtual machine is asked about them.
if (values.vm !== "host") blobs.push(...fc.sample(specialBlob, { numRuns: Math.ceil(runs / 5), seed }));
const answers = kernel.ask(blobs);
const rows = blobs.map((blob, i) => ({ name: "", blob, ...answers[i]!, options: {} }));
const source = `record-verdicts: ${kernel.release}, ${runs} runs of test/kernel/arbitraries.ts with seed ${seed}`;
const path = writeVerdicts(`kernel-${kernel.profile}-random`, { source, kernel: kernel.profile }, rows);
console.log(`${path}: ${rows.length} verdicts of ${kernel.release}`);

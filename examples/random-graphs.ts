/** Random BTF with fast-check: graphs to test a reader with, and the smallest one that shows a fault. */
import * as fc from "fast-check";

import { type Btf } from "btfkit";
import { brokenBtf, nearlyValidBtf, validBtf } from "btfkit/fast-check";
import { verify } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";

/** Counts members, and forgets that a union has some too. */
function countMembers(graph: Btf): number {
  let count = 0;
  for (const [, type] of graph.types()) if (type.kind === "STRUCT") count += type.members.length;
  return count;
}

const lines = (graph: Btf): number =>
  [...graph.types()].reduce((sum, [, type]) => sum + ("members" in type ? type.members.length : 0), 0);

// The fault shows in a graph of many types; fast-check comes back with the least.
const { counterexample, numRuns } = fc.check(
  fc.property(validBtf(), (graph) => countMembers(graph) === lines(graph)),
  { seed: 1 },
);
console.log(`found in ${numRuns} runs, and shrunk to`);
console.log(formatRaw(counterexample![0]));

// What kernels answer to broken BTF is known beforehand; what they answer to nearly valid BTF is not.
for (const { name, bytes, answer } of fc.sample(brokenBtf({ kernel: "5.4" }), { seed: 2, numRuns: 4 })) {
  console.log(`${name}: ${answer.errno}, and verify says ${verify(bytes, { kernel: "5.4" }).errno}`);
}
const verdicts = fc.sample(nearlyValidBtf(), { seed: 3, numRuns: 200 }).map((bytes) => verify(bytes).at?.rule);
console.log(
  `${verdicts.filter((rule) => rule === undefined).length} of 200 accepted, ${new Set(verdicts).size - 1} rules broken`,
);

/**
 * `npm run bench [-- --json] [--quick] [--only ROW]... [--keep]`: this library side by side with libbpf and bpftool.
 *
 * Ours and theirs take turns, each round in a process of its own, so that what else the machine does falls on both.
 * A ratio is ours by theirs: of the best repetition of all rounds, and of the medians. Only ratios of one run compare.
 * Each row also checks that both sides came to the same result.
 */
import { parseArgs } from "node:util";

import { compare, FULL, QUICK, type Outcome } from "./harness/compare.js";
import { openInput } from "./harness/input.js";
import { formatOutcome, formatSetting, formatTable, toReport } from "./harness/report.js";
import { openWorkshop } from "./harness/workshop.js";
import { rows } from "./rows/index.js";

const { values } = parseArgs({
  options: {
    /** Prints JSON instead of the table. */
    json: { type: "boolean", default: false },
    /** Few rounds, and no row that takes seconds a repetition. */
    quick: { type: "boolean", default: false },
    /** Only rows whose id begins so. */
    only: { type: "string", multiple: true, default: [] },
    /** Leaves what was built in bench/build, to profile it. */
    keep: { type: "boolean", default: false },
  },
});

const { json, quick, only, keep } = values;
const chosen =
  only.length > 0
    ? rows.filter(({ id }) => only.some((start) => id.startsWith(start)))
    : rows.filter((row) => !(quick && row.slow));
if (chosen.length === 0) {
  console.error(`no row begins with ${only.join(" or ")}; there are ${rows.map(({ id }) => id).join(", ")}`);
  process.exit(1);
}

const workshop = await openWorkshop(keep);
try {
  const input = openInput(workshop.folder);
  console.error(formatSetting(workshop, input));
  for (const peer of workshop.missing) console.error(`missing: ${peer}`);
  const outcomes: Outcome[] = [];
  for (const [i, row] of chosen.entries()) {
    console.error(`${i + 1}/${chosen.length} ${row.title}`);
    const outcome = compare(row, workshop, input, quick ? QUICK : FULL);
    // A run takes minutes: who stops it keeps what was measured.
    console.error(`    ${formatOutcome(outcome)}`);
    outcomes.push(outcome);
  }
  if (json) console.log(JSON.stringify(toReport(workshop, input, quick, outcomes), undefined, 2));
  else console.log(`\n${formatTable(outcomes)}`);
  if (keep) console.error(`kept: ${workshop.folder}`);
} finally {
  workshop.close();
}

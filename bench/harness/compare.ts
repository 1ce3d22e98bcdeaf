import { existsSync, readFileSync, rmSync } from "node:fs";

import type { Input } from "./input.js";
import type { Budget } from "./measure.js";
import { withoutHeader } from "./header.js";
import type { Row, Side, Target } from "./row.js";
import { addRound, best, emptySample, median, type Sample } from "./sample.js";
import { resultPath, runSide } from "./sides.js";
import type { Workshop } from "./workshop.js";

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  readonly slowRounds: number;
  readonly budget: Budget;
  readonly slowBudget: Budget;
}

export const FULL: Effort = {
  rounds: 6,
  slowRounds: 4,
  budget: { warmMs: 250, capMs: 300, minReps: 1, maxReps: 200 },
  slowBudget: { warmMs: 1, capMs: 0, minReps: 2, maxReps: 2 },
};

export const QUICK: Effort = {
  rounds: 2,
  slowRounds: 1,
  budget: { warmMs: 150, capMs: 100, minReps: 1, maxReps: 100 },
  slowBudget: { warmMs: 0, capMs: 0, minReps: 1, maxReps: 1 },
};

/** A target and what came of it; `found` is undefined where it could not be measured. */
export interface Verdict extends Target {
  readonly found: number | undefined;
  readonly met: boolean | undefined;
}

/** A row's figures. */
export interface Outcome {
  readonly row: Row;
  readonly ours: Sample;
  readonly theirs: Sample | undefined;
  readonly ratio: { readonly best: number; readonly median: number } | undefined;
  readonly verdicts: readonly Verdict[];
  /** Why there is nothing on the other side. */
  readonly absent: string | undefined;
}

function isMissing(side: Side, row: Row, workshop: Workshop): boolean {
  if (row.peer === "kernel" && !workshop.kernel) return true;
  if (side.by === "libbpf") return workshop.libbpf === undefined;
  return row.peer === "bpftool" && workshop.bpftool === undefined;
}

/** The first result of a round, if it leaves one; of BTF what follows the header. */
function takeResult(path: string, side: Side): Uint8Array | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  rmSync(path);
  const isBtf = side.by === "libbpf" && (bytes[0] === 0x9f || bytes[0] === 0xeb);
  return isBtf ? withoutHeader(bytes) : bytes;
}

/** Throws when the two sides came to different results. */
function checkSame(row: Row, ours: Sample, theirs: Sample, results: readonly (Uint8Array | undefined)[]): void {
  if (ours.check !== theirs.check) {
    throw new Error(`${row.id}: ours came to ${ours.check}, ${row.peer} to ${theirs.check}`);
  }
  const [own, other] = results;
  if (own !== undefined && other !== undefined && Buffer.compare(own, other) !== 0) {
    throw new Error(
      `${row.id}: the bytes that ours wrote (${own.length}) are not those of ${row.peer} (${other.length})`,
    );
  }
}

function ratioOf(row: Row, ours: Sample, theirs: Sample): { best: number; median: number } | undefined {
  // Time is nothing to compare where only memory is.
  if (row.targets?.every(({ figure: name }) => name === "mbMore") === true && row.targets.length > 0) return undefined;
  const [ourSteps, theirSteps] = row.steps ?? [1, 1];
  const perStep = theirSteps / ourSteps;
  return {
    best: (best(ours.ms) / best(theirs.ms)) * perStep,
    median: (median(ours.ms) / median(theirs.ms)) * perStep,
  };
}

function figure({ figure: name }: Target, { ours, theirs, ratio }: Omit<Outcome, "verdicts">): number | undefined {
  if (name === "ratio") return ratio?.best;
  if (name === "ms") return best(ours.ms);
  if (name === "grownMb") return ours.grownMb;
  return ours.peakMb === undefined || theirs?.peakMb === undefined ? undefined : ours.peakMb - theirs.peakMb;
}

/** Measures a row: rounds of ours and theirs in turn, each in a process of its own. */
export function compare(row: Row, workshop: Workshop, input: Input, effort: Effort): Outcome {
  const theirSide = row.theirs;
  const absent = theirSide !== undefined && isMissing(theirSide, row, workshop) ? `no ${row.peer} here` : undefined;
  const ours = emptySample();
  const theirs = theirSide === undefined || absent !== undefined ? undefined : emptySample();
  const [rounds, budget] = row.slow === true ? [effort.slowRounds, effort.slowBudget] : [effort.rounds, effort.budget];
  for (let round = 0; round < rounds; round++) {
    const outs = [resultPath(workshop, "ours"), resultPath(workshop, "theirs")] as const;
    addRound(ours, runSide(row.ours, workshop, input, budget, outs[0]));
    if (theirs === undefined) continue;
    addRound(theirs, runSide(theirSide!, workshop, input, budget, outs[1]));
    const results = [takeResult(outs[0], row.ours), takeResult(outs[1], theirSide!)];
    if (row.agrees !== false) checkSame(row, ours, theirs, results);
  }
  const ratio = theirs === undefined ? undefined : ratioOf(row, ours, theirs);
  const outcome = { row, ours, theirs, ratio, absent };
  const verdicts = (row.targets ?? []).map((target) => {
    const found = figure(target, outcome);
    return { ...target, found, met: found === undefined ? undefined : found <= target.most };
  });
  return { ...outcome, verdicts };
}

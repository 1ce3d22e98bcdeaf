/** What one side of a row measured, over all rounds. */
export interface Sample {
  /** Wall time of every repetition after warming up, in milliseconds. */
  readonly ms: number[];
  /** The first repetition of each process. */
  readonly coldMs: number[];
  /** Peak memory of the process after its first repetition, the least of all rounds. */
  peakMb: number | undefined;
  /** What the first repetition added to the memory of the process. */
  grownMb: number | undefined;
  check: number | undefined;
}

/** One round of one side. */
export interface Round {
  readonly ms: readonly number[];
  readonly coldMs?: number;
  readonly peakMb?: number | undefined;
  readonly grownMb?: number | undefined;
  readonly check?: number | undefined;
}

export function emptySample(): Sample {
  return { ms: [], coldMs: [], peakMb: undefined, grownMb: undefined, check: undefined };
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

export function addRound(sample: Sample, round: Round): void {
  sample.ms.push(...round.ms);
  if (round.coldMs !== undefined) sample.coldMs.push(round.coldMs);
  sample.peakMb = least(sample.peakMb, round.peakMb);
  sample.grownMb = least(sample.grownMb, round.grownMb);
  sample.check = round.check;
}

export function best(values: readonly number[]): number {
  return Math.min(...values);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

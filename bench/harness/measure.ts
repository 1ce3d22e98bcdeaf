import type { Op, OpInput } from "./row.js";
import { heldMb, peakMb, restartPeak } from "./memory.js";

/** How long one process repeats an operation. */
export interface Budget {
  /** Warms up for at least this long after the first repetition... */
  readonly warmMs: number;
  /** ...and then measures for at least this long, */
  readonly capMs: number;
  /** at least so many times, */
  readonly minReps: number;
  /** and at most so many times. */
  readonly maxReps: number;
}

/** What a process measured. */
export interface Measured {
  readonly ms: readonly number[];
  readonly coldMs: number;
  readonly peakMb: number;
  readonly grownMb: number;
  readonly check: number;
}

/**
 * Repeats an operation in this process. Garbage is collected when the engine sees fit, at the cost of whichever
 * repetition it falls in, as in any program; collecting between them would leave a thread at work that gives memory
 * back during the next, which takes up to twice as long then.
 */
export function measure(op: Op, input: OpInput, budget: Budget, keep: (output: Uint8Array) => void): Measured {
  const collect = (globalThis as { gc?: () => void }).gc;
  const timed = op.prepare(input);
  const once = (): number => {
    timed.reset?.();
    const start = performance.now();
    timed.run();
    return performance.now() - start;
  };
  // Once is not enough: what optimised code holds is let go with the code.
  const collectAll = (): void => {
    for (let i = 0; i < 3; i++) collect?.();
  };
  timed.reset?.();
  collectAll();
  const heldBefore = heldMb();
  const peakBefore = peakMb();
  const before = restartPeak();
  const coldStart = performance.now();
  timed.run();
  const coldMs = performance.now() - coldStart;
  const peak = peakMb();
  collectAll();
  const kept = heldMb() - heldBefore;
  const check = timed.check();
  if (timed.output !== undefined) keep(timed.output());

  for (let spent = 0; spent < budget.warmMs;) spent += once();
  const ms: number[] = [];
  for (let spent = 0; ms.length < budget.maxReps && (ms.length < budget.minReps || spent < budget.capMs);) {
    const one = once();
    ms.push(one);
    spent += one;
  }
  return {
    ms,
    coldMs,
    peakMb: Math.max(peakBefore, peak),
    grownMb: before === undefined ? kept : Math.max(kept, peak - before),
    check,
  };
}

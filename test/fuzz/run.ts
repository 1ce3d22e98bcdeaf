import { decode, type Btf } from "btfkit";
import { readRecorded } from "../decoder/recorded.js";
import { damagedSample } from "./damage.js";
import { exercise } from "./exercise.js";
import { Random } from "./random.js";

/** One of so many inputs is read as a split BTF. */
const SPLIT_EVERY = 5;

/** The slowest so many inputs are run again, since one run says more about the machine. */
const SLOWEST = 8;

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

export interface Violation {
  readonly index: number;
  readonly error: unknown;
  readonly bytes: Uint8Array;
}

export interface FuzzReport {
  readonly accepted: number;
  readonly violations: readonly Violation[];
  /** CPU time of the slowest input in milliseconds, best of three runs. */
  readonly slowestMs: number;
  readonly slowestIndex: number;
  readonly slowest: Uint8Array;
}

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** BTF to damage, from what was recorded: hand-made, random, with layout sections, split; and graphs to split on. */
function readSamples(): { samples: Uint8Array[]; bases: Btf[] } {
  const rows = readRecorded();
  const samples = rows.filter(({ set }, i) => set !== "damaged" && (set !== "random" || i % 8 === 0));
  const written = rows.filter(({ set }) => set === "written");
  return {
    samples: samples.map(({ bytes }) => bytes),
    bases: written.slice(0, 100).map(({ bytes }) => decode(bytes)),
  };
}

/** Damages BTF at random and does everything with it. Stops after ten violations. */
export function fuzz({ count, seed, onProgress }: FuzzOptions): FuzzReport {
  const { samples, bases } = readSamples();
  const random = new Random(seed);
  const violations: Violation[] = [];
  let slow: { index: number; ms: number; bytes: Uint8Array; base: Btf | undefined }[] = [];
  let accepted = 0;
  for (let index = 0; index < count && violations.length < 10; index++) {
    const bytes = damagedSample(samples, random);
    const base = random.below(SPLIT_EVERY) === 0 ? random.pick(bases) : undefined;
    const ms = cpuMs(() => {
      try {
        if (exercise(bytes, base) === "accepted") accepted++;
      } catch (error) {
        violations.push({ index, error, bytes });
      }
    });
    if (slow.length < SLOWEST || ms > slow.at(-1)!.ms) {
      slow = [...slow, { index, ms, bytes, base }].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
    }
    if (onProgress !== undefined && (index + 1) % 10_000 === 0) onProgress(index + 1);
  }
  let slowest: { index: number; ms: number; bytes: Uint8Array } = { index: -1, ms: 0, bytes: new Uint8Array(0) };
  for (const { index, bytes, base } of slow) {
    const again = [0, 1, 2].map(() =>
      cpuMs(() => {
        try {
          exercise(bytes, base);
        } catch {
          // Counted above.
        }
      }),
    );
    const ms = Math.min(...again);
    if (ms > slowest.ms) slowest = { index, ms, bytes };
  }
  return { accepted, violations, slowestMs: slowest.ms, slowestIndex: slowest.index, slowest: slowest.bytes };
}

/** The verifier against the running kernel, by random BTF. BTFKIT_FUZZ_SEED and BTFKIT_FUZZ_RUNS repeat a run. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { judge } from "../../src/kernel/verify.js";
import { Coverage, differenceOf } from "../tools/differences.js";
import { askHost, profileOfRelease, runningProfile, runningRelease } from "../tools/judges.js";
import { kernelOracle } from "../kernel-oracle.js";
import { anyBlob } from "./arbitraries.js";
import { ALL_MESSAGES } from "./message-cases.js";

const RUNS = Number(process.env["BTFKIT_FUZZ_RUNS"] ?? 20_000);
const seed = Number(process.env["BTFKIT_FUZZ_SEED"] ?? Date.now() % 0x7fffffff);

const oracle = kernelOracle();
const release = oracle.available ? runningRelease() : "none";
const kernel = oracle.available ? runningProfile() : undefined;
const reason = oracle.available ? `Linux ${release} is none that KERNELS has` : oracle.reason;
const asks = oracle.available && kernel !== undefined;

it("tells whose kernel runs", () => {
  expect(profileOfRelease("6.18.44-fc-v669", "Linux version 6.18.44-fc-v669 (root@build) (gcc 13)")).toBe("6.18");
  expect(profileOfRelease("6.1.0-56-amd64", "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)")).toBe(
    "debian-6.1",
  );
  expect(profileOfRelease("6.8.0-40-generic", "(buildd@lcy02) Debian")).toBe("6.8");
  expect(profileOfRelease("3.10.0")).toBeUndefined();
});

describe.skipIf(!asks)(`Linux ${asks ? release : `not asked: ${reason}`}`, () => {
  const profile = { kernel: kernel ?? "6.18" } as const;

  it(`says the same of ${RUNS} random BTFs, seed ${seed}`, () => {
    const coverage = new Coverage();
    const property = fc.property(anyBlob, (blob) => {
      coverage.count(judge(blob, profile));
      expect(differenceOf(blob, askHost(blob), profile)).toBeUndefined();
    });
    fc.assert(property, { numRuns: RUNS, seed });
    console.log(`seed ${seed}: ${coverage.toString()}`);
    expect(coverage.accepted / coverage.total).toBeGreaterThan(0.3);
    if (RUNS >= 20_000) expect(coverage.rows.size).toBeGreaterThanOrEqual(60);
  });

  it("says the same with small logs and other levels", () => {
    const size = fc.oneof(
      fc.integer({ min: 0, max: 400 }).map((bytes) => () => bytes),
      fc.integer({ min: 400, max: 8000 }).map((bytes) => () => bytes),
      // What the log needs, or a byte more or less.
      fc.integer({ min: -2, max: 1 }).map((spare) => (blob: Uint8Array) => {
        return Math.max(0, judge(blob, profile).verdict.logTrueSize + spare);
      }),
    );
    // Bit 0 and 1 are how much is said, bit 3 keeps the head of the log; a kernel refuses what is more.
    const level = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 31);
    let cut = 0;
    const property = fc.property(anyBlob, size, level, (blob, sizeFor, logLevel) => {
      const logSize = sizeFor(blob);
      const answer = askHost(blob, { logSize, logLevel });
      if (answer.errno === "ENOSPC") cut++;
      expect(differenceOf(blob, answer, { ...profile, logSize, logLevel })).toBeUndefined();
    });
    fc.assert(property, { numRuns: 3000, seed });
    expect(cut).toBeGreaterThan(300);
  });

  it.each(ALL_MESSAGES)("says the same of $name", ({ data }) => {
    expect(differenceOf(data, askHost(data), profile)).toBeUndefined();
  });
});

/** Asking bpftool for text, and comparing it without printing megabytes of both. */

import { spawnSync } from "node:child_process";

import { expect } from "vitest";

import { oracle } from "../oracles.js";

/** Some of its dumps never end. */
const TIMEOUT_MS = 60_000;

/** Why a test can't ask all these programs, for its title. */
export function missing(...names: string[]): string {
  const absent = names.map(oracle).find(({ available }) => !available);
  return absent === undefined ? "" : ` (skipped: ${absent.reason})`;
}

/** What bpftool prints; undefined when it refuses, crashes or goes on for longer than `timeout` milliseconds. */
export function bpftool(args: readonly string[], timeout = TIMEOUT_MS): Buffer | undefined {
  const { status, stdout } = spawnSync("bpftool", args, { maxBuffer: 1 << 28, timeout, killSignal: "SIGKILL" });
  return status === 0 ? stdout : undefined;
}

/** Fails with a stretch around the first byte that differs. */
export function expectSame(ours: Uint8Array, theirs: Uint8Array | undefined): void {
  expect(theirs).toBeDefined();
  if (Buffer.compare(ours, theirs!) === 0) return;
  let at = 0;
  while (ours[at] === theirs![at]) at++;
  const [a, b] = [ours, theirs!].map((text) => Buffer.from(text.subarray(Math.max(0, at - 80), at + 80)).toString());
  expect(`byte ${at}: ${a}`).toBe(`byte ${at}: ${b}`);
}

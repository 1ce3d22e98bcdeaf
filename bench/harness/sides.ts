import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

import type { Input } from "./input.js";
import type { Budget, Measured } from "./measure.js";
import type { Side } from "./row.js";
import type { Round } from "./sample.js";
import type { Workshop } from "./workshop.js";

const KB_PER_MB = 1024;

/** What bench/libbpf.c prints. */
interface LibbpfLine {
  readonly peak_rss_kb: number;
  readonly check: number;
  readonly ms: readonly number[];
}

function runJson(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): unknown {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** One process with its stdout in a file. */
function runProgram(command: readonly string[], out: string): { ms: number; stderr: string } {
  const [program, ...args] = command;
  const fd = openSync(out, "w");
  const start = performance.now();
  const { status, stderr } = spawnSync(program!, args, { stdio: ["ignore", fd, "pipe"], encoding: "utf8" });
  const ms = performance.now() - start;
  closeSync(fd);
  if (status !== 0) throw new Error(`${command.join(" ")} failed:\n${stderr}`);
  return { ms, stderr };
}

/** Runs one round of a side, with its first result in `out`. */
export function runSide(side: Side, workshop: Workshop, input: Input, budget: Budget, out: string): Round {
  if (side.by === "op") {
    const args = ["--expose-gc", workshop.child, side.op.name, input.path, `${side.n ?? 0}`, JSON.stringify(budget)];
    return runJson(process.execPath, [...args, out]) as Measured;
  }
  if (side.by === "libbpf") {
    const env = {
      BENCH_REPS: `${budget.maxReps}`,
      BENCH_MIN_REPS: `${budget.minReps}`,
      BENCH_CAP_MS: `${budget.capMs}`,
      BENCH_OUT: out,
    };
    const args = [side.op, side.build === true ? "-" : input.path, ...(side.n === undefined ? [] : [`${side.n}`])];
    const { ms, check, peak_rss_kb: peakKb } = runJson(workshop.libbpf!, args, env) as LibbpfLine;
    return { ms, check, peakMb: peakKb / KB_PER_MB, coldMs: ms[0]! };
  }
  const command = side.program.command({ input: input.path, cli: workshop.cli });
  // Once for the memory, and to have the program in the file cache.
  const measured = workshop.peak === undefined ? undefined : runProgram([workshop.peak, ...command], out);
  const peakKb = /peak_rss_kb (\d+)/.exec(measured?.stderr ?? "")?.[1];
  const ms = Array.from({ length: budget.minReps }, () => runProgram(command, out).ms);
  return { ms, peakMb: peakKb === undefined ? undefined : Number(peakKb) / KB_PER_MB };
}

/** Where a round leaves its result. */
export function resultPath(workshop: Workshop, side: "ours" | "theirs"): string {
  return join(workshop.folder, `result-${side}`);
}

import { cpus, release } from "node:os";

import type { Outcome, Verdict } from "./compare.js";
import type { Input } from "./input.js";
import { best, median, type Sample } from "./sample.js";
import type { Workshop } from "./workshop.js";

function digits(value: number | undefined): string {
  if (value === undefined) return "";
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toFixed(3);
}

const UNITS: Readonly<Record<Verdict["figure"], (most: string) => string>> = {
  ratio: (most) => most,
  ms: (most) => `${most} ms`,
  grownMb: (most) => `+${most} MB`,
  mbMore: (most) => `+${most} MB`,
};

function verdictText({ figure, most, found, met }: Verdict): string {
  const target = `<= ${UNITS[figure](String(most))}`;
  if (found === undefined) return `${target} not measured`;
  const shown = figure === "ratio" ? "" : ` (${UNITS[figure](digits(found))})`;
  return `${target} ${met === true ? "met" : "MISSED"}${shown}`;
}

const COLUMNS = ["row", "peer", "best", "median", "ours ms", "theirs ms", "first ms", "ours MB", "theirs MB", "target"];

function line({ row, ours, theirs, ratio, verdicts, absent }: Outcome): string[] {
  return [
    row.title,
    absent ?? row.peer ?? "",
    digits(ratio?.best),
    digits(ratio?.median),
    digits(best(ours.ms)),
    theirs === undefined ? "" : digits(best(theirs.ms)),
    ours.coldMs.length === 0 ? "" : digits(median(ours.coldMs)),
    digits(ours.peakMb),
    digits(theirs?.peakMb),
    verdicts.map(verdictText).join(", "),
  ];
}

/** One row's figures in a line, named. */
export function formatOutcome(outcome: Outcome): string {
  const named = line(outcome).map((cell, column) => [COLUMNS[column]!, cell] as const);
  return named
    .slice(1)
    .filter(([, cell]) => cell !== "")
    .map(([name, cell]) => `${name} ${cell}`)
    .join(", ");
}

/** The table: `best` and `median` are ratios, ours by theirs. */
export function formatTable(outcomes: readonly Outcome[]): string {
  const lines = [COLUMNS, ...outcomes.map(line)];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const isText = (column: number): boolean => column < 2 || column === COLUMNS.length - 1;
  const rule = widths.map((width) => "-".repeat(width));
  return [lines[0]!, rule, ...lines.slice(1)]
    .map((cells) => {
      const padded = cells.map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
      return padded.join("  ").trimEnd();
    })
    .join("\n");
}

/** The machine and the programs, in two lines. */
export function formatSetting({ versions }: Workshop, input: Input): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const processors = cpus();
  return [
    `${programs.join(", ")}; Linux ${release()}, ${processors.length} x ${processors[0]?.model ?? "unknown"}`,
    `input: ${input.what}, ${input.bytes} bytes, ${input.types} types`,
  ].join("\n");
}

function sampleJson(sample: Sample | undefined) {
  if (sample === undefined) return undefined;
  const { ms, coldMs, peakMb, grownMb, check } = sample;
  return {
    bestMs: best(ms),
    medianMs: median(ms),
    ...(coldMs.length > 0 && { firstMs: median(coldMs) }),
    runs: ms.length,
    peakMb,
    grownMb,
    check,
  };
}

/** Everything that was measured, for programs. */
export function toReport(workshop: Workshop, input: Input, isQuick: boolean, outcomes: readonly Outcome[]) {
  const processors = cpus();
  const { what, isSample, bytes, types } = input;
  return {
    versions: workshop.versions,
    missing: workshop.missing,
    machine: {
      platform: process.platform,
      arch: process.arch,
      kernel: release(),
      cpu: processors[0]?.model,
      cpus: processors.length,
    },
    input: { what, isSample, bytes, types },
    quick: isQuick,
    rows: outcomes.map(({ row, ours, theirs, ratio, verdicts, absent }) => ({
      id: row.id,
      title: row.title,
      peer: row.peer,
      absent,
      ours: sampleJson(ours),
      theirs: sampleJson(theirs),
      ratio,
      targets: verdicts,
    })),
  };
}

import { DAMAGES, type DamageAnswer } from "../damage/index.js";
import type { KernelName } from "../kernel/index.js";

/** The kernels that give an answer: `5.0 on`, `5.2 to 6.2, not debian-6.1`. */
export function kernelsOf({ from, to, except = [], also = [] }: DamageAnswer): string {
  const span = to === undefined ? (from === "bpf-next" ? from : `${from} on`) : to === from ? from : `${from} to ${to}`;
  return [span, ...also, ...except.map((kernel) => `not ${kernel}`)].join(", ");
}

/** A kernel that gives an answer: the newest. */
export function newestOf({ to }: DamageAnswer): KernelName {
  return to ?? "bpf-next";
}

/** The catalogue as text, a recipe a line and its other answers below it. */
export function formatDamages(): string {
  const rows = DAMAGES.flatMap(({ name, breaks, answers }) =>
    answers.map((answer, i) => {
      const text = answer.message === "" ? "(no text)" : answer.message;
      return [i === 0 ? name : "", answer.errno, kernelsOf(answer), i === 0 ? `${text}: ${breaks}` : text];
    }),
  );
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ") + "\n").join("");
}

import type { KernelName, VerifyRule } from "../../kernel/index.js";
import type { Draft } from "../draft.js";
import type { RawDamage } from "../raw-damage.js";

/** Kernels that refuse by one rule: from a mainline release on, up to and with another. */
export interface AnswerRow {
  readonly rule: VerifyRule;
  readonly from: KernelName;
  readonly to?: KernelName;
  /** Distributions' kernels in between that have a backport. */
  readonly except?: readonly KernelName[];
  /** Distributions' kernels elsewhere that have one. */
  readonly also?: readonly KernelName[];
}

/** How one kind of broken BTF is made. */
export interface Recipe {
  readonly breaks: string;
  readonly answers: readonly AnswerRow[];
  /** False for what a live kernel is not to be asked. */
  readonly live: boolean;
  /** Adds to the draft what a kernel stops at, or says what has to be done to the bytes. */
  readonly apply: (draft: Draft) => RawDamage | void;
}

type Apply = Recipe["apply"];

/** A rule and the kernels that refuse by it: all, those from a release on, or those between two. */
export function answer(rule: VerifyRule, from: KernelName = "4.18", to?: KernelName): AnswerRow {
  return to === undefined ? { rule, from } : { rule, from, to };
}

/** A recipe that a live kernel may be asked about. */
export function recipe(breaks: string, answers: AnswerRow | readonly AnswerRow[], apply: Apply): Recipe {
  return { breaks, answers: "rule" in answers ? [answers] : answers, live: true, apply };
}

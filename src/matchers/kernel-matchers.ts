import { explain, KERNELS, verify, type Kernel, type VerifyOptions, type VerifyRule } from "../kernel/index.js";
import { lastLine } from "../kernel/last-line.js";
import { judge, type Verdict } from "../kernel/verify.js";
import type { Btf } from "../model/btf.js";
import { canLoad, loadBtf } from "../node/load-btf.js";
import { indented, type MatcherContext, type MatcherResult } from "./result.js";
import { bytesFrom, subjectOf } from "./subject.js";

/** A kernel, several of them, or every one that `KERNELS` has. */
export type Kernels = Kernel | readonly Kernel[] | "all";

/** How the verifier is asked beside the kernel: backports and what-ifs, byte order, the running kernel's types. */
export type KernelMatcherOptions = Pick<VerifyOptions, "with" | "host" | "vmlinux">;

/** What a kernel is to say: a part of `EINVAL: its last line`, a pattern for that, or the rule that is broken. */
export type Refusal = string | RegExp | { readonly rule: VerifyRule };

interface Answer {
  readonly kernel: string;
  readonly verdict: Verdict;
}

function ask(subject: Btf | Uint8Array, kernels: Kernels, options: KernelMatcherOptions): Answer[] {
  const list = kernels === "all" ? KERNELS : Array.isArray(kernels) ? (kernels as readonly Kernel[]) : [kernels];
  return (list as readonly Kernel[]).map((kernel) => ({
    kernel: typeof kernel === "string" ? kernel : kernel.kernel,
    verdict: verify(subject, { ...options, kernel }),
  }));
}

const listed = (answers: readonly Answer[]): string => {
  const names = answers.map(({ kernel }) => kernel);
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
};

const lineOf = (verdict: Verdict): string => `${verdict.errno}: ${lastLine(verdict)}`;

/** The picture of the first refusal. */
function picture(subject: Btf | Uint8Array, refusals: readonly Answer[], { host }: KernelMatcherOptions): string {
  const [first] = refusals;
  if (first === undefined) return "";
  return `${first.kernel} says:\n\n${indented(explain(first.verdict, subject, host))}`;
}

/** `expect(graph).toBeAcceptedBy("6.18")`. */
export function toBeAcceptedBy(received: unknown, kernels: Kernels, options: KernelMatcherOptions = {}): MatcherResult {
  const subject = subjectOf("toBeAcceptedBy", received);
  const answers = ask(subject, kernels, options);
  const refusals = answers.filter(({ verdict }) => !verdict.ok);
  return {
    pass: refusals.length === 0,
    message: () =>
      refusals.length === 0
        ? `expected Linux ${listed(answers)} to refuse the BTF, and it was accepted`
        : `expected Linux ${listed(answers)} to accept the BTF; ${listed(refusals)} refused it\n\n${picture(subject, refusals, options)}`,
  };
}

function agrees(verdict: Verdict, refusal: Refusal): boolean {
  if (typeof refusal === "string") return lineOf(verdict).includes(refusal);
  if (refusal instanceof RegExp) return lineOf(verdict).search(refusal) >= 0;
  return verdict.at?.rule === refusal.rule;
}

const wanted = (refusal: Refusal): string =>
  typeof refusal === "string"
    ? JSON.stringify(refusal)
    : refusal instanceof RegExp
      ? String(refusal)
      : `rule ${refusal.rule}`;

/** `expect(graph).toBeRefusedBy("5.4", /Invalid name/)`. */
export function toBeRefusedBy(
  received: unknown,
  kernels: Kernels,
  refusal?: Refusal,
  options: KernelMatcherOptions = {},
): MatcherResult {
  const subject = subjectOf("toBeRefusedBy", received);
  const answers = ask(subject, kernels, options);
  const accepted = answers.filter(({ verdict }) => verdict.ok);
  const others = refusal === undefined ? [] : answers.filter(({ verdict }) => !verdict.ok && !agrees(verdict, refusal));
  const message = (): string => {
    if (accepted.length > 0) {
      return `expected Linux ${listed(answers)} to refuse the BTF, and ${listed(accepted)} accepted it`;
    }
    const why = refusal === undefined ? "" : ` with ${wanted(refusal)}`;
    if (others.length > 0) {
      return `expected Linux ${listed(answers)} to refuse the BTF${why}\n\n${picture(subject, others, options)}`;
    }
    return `expected Linux ${listed(answers)} not to refuse the BTF${why}\n\n${picture(subject, answers, options)}`;
  };
  return { pass: accepted.length === 0 && others.length === 0, message };
}

const LOG_LINES = 12;

/** Skips the running test with a reason; where the framework can't, the matcher passes and Node prints a warning. */
function skip({ task, isNot = false }: MatcherContext, reason: string): MatcherResult {
  if (process.env["BTFKIT_REQUIRE_ORACLES"] === "1") {
    throw new Error(`toLoadIntoKernel: ${reason}, and BTFKIT_REQUIRE_ORACLES=1 asks for it`);
  }
  task?.context?.skip?.(`toLoadIntoKernel: ${reason}`);
  process.emitWarning(`toLoadIntoKernel was not checked: ${reason}`, "BtfkitWarning");
  return { pass: !isNot, message: () => reason };
}

/** `expect(graph).toLoadIntoKernel()`: asks the running kernel. */
export function toLoadIntoKernel(received: unknown, context: MatcherContext): MatcherResult {
  const bytes = bytesFrom("toLoadIntoKernel", received);
  if (judge(bytes).warns) {
    throw new Error(
      "toLoadIntoKernel: a live kernel would print a warning of its own at this BTF and be tainted; ask toBeAcceptedBy",
    );
  }
  const able = canLoad();
  if (!able.ok) return skip(context, able.reason);
  const { ok, errno, log } = loadBtf(bytes);
  const end = log.trimEnd().split("\n").slice(-LOG_LINES).join("\n");
  return {
    pass: ok,
    message: () =>
      ok
        ? "expected the running kernel to refuse the BTF, and it was loaded"
        : `expected the running kernel to load the BTF, and it answered ${errno}. The end of its log:\n\n${indented(end)}`,
  };
}

export type { KernelChange, KernelToken } from "./changes.js";
export { explain } from "./explain.js";
export { FIRST_KERNEL, KERNELS, WHAT_IFS, type KernelName, type KernelRow } from "./releases.js";
export type { VerifyRule } from "./rules.js";
export { verify, type Verdict, type VerdictPlace, type VerifyOptions } from "./verify.js";

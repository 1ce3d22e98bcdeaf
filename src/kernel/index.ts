export type { KernelChange, KernelToken } from "./changes.js";
export { explain } from "./explain.js";
export type { LowerSection, LowerSymbol } from "./lower/elf-facts.js";
export type { Externs } from "./lower/externs.js";
export { toLoadShape } from "./lower/load-shape.js";
export type { LowerRule } from "./lower/lower-rules.js";
export { lower, type Lowered, type LowerOptions } from "./lower/lower.js";
export type { SanitizeMode } from "./lower/name-maker.js";
export { sanitizeNames, type Sanitized, type SanitizeOptions } from "./lower/sanitize-names.js";
export type { Rewrite } from "./lower/rewrite-log.js";
export type { Profile, SpecialSizes } from "./profile.js";
export { probeKernel, type ProbedKernel, type ProbeOptions } from "./probe-kernel.js";
export {
  KERNELS,
  WHAT_IFS,
  type Kernel,
  type KernelName,
  type KernelProfile,
  type KernelRow,
  type NamedChange,
} from "./releases.js";
export type { VerifyRule } from "./rules.js";
export { verify, type Verdict, type VerdictPlace, type VerifyOptions } from "./verify.js";

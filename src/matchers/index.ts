import { toEqualBtf, toHaveType, toRoundTrip } from "./graph-matchers.js";
import {
  toBeAcceptedBy,
  toBeRefusedBy,
  toLoadIntoKernel,
  type KernelMatcherOptions,
  type Kernels,
  type Refusal,
} from "./kernel-matchers.js";
import type { MatcherContext, MatcherResult } from "./result.js";
import type { BtfSubject } from "./subject.js";

/** What `expect(graph)` can be asked once the matchers are there; `R` is what a matcher gives back. */
export interface BtfMatchers<R = void> {
  /**
   * Every one of the kernels accepts the BTF, as `verify` says; the message shows the type at fault and the kernel's line.
   *
   * @example
   * ```ts
   * expect(graph).toBeAcceptedBy("6.18");
   * expect(graph).toBeAcceptedBy(["5.4", "debian-6.1"], { with: ["float"] });
   * expect(graph).toBeAcceptedBy("all");
   * ```
   */
  toBeAcceptedBy(kernels: Kernels, options?: KernelMatcherOptions): R;
  /**
   * Every one of the kernels refuses the BTF, for the reason that is given: a part of `EINVAL: its last line`, a
   * pattern for that, or a rule of `verify`.
   *
   * @example
   * ```ts
   * expect(damage(graph, "typedef-name-dash")).toBeRefusedBy("5.4", /Invalid name/);
   * expect(damage(graph, "typedef-name-dash")).toBeRefusedBy("6.18", { rule: "name" });
   * ```
   */
  toBeRefusedBy(kernels: Kernels, refusal?: Refusal, options?: KernelMatcherOptions): R;
  /**
   * The running kernel loads the BTF. Where it can't be asked (no Linux, no permission, no koffi) vitest skips the
   * test and says why; with BTFKIT_REQUIRE_ORACLES=1 in the environment it fails.
   */
  toLoadIntoKernel(): R;
  /** Both are the same types up to numbering, order and string offsets; the difference is shown without ids. */
  toEqualBtf(other: BtfSubject): R;
  /** Bytes are the same once decoded and encoded; a graph is, encoded and decoded. */
  toRoundTrip(): R;
  /** There is a type of this C spelling or label: `"struct sock"`, `"u32"`. */
  toHaveType(spelling: string): R;
}

/**
 * The matchers, for `expect.extend` of vitest and of jest. Importing `btfkit/vitest` does that for vitest, with types.
 *
 * @example
 * ```ts
 * // jest
 * import { expect } from "@jest/globals";
 * import { btfSerializer, matchers, type BtfMatchers } from "btfkit/matchers";
 *
 * expect.extend(matchers);
 * expect.addSnapshotSerializer(btfSerializer);
 * declare module "expect" {
 *   interface Matchers<R> extends BtfMatchers<R> {}
 * }
 * ```
 */
export const matchers = {
  /** As {@link BtfMatchers.toBeAcceptedBy}. */
  toBeAcceptedBy,
  /** As {@link BtfMatchers.toBeRefusedBy}. */
  toBeRefusedBy,
  /** As {@link BtfMatchers.toLoadIntoKernel}. */
  toLoadIntoKernel(this: MatcherContext | void, received: unknown): MatcherResult {
    return toLoadIntoKernel(received, this ?? {});
  },
  /** As {@link BtfMatchers.toEqualBtf}. */
  toEqualBtf,
  /** As {@link BtfMatchers.toRoundTrip}. */
  toRoundTrip,
  /** As {@link BtfMatchers.toHaveType}. */
  toHaveType,
};

export { btfSerializer, type BtfSerializer } from "./serializer.js";
export type { BtfSubject } from "./subject.js";
export type { KernelMatcherOptions, Kernels, Refusal } from "./kernel-matchers.js";
export type { MatcherContext, MatcherResult } from "./result.js";

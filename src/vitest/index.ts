/**
 * Importing this gives vitest's `expect` the matchers for BTF, and its snapshots a serializer that prints raw dumps.
 *
 * @example
 * ```ts
 * import "btfkit/vitest"; // or as a file of `setupFiles`
 *
 * test("the fixture", () => {
 *   expect(graph).toBeAcceptedBy("6.18");
 *   expect(graph).toMatchSnapshot();
 * });
 * ```
 *
 * @module
 */
import { expect } from "vitest";

import { btfSerializer, matchers, type BtfMatchers } from "../matchers/index.js";

expect.extend(matchers);
expect.addSnapshotSerializer(btfSerializer);

declare module "vitest" {
  // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-empty-object-type -- as vitest declares it
  interface Matchers<T = any> extends BtfMatchers {}
}

export { btfSerializer, matchers };
export type {
  BtfMatchers,
  BtfSerializer,
  BtfSubject,
  KernelMatcherOptions,
  Kernels,
  MatcherContext,
  MatcherResult,
  Refusal,
} from "../matchers/index.js";

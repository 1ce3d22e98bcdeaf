import { release } from "node:os";

import { probeKernel, type ProbedKernel } from "../kernel/index.js";
import { loadBtf } from "./load-btf.js";

/**
 * Asks the running kernel what it takes, by loading the small BTFs that libbpf tries before it loads one, and some more.
 * What it gives is a `kernel` for `verify`, `lower` and `sanitizeNames`.
 *
 * @throws BtfError when the kernel can't be asked, as `loadBtf`
 *
 * @example
 * ```ts
 * const kernel = detectFeatures();
 * kernel.features; // { func: true, "global-func": true, …, enum64: true, layout: false }
 * kernel.missing; // what its release should have and it has not
 * loadBtf(encode(lower(graph, { kernel }).graph)).ok; // true
 * ```
 */
export function detectFeatures(): ProbedKernel {
  return probeKernel((bytes) => loadBtf(bytes, { logLevel: 0 }).ok, { release: release() });
}

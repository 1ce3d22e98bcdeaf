import * as fc from "fast-check";

import { KIND } from "../wire/kinds.js";
import { KERNELS, type KernelName, type Profile } from "../kernel/index.js";
import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { soundGraph } from "./sound-graph.js";
import { NO_TYPE, typeSpec, type TypeSpec } from "./type-spec.js";

/** What graphs are made. */
export interface GraphOptions {
  /**
   * The kernel that accepts them, and with it every later one: only kinds and flags that it knows are used. `"6.18"`
   * unless given; `"4.18"` gives graphs that all kernels accept.
   */
  readonly kernel?: KernelName;
  /** Types of the smallest graph; 1 unless given. */
  readonly minTypes?: number;
  /** Types of the largest; 16 unless given. */
  readonly maxTypes?: number;
  /** Byte order; little unless given. */
  readonly endian?: "little" | "big";
}

/** What a kernel accepts. */
export function profileFor(kernel: KernelName): Profile {
  const row = KERNELS.find((candidate) => candidate.kernel === kernel);
  if (row !== undefined) return row.accepts;
  throw new BtfError(`validBtf(): kernel "${kernel}" is not known`, {
    code: "ENOENT",
    rule: "unknown-kernel",
    field: "kernel",
  });
}

/** The types that are not left out; where too few are, some of the others are INTs. */
function kept(specs: readonly TypeSpec[], least: number): readonly TypeSpec[] {
  let missing = Math.max(1, least) - specs.filter(({ kind }) => kind !== NO_TYPE).length;
  return specs.flatMap((spec) => {
    if (spec.kind !== NO_TYPE) return [spec];
    return missing-- > 0 ? [{ ...spec, kind: KIND.INT }] : [];
  });
}

/**
 * Graphs that a kernel accepts, of all kinds that it knows: laid out as compilers do, with bit-fields, cycles through
 * pointers, forward references, chains and tags. They are sound as they are made, so that nothing is filtered; they
 * shrink to fewer types, fewer members and simpler kinds, and stay sound on the way.
 *
 * @throws BtfError ENOENT `unknown-kernel`
 *
 * @example
 * ```ts
 * fc.assert(fc.property(validBtf(), (graph) => decode(encode(graph)).equals(graph)));
 * fc.assert(fc.property(validBtf({ kernel: "5.4" }), (graph) => verify(graph, { kernel: "5.4" }).ok));
 * ```
 */
export function validBtf(options: GraphOptions = {}): fc.Arbitrary<Btf> {
  const { kernel = "6.18", minTypes = 1, maxTypes = 16, endian = "little" } = options;
  const profile = profileFor(kernel);
  const target = endian === "big" ? "bpfeb" : "bpf";
  return fc
    .array(typeSpec(profile.kinds), { minLength: Math.max(1, minTypes), maxLength: maxTypes, size: "max" })
    .map((specs) => soundGraph(kept(specs, minTypes), profile, target));
}

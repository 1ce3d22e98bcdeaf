import { decode } from "btfkit";
import { lower, verify, type Lowered } from "btfkit/kernel";

import type { Op, Row } from "../harness/row.js";
import { openCopying } from "./open.js";

/** The oldest release that holds the ids and strings of a kernel's own BTF. */
const KERNEL = "5.5";

const op: Op = {
  name: "lower",
  prepare({ bytes }) {
    const graph = decode(bytes);
    let lowered: Lowered | undefined;
    return {
      reset: () => (lowered = undefined),
      run: () => (lowered = lower(graph, { kernel: KERNEL })),
      check() {
        const isTaken = verify(lowered!.graph, { kernel: KERNEL, logLevel: 0 }).ok;
        return isTaken && lowered!.rewrites.length > 0 ? lowered!.rewrites.length : Number.NaN;
      },
    };
  },
};

export const lowers: Row = {
  id: "lower",
  title: `lower to ${KERNEL}, beside open and check`,
  ours: { by: "op", op },
  peer: "itself",
  theirs: { by: "op", op: openCopying },
  targets: [{ figure: "ratio", most: 10 }],
  agrees: false,
};

import { decode } from "btfkit";

import { graphOf } from "../../src/model/btf.js";
import { runOfString } from "../../src/model/segment.js";
import type { Op, Row } from "../harness/row.js";
import { walk } from "../walk.js";

/** Takes the first byte of every name. */
const op: Op = {
  name: "touch",
  prepare({ bytes }) {
    const graph = graphOf(decode(bytes));
    const { runs } = graph;
    const { strings, stringStart } = runs[runs.length - 1]!.segment;
    const firstByte = (offset: number): number => {
      if (offset >= stringStart) return strings[offset - stringStart]!;
      const { segment } = runOfString(runs, offset)!;
      return segment.strings[offset - segment.stringStart]!;
    };
    let sum = 0;
    return { run: () => (sum = walk(graph, firstByte)), check: () => sum };
  },
};

export const touch: Row = {
  id: "touch",
  title: "touch every type, reference and name",
  ours: { by: "op", op },
  peer: "libbpf",
  theirs: { by: "libbpf", op: "touch" },
  targets: [{ figure: "ratio", most: 1.2 }],
};

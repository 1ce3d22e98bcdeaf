import { decode } from "btfkit";

import { graphOf } from "../../src/model/btf.js";
import type { Graph } from "../../src/model/graph.js";
import { readName } from "../../src/model/read-name.js";
import type { Op, Row } from "../harness/row.js";
import { walk } from "../walk.js";

/**
 * The length of every name, each made a string, on a graph that was asked no name before: turning its strings into text
 * is part of the time. References are touched as well, as the peer does.
 */
const op: Op = {
  name: "names",
  prepare({ bytes }) {
    let graph: Graph;
    let sum = 0;
    const length = (offset: number): number => readName(graph.runs, offset)!.length;
    return {
      reset: () => (graph = graphOf(decode(bytes, { borrow: true }))),
      run: () => (sum = walk(graph, length)),
      check: () => sum,
    };
  },
};

export const names: Row = {
  id: "names",
  title: "all names as strings",
  ours: { by: "op", op },
  peer: "libbpf",
  theirs: { by: "libbpf", op: "touchlen" },
  targets: [{ figure: "ratio", most: 4 }],
};

import { encode } from "btfkit";

import { withoutHeader } from "../harness/header.js";
import type { Op, Row } from "../harness/row.js";
import { buildAsRecipe, syntheticNames } from "../synthetic.js";

const TYPES = 100_000;

const op: Op = {
  name: "encode",
  prepare({ n }) {
    const graph = buildAsRecipe(syntheticNames(n));
    let bytes = new Uint8Array(0);
    return {
      reset: () => (bytes = new Uint8Array(0)),
      run: () => (bytes = encode(graph)),
      check: () => withoutHeader(bytes).length,
      output: () => withoutHeader(bytes),
    };
  },
};

export const encodes: Row = {
  id: "encode",
  title: "encode 100k types",
  ours: { by: "op", op, n: TYPES },
  peer: "libbpf",
  theirs: { by: "libbpf", op: "encode", n: TYPES, build: true },
  targets: [{ figure: "ratio", most: 0.3 }],
};

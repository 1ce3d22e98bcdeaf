import { btf, decode, encode, type Btf } from "btfkit";

import { withoutHeader } from "../harness/header.js";
import type { Op, Row } from "../harness/row.js";

const op: Op = {
  name: "append",
  prepare({ bytes }) {
    const source = decode(bytes);
    let graph: Btf | undefined;
    return {
      reset: () => (graph = undefined),
      run: () => (graph = btf().addBtf(source).build()),
      check: () => graph!.typeCount - 1,
      output: () => withoutHeader(encode(graph!)),
    };
  },
};

export const append: Row = {
  id: "append",
  title: "append it all to an empty graph",
  ours: { by: "op", op },
  peer: "libbpf",
  theirs: { by: "libbpf", op: "merge" },
  targets: [{ figure: "ratio", most: 0.8 }],
};

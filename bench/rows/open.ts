import { decode, type Btf, type DecodeOptions } from "btfkit";

import type { Op, Row } from "../harness/row.js";

function openOp(name: string, options: DecodeOptions): Op {
  return {
    name,
    prepare({ bytes }) {
      let graph: Btf | undefined;
      return {
        reset: () => (graph = undefined),
        run: () => (graph = decode(bytes, options)),
        check: () => graph!.typeCount - 1,
      };
    },
  };
}

/** The file's bytes to a graph that is ready for anything, every offset and reference checked. */
export const openCopying = openOp("open", {});

export const opens: readonly Row[] = [
  {
    id: "open",
    title: "open and check",
    ours: { by: "op", op: openCopying },
    peer: "libbpf",
    theirs: { by: "libbpf", op: "parse" },
    targets: [{ figure: "ratio", most: 2.5 }],
  },
  {
    id: "open-borrowed",
    title: "open and check, bytes borrowed",
    ours: { by: "op", op: openOp("open-borrowed", { borrow: true }) },
    peer: "libbpf",
    theirs: { by: "libbpf", op: "parse" },
    targets: [{ figure: "ratio", most: 2 }],
  },
];

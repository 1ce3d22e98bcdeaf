import { decode } from "btfkit";
import { formatRawBytes } from "btfkit/text";

import type { Op, Row } from "../harness/row.js";

const toMemory: Op = {
  name: "raw-dump",
  prepare({ bytes }) {
    const graph = decode(bytes);
    let text = new Uint8Array(0);
    return {
      reset: () => (text = new Uint8Array(0)),
      run: () => (text = formatRawBytes(graph)),
      check: () => text.length,
      output: () => text,
    };
  },
};

export const rawDumps: readonly Row[] = [
  {
    id: "raw-dump",
    title: "raw dump to memory",
    ours: { by: "op", op: toMemory },
    peer: "libbpf",
    theirs: { by: "libbpf", op: "rawdump" },
    targets: [{ figure: "ratio", most: 1.5 }],
  },
  {
    id: "raw-dump-process",
    title: "raw dump as a whole process",
    ours: { by: "program", program: { command: ({ cli, input }) => [process.execPath, cli, "dump", input] } },
    peer: "bpftool",
    theirs: { by: "program", program: { command: ({ input }) => ["bpftool", "btf", "dump", "file", input] } },
    targets: [{ figure: "ratio", most: 0.8 }],
  },
];

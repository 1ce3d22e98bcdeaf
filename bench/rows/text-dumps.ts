import { btf, decode } from "btfkit";
import { formatCBytes, type COptions } from "btfkit/text";

import type { Op, Row } from "../harness/row.js";

const LIBBPF: COptions = { style: "libbpf-1.1" };

/** What stands before the types and after them; the library prints neither. */
function frame(): [before: number, after: number] {
  const empty = Buffer.from(formatCBytes(btf().build(), LIBBPF));
  const after = empty.lastIndexOf("#ifndef");
  return [after, empty.length - after];
}

const cToMemory: Op = {
  name: "c-dump",
  prepare({ bytes }) {
    const graph = decode(bytes);
    const [before, after] = frame();
    let text = new Uint8Array(0);
    return {
      reset: () => (text = new Uint8Array(0)),
      run: () => (text = formatCBytes(graph, LIBBPF)),
      check: () => text.length - before - after,
      output: () => text.subarray(before, text.length - after),
    };
  },
};

/** A dump as a whole process: options of ours, options of bpftool before and after the file. */
function processRow(id: string, title: string, ours: readonly string[], before: string[], after: string[] = []): Row {
  return {
    id,
    title,
    ours: {
      by: "program",
      program: {
        command: ({ cli, input }) => [process.execPath, cli, "dump", input, "--style", "bpftool-7.1", ...ours],
      },
    },
    peer: "bpftool",
    theirs: {
      by: "program",
      program: { command: ({ input }) => ["bpftool", ...before, "btf", "dump", "file", input, ...after] },
    },
    targets: [{ figure: "ratio", most: 1 }],
  };
}

export const textDumps: readonly Row[] = [
  {
    id: "c-dump",
    title: "C header to memory",
    ours: { by: "op", op: cToMemory },
    peer: "libbpf",
    theirs: { by: "libbpf", op: "cdump" },
    targets: [{ figure: "ratio", most: 1 }],
  },
  processRow("c-dump-process", "C header as a whole process", ["--format", "c"], [], ["format", "c"]),
  processRow("json-dump-process", "JSON as a whole process", ["--format", "json"], ["-j"]),
  processRow("json-dump-pretty-process", "pretty JSON as a whole process", ["--format", "json", "--pretty"], ["-p"]),
];

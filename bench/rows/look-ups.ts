import { decode, type Btf } from "btfkit";

import { KIND_NAMES, infoKind, type KindName } from "../../src/wire/kinds.js";
import { graphOf } from "../../src/model/btf.js";
import { forEachOwnType } from "../../src/model/graph.js";
import { readName } from "../../src/model/read-name.js";
import type { Op, Row } from "../harness/row.js";

const COUNT = 10_000;

/** The same names and kinds that bench/libbpf.c picks, by the same xorshift. */
function pick(graph: Btf): [name: string, kind: KindName][] {
  const { runs } = graphOf(graph);
  const named: { offset: number; kind: number }[] = [];
  forEachOwnType(graphOf(graph), (_, words, at) => {
    if (words[at] !== 0) named.push({ offset: words[at]!, kind: infoKind(words[at + 1]!) });
  });
  let x = 88172645463325252n;
  return Array.from({ length: COUNT }, () => {
    x = BigInt.asUintN(64, x ^ (x << 13n));
    x ^= x >> 7n;
    x = BigInt.asUintN(64, x ^ (x << 17n));
    const { offset, kind } = named[Number(x % BigInt(named.length))]!;
    return [readName(runs, offset)!, KIND_NAMES[kind]!];
  });
}

/** Look-ups on a graph that was asked nothing before, so that building its index is part of the time. */
const op: Op = {
  name: "look-ups",
  prepare({ bytes }) {
    const wanted = pick(decode(bytes, { borrow: true }));
    let graph: Btf;
    let sum = 0;
    return {
      reset: () => (graph = decode(bytes, { borrow: true })),
      run() {
        sum = 0;
        for (const [name, kind] of wanted) sum += graph.find(name, kind)!;
      },
      check: () => sum,
    };
  },
};

export const lookUps: Row = {
  id: "look-ups",
  title: "10,000 look-ups by name and kind, index included",
  ours: { by: "op", op },
  peer: "libbpf",
  theirs: { by: "libbpf", op: "lookup", n: COUNT },
  targets: [{ figure: "ratio", most: 0.02 }],
};

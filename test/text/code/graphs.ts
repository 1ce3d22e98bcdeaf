/** The graphs that code is generated for: random ones, and what clang makes of the corpus. */
import fc from "fast-check";

import { btf, decode, encode, type Btf } from "btfkit";
import { oracle } from "../../oracles.js";
import { graphSpec, SEED, writeGraph } from "../../property/word-graph.js";
import { CLANG, compiled, CORPUS_FILES, objectBtf, scratch } from "../c/clang.js";

export interface NamedGraph {
  readonly name: string;
  readonly graph: Btf;
}

const COUNT = 300;

/** A graph whose strings and header are as calls write them, and whose types are those of another. */
function rebuilt(graph: Btf): Btf {
  return decode(
    encode(
      btf({ target: graph.endian === "big" ? "bpfeb" : "bpf" })
        .addBtf(graph)
        .build(),
    ),
  );
}

/** Random graphs in any form: with gaps, long headers, strings that are there twice. */
export function randomGraphs(): NamedGraph[] {
  return fc
    .sample(graphSpec, { seed: SEED, numRuns: COUNT })
    .map((spec, i) => ({ name: `random${i}`, graph: decode(writeGraph(spec).bytes) }));
}

/** The same, with the strings and the header that every writer of BTF gives. */
export function plainGraphs(): NamedGraph[] {
  return randomGraphs().map(({ name, graph }) => ({ name: `plain_${name}`, graph: rebuilt(graph) }));
}

/** What clang makes of the corpus; nothing where it is missing. */
export function corpusGraphs(): NamedGraph[] {
  if (!oracle(CLANG).available) return [];
  const folder = scratch();
  try {
    return CORPUS_FILES.flatMap((file) => {
      const graph = objectBtf(compiled(file, folder.path));
      return graph === undefined ? [] : [{ name: `corpus_${file.replace(/\W/g, "_")}`, graph }];
    });
  } finally {
    folder.remove();
  }
}

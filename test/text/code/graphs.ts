/** The graphs that code is generated for: random ones, and what clang makes of the corpus. */
import fc from "fast-check";

import { btf, BtfError, decode, defineBtf, encode, type Btf, type BtfRecipe } from "btfkit";
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

const name = fc.constantFrom(
  "a",
  "int",
  "sock",
  "s.t",
  "é",
  "\udc80x",
  'q"uo\\te',
  "%s??=",
  "1st",
  "u32",
  "unsigned int",
  "e",
);
const id = fc.nat(14);
const small = fc.constantFrom(0, 1, 2, 4, 8, 16, 100, 0x7fffffff, 0x80000000, 0xffffffff);
const bytes = fc.constantFrom(1, 2, 4, 8, 16);
const linkage = fc.constantFrom("static", "global", "extern");
const value = fc.oneof(fc.integer(), fc.constantFrom(-0x80000000, 0xffffffff, 0));
const value64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n });

type Arguments = readonly unknown[];
const call = (method: keyof BtfRecipe, ...args: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<[string, Arguments]> =>
  fc.tuple(...args).map((values) => [method, values]);

/** Calls that libbpf has too. */
const anyCall = fc.oneof(
  call("addString", name),
  call("addInt", name, bytes, fc.constantFrom("none", "signed", "char", "bool", 3, 7)),
  call("addFloat", name, fc.constantFrom(2, 4, 8, 12, 16)),
  ...(["addPtr", "addConst", "addVolatile", "addRestrict", "addFuncProto"] as const).map((method) => call(method, id)),
  call("addTypedef", name, id),
  call("addTypeTag", name, id),
  call("addArray", id, id, small),
  ...(["addStruct", "addUnion", "addDatasec"] as const).map((method) => call(method, name, small)),
  { weight: 6, arbitrary: call("addField", name, id, fc.constantFrom(0, 0, 8, 32, 33), fc.constantFrom(0, 0, 5, 255)) },
  call("addEnum", name, fc.constantFrom(1, 4, 8)),
  { weight: 4, arbitrary: call("addEnumValue", name, value) },
  call("addEnum64", name, fc.constantFrom(4, 8), fc.boolean()),
  { weight: 2, arbitrary: call("addEnum64Value", name, value64) },
  call("addFwd", name, fc.constantFrom("struct", "union")),
  call("addFunc", name, linkage, id),
  { weight: 4, arbitrary: call("addFuncParam", name, id) },
  call("addVar", name, linkage, id),
  { weight: 3, arbitrary: call("addDatasecVarInfo", id, small, small) },
  call("addDeclTag", name, id, fc.constantFrom(-1, 0, 5)),
);

/** Random graphs that libbpf's calls make, whatever they refer to. */
export function calledGraphs(): NamedGraph[] {
  return fc
    .sample(fc.array(anyCall, { minLength: 1, maxLength: 40 }), { seed: SEED, numRuns: COUNT })
    .map((calls, i) => ({
      name: `called${i}`,
      graph: defineBtf(
        (b) => {
          for (const [method, args] of calls) {
            try {
              (b as unknown as Record<string, (...args: Arguments) => unknown>)[method]!(...args);
            } catch (error) {
              if (!(error instanceof BtfError)) throw error;
            }
          }
        },
        { dangling: true, target: i % 4 === 0 ? "bpfeb" : "bpf" },
      ),
    }));
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

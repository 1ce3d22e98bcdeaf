import fc from "fast-check";

import { graphSpec, type GraphSpec } from "./word-graph.js";

const INT = 1;
const ARRAY = 3;
const STRUCT = 4;
const UNION = 5;
const FLOAT = 16;
/** ENUM64, the last kind of 6.x kernels. */
const LAST_KIND = 19;

const ENUM = 6;
const DATASEC = 15;

/** Kinds whose third word is a size. */
const SIZED = new Set([INT, STRUCT, UNION, ENUM, DATASEC, FLOAT, LAST_KIND]);

type TypeSpec = GraphSpec["types"][number];

/** Sizes and offsets small enough for a person to read the gaps between them. */
function withSmallNumbers(spec: TypeSpec): TypeSpec {
  const [first, second, third] = spec.trailer as [number, number, number];
  switch (spec.kind) {
    case INT:
    case FLOAT:
      return { ...spec, third: 1 << (spec.third % 5) };
    case ARRAY:
      return { ...spec, trailer: [first, second, third % 12] };
    case STRUCT:
    case UNION:
      return {
        ...spec,
        third: spec.third % 48,
        elements: spec.elements.map(([name, type, offset]) => {
          const bits = spec.kindFlag && offset! % 3 === 0 ? ((offset! >>> 24) % 32) << 24 : 0;
          return [name!, type!, bits | (offset! % 7 === 0 ? offset! % 300 : (offset! % 40) * 8)];
        }),
      };
    default:
      // A size, or a type that is brought into range later.
      return SIZED.has(spec.kind) ? { ...spec, third: spec.third % 17 } : spec;
  }
}

/** References to lower ids alone, so that nothing leads back to itself. */
function backwards(spec: TypeSpec, index: number): TypeSpec {
  const lower = (value: number): number => value % (index + 1);
  return {
    ...spec,
    third: lower(spec.third),
    trailer: spec.kind === ARRAY ? [lower(spec.trailer[0]!), lower(spec.trailer[1]!), spec.trailer[2]!] : spec.trailer,
    elements: spec.elements.map(([name, type, value]) => [name!, lower(type!), value!]),
  };
}

/**
 * BTF that can mostly be said in C: random graphs, but with small numbers, and three of four without loops. Names are
 * few, so that many clash.
 */
export const cGraphSpec: fc.Arbitrary<GraphSpec> = fc
  .tuple(graphSpec, fc.integer({ min: 0, max: 3 }), fc.array(fc.integer({ min: 2, max: 5 }), { maxLength: 4 }))
  .map(([spec, loops, extra]) => ({
    ...spec,
    headerLength: 24,
    layoutEntries: 0,
    gaps: [0, 0, 0],
    types: [...spec.types, ...spec.types.slice(0, 4).map((type, i) => ({ ...type, kind: extra[i] ?? type.kind }))]
      .filter(({ kind }) => kind <= LAST_KIND)
      .map((type, i) => {
        const small = withSmallNumbers(type);
        if (loops === 0) return small;
        const back = backwards(small, i);
        return SIZED.has(small.kind) ? { ...back, third: small.third } : back;
      }),
  }));

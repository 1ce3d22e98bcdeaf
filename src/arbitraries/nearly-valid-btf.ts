import * as fc from "fast-check";

import { damage, type HeaderDamage, type RawDamage } from "../damage/index.js";
import type { Btf } from "../model/btf.js";
import { validBtf, type GraphOptions } from "./valid-btf.js";

/** Numbers at which something changes: 0, sizes, and both ends of ids, vlen, offsets and words. */
const EDGES = [
  0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 33, 64, 128, 255, 0xffff, 0x10000, 0xfffff, 0x100000, 0xffffff, 0x1000000,
  0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

const FIELDS: readonly (keyof HeaderDamage)[] = [
  "typeLen",
  "strLen",
  "strOff",
  "typeOff",
  "hdrLen",
  "version",
  "flags",
  "magic",
];

const choice = fc.nat({ max: 0xffff });
const edge = fc.constantFrom(...EDGES);

/** What is done to a graph, once it is known. */
type Change = (graph: Btf) => RawDamage;

const idIn = (graph: Btf, at: number): number => graph.startId + (at % (graph.typeCount - graph.startId));

const word: fc.Arbitrary<Change> = fc
  .record({ type: choice, place: choice, value: fc.oneof(fc.nat({ max: 20 }), edge) })
  .map(({ type, place, value }) => (graph) => {
    const id = idIn(graph, type);
    return { types: { [id]: { words: { [place % graph.raw(id).length]: value } } } };
  });

const infoBit: fc.Arbitrary<Change> = fc
  .record({ type: choice, bit: fc.nat({ max: 31 }) })
  .map(({ type, bit }) => (graph) => ({
    types: { [idIn(graph, type)]: { info: (info) => info ^ (1 << bit) } },
  }));

const reference: fc.Arbitrary<Change> = fc
  .record({ from: choice, to: choice })
  .map(({ from, to }) => (graph) => ({ ids: { [idIn(graph, from)]: to % (graph.typeCount + 2) } }));

const header: fc.Arbitrary<Change> = fc
  .record({ field: fc.constantFrom(...FIELDS), by: fc.constantFrom(4, 1, -1, -4, 8, 0x10000) })
  .map(({ field, by }) => () => ({ header: { [field]: (value: number) => value + by } }));

const length: fc.Arbitrary<Change> = fc
  .integer({ min: -40, max: 12 })
  .map((by) => () => ({ byteLength: (bytes) => Math.max(0, bytes + by) }));

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 4, arbitrary: infoBit },
  { weight: 3, arbitrary: reference },
  { weight: 3, arbitrary: header },
  { weight: 1, arbitrary: length },
);

/** Whether it may hide the types from what comes after it. */
const isLate = ({ header: fields, byteLength }: RawDamage): boolean => fields !== undefined || byteLength !== undefined;

/** All changes at places in the graph as it was; those of header and length last. */
function apply(graph: Btf, changes: readonly Change[]): Uint8Array<ArrayBuffer> {
  const damages = changes.map((each) => each(graph));
  const first = damages.filter((each) => !isLate(each));
  const last = damages.filter(isLate);
  let bytes = damage(graph, first[0] ?? {});
  for (const each of [...first.slice(1), ...last]) {
    // What went before may have made a type longer than the rest, and so hidden the one that is meant.
    try {
      bytes = damage(bytes, each);
    } catch {
      continue;
    }
  }
  return bytes;
}

/**
 * BTF that was sound until one or two of its words, ids, flags, header fields or its length were changed: most of it is
 * broken, in ways that nobody listed, and some is still accepted. For readers that must not trust their input.
 *
 * @throws BtfError ENOENT `unknown-kernel`
 *
 * @example
 * ```ts
 * fc.assert(
 *   fc.property(nearlyValidBtf(), (bytes) => {
 *     decode(bytes, { lenient: true }); // never throws
 *   }),
 * );
 * ```
 */
export function nearlyValidBtf(options: GraphOptions = {}): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc
    .tuple(validBtf(options), fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([graph, changes]) => apply(graph, changes));
}

/** Random BTF of one shape: chains, structs whose members lie anywhere, DATASECs whose entries do. */
import fc from "fast-check";

import { KIND, packInfo } from "../../src/wire/kinds.js";
import { EDGES, joinBlob, latin, Strings } from "./blob-writer.js";

const CHAIN_KINDS = [KIND.PTR, KIND.CONST, KIND.CONST, KIND.TYPEDEF, KIND.TYPE_TAG, KIND.STRUCT];

/** A forward chain, long enough now and then to go beyond what a search or a walk takes, or a loop. */
export const chain: fc.Arbitrary<Uint8Array> = fc
  .record({
    kinds: fc.oneof(
      fc.array(fc.constantFrom<number>(...CHAIN_KINDS), { minLength: 1, maxLength: 45, size: "max" }),
      fc
        .tuple(fc.constantFrom<number>(...CHAIN_KINDS), fc.integer({ min: 30, max: 40 }))
        .map(([kind, length]) => Array.from({ length }, () => kind)),
    ),
    end: fc.noBias(fc.nat({ max: 90 })),
    early: fc.array(fc.noBias(fc.nat({ max: 44 })), { maxLength: 4, size: "max" }),
  })
  .map(({ kinds, end, early }) => {
    const strings = new Strings();
    const words: number[] = [];
    // Pointers to the middle come first, so that parts of the chain are resolved by searches of their own.
    const shift = early.length;
    for (const to of early) words.push(0, packInfo(KIND.CONST, 0), shift + 1 + (to % kinds.length));
    kinds.forEach((kind, i) => {
      const next = i + 1 < kinds.length ? shift + i + 2 : end > shift + kinds.length ? 0 : end;
      const name = kind === KIND.TYPEDEF || kind === KIND.TYPE_TAG ? strings.offset("a") : 0;
      if (kind === KIND.STRUCT) words.push(0, packInfo(kind, 1), 4096, 0, next, 0);
      else words.push(name, packInfo(kind, 0), next);
    });
    return joinBlob(words, strings.bytes());
  });

/** Types of every sort that a member may have or may not, each with its words. */
const MEMBER_TYPES: readonly (readonly number[])[] = [
  [0, packInfo(KIND.INT, 0), 4, 32],
  [0, packInfo(KIND.INT, 0), 16, 128],
  [0, packInfo(KIND.INT, 0), 4, 24],
  [0, packInfo(KIND.INT, 0), 4, 0x00050008],
  [0, packInfo(KIND.INT, 0), 1, 8],
  [0, packInfo(KIND.PTR, 0), 0],
  [0, packInfo(KIND.FLOAT, 0), 4],
  [0, packInfo(KIND.FLOAT, 0), 12],
  [0, packInfo(KIND.ENUM, 0), 4],
  [0, packInfo(KIND.ENUM, 0), 1],
  [0, packInfo(KIND.ENUM64, 0), 8],
  [0, packInfo(KIND.ARRAY, 0), 0, 1, 1, 3],
  [0, packInfo(KIND.STRUCT, 0), 8],
  [0, packInfo(KIND.UNION, 0), 4],
  [0, packInfo(KIND.CONST, 0), 3],
  [0, packInfo(KIND.CONST, 0), 4],
  [0, packInfo(KIND.VOLATILE, 0), 6],
  [0, packInfo(KIND.CONST, 0), 0],
  [0, packInfo(KIND.FUNC_PROTO, 0), 0],
];

const edge = fc.constantFrom(...EDGES);
const odd = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: unusual });

/** Structs and unions whose members lie anywhere, of any type and any number of bits. */
export const membersBlob: fc.Arbitrary<Uint8Array> = fc
  .record({
    union: fc.nat({ max: 3 }),
    flag: fc.boolean(),
    size: fc.constantFrom(4, 8, 16, 32, 64, 64, 0xffffffff),
    members: fc.array(
      fc.record({
        name: odd(fc.constant(0), fc.constantFrom(1, 2, 3, 1000), 20),
        type: odd(fc.integer({ min: 1, max: MEMBER_TYPES.length }), edge, 20),
        step: odd(fc.constantFrom(0, 8, 32, 64), fc.constantFrom(1, 3, 5, 31, 33, 0xffffffff)),
        bits: odd(fc.constant(0), fc.constantFrom(1, 3, 8, 24, 32, 33, 64, 128, 129)),
      }),
      { minLength: 1, maxLength: 4, size: "max" },
    ),
  })
  .map(({ union, flag, size, members }) => {
    const isUnion = union === 0;
    let at = 0;
    const words = members.flatMap(({ name, type, step, bits }) => {
      at = isUnion && step % 8 === 0 ? 0 : (at + step) >>> 0;
      return [name, type, flag ? (at & 0xffffff) | (bits << 24) : at];
    });
    const head = [0, packInfo(isUnion ? KIND.UNION : KIND.STRUCT, members.length, flag), size];
    // The strings hold an identifier, and the empty string behind it.
    return joinBlob([...MEMBER_TYPES.flat(), ...head, ...words], latin("\0m\0"));
  });

/** DATASECs whose entries lie anywhere, with VARs before and behind them. */
export const sectionsBlob: fc.Arbitrary<Uint8Array> = fc
  .record({
    linkage: odd(fc.constantFrom(0, 1), fc.constantFrom(2, 3), 40),
    first: fc.boolean(),
    size: odd(fc.constantFrom(64, 4096), fc.constantFrom(0, 4, 0xfffffffe, 0xffffffff)),
    wraps: fc.nat({ max: 20 }),
    entries: fc.array(
      fc.record({
        type: odd(fc.integer({ min: 0, max: 2 }), fc.nat({ max: 7 }), 20),
        gap: odd(fc.constantFrom(0, 0, 4), fc.constantFrom(0xffffffff, 0xfffffff0, 60)),
        size: odd(fc.constantFrom(8, 8, 12), fc.constantFrom(0, 4, 0x20, 0xfffffff0, 0xffffffff)),
      }),
      { minLength: 0, maxLength: 4, size: "max" },
    ),
  })
  .map(({ linkage, first, size, wraps, entries }) => {
    // Ids from 2 on: the DATASEC is either before the three VARs or behind them.
    const variables = [1, 2, 1].flatMap((type) => [1, packInfo(KIND.VAR, 0), type, linkage]);
    const firstVar = first ? 4 : 3;
    let at = 0;
    const words = entries.flatMap((entry) => {
      const offset = (at + entry.gap) >>> 0;
      at = (offset + entry.size) >>> 0;
      return [entry.type < 3 ? firstVar + entry.type : entry.type - 3, offset, entry.size];
    });
    // Sizes that come to more than 32 bits, where each end has wrapped.
    const wrapping = [firstVar, 0, 0xfffffff0, firstVar, 0xfffffff0, 0x20, firstVar, 0x10, 0x10];
    const isWrapping = wraps === 0;
    const body = isWrapping ? wrapping : words;
    const datasec = [1, packInfo(KIND.DATASEC, body.length / 3), isWrapping ? 0xfffffffe : size, ...body];
    const types = first ? [...datasec, ...variables] : [...variables, ...datasec];
    const base = [0, packInfo(KIND.INT, 0), 4, 32, 0, packInfo(KIND.PTR, 0), 1];
    return joinBlob([...base, ...types], latin("\0a\0"));
  });

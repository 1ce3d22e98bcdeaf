import type { Random } from "./random.js";

/** Numbers that readers get wrong. */
const EDGES = [
  0, 1, 2, 3, 4, 8, 11, 12, 13, 0xff, 0xffff, 0x10000, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xfffffffc,
  0xffffffff,
];

const HEADER_FIELDS = [4, 8, 12, 16, 20, 24, 28];

type Damage = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

function isLittle(bytes: Uint8Array): boolean {
  return bytes[0] === 0x9f;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A random place of a whole word on a word boundary, -1 where there is none. */
function anyWord(bytes: Uint8Array, random: Random): number {
  const words = bytes.length >> 2;
  return words === 0 ? -1 : random.below(words) * 4;
}

function edge(bytes: Uint8Array, random: Random): number {
  const near = [bytes.length, bytes.length - 24, bytes.length - 32, random.below(bytes.length + 8), random.below(64)];
  const value = random.below(2) === 0 ? random.pick(EDGES) : random.pick(near) + random.below(3) - 1;
  return value >>> 0;
}

function setWord(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at >= 0 && at + 4 <= bytes.length) view(bytes).setUint32(at, value >>> 0, isLittle(bytes));
  return bytes;
}

/** What can go wrong with a file: each takes a copy that it may change, and gives it or another. */
const DAMAGES: readonly Damage[] = [
  // Bits and bytes.
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  // Words: lengths, offsets, ids and sizes.
  (bytes, random) => setWord(bytes, anyWord(bytes, random), edge(bytes, random)),
  (bytes, random) => setWord(bytes, anyWord(bytes, random), random.below(12)),
  // The header, twice as often.
  (bytes, random) => setWord(bytes, random.pick(HEADER_FIELDS), edge(bytes, random)),
  (bytes, random) => setWord(bytes, random.pick(HEADER_FIELDS), edge(bytes, random)),
  // Any kind and vlen in place of any word.
  (bytes, random) => {
    const vlen = random.pick([0, 1, 2, random.below(100), 0xffff, 0xffffff]);
    const kind = random.pick([random.below(24), random.below(128)]);
    return setWord(bytes, anyWord(bytes, random), (random.below(2) * 0x80000000 + kind * 0x1000000 + vlen) >>> 0);
  },
  // Cycles: several words become small ids.
  (bytes, random) => {
    for (let i = random.below(6); i >= 0; i--) setWord(bytes, anyWord(bytes, random), random.below(8));
    return bytes;
  },
  // Cut short, and grown.
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.slice(0, Math.max(0, bytes.length - 1 - random.below(8))),
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const more = new Uint8Array(random.below(40)).fill(random.below(256));
    return join(bytes.subarray(0, at), more, bytes.subarray(at));
  },
  // Parts twice, gone, or of another file.
  (bytes, random) => {
    const [start, end] = range(bytes, random);
    return join(bytes.subarray(0, end), bytes.subarray(start));
  },
  (bytes, random) => {
    const [start, end] = range(bytes, random);
    return join(bytes.subarray(0, start), bytes.subarray(end));
  },
  (bytes, random, other) =>
    join(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))),
  // Sections that overlap: one field becomes another, or another and a little.
  (bytes, random) => {
    const from = random.pick(HEADER_FIELDS);
    if (from + 4 > bytes.length) return bytes;
    const value = view(bytes).getUint32(from, isLittle(bytes)) + random.pick([0, 0, 1, -1, 4, -4]);
    return setWord(bytes, random.pick(HEADER_FIELDS), value);
  },
  // Strings before types, and the byte order of the header alone.
  (bytes, random) => {
    if (bytes.length < 24 || random.below(4) !== 0) return bytes;
    const little = isLittle(bytes);
    const fields = [8, 12, 16, 20].map((at) => view(bytes).getUint32(at, little));
    for (const [i, at] of [16, 20, 8, 12].entries()) view(bytes).setUint32(at, fields[i]!, little);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length < 24 || random.below(4) !== 0) return bytes;
    bytes.subarray(0, 2).reverse();
    for (const at of HEADER_FIELDS) if (at < 24) bytes.subarray(at, at + 4).reverse();
    return bytes;
  },
  // Names without an end.
  (bytes, random) => {
    const [start, end] = range(bytes, random);
    for (let i = start; i < end; i++) if (bytes[i] === 0) bytes[i] = 0x61;
    return bytes;
  },
];

function range(bytes: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  return [start, start + random.below(Math.min(64, bytes.length - start) + 1)];
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A damaged copy of one of the samples. */
export function damagedSample(samples: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = random.pick(samples).slice();
  for (let times = random.pick([1, 1, 1, 2, 2, 3, 5]); times > 0; times--) {
    bytes = random.pick(DAMAGES)(bytes, random, random.pick(samples));
  }
  // What is given to a decoder has any alignment.
  const shift = random.below(8);
  return join(new Uint8Array(shift), bytes).subarray(shift);
}

import { describe, expect, it } from "vitest";

import { BtfError, decode, encode, isBtfError, type Btf } from "btfkit";

const MIB = 2 ** 20;
const INT = 1;
const PTR = 2;
const ARRAY = 3;
const STRUCT = 4;
const TYPEDEF = 8;
const CONST = 10;
const FUNC_PROTO = 13;
const DATASEC = 15;

/** `info` of a type. */
const info = (kind: number, vlen = 0): number => kind * 0x1000000 + vlen;

/** A BTF of words and strings in the byte order of the machine, which is little endian wherever this runs. */
function btfOf(words: Uint32Array, strings: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(24 + words.byteLength + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  const fields = [24, 0, words.byteLength, words.byteLength, strings.length];
  for (const [i, field] of fields.entries()) view.setUint32(4 + i * 4, field, true);
  const target = new DataView(bytes.buffer, 24);
  for (let i = 0; i < words.length; i++) target.setUint32(i * 4, words[i]!, true);
  bytes.set(strings, 24 + words.byteLength);
  return bytes;
}

/** `count` types of `stride` words, each written by `write` from its id. */
function repeat(count: number, stride: number, write: (id: number) => readonly number[]): Uint32Array {
  const words = new Uint32Array(count * stride);
  for (let id = 1; id <= count; id++) words.set(write(id), (id - 1) * stride);
  return words;
}

const NO_STRINGS = new Uint8Array(1);

function memoryUsed(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Runs once, and says how long it took and how much memory it left in typed arrays and objects at most. */
function measured<T>(run: () => T): { value: T; ms: number; mib: number } {
  const before = memoryUsed();
  const started = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(started);
  return { value, ms: (user + system) / 1000, mib: (memoryUsed() - before) / MIB };
}

/** Strict and lenient decode of an input, each within `ms` and a few times the input's size. */
function decodeQuickly(bytes: Uint8Array, ms = 2000): { strict: Btf | BtfError; lenient: Btf } {
  const strict = measured(() => {
    try {
      return decode(bytes);
    } catch (error) {
      if (isBtfError(error)) return error;
      throw error;
    }
  });
  const lenient = measured(() => decode(bytes, { lenient: true, borrow: true }));
  const room = (bytes.length / MIB) * 4 + 32;
  expect(strict.ms).toBeLessThan(ms);
  expect(lenient.ms).toBeLessThan(ms);
  expect(strict.mib).toBeLessThan(room);
  expect(lenient.mib).toBeLessThan(room);
  return { strict: strict.value, lenient: lenient.value };
}

function accepted(bytes: Uint8Array, ms?: number): Btf {
  const { strict } = decodeQuickly(bytes, ms);
  if (strict instanceof BtfError) throw strict;
  return strict;
}

/** A million answers take one or two seconds of CPU on a busy machine; were the time quadratic, they would take days. */
const MOST_MS = 10_000;

/** Asks something of every id; all answers together must be linear in time. */
function forAll<T>(graph: Btf, ask: (id: number) => T): T[] {
  const { value, ms } = measured(() => Array.from({ length: graph.typeCount - 1 }, (_, i) => ask(i + 1)));
  expect(ms).toBeLessThan(MOST_MS);
  return value;
}

describe("16 MiB of", () => {
  const count = Math.floor((16 * MIB) / 12);

  it("types as small as they can be", () => {
    const graph = accepted(
      btfOf(
        repeat(count, 3, () => [0, info(7), 0]),
        NO_STRINGS,
      ),
    );
    expect(graph.typeCount).toBe(count + 1);
    expect(measured(() => encode(graph, { endian: "big" })).ms).toBeLessThan(1000);
    expect(graph.toString()).toContain(`more types`);
  });

  it("types of which each refers to an id out of range", () => {
    const { strict, lenient } = decodeQuickly(
      btfOf(
        repeat(count, 3, () => [0, info(PTR), 0xffffffff]),
        NO_STRINGS,
      ),
    );
    expect(strict).toMatchObject({ rule: "type-id-range", typeId: 1, kind: "PTR", byteOffset: 24 + 8 });
    expect(lenient.diagnostics).toHaveLength(1001);
    expect(lenient.diagnostics.at(-1)!.rule).toBe("too-many-problems");
    expect(lenient.typeCount).toBe(count + 1);
  });

  it("members that are all out of range, in one type", () => {
    const vlen = Math.floor((16 * MIB - 12) / 12);
    const words = new Uint32Array(3 + vlen * 3).fill(0xfffffff0);
    words.set([0, info(STRUCT, vlen), 4]);
    const { strict, lenient } = decodeQuickly(btfOf(words, NO_STRINGS));
    expect(strict).toMatchObject({ rule: "string-offset", typeId: 1 });
    expect(lenient.diagnostics).toHaveLength(1001);
  });

  it("one FUNC_PROTO that refers to everything", () => {
    const vlen = Math.floor((16 * MIB) / 8);
    const words = new Uint32Array(4 + 3 + vlen * 2);
    words.set([0, info(INT), 4, 32, 0, info(FUNC_PROTO, vlen), 1]);
    for (let i = 0; i < vlen; i++) words[7 + i * 2 + 1] = i % 3;
    const graph = accepted(btfOf(words, NO_STRINGS));
    expect(measured(() => graph.references(2)).value).toHaveLength(vlen + 1);
    expect(measured(() => [...graph.walk([2])]).value).toEqual([2, 1]);
    expect(graph.referrers(1)).toEqual([2]);
    expect(measured(() => graph.type(2)).ms).toBeLessThan(MOST_MS);
  });

  it("zeros, and of ones", () => {
    for (const byte of [0, 0xff]) {
      const bytes = new Uint8Array(16 * MIB).fill(byte);
      expect(decodeQuickly(bytes).strict).toMatchObject({ rule: "header-magic" });
      bytes.set([0x9f, 0xeb, 1, 0, 24, 0, 0, 0]);
      expect(decodeQuickly(bytes).strict).toBeInstanceOf(BtfError);
    }
  });

  it("types of kind 0, which no layout section describes", () => {
    const { strict, lenient } = decodeQuickly(btfOf(new Uint32Array(4 * MIB), NO_STRINGS));
    expect(strict).toMatchObject({ rule: "kind", typeId: 1, byteOffset: 28 });
    expect(lenient.typeCount).toBe(1);
  });
});

describe("vlen of 2^24 - 1", () => {
  for (const [name, kind, stride] of [
    ["STRUCT", STRUCT, 12],
    ["FUNC_PROTO", FUNC_PROTO, 8],
    ["DATASEC", DATASEC, 12],
  ] as const) {
    it(`of a ${name} that is cut short`, () => {
      const { strict, lenient } = decodeQuickly(
        btfOf(Uint32Array.of(0, info(kind, 0xffffff), 4, 0, 0, 0), NO_STRINGS),
        50,
      );
      expect(strict).toMatchObject({ rule: "type-length", typeId: 1, kind: name, field: "info", byteOffset: 28 });
      expect((strict as BtfError).message).toContain(`${12 + stride * 0xffffff} bytes`);
      expect(lenient.typeCount).toBe(1);
    });
  }

  it("of a STRUCT that is whole", () => {
    const words = new Uint32Array(3 + 0xffffff * 3);
    words.set([0, info(STRUCT, 0xffffff), 4]);
    const graph = accepted(btfOf(words, NO_STRINGS), 4000);
    expect(graph.references(1)).toHaveLength(0xffffff);
  });

  it("of a PTR, where it means nothing", () => {
    expect(accepted(btfOf(Uint32Array.of(0, info(PTR, 0xffffff), 0), NO_STRINGS)).references(1)).toEqual([0]);
  });
});

describe("a chain of 1,000,000", () => {
  const LENGTH = 1_000_000;
  /** The last type is an INT, each other one refers to the next. */
  function chain(stride: number, write: (next: number) => readonly number[]): Uint8Array {
    const words = new Uint32Array(LENGTH * stride + 4);
    for (let id = 1; id <= LENGTH; id++) words.set(write(id + 1), (id - 1) * stride);
    words.set([0, info(INT), 4, 32], LENGTH * stride);
    return btfOf(words, NO_STRINGS);
  }

  it("typedefs", () => {
    const graph = accepted(chain(3, (next) => [0, info(TYPEDEF), next]));
    expect(new Set(forAll(graph, (id) => graph.resolve(id)))).toEqual(new Set([LENGTH + 1]));
    expect(new Set(forAll(graph, (id) => graph.sizeOf(id)))).toEqual(new Set([4]));
    expect(new Set(forAll(graph, (id) => graph.alignOf(id)))).toEqual(new Set([4]));
    expect(measured(() => [...graph.walk([1])]).value).toHaveLength(LENGTH + 1);
  });

  it("pointers", () => {
    const graph = accepted(chain(3, (next) => [0, info(PTR), next]));
    expect(new Set(forAll(graph, (id) => graph.sizeOf(id)))).toEqual(new Set([8, 4]));
    expect(forAll(graph, (id) => graph.referrers(id)[0]).slice(0, 3)).toEqual([undefined, 1, 2]);
    expect(measured(() => [...graph.walk([1])]).value).toHaveLength(LENGTH + 1);
  });

  it("arrays", () => {
    const graph = accepted(chain(6, (next) => [0, info(ARRAY), 0, next, LENGTH + 1, next === LENGTH + 1 ? 3 : 1]));
    const sizes = forAll(graph, (id) => graph.sizeOf(id));
    expect(new Set(sizes.slice(0, -1))).toEqual(new Set([12]));
    expect(new Set(forAll(graph, (id) => graph.alignOf(id)))).toEqual(new Set([4]));
  });

  it("arrays whose sizes overflow, or are 0 from some way on", () => {
    const doubled = accepted(chain(6, (next) => [0, info(ARRAY), 0, next, LENGTH + 1, 2]));
    const sizes = forAll(doubled, (id) => doubled.sizeOf(id));
    expect(sizes.slice(-30)).toEqual(Array.from({ length: 30 }, (_, i) => 2 ** (31 - i)));
    expect(sizes.slice(0, -30).every((size) => size === undefined)).toBe(true);

    // libbpf multiplies from the outside in, and fails before it comes to the 0.
    const empty = accepted(chain(6, (next) => [0, info(ARRAY), 0, next, LENGTH + 1, next === LENGTH ? 0 : 2]));
    const emptySizes = forAll(empty, (id) => empty.sizeOf(id));
    expect(emptySizes.at(LENGTH - 2)).toBe(0);
    expect(emptySizes.at(LENGTH - 2 - 31)).toBe(0);
    expect(emptySizes.at(LENGTH - 2 - 32)).toBeUndefined();
  });

  it("nested structs", () => {
    const graph = accepted(chain(6, (next) => [0, info(STRUCT, 1), 4, 0, next, 0]));
    expect(new Set(forAll(graph, (id) => graph.alignOf(id)))).toEqual(new Set([4]));
    expect(graph.sizeOf(1)).toBe(4);
  });

  it("typedefs, asked from their end", () => {
    const graph = accepted(chain(3, (next) => [0, info(CONST), next]));
    const { ms } = measured(() => {
      for (let id = LENGTH + 1; id > 0; id--) graph.resolve(id);
    });
    expect(ms).toBeLessThan(MOST_MS);
  });
});

describe("cycles of 1,000,000", () => {
  const LENGTH = 1_000_000;
  const next = (id: number): number => (id % LENGTH) + 1;

  it("typedefs", () => {
    const graph = accepted(
      btfOf(
        repeat(LENGTH, 3, (id) => [0, info(TYPEDEF), next(id)]),
        NO_STRINGS,
      ),
    );
    expect(new Set(forAll(graph, (id) => graph.sizeOf(id)))).toEqual(new Set([undefined]));
    expect(new Set(forAll(graph, (id) => graph.alignOf(id)))).toEqual(new Set([undefined]));
    expect(() => graph.resolve(1)).toThrow(BtfError);
    expect([...graph.walk([7])]).toHaveLength(LENGTH);
  });

  it("structs that hold one another", () => {
    const graph = accepted(
      btfOf(
        repeat(LENGTH, 6, (id) => [0, info(STRUCT, 1), 4, 0, next(id), 0]),
        NO_STRINGS,
      ),
    );
    expect(new Set(forAll(graph, (id) => graph.alignOf(id)))).toEqual(new Set([undefined]));
    expect(graph.sizeOf(1)).toBe(4);
  });

  it("arrays of one another", () => {
    const graph = accepted(
      btfOf(
        repeat(LENGTH, 6, (id) => [0, info(ARRAY), 0, next(id), 0, 2]),
        NO_STRINGS,
      ),
    );
    expect(new Set(forAll(graph, (id) => graph.sizeOf(id)))).toEqual(new Set([undefined]));
  });
});

describe("names", () => {
  const TYPES = 500_000;

  /** Types of which each has another part of one string of 8 MiB as its name. */
  function oneLongName(fill: number): Uint8Array {
    const strings = new Uint8Array(8 * MIB).fill(fill);
    strings[0] = 0;
    strings[strings.length - 1] = 0;
    return btfOf(
      repeat(TYPES, 3, (id) => [id, info(7), 0]),
      strings,
    );
  }

  it("that are all one string without a NUL: read, looked up and compared", () => {
    const bytes = oneLongName(0x61);
    const graph = accepted(bytes);
    const lengths = forAll(graph, (id) => graph.type(id).name.length);
    expect(lengths.slice(0, 2)).toEqual([8 * MIB - 2, 8 * MIB - 3]);
    expect(measured(() => graph.find("a")).ms).toBeLessThan(MOST_MS);
    const long = "a".repeat(8 * MIB - 100);
    const found = measured(() => graph.find(long));
    expect(found.value).toBe(99);
    expect(found.ms).toBeLessThan(MOST_MS);
    const other = decode(bytes);
    const compared = measured(() => graph.equals(other));
    expect(compared.value).toBe(true);
    expect(compared.ms).toBeLessThan(MOST_MS);
  });

  it("that have no NUL at their end", () => {
    const bytes = oneLongName(0x61);
    bytes[bytes.length - 1] = 0x61;
    const { strict, lenient } = decodeQuickly(bytes);
    expect(strict).toMatchObject({ rule: "string-section-end", byteOffset: bytes.length - 1 });
    expect(lenient.type(1).name.length).toBe(8 * MIB - 1);
  });

  it("of which one error is about: it is shown in part", () => {
    const strings = new Uint8Array(8 * MIB).fill(0x61);
    strings[0] = 0;
    strings[strings.length - 1] = 0;
    const { strict, lenient } = decodeQuickly(
      btfOf(
        repeat(TYPES, 3, (id) => [id, info(PTR), 0xffffffff]),
        strings,
      ),
    );
    expect((strict as BtfError).message.length).toBeLessThan(300);
    expect(lenient.diagnostics).toHaveLength(1001);
  });
});

/** The probes of Linux 6.18.44 whose data are large, made here again, and what that kernel said. */
import type { VerifyOptions } from "btfkit/kernel";
import { KIND, packInfo } from "../../src/wire/kinds.js";
import { joinBlob, latin } from "./blob-writer.js";

export interface LargeProbe {
  readonly name: string;
  readonly build: () => Uint8Array;
  readonly options: VerifyOptions;
  readonly errno: string | 0;
  readonly logTrueSize: number;
  /** SHA-256 of what is kept of the log. */
  readonly log: string;
}

const NO_LOG = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const silent = { options: { logLevel: 0 }, logTrueSize: 0, log: NO_LOG };
const INT = [1, packInfo(KIND.INT, 0), 4, 32];
const NAMES = latin("\0int\0");
const consts = (count: number, target: number): number[] => {
  const words: number[] = [];
  for (let i = 0; i < count; i++) words.push(0, packInfo(KIND.CONST, 0), target);
  return words;
};

/** Data of some length, nearly all of it strings. */
function strings(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const head = joinBlob(INT, NAMES);
  bytes.set(head);
  new DataView(bytes.buffer).setUint32(20, length - 24 - INT.length * 4, true);
  return bytes;
}

export const LARGE_PROBES: readonly LargeProbe[] = [
  {
    name: "size.16M",
    build: () => strings(1 << 24),
    options: {},
    errno: 0,
    logTrueSize: 189,
    log: "9837497a5eed24a829932d1e88d747a5e0745db0435f12bd4de748fc81fce0ac",
  },
  {
    name: "size.16M+1",
    build: () => strings((1 << 24) + 1),
    options: {},
    errno: "E2BIG",
    logTrueSize: 0,
    log: NO_LOG,
  },
  {
    name: "vlen.enum65535",
    build() {
      const values = Array.from({ length: 0xffff }, (_, i) => [1, i]).flat();
      return joinBlob([3, packInfo(KIND.ENUM, 0xffff), 4, ...values], latin("\0A\0e\0"));
    },
    options: { logSize: 8388608 },
    errno: 0,
    logTrueSize: 841002,
    log: "1c9b3e0b985b3d9a8b5d81f3f281474325c992bd2d12cdf744c6e629d7a47c3d",
  },
  {
    name: "vlen.struct65535",
    build() {
      const members = Array.from({ length: 0xffff }, (_, i) => [0, 1, i * 8]).flat();
      const int = [1, packInfo(KIND.INT, 0), 1, 8];
      return joinBlob([...int, 3, packInfo(KIND.STRUCT, 0xffff), 0x10000, ...members], latin("\0b\0s\0"));
    },
    options: { logSize: 8388608 },
    errno: 0,
    logTrueSize: 2411125,
    log: "eb117887fcc11b927000254124c34fffd1343dbf4bbe8aa43906dcf2ab718aae",
  },
  {
    name: "struct.member_id_70000",
    build() {
      const struct = [3, packInfo(KIND.STRUCT, 1), 4, 1, 70001, 0];
      const ints = Array.from({ length: 69999 }, () => [0, packInfo(KIND.INT, 0), 4, 32]).flat();
      return joinBlob([...struct, ...ints, 5, packInfo(KIND.TYPEDEF, 0), 2], latin("\0m\0s\0T\0"));
    },
    errno: 0,
    ...silent,
  },
  { name: "types.toomany", build: () => joinBlob([...INT, ...consts(1048599, 1)], NAMES), errno: 0, ...silent },
  {
    name: "types.toomany_log",
    build: () => joinBlob([...INT, ...consts(1048599, 1)], NAMES),
    options: { logSize: 4096 },
    errno: "ENOSPC",
    logTrueSize: 33493513,
    log: "fd01fc0c986eed6577cd3775a84ed2cba43549ca360a0e596b678ed42609d44b",
  },
  {
    name: "types.toomany_ref",
    build: () => joinBlob([0, packInfo(KIND.PTR, 0), 0x100004, ...consts(1048599, 0)], latin("\0")),
    errno: "EINVAL",
    ...silent,
  },
];

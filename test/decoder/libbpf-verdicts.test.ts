import { describe, expect, it } from "vitest";

import { BtfError, decode, encode, type Btf } from "btfkit";
import { ERRNO } from "../../src/model/errors.js";
import { readRecorded, type Recorded } from "./recorded.js";

const rows = readRecorded();

/** Each row's base, read once. */
const bases = new Map<number, Btf>();
function baseOf({ base }: Recorded): { base?: Btf } {
  if (base === -1) return {};
  let graph = bases.get(base);
  if (graph === undefined) {
    graph = decode(rows[base]!.bytes);
    bases.set(base, graph);
  }
  return { base: graph };
}

function strict(row: Recorded): Btf | BtfError {
  try {
    return decode(row.bytes, baseOf(row));
  } catch (error) {
    if (error instanceof BtfError) return error;
    throw error;
  }
}

const isLittle = (bytes: Uint8Array): boolean => bytes[0] === 0x9f;

/** Why we refuse on purpose what libbpf may accept, told from the bytes alone. */
function refusedOnPurpose(bytes: Uint8Array): string[] {
  const reasons: string[] = [];
  if (bytes[2] !== 1) reasons.push("header-version");
  if (bytes[3] !== 0) reasons.push("header-flags");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, isLittle(bytes));
  if (bytes.subarray(length < 32 ? 24 : 32, length).some((byte) => byte !== 0)) reasons.push("header-tail");
  return reasons;
}

/** Why we accept what libbpf 1.8 refuses. */
function acceptedOnPurpose(graph: Btf, bytes: Uint8Array): string | undefined {
  const kinds = new Set([...graph.types()].map(([id]) => (graph.raw(id)[1]! >>> 24) & 0x7f));
  if ([20, 21, 22].some((kind) => kinds.has(kind))) return "kinds 20 to 22";
  // libbpf does not know how to swap what only a layout section describes; on a big-endian host it takes these.
  if (!isLittle(bytes) && [...kinds].some((kind) => kind === 0 || kind > 22)) return "unknown kinds, big endian";
  return undefined;
}

/** The rows that something does not hold for, by name. */
function rowsWithout(holds: (row: Recorded, verdict: Btf | BtfError) => boolean): string[] {
  return rows.filter((row) => !holds(row, strict(row))).map(({ name }) => name);
}

describe("strict decode and libbpf 1.8's btf__new", () => {
  for (const set of new Set(rows.map((row) => row.set))) {
    const members = rows.filter((row) => row.set === set);
    it(`agree on ${members.length} ${set} BTFs, but for what differs on purpose`, () => {
      const unexplained: string[] = [];
      const differences = new Map<string, number>();
      const count = (reason: string): void => void differences.set(reason, (differences.get(reason) ?? 0) + 1);
      for (const row of members) {
        const verdict = strict(row);
        if (verdict instanceof BtfError) {
          if (row.libbpf === -ERRNO[verdict.code]) continue;
          // An input with two faults may be refused for either.
          if (!refusedOnPurpose(row.bytes).includes(verdict.rule)) unexplained.push(`${row.name}: ${verdict.message}`);
          else if (row.libbpf === 0) count(verdict.rule);
        } else if (row.libbpf !== 0) {
          const reason = acceptedOnPurpose(verdict, row.bytes);
          if (reason === undefined) unexplained.push(`${row.name}: libbpf says ${row.libbpf}`);
          else count(reason);
        }
      }
      expect(unexplained).toEqual([]);
      expect(Object.fromEntries(differences)).toMatchSnapshot();
    });
  }

  it("accepts all that the kernel accepts", () => {
    expect(rows.filter(({ kernel }) => kernel === "OK").length).toBeGreaterThan(2000);
    expect(rowsWithout(({ kernel }, verdict) => kernel !== "OK" || !(verdict instanceof BtfError))).toEqual([]);
  });

  it("gives back the bytes of all that it accepts, and the other byte order and back the same graph", () => {
    let accepted = 0;
    const wrong = rowsWithout((row, graph) => {
      if (graph instanceof BtfError) return true;
      accepted++;
      const other = graph.endian === "little" ? "big" : "little";
      const there = decode(encode(graph, { endian: other }), baseOf(row));
      const back = decode(encode(there, { endian: graph.endian }), baseOf(row));
      return Buffer.compare(encode(graph), row.bytes) === 0 && there.equals(graph) && back.equals(graph);
    });
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThan(13_000);
  });

  it("reads the same leniently, without a complaint, or complains first of what strict decode refuses", () => {
    const wrong = rowsWithout((row, graph) => {
      const lenient = decode(row.bytes, { ...baseOf(row), lenient: true });
      if (graph instanceof BtfError) return lenient.diagnostics[0]?.message === graph.message;
      return lenient.diagnostics.length === 0 && lenient.equals(graph);
    });
    expect(wrong).toEqual([]);
  });
});

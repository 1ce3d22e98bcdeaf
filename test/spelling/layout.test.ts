import { describe, expect, it } from "vitest";
import { dataModel, EMPTY_RECORD, finishRecord, placeMember } from "../../src/spelling/index.js";
import type { BaseLayout, DataModel, MemberShape, SizedBaseType, TargetName } from "../../src/spelling/index.js";
import vectors from "./layout-vectors.json" with { type: "json" };

/** A member as recorded: `at` is its offset in bits, absent where it has no name. */
interface RecordedMember {
  type: string;
  bits?: number;
  count?: number;
  unnamed?: boolean;
  packed?: boolean;
  aligned?: number;
  at?: number;
}

interface Recorded {
  target: string;
  union?: boolean;
  packed?: boolean;
  pragmaPack?: number;
  aligned?: number;
  members: RecordedMember[];
  size: number;
  align: number;
}

function sized(model: DataModel, type: string): Pick<BaseLayout, "size" | "align"> {
  if (type === "ptr") return { size: model.pointerSize, align: model.pointerSize };
  if (type === "enum") return { size: model.enumSize, align: model.enumSize };
  const layout = model.base[type as SizedBaseType];
  if (layout === undefined) throw new Error(`no ${type}`);
  return layout;
}

function shape(model: DataModel, record: Recorded, member: RecordedMember): MemberShape {
  const { size, align } = sized(model, member.type);
  return {
    size: size * (member.count ?? 1),
    align,
    unnamed: member.unnamed ?? false,
    packed: (member.packed ?? false) || (record.packed ?? false),
    ...(member.bits !== undefined && { bitSize: member.bits }),
    ...(member.aligned !== undefined && { alignAtLeast: member.aligned }),
    ...(record.pragmaPack !== undefined && { alignAtMost: record.pragmaPack }),
  };
}

describe("layout", () => {
  const records: [string, Recorded][] = (vectors.records as Recorded[]).map((each, i) => [
    `${i} (${each.target})`,
    each,
  ]);

  it.each(records)("record %s is laid out as clang does", (_, record) => {
    const model = dataModel(record.target as TargetName);
    let cursor = EMPTY_RECORD;
    const offsets = record.members.map((member) => {
      const placed = placeMember(cursor, shape(model, record, member), model, record.union);
      cursor = placed.cursor;
      return member.at === undefined ? undefined : placed.bitsOffset;
    });
    expect(offsets).toEqual(record.members.map(({ at }) => at));
    expect(finishRecord(cursor, record.aligned)).toEqual({ size: record.size, align: record.align });
  });

  const bpf = dataModel("bpf");
  const u8 = { size: 1, align: 1 };
  const u64 = { size: 8, align: 8 };

  it("a bit-field of width 0 closes its unit and, but on Arm, does not align the record", () => {
    for (const [target, size] of [
      ["bpf", 9],
      ["arm64", 16],
    ] as const) {
      const model = dataModel(target);
      const a = placeMember(EMPTY_RECORD, { ...u8, bitSize: 3 }, model);
      const gap = placeMember(a.cursor, { ...u64, bitSize: 0 }, model);
      const b = placeMember(gap.cursor, { ...u8, bitSize: 5 }, model);
      expect([b.bitsOffset, finishRecord(b.cursor).size]).toEqual([64, size]);
    }
  });

  it("a flexible array takes no room but aligns", () => {
    const a = placeMember(EMPTY_RECORD, u8, bpf);
    const data = placeMember(a.cursor, { size: 0, align: 8 }, bpf);
    expect([data.bitsOffset, finishRecord(data.cursor)]).toEqual([64, { size: 8, align: 8 }]);
    expect(finishRecord(EMPTY_RECORD)).toEqual({ size: 0, align: 1 });
  });

  it("is exact far beyond 32 bits, and leaves the cursor it is given alone", () => {
    const start = Object.freeze({ ...EMPTY_RECORD });
    const big = placeMember(start, { size: 0xffff_ffff, align: 1 }, bpf);
    const next = placeMember(big.cursor, u64, bpf);
    expect(next.bitsOffset).toBe(2 ** 35);
    expect(finishRecord(next.cursor).size).toBe(2 ** 32 + 8);
    expect(start).toEqual({ usedBits: 0, align: 1 });
  });
});

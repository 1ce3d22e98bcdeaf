/** Refusals about special fields, as Debian's 6.12 in a virtual machine gave them; and that each rule has a test. */
import { describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { verify, type KernelName } from "btfkit/kernel";
import { RULES, type VerifyRule } from "../../src/kernel/rules.js";
import { FIELD_CASES } from "./field-cases.js";
import { ALL_MESSAGES } from "./message-cases.js";
import { func, proto, raw, struct, types } from "./raw-types.js";

const vmlinux = btf().addStruct("list_head", 16).build();

it.each(FIELD_CASES)("$rule is $errno, without a text", ({ rule, errno, data, kernel = "debian-6.12" }) => {
  const verdict = verify(data, { kernel, vmlinux });
  expect(verdict).toMatchObject({ errno, at: { rule, kind: "STRUCT" } });
  // The log ends with the last type, as that of an accepted BTF does.
  expect(verdict.log).toBe(verify(data, { kernel: "6.1" }).log);
  expect(verdict.log.endsWith("\n")).toBe(true);
});

/** A layout section of some bytes more or less, behind strings that end where it begins. */
const layoutOf = (bytes: number, gap = 0): Uint8Array => {
  const plain = encode(btf().addInt("ints", 4).build());
  const data = new Uint8Array(plain.length + 8 + gap + bytes);
  data.set(plain.subarray(0, 24));
  data.set(plain.subarray(24), 32);
  const view = new DataView(data.buffer);
  view.setUint32(4, 32, true);
  view.setUint32(20, view.getUint32(20, true) + gap, true);
  view.setUint32(24, plain.length - 24 + gap, true);
  view.setUint32(28, bytes, true);
  return data;
};
const many = (flagged: boolean): Uint8Array => {
  // The id of the last type, cut to 16 bits, is that of a FUNC, which is resolved by then.
  const ints = Array.from({ length: 0xfffc }, () => raw("INT", { sizeOrType: 4, extra: [32] }));
  const members = struct(4, [0, 0x10003, 0], flagged);
  return types(
    proto(0),
    func(2, 0),
    members,
    ...ints,
    raw("PTR"),
    raw("CONST", { sizeOrType: 1 }),
    raw("CONST", { sizeOrType: 1 }),
  );
};

describe("messages that only other kernels have", () => {
  it.each<[VerifyRule, KernelName, Uint8Array, string]>([
    ["member-beyond-4.18", "4.18", types(struct(4, [0, 1, 40])), "Memmber bits_offset exceeds its struct size\n"],
    ["layout-alignment", "7.1", layoutOf(8, 1), "Unaligned layout_off"],
    ["layout-size", "7.1", layoutOf(3, 2), "Layout section is too small"],
    ["layout-length", "7.1", layoutOf(6, 2), "layout_len is not multiple of 4"],
    ["member-kind", "6.0", many(false), "[4] STRUCT s Unsupported check_member\n"],
    ["member-kind-flagged", "6.0", many(true), "[4] STRUCT s Unsupported check_kflag_member\n"],
  ])("%s on %s", (rule, kernel, data, ends) => {
    const { log, at } = verify(data, { kernel });
    expect(log.slice(-ends.length)).toBe(ends);
    expect(at?.rule).toBe(rule);
  });

  it("and 7.1 shows its header's two more fields", () => {
    const data = encode(btf().addInt("int", 4).build(), { layout: true });
    const { ok, log } = verify(data, { kernel: "7.1" });
    expect(ok).toBe(true);
    expect(log).toMatch(/^str_len: \d+\nlayout_off: \d+\nlayout_len: \d+\nbtf_total_size: /m);
  });
});

it("every rule has a hint of one sentence, and a case in one of the tests", () => {
  const here = new Set<string>([...FIELD_CASES, ...ALL_MESSAGES].map(({ rule }) => rule));
  const elsewhere: VerifyRule[] = [
    // Above.
    ...(["member-beyond-4.18", "layout-alignment", "layout-size", "layout-length"] as const),
    ...(["member-kind", "member-kind-flagged"] as const),
    // verify.test.ts.
    ...(["size-limit", "log-arguments", "log-full"] as const),
    // releases.test.ts.
    ...(["enum-size-4", "func-vlen", "datasec-empty", "member-type-16", "entry-var-type"] as const),
    // what-ifs.test.ts.
    ...(["entry-kind-extern", "entry-extern", "entry-mixed"] as const),
    // messages.test.ts: an accepted load logs it.
    "type-limit",
  ];
  expect([...here, ...elsewhere].sort()).toEqual(Object.keys(RULES).sort());
  for (const { hint } of Object.values(RULES)) expect(hint).toMatch(/^\S[^\n]{8,}[^.\s]$/);
});

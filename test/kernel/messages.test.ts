import { describe, expect, it } from "vitest";

import { defineBtf, encode } from "btfkit";
import { verify } from "btfkit/kernel";
import { RULES } from "../../src/kernel/rules.js";
import { ALL_MESSAGES, ALSO, HEADER, HEADS, METAS, RESOLVES } from "./message-cases.js";

describe.each([
  ["header and sections", HEADER],
  ["what all types have in common", HEADS],
  ["the meta pass", METAS],
  ["the resolve pass and after", RESOLVES],
  ["other ways to the same messages", ALSO],
] as const)("%s", (_, cases) => {
  it.each(cases)("$rule: $name", ({ rule, data, ends, errno = "EINVAL" }) => {
    const verdict = verify(data);
    expect(verdict.log.slice(-ends.length)).toBe(ends);
    expect(verdict.errno).toBe(errno);
    expect(verdict.at?.rule).toBe(rule);
    expect(verdict.at?.hint).toBe(RULES[rule].hint);
    expect(verify(data, { logLevel: 0 })).toMatchObject({ errno, log: "", at: verdict.at });
  });
});

it("Exceeded max num of types is logged, and the load goes on", () => {
  const count = 1_048_580;
  const graph = defineBtf((b) => {
    for (let i = 0; i < count; i++) b.addPtr(0);
  });
  const data = encode(graph);
  expect(verify(data, { logLevel: 0 }).ok).toBe(true);
  const { errno, log, logTrueSize } = verify(data, { logSize: 4096 });
  expect(errno).toBe("ENOSPC");
  expect(log.endsWith(`[${count}] PTR (anon) type_id=0\nExceeded max num of types`)).toBe(true);
  expect(log).toContain(`[${count - 1}] PTR (anon) type_id=0\nExceeded max num of types[${count}]`);
  expect(logTrueSize).toBeGreaterThan(4096);
});

it("every message of the fact sheet that 6.18 can print is here", () => {
  const rows = new Set(ALL_MESSAGES.map(({ rule }) => `${RULES[rule].form}: ${RULES[rule].text}`));
  const others = Object.values(RULES).filter(({ form, text }) => text !== "" && !rows.has(`${form}: ${text}`));
  expect(others.map(({ text }) => text).sort()).toEqual(
    [
      // An accepted load logs it: above.
      "Exceeded max num of types",
      // Older releases.
      "Expected size:4",
      // From 6.3 on it can't happen any more.
      "Invalid type",
      // A what-if.
      "Invalid size/offset",
      "Memmber bits_offset exceeds its struct size",
      "Mixes externs and definitions",
      "Neither a VAR nor a FUNC",
      // The layout section of 7.1.
      "Layout section is too small",
      "Unaligned layout_off",
      "layout_len is not multiple of %u",
      // Before 6.1, for ids above 65535.
      "Unsupported check_kflag_member",
      "Unsupported check_member",
      "vlen == 0",
    ].sort(),
  );
  expect(rows.size).toBe(68);
});

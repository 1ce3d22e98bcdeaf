/** 16 MiB of each hostile shape: the benchmark has the times, here they may not be far from them. */
import { describe, expect, it } from "vitest";

import { explain, verify } from "btfkit/kernel";
import { bigStruct, HOSTILE } from "./hostile-cases.js";

/** Within a second on an idle machine; were one of them quadratic, it would take minutes at least. */
const MOST_MS = 8000;

/** What a call gives, once it is sure that it took little of the processor's time. */
function quickly<T>(run: () => T, most = MOST_MS): T {
  const started = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(most);
  return value;
}

describe("16 MiB, or all ids that a kernel keeps, of", () => {
  it.each(HOSTILE)("$name", ({ build, errno, rule, kernel = "6.18" }) => {
    const data = build();
    expect(data.length).toBeGreaterThan(11 * 2 ** 20);
    expect(data.length).toBeLessThanOrEqual(2 ** 24);
    const verdict = quickly(() => verify(data, { kernel, logLevel: 0 }));
    expect(verdict.errno).toBe(errno);
    expect(verdict.at?.rule).toBe(rule);
    const picture = quickly(() => explain(verdict, data));
    expect(picture.startsWith("accepted")).toBe(verdict.ok);
  });

  it("members whose log has 500 MB: its last MiB is kept", () => {
    const name = "n".repeat(340);
    const data = bigStruct(name);
    const verdict = quickly(() => verify(data, { kernel: "bpf-next", logSize: 2 ** 20 }), 4 * MOST_MS);
    expect(verdict.errno).toBe("ENOSPC");
    expect(verdict.logTrueSize).toBeGreaterThan(500e6);
    expect(verdict.logBytes).toHaveLength(2 ** 20 - 1);
    expect(verdict.log.endsWith(`\t${name} type_id=1 bits_offset=0\n`)).toBe(true);
  });
});

/** What each release brought, before and after it; and that nothing else changed in between. */
import { describe, expect, expectTypeOf, it } from "vitest";

import { isBtfError } from "btfkit";
import { KERNELS, verify, WHAT_IFS, type KernelName, type KernelToken, type Verdict } from "btfkit/kernel";
import { RELEASE_CASES, type Said } from "./release-cases.js";

const MAINLINE = KERNELS.filter(({ from }) => from === undefined);
const kernelBefore = (kernel: KernelName): KernelName => {
  return MAINLINE[MAINLINE.findIndex((row) => row.kernel === kernel) - 1]!.kernel;
};

function expectSaid({ errno, log, at }: Verdict, said: Said): void {
  if (said === "ok") {
    expect({ errno, at }).toEqual({ errno: 0, at: undefined });
    return;
  }
  const [word, ends] = said;
  expect({ errno, log: log.slice(log.length - ends.length) }).toEqual({ errno: word, log: ends });
  expect(at?.hint).toMatch(/^\S.*[^.\s]$/);
}

describe.each(RELEASE_CASES)("$token", ({ token, between: [old, kernel], data, before, after, options }) => {
  it(`${old} and ${kernel} differ`, () => {
    expect(kernelBefore(kernel)).toBe(old);
    expectSaid(verify(data, { kernel: old, ...options }), before);
    expectSaid(verify(data, { kernel, ...options }), after);
  });

  it("is that change, and not another of the release", () => {
    const row = MAINLINE.find((candidate) => candidate.kernel === kernel)!;
    expect(row.changes.map((change) => change.token)).toContain(token);
    const verdict = verify(data, { kernel: old, with: [token], ...options });
    expectSaid(verdict, after);
    expect(verdict.log).toBe(verify(data, { kernel, ...options }).log);
  });
});

describe("KERNELS", () => {
  it("every change has a name, a text and a source, and a case above or in the tests of what-ifs", () => {
    const changes = [...MAINLINE.flatMap((row) => row.changes), ...WHAT_IFS];
    const tokens = changes.map(({ token }) => token);
    expect(new Set(tokens).size).toBe(tokens.length);
    for (const { token, text, source } of changes) {
      expect(token).toMatch(/^[a-z]+[a-z0-9-]*$/);
      expect(text.length).toBeGreaterThan(4);
      expect(source.length).toBeGreaterThan(4);
    }
    const seen = RELEASE_CASES.map(({ token }) => token);
    const rest: KernelToken[] = ["first-kinds", "extern-func-in-datasec", "extern-var", "datasec-all-or-no-externs"];
    expect([...seen, ...rest].sort()).toEqual([...tokens].sort());
  });

  it("a release without changes accepts what the one before accepts", () => {
    const still = MAINLINE.slice(1).filter(({ changes }) => changes.length === 0);
    expect(still.length).toBeGreaterThan(10);
    for (const { kernel, accepts } of still) {
      expect(accepts).toEqual(MAINLINE.find((row) => row.kernel === kernelBefore(kernel))!.accepts);
    }
  });

  it("goes from 4.18 to bpf-next without a gap, and distributions' kernels come last", () => {
    const names = KERNELS.map(({ kernel }) => kernel);
    expect(names[0]).toBe("4.18");
    for (const name of ["5.15", "6.1", "6.18", "7.1", "bpf-next"] as const) expect(names).toContain(name);
    expect(names.slice(-2)).toEqual(["debian-6.1", "debian-6.12"]);
  });

  it("debian-6.1 is 6.1 with its backports", () => {
    const row = KERNELS.find(({ kernel }) => kernel === "debian-6.1")!;
    const tokens = row.changes.map(({ token }) => token);
    expect(row.from).toBe("6.1");
    expect([...tokens].sort()).toEqual(["datasec-mode-reset", "identifier-dots", "no-datasec-params"]);
    for (const { data, options } of RELEASE_CASES) {
      const { errno, log } = verify(data, { kernel: "debian-6.1", ...options });
      expect(verify(data, { kernel: "6.1", with: tokens, ...options })).toMatchObject({ errno, log });
    }
  });

  it("is data that nobody can change", () => {
    const { accepts } = KERNELS[0]!;
    expect(Object.isFrozen(accepts)).toBe(true);
    expect([...accepts.kinds]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

it("names of kernels and changes are typed, and others are refused in a sentence", () => {
  const data = RELEASE_CASES[0]!.data;
  expectTypeOf<"extern-func-in-datasec">().toExtend<KernelToken>();
  expectTypeOf<"debian-6.1">().toExtend<KernelName>();
  // @ts-expect-error not a token
  const token = (): Verdict => verify(data, { with: ["extern-funcs"] });
  // @ts-expect-error not a kernel
  const kernel = (): Verdict => verify(data, { kernel: "4.17" });
  for (const [call, subject] of [
    [token, 'verify(): with "extern-funcs" is not known; expected one of first-kinds, '],
    [kernel, 'verify(): kernel "4.17" is not known; expected one of 4.18, '],
  ] as const) {
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    expect(isBtfError(error)).toBe(true);
    expect(error).toMatchObject({ code: "ENOENT", rule: "unknown-kernel" });
    expect((error as Error).message.startsWith(subject)).toBe(true);
  }
});

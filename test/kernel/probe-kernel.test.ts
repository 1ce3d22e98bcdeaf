/** What is found out about a kernel by asking it: here the verifier stands in for kernels of every release. */
import { describe, expect, it } from "vitest";

import { btf, encode, isBtfError } from "btfkit";
import { KERNELS, lower, probeKernel, verify, type KernelName, type KernelToken } from "btfkit/kernel";
import { detectFeatures, loadBtf } from "btfkit/node";
import { kernelOracle } from "../kernel-oracle.js";

const asked = (kernel: KernelName, release: string, host: "little" | "big" = "little") =>
  probeKernel((bytes) => verify(bytes, { kernel, host, logLevel: 0 }).ok, { release, host });

/** What no small BTF shows. */
const UNSEEN: ReadonlySet<KernelToken> = new Set(["unique-nested-fields", "ownership-depth"]);

describe("probeKernel", () => {
  it.each(KERNELS.filter(({ kernel }) => kernel !== "bpf-next").map((row) => [row.kernel, row] as const))(
    "finds in %s what KERNELS says of it",
    (kernel, { from, accepts, changes }) => {
      for (const host of ["little", "big"] as const) {
        const found = asked(kernel, `${from ?? kernel}.7-amd64`, host);
        expect(found.kernel).toBe(from ?? kernel);
        const backports = from === undefined ? [] : changes.map(({ token }) => token);
        const seen = backports.filter((token) => !UNSEEN.has(token));
        expect([...found.added].sort()).toEqual([...seen].sort());
        expect(found.missing).toEqual([]);
        if (seen.length === backports.length) expect(found.accepts).toEqual(accepts);
      }
    },
  );

  it("tells what libbpf asks for", () => {
    const none = {
      func: false,
      "global-func": false,
      datasec: false,
      "qmark-datasec": false,
      float: false,
      "decl-tag": false,
      "type-tag": false,
      enum64: false,
      layout: false,
    };
    expect(asked("4.18", "4.18.0").features).toEqual(none);
    expect(asked("5.4", "5.4.0").features).toEqual({ ...none, func: true, datasec: true });
    expect(asked("6.0", "6.0.0").features).toEqual({
      ...none,
      func: true,
      "global-func": true,
      datasec: true,
      float: true,
      "decl-tag": true,
      "type-tag": true,
      enum64: true,
    });
    expect(Object.values(asked("7.1", "7.1.0").features)).not.toContain(false);
  });

  it("believes the kernel more than its release, as distributions port back", () => {
    const found = asked("5.14", "4.18.0-553.el8.x86_64");
    expect(found).toMatchObject({ kernel: "4.18", missing: [], release: "4.18.0-553.el8.x86_64" });
    expect(found.added).toContain("float");
    expect(asked("5.10", "6.1.0").missing).toContain("enum64");
  });

  it.each([
    ["6.18.44-fc", "6.18"],
    ["6.18", "6.18"],
    ["9.3.0", "7.1"],
    ["7.0.0-rc1+", "7.0"],
    ["3.10.0", "4.18"],
    ["unknown", "4.18"],
  ])("takes %s for %s", (release, kernel) => {
    expect(asked("6.18", release).kernel).toBe(kernel);
  });

  it("gives a kernel for verify and lower", () => {
    const graph = btf()
      .addEnum64("e", 8)
      .addEnum64Value("A", 1n << 40n)
      .addTypedef("a.b", 1)
      .build();
    const kernel = asked("debian-6.1", "6.1.0");
    expect(verify(graph, { kernel }).ok).toBe(true);
    expect(lower(graph, { kernel }).graph).toBe(graph);
    expect(verify(graph, { kernel: "6.1" }).ok).toBe(false);
    expect(verify(graph, { kernel: { kernel: "6.1", accepts: kernel.accepts } }).ok).toBe(true);
    const func = btf().addFunc("f", "extern", "void (void)").build();
    expect(verify(func, { kernel }).ok).toBe(false);
    expect(verify(func, { kernel, with: ["extern-func-in-datasec"] }).ok).toBe(true);
  });
});

const oracle = kernelOracle();

describe("detectFeatures", () => {
  it.skipIf(!oracle.available)(
    `asks the running kernel${oracle.available ? "" : ` (skipped: ${oracle.reason})`}`,
    () => {
      const kernel = detectFeatures();
      expect(kernel.features["func"]).toBe(true);
      const graph = btf().addInt("int", 4, "signed").addKsym("int foo(int)").addFloat("f", 4).build();
      const { graph: lowered } = lower(graph, { kernel });
      const { errno, log } = loadBtf(encode(lowered));
      expect({ errno, log }).toMatchObject({ errno: 0, log: verify(lowered, { kernel }).log });
    },
  );

  it.skipIf(oracle.available)("says why where it can't", () => {
    let error: unknown;
    try {
      detectFeatures();
    } catch (thrown) {
      error = thrown;
    }
    expect(isBtfError(error) && error.rule).toMatch(/^bpf-/);
  });
});

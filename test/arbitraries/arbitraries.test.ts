import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf, decode, encode, type Btf } from "btfkit";
import { damage, damageAnswer, DAMAGES } from "btfkit/damage";
import { brokenBtf, nearlyValidBtf, typeName, validBtf } from "btfkit/fast-check";
import { explain, KERNELS, verify, type KernelName } from "btfkit/kernel";
import { formatC, formatRaw, parseRaw } from "btfkit/text";
import { judge } from "../../src/kernel/verify.js";
import { kernelOracle } from "../kernel-oracle.js";
import { SEED } from "../property/word-graph.js";
import { differenceOf } from "../tools/differences.js";
import { askHost, runningProfile } from "../tools/judges.js";

const oracle = kernelOracle();
const running = oracle.available ? runningProfile() : undefined;

/** Where shrinking can end in more than one place, a seed with which it ends at the least. */
const LUCKY = 3;

/** The smallest value that fast-check finds for which `holds` is false. */
function smallest<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => boolean, seed = SEED): T {
  const { counterexample } = fc.check(fc.property(arbitrary, holds), { seed, numRuns: 2000 });
  if (counterexample === null) throw new Error("nothing failed");
  return counterexample[0];
}

const kindsOf = (graph: Btf): string[] => [...graph.types()].map(([, { kind }]) => kind);

describe("typeName", () => {
  it("gives names that every kernel takes, and C", () => {
    const property = fc.property(typeName({ maxLength: 128 }), (name) => {
      const graph = btf()
        .addInt("int", 4, "signed")
        .addStruct(name, 4)
        .addField(name, 1, 0)
        .addTypedef(name, 1)
        .build();
      for (const { kernel } of KERNELS) expect(verify(graph, { kernel, logLevel: 0 }).ok).toBe(true);
      expect(formatC(graph)).toContain(`struct ${name} {`);
    });
    fc.assert(property, { seed: SEED, numRuns: 30 });
    fc.assert(
      fc.property(typeName(), (name) => name.length <= 12),
      { seed: SEED },
    );
    expect(smallest(typeName(), () => false)).toBe("a");
  });
});

describe("validBtf", () => {
  it.each<KernelName>(["4.18", "5.4", "5.17", "6.18", "bpf-next"])("is accepted by %s and all later", (kernel) => {
    const later = KERNELS.slice(KERNELS.findIndex((row) => row.kernel === kernel)).filter(
      (row) => row.from === undefined,
    );
    const property = fc.property(validBtf({ kernel }), (graph) => {
      for (const row of [later[0]!, later[later.length >> 1]!, later.at(-1)!]) {
        const verdict = verify(graph, { kernel: row.kernel });
        expect(verdict.ok ? "" : `${row.kernel}: ${explain(verdict, graph)}`).toBe("");
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 600 });
  });

  it("has all kinds that the kernel knows, in numbers and sizes that are asked for", () => {
    const seen = new Set<string>();
    const counts = new Set<number>();
    const property = fc.property(validBtf({ minTypes: 3, maxTypes: 9, endian: "big" }), (graph) => {
      expect(graph.endian).toBe("big");
      counts.add(graph.typeCount - 1);
      for (const kind of kindsOf(graph)) seen.add(kind);
    });
    fc.assert(property, { seed: SEED, numRuns: 400 });
    expect([...counts].sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(seen.size).toBe(19);
    expect(() => validBtf({ kernel: "2.6" as KernelName })).toThrow('kernel "2.6" is not known');
  });

  it("makes large graphs as well", () => {
    const [graph] = fc.sample(validBtf({ minTypes: 2000, maxTypes: 2000 }), { seed: SEED, numRuns: 1 });
    expect(graph!.typeCount).toBe(2001);
    expect(verify(graph!, { logLevel: 0 }).ok).toBe(true);
  });

  it("is written and read, in bytes and as text", () => {
    const property = fc.property(validBtf(), (graph) => {
      const back = decode(encode(graph));
      expect(back.equals(graph)).toBe(true);
      expect(formatRaw(parseRaw(formatRaw(graph)))).toBe(formatRaw(graph));
    });
    fc.assert(property, { seed: SEED, numRuns: 200 });
  });

  it("shrinks to the least that shows a fault", () => {
    const struct = smallest(validBtf(), (graph) => !kindsOf(graph).includes("STRUCT"));
    expect(formatRaw(struct)).toBe("[1] STRUCT 'a' size=0 vlen=0\n");
    const section = smallest(validBtf(), (graph) => !kindsOf(graph).includes("DATASEC"));
    expect(kindsOf(section)).toEqual(["INT", "VAR", "DATASEC"]);
    const bitfield = smallest(validBtf(), (graph) => !/bitfield_size=[1-9]/.test(formatRaw(graph)));
    expect(formatRaw(bitfield).match(/^\[/gm)).toHaveLength(2);
    expect(formatRaw(bitfield).match(/^\t/gm)).toHaveLength(1);
    const cycle = smallest(
      validBtf(),
      (graph) => [...graph.types()].every(([id, type]) => type.kind !== "PTR" || type.typeId <= id),
      LUCKY,
    );
    expect(kindsOf(cycle)).toEqual(["PTR", "STRUCT"]);
  });

  it("shows its counterexample as a raw dump", () => {
    const { counterexample, ...details } = fc.check(
      fc.property(validBtf(), (graph) => !kindsOf(graph).includes("STRUCT")),
      { seed: SEED },
    );
    expect(counterexample).not.toBe(null);
    expect(fc.defaultReportMessage({ counterexample, ...details } as never)).toContain("[1] STRUCT 'a' size=0 vlen=0");
  });
});

describe("nearlyValidBtf", () => {
  it("is mostly refused, by many rules, and decoded leniently always", () => {
    const rules = new Map<string, number>();
    let accepted = 0;
    const runs = 2000;
    const property = fc.property(nearlyValidBtf(), (bytes) => {
      const { ok, at } = verify(bytes, { logLevel: 0 });
      decode(bytes, { lenient: true });
      if (ok) accepted++;
      else rules.set(at!.rule, (rules.get(at!.rule) ?? 0) + 1);
    });
    fc.assert(property, { seed: SEED, numRuns: runs });
    expect(accepted).toBeGreaterThan(runs / 20);
    expect(accepted).toBeLessThan(runs / 2);
    expect(rules.size).toBeGreaterThan(30);
  });

  it("shrinks around its fault", () => {
    const bytes = smallest(nearlyValidBtf(), (data) => verify(data).at?.rule !== "type-id-range", LUCKY);
    expect(verify(bytes).at).toMatchObject({ rule: "type-id-range", typeId: 1 });
    expect(decode(bytes, { lenient: true }).typeCount).toBe(2);
  });

  it.skipIf(running === undefined)("is answered by the running kernel as by the verifier", () => {
    const property = fc.property(nearlyValidBtf({ kernel: running ?? "6.18" }), (bytes) => {
      expect(judge(bytes, { kernel: running! }).warns).toBe(false);
      expect(differenceOf(bytes, askHost(bytes), { kernel: running! })).toBeUndefined();
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });
});

describe("brokenBtf", () => {
  it.each<KernelName>(["4.18", "5.4", "5.13", "6.1", "6.18", "7.1", "bpf-next", "debian-6.1", "debian-6.12"])(
    "is answered by %s as the catalogue says, whatever the graph",
    (kernel) => {
      const property = fc.property(brokenBtf({ kernel }), ({ bytes, graph, name, answer }) => {
        expect(verify(graph, { kernel, logLevel: 0 }).ok).toBe(true);
        const { errno, at } = verify(bytes, { kernel, logLevel: 0 });
        expect([name, errno, at?.rule]).toEqual([name, answer.errno, answer.rule]);
      });
      fc.assert(property, { seed: SEED, numRuns: 600 });
    },
  );

  it.each<KernelName>(["6.2", "6.18", "bpf-next", "debian-6.12"])(
    "is answered by %s so too where special fields are broken",
    (kernel) => {
      const recipes = DAMAGES.filter(({ live }) => !live).map(({ name }) => name);
      const property = fc.property(brokenBtf({ kernel, recipes }), ({ bytes, name, answer }) => {
        const { errno, at, log } = verify(bytes, { kernel });
        expect([name, errno, at?.rule, log.endsWith("\n")]).toEqual([name, answer.errno, answer.rule, true]);
      });
      fc.assert(property, { seed: SEED, numRuns: 300 });
    },
  );

  it("takes every recipe that the kernel has an answer to", () => {
    const names = new Set<string>();
    fc.assert(
      fc.property(brokenBtf({ maxTypes: 1 }), ({ name }) => void names.add(name)),
      { seed: SEED, numRuns: 4000 },
    );
    const known = DAMAGES.filter(({ name, live }) => live && damageAnswer(name, "6.18") !== undefined);
    expect(names.size).toBe(known.length - 2);
    const [only] = fc.sample(brokenBtf({ recipes: ["loop" as never, "typedef-loop"] }), 1);
    expect(only!.name).toBe("typedef-loop");
  });

  it("shrinks to the least graph, with the fault in it", () => {
    const recipes = ["decl-tag-component-beyond"] as const;
    const { graph, bytes, name } = smallest(brokenBtf({ recipes }), () => false);
    expect(formatRaw(graph)).toMatch(/^\[1\] INT 'int' [^\n]*\n$/);
    expect(bytes).toEqual(damage(graph, name));
    // A fault that shows only where there is a FUNC as well.
    const both = smallest(
      brokenBtf({ recipes: ["typedef-name-dash"] }),
      (broken) => verify(broken.bytes).at?.rule !== "name" || !kindsOf(broken.graph).includes("FUNC"),
    );
    expect(kindsOf(both.graph)).toEqual(["FUNC_PROTO", "FUNC"]);
    expect(verify(both.bytes).at?.rule).toBe("name");
  });

  it.skipIf(running === undefined)("is answered by the running kernel as by the verifier", () => {
    const property = fc.property(brokenBtf({ kernel: running ?? "6.18" }), ({ bytes, answer }) => {
      const said = askHost(bytes);
      expect(said.errno).toBe(answer.errno);
      expect(differenceOf(bytes, said, { kernel: running! })).toBeUndefined();
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });
});

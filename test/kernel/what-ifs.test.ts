/** What the proposal of 2021 would have let through, and what each idea of its thread would refuse. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf } from "btfkit";
import { verify, WHAT_IFS, type KernelToken } from "btfkit/kernel";
import { anyBlob } from "./arbitraries.js";
import { datasec, func, proto, types, variable } from "./raw-types.js";

const PROPOSAL: KernelToken[] = ["extern-func-in-datasec"];
const EXTERN_VAR: KernelToken[] = ["extern-var"];
const UNMIXED: KernelToken[] = ["extern-func-in-datasec", "extern-var", "datasec-all-or-no-externs"];

/** The last line of the log. */
const last = (log: string): string | undefined => log.trimEnd().split("\n").at(-1);

/** What clang writes for an extern kernel function, and for an extern variable beside it. */
const ksyms = btf()
  .addInt("int", 4, "signed")
  .addStruct("sock", 4)
  .addField("family", "int", 0)
  .addFuncProto("int")
  .addFuncParam("", "struct sock *")
  .addFunc("foo", "extern", 3)
  .addDatasec(".ksyms", 0)
  .addDatasecVarInfo("foo", 0, 0)
  .build();
const externVar = btf()
  .addInt("int", 4, "signed")
  .addVar("v", "extern", "int")
  .addDatasec(".kconfig", 0)
  .addDatasecVarInfo("v", 0, 0)
  .build();

it("WHAT_IFS are the three of the thread", () => {
  expect(WHAT_IFS.map(({ token }) => token)).toEqual([
    "extern-func-in-datasec",
    "extern-var",
    "datasec-all-or-no-externs",
  ]);
});

/** A section of 8 bytes with entries of an int. */
const entry = (words: readonly number[]) => verify(types(variable(), datasec(8, words)), { with: PROPOSAL });

describe("extern-func-in-datasec", () => {
  it("takes what clang writes for an extern kernel function, which every kernel refuses", () => {
    expect(verify(ksyms)).toMatchObject({ errno: "EINVAL", at: { rule: "func-linkage", typeId: 5 } });
    expect(verify(ksyms, { with: PROPOSAL })).toMatchObject({ ok: true, errno: 0 });
    expect(verify(ksyms, { kernel: "5.13", with: PROPOSAL }).ok).toBe(true);
    expect(verify(ksyms, { with: EXTERN_VAR }).at?.rule).toBe("func-linkage");
  });

  it.each([
    ["an extern's entry with a size", datasec(4, [3, 0, 4]), 2, "Invalid size/offset"],
    ["an extern's entry with an offset", datasec(4, [3, 4, 0]), 2, "Invalid size/offset"],
    ["a FUNC that is no extern", datasec(4, [3, 0, 4]), 1, "Neither a VAR nor a FUNC"],
    ["an INT", datasec(4, [1, 0, 4]), 2, "Neither a VAR nor a FUNC"],
  ] as const)("refuses %s", (_, section, linkage, text) => {
    const data = types(proto(0), func(2, linkage), section);
    const verdict = verify(data, { with: PROPOSAL });
    expect(verdict.errno).toBe("EINVAL");
    expect(last(verdict.log)).toMatch(new RegExp(`^\\t type_id=\\d offset=\\d size=\\d ${text}$`));
    expect(verdict.at).toMatchObject({ typeId: 4, kind: "DATASEC", index: 0 });
  });

  it("measures the entries of VARs in the resolve pass", () => {
    expect(entry([2, 0, 4]).ok).toBe(true);
    expect(last(entry([2, 0, 0]).log)).toBe("\t type_id=2 offset=0 size=0 Invalid size");
    expect(last(entry([2, 0, 3]).log)).toBe("\t type_id=2 offset=0 size=3 Invalid size");
    expect(last(entry([2, 8, 4]).log)).toBe("[3] DATASEC .data size=8 vlen=1 Invalid btf_info size");
    expect(last(entry([2, 4, 4, 2, 0, 4]).log)).toBe("\t type_id=2 offset=0 size=4 Invalid offset");
  });

  it("wants names of parameters but from externs", () => {
    const unnamed = proto(0, [0, 1]);
    expect(verify(types(unnamed, func(2, 2)), { with: PROPOSAL }).ok).toBe(true);
    expect(last(verify(types(unnamed, func(2, 1)), { with: PROPOSAL }).log)).toBe("[3] FUNC f type_id=2 Invalid arg#1");
    expect(last(verify(types(proto(0), func(2, 3)), { with: PROPOSAL }).log)).toContain("Invalid func linkage");
  });
});

describe("extern-var", () => {
  it("takes extern VARs as compilers write them", () => {
    expect(last(verify(externVar).log)).toBe("[2] VAR v type_id=1 linkage=2 Linkage not supported");
    expect(verify(externVar, { with: EXTERN_VAR }).ok).toBe(true);
    expect(verify(externVar, { with: PROPOSAL }).at?.rule).toBe("var-linkage");
  });

  it("wants their entries at offset 0 with size 0", () => {
    const data = types(variable(1, 2), datasec(8, [2, 0, 4]));
    expect(last(verify(data, { with: EXTERN_VAR }).log)).toBe("\t type_id=2 offset=0 size=4 Invalid size/offset");
  });
});

describe("datasec-all-or-no-externs", () => {
  it("refuses a section with both, which the proposal took", () => {
    const data = types(proto(0), func(2, 2), variable(), datasec(4, [3, 0, 0, 4, 0, 4]));
    expect(verify(data, { with: PROPOSAL }).ok).toBe(true);
    const { log, at } = verify(data, { with: UNMIXED });
    expect(last(log)).toBe("\t type_id=4 offset=0 size=4 Mixes externs and definitions");
    expect(at).toMatchObject({ rule: "entry-mixed", typeId: 5, index: 1 });
    for (const graph of [ksyms, externVar]) expect(verify(graph, { with: UNMIXED }).ok).toBe(true);
  });
});

it("what a kernel accepts is accepted with the two that let more through", () => {
  let accepted = 0;
  const property = fc.property(anyBlob, (blob) => {
    if (!verify(blob, { logLevel: 0 }).ok) return;
    accepted++;
    expect(verify(blob, { logLevel: 0, with: [...PROPOSAL, ...EXTERN_VAR] }).at).toBeUndefined();
  });
  fc.assert(property, { numRuns: 3000 });
  expect(accepted).toBeGreaterThan(900);
});

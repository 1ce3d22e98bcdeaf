/** What is too much for a release, and what is much. */
import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, isBtfError, type Btf } from "btfkit";
import { lower, verify, type KernelName } from "btfkit/kernel";
import { KERNEL_BTF } from "btfkit/node";

function refusal(graph: Btf, kernel: KernelName): { code: string; rule: string; message: string } {
  try {
    lower(graph, { kernel });
  } catch (error) {
    if (isBtfError(error)) return { code: error.code, rule: error.rule, message: error.message };
    throw error;
  }
  throw new Error("it was not refused");
}

/** A graph of `count` types of many kinds, with few names. */
function manyTypes(count: number): Btf {
  return defineBtf((b) => {
    const int = b.addInt("int", 4, "signed");
    const float = b.addFloat("float", 4);
    const big = b.addEnum64("big", 8);
    b.addEnum64Value("A", 1n << 40n);
    for (let id = big; id < count;) {
      const name = `s${id % 3000}`;
      const struct = b.addStruct(name, 24);
      b.addField("a", int, 0);
      b.addField("b", float, 32);
      b.addField("c", big, 64);
      b.addField("d", int, 128, 5);
      const pointer = b.addPtr(struct);
      const proto = b.addFuncProto(int);
      b.addFuncParam("", pointer);
      b.addFuncParam("x", int);
      const variable = b.addVar(name, "global", pointer);
      b.addDatasec(".data", 8);
      b.addDatasecVarInfo(variable, 0, 8);
      b.addTypeTag("tag", struct);
      id = Number(b.addConst(proto));
    }
  });
}

const NO_KERNEL = existsSync(KERNEL_BTF) ? "" : ` (skipped: there is no ${KERNEL_BTF})`;

describe.skipIf(NO_KERNEL !== "")(`the running kernel's types${NO_KERNEL}`, () => {
  const bytes = NO_KERNEL === "" ? readFileSync(KERNEL_BTF) : new Uint8Array();

  it("lower to 5.5 and are taken there", () => {
    const graph = decode(bytes);
    const { graph: lowered, rewrites } = lower(graph, { kernel: "5.5" });
    expect(lowered).not.toBe(graph);
    expect(rewrites.length).toBeGreaterThan(0);
    expect(verify(lowered, { kernel: "5.5", logLevel: 0 })).toMatchObject({ ok: true });
    expect(lower(lowered, { kernel: "5.5" }).graph).toBe(lowered);
  });

  it.each(["5.4", "5.0", "4.18"] as const)("to %s it is one error that names the limits", (kernel) => {
    const graph = decode(bytes);
    const { code, rule, message } = refusal(graph, kernel);
    expect({ code, rule }).toEqual({ code: "E2BIG", rule: "kernel-limits" });
    expect(message).toMatch(
      /^lower\(\): Linux [\d.]+ has limits that no rewrite keeps: [\d,]+ types over 65,535 ids, void included; [\d,]+ bytes of strings over 65,536$/,
    );
    expect(message).toContain(`${(graph.typeCount - 1).toLocaleString("en-US")} types`);
  });
});

describe("many types", () => {
  it("60,000 types with less than 64 KiB of names lower to 4.18 and are taken there", () => {
    const graph = manyTypes(60_000);
    expect(graph.typeCount).toBeGreaterThan(60_000);
    const { graph: lowered, rewrites } = lower(graph, { kernel: "4.18" });
    expect(rewrites.length).toBeGreaterThan(50_000);
    expect(verify(lowered, { kernel: "4.18", logLevel: 0 })).toMatchObject({ ok: true });
    expect(lower(lowered, { kernel: "4.18" }).graph).toBe(lowered);
  });

  it("what is added counts too", () => {
    const graph = defineBtf((b) => {
      b.addEnum64("big", 8);
      b.addEnum64Value("A", 1);
      for (let i = 2; i < 65_535; i++) b.addPtr(1);
    });
    expect(verify(lower(graph, { kernel: "bpf-next" }).graph, { kernel: "bpf-next", logLevel: 0 }).ok).toBe(true);
    const { code, message } = refusal(graph, "5.4");
    expect(code).toBe("E2BIG");
    expect(message).toMatch(/65,535 types over 65,535 ids.*what was added for it included$/);
  });

  it("more elements than vlen had bits for are an error that names the type", () => {
    const graph = defineBtf((b) => {
      b.addEnum("wide", 4);
      for (let i = 0; i < 70_000; i++) b.addEnumValue("A", i);
    });
    expect(lower(graph, { kernel: "bpf-next" }).graph).toBe(graph);
    expect(refusal(graph, "7.1")).toMatchObject({
      rule: "kernel-limits",
      message: expect.stringContaining("70,000 elements of ENUM [1] over 65,535") as string,
    });
  });

  it("more than 16 MiB are an error for every kernel", () => {
    const graph = btf()
      .addInt("i".repeat(1 << 24), 4)
      .build();
    expect(refusal(graph, "bpf-next").message).toMatch(/bytes over 16,777,216/);
  });
});

describe("more than 65,535 types before 6.1, which cut the id of a member", () => {
  /** A STRUCT with members whose types come behind it, above 65,535, and have to be resolved on the way. */
  const graph = defineBtf((b) => {
    const int = b.addInt("int", 4, "signed");
    b.addStruct("holder", 16);
    b.addField("typed", 70_001, 0);
    b.addField("nested", 70_002, 64);
    for (let i = 3; i < 70_001; i++) b.addPtr(int);
    b.addTypedef("number", int);
    b.addStruct("inner", 8);
    b.addField("x", int, 0);
  });

  it.each(["5.5", "5.15", "6.0"] as const)(
    "%s: such a member gets an INT of its size, above what is cut or not",
    (kernel) => {
      expect(verify(graph, { kernel, logLevel: 0 })).toMatchObject({ ok: false, at: { rule: "member-type-16" } });
      const { graph: lowered, rewrites } = lower(graph, { kernel });
      const made = rewrites.filter(({ rule, index }) => rule === "member-id-16" && index !== undefined);
      expect(made.map(({ id, index, before }) => ({ id, index, before }))).toEqual([
        { id: 2, index: 0, before: "6.1" },
        { id: 2, index: 1, before: "6.1" },
      ]);
      expect(made[0]!.text).toContain("16 bits");
      expect(lowered.sizeOf(2)).toBe(16);
      const holder = lowered.type(2);
      const members = holder.kind === "STRUCT" ? holder.members : [];
      expect(members.map(({ typeId }) => lowered.sizeOf(typeId))).toEqual([4, 8]);
      expect(verify(lowered, { kernel, logLevel: 0 })).toMatchObject({ ok: true });
      expect(lower(lowered, { kernel }).graph).toBe(lowered);
    },
  );

  it("6.1 needs nothing", () => {
    expect(lower(graph, { kernel: "6.1" }).graph).toBe(graph);
    expect(verify(graph, { kernel: "6.1", logLevel: 0 }).ok).toBe(true);
  });
});

describe("deep graphs", () => {
  it("a chain of 100,000 references and a struct nested in itself end", () => {
    const deep = defineBtf((b) => {
      b.addFloat("float", 4);
      for (let i = 1; i < 100_000; i++) b.addConst(i);
    });
    for (const kernel of ["5.5", "6.0", "6.18"] as const) {
      const { graph } = lower(deep, { kernel });
      expect(verify(graph, { kernel, logLevel: 0 }).at?.rule).toBe(
        verify(deep, { kernel: "6.18", logLevel: 0 }).at?.rule,
      );
    }
    const itself = btf().addFloat("float", 4).addStruct("s", 4).addField("self", 2, 0).addField("f", 1, 0).build();
    expect(verify(lower(itself, { kernel: "5.12" }).graph, { kernel: "5.12" }).errno).toBe("EEXIST");
  });

  it("a kptr to a typedef of itself, which no kernel takes, ends", () => {
    const graph = btf()
      .addTypedef("t", 2)
      .addTypedef("u", 1)
      .addTypeTag("kptr", 1)
      .addPtr(3)
      .addStruct("s", 8)
      .addField("p", 4, 0)
      .addStruct("bpf_spin_lock", 8)
      .addStruct("holder", 8)
      .addField("lock", 6, 0)
      .build();
    for (const kernel of ["6.2", "6.12", "bpf-next"] as const) {
      expect(lower(graph, { kernel }).graph).toBe(graph);
      expect(verify(graph, { kernel })).toMatchObject({ errno: "EEXIST", at: { rule: "loop", typeId: 1 } });
    }
  });
});

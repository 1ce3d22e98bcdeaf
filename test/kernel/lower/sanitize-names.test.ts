import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { btf, decode, defineBtf, isBtfError } from "btfkit";
import { KERNELS, sanitizeNames, verify, type KernelName, type SanitizeOptions } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";
import { classifyNames } from "../../../src/kernel/names.js";
import { NameCheck } from "../../../src/kernel/lower/name-check.js";
import { profileOf } from "../../../src/kernel/releases.js";
import { SEED } from "../../property/word-graph.js";

/** What a compiler of Rust writes, and others. */
const graph = btf()
  .addInt("u8<x>", 1)
  .addStruct("core::option::Option<u32>", 4)
  .addField("__0", 1, 0)
  .addField("a-b", 1, 8)
  .addTypedef("core::option::Option<u32>", 2)
  .addTypedef("a_b", 1)
  .addEnum("1st", 4)
  .addEnumValue("A::B", 1)
  .addFuncProto(1)
  .addFuncParam("self.x", 1)
  .addFunc("café", "static", 6)
  .addVar("x.y", "global", 1)
  .addDatasec(".rodata.str 1", 1)
  .addDatasecVarInfo(8, 0, 1)
  .addDeclTag("any thing", 2)
  .build();

const shown = (options?: SanitizeOptions): Record<string, string> =>
  Object.fromEntries(sanitizeNames(graph, options).renames);

describe("sanitizeNames", () => {
  it("underscore: a `_` for each character that may not stand there", () => {
    expect(shown()).toEqual({
      "core::option::Option<u32>": "core__option__Option_u32_",
      "a-b": "a_b",
      "1st": "_1st",
      "A::B": "A__B",
      café: "caf_",
    });
    const { graph: named } = sanitizeNames(graph);
    expect(formatRaw(named).trimEnd().split("\n")).toEqual([
      "[1] INT 'u8<x>' size=1 bits_offset=0 nr_bits=8 encoding=(none)",
      "[2] STRUCT 'core__option__Option_u32_' size=4 vlen=2",
      "\t'__0' type_id=1 bits_offset=0",
      "\t'a_b' type_id=1 bits_offset=8",
      "[3] TYPEDEF 'core__option__Option_u32_' type_id=2",
      "[4] TYPEDEF 'a_b' type_id=1",
      "[5] ENUM '_1st' encoding=UNSIGNED size=4 vlen=1",
      "\t'A__B' val=1",
      "[6] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1",
      "\t'self.x' type_id=1",
      "[7] FUNC 'caf_' type_id=6 linkage=static",
      "[8] VAR 'x.y' type_id=1, linkage=global",
      "[9] DATASEC '.rodata.str 1' size=1 vlen=1",
      "\ttype_id=8 offset=0 size=1 (VAR 'x.y')",
      "[10] DECL_TAG 'any thing' type_id=2 component_idx=-1",
    ]);
    expect(verify(graph).ok).toBe(false);
    expect(verify(named).ok).toBe(true);
  });

  it("hash: names that differ stay so, whatever is cut", () => {
    const renames = shown({ mode: "hash" });
    expect(renames["a-b"]).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(new Set(Object.values(renames)).size).toBe(Object.keys(renames).length);
    const long = defineBtf((b) => {
      for (let i = 0; i < 100; i++) b.addTypedef(`${"x".repeat(600)}${i}`, 0);
    });
    const { renames: cut, graph: named } = sanitizeNames(long, { mode: "hash", maxLength: 20 });
    expect(new Set(cut.values()).size).toBe(100);
    for (const name of cut.values()) expect(name).toMatch(/^x{11}_[0-9a-f]{8}$/);
    expect(verify(named).ok).toBe(true);
  });

  it("drop: what may be without a name loses it", () => {
    expect(shown({ mode: "drop" })).toEqual({
      "core::option::Option<u32>": "core__option__Option_u32_",
      "a-b": "",
      "1st": "",
      "A::B": "A__B",
      café: "caf_",
    });
    const { graph: named } = sanitizeNames(graph, { mode: "drop" });
    expect(named.type(2)).toMatchObject({ name: "", members: [{ name: "__0" }, { name: "" }] });
    expect(named.type(3)).toMatchObject({ name: "core__option__Option_u32_" });
    expect(verify(named).ok).toBe(true);
  });

  it("unique: no new name is another's", () => {
    expect(shown({ unique: true })).toMatchObject({ "a-b": "a_b_2", café: "caf_" });
    const many = defineBtf((b) => {
      b.addTypedef("a_b_3", 0);
      for (const name of ["a-b", "a+b", "a b", "a_b"]) b.addTypedef(name, 0);
    });
    const { renames } = sanitizeNames(many, { unique: true });
    expect([...renames]).toEqual([
      ["a-b", "a_b_2"],
      ["a+b", "a_b_4"],
      ["a b", "a_b_5"],
    ]);
    const long = defineBtf((b) => {
      for (let i = 0; i < 20; i++) b.addTypedef(`${"x".repeat(30)}${i}`, 0);
    });
    const cut = [...sanitizeNames(long, { unique: true, maxLength: 12 }).renames.values()];
    expect(new Set(cut).size).toBe(20);
    expect(Math.max(...cut.map(({ length }) => length))).toBe(12);
  });

  it("by release: dots, sections, lengths", () => {
    expect(shown({ kernel: "6.3" })).toMatchObject({ "self.x": "self_x", ".rodata.str 1": ".rodata.str_1" });
    expect(shown({ kernel: "6.8" })).toMatchObject({ ".rodata.str 1": ".rodata.str_1" });
    expect(shown({ kernel: "6.9" })).not.toHaveProperty(".rodata.str 1");
    expect(shown({ kernel: "6.3" })).not.toHaveProperty("x.y");
    expect(shown({ kernel: "4.20" })).toEqual({});
    const long = btf().addTypedef("n".repeat(200), 0).build();
    expect(sanitizeNames(long, { kernel: "6.1" }).graph).toBe(long);
    expect([...sanitizeNames(long, { kernel: "6.0" }).renames.values()]).toEqual(["n".repeat(128)]);
    expect([...sanitizeNames(long, { maxLength: 5 }).renames.values()]).toEqual(["n".repeat(5)]);
  });

  it("names of kinds that have none go", () => {
    const named = btf()
      .addInt("int", 4)
      .addRaw({ name: "pointer", info: 2 << 24, sizeOrType: 1 })
      .addRaw({ name: "proto", info: 13 << 24, sizeOrType: 1 })
      .build();
    const { graph: without, renames } = sanitizeNames(named);
    expect([...renames]).toEqual([
      ["pointer", ""],
      ["proto", ""],
    ]);
    expect(verify(without).ok).toBe(true);
  });

  it("gives back a graph that needs nothing, once or twice", () => {
    for (const { kernel } of KERNELS) {
      const { graph: named } = sanitizeNames(graph, { kernel, unique: true });
      const again = sanitizeNames(named, { kernel, unique: true });
      expect(again.graph).toBe(named);
      expect(again.renames.size).toBe(0);
    }
  });

  it.each([
    [{ mode: "upper" as "hash" }, "mode"],
    [{ maxLength: 0 }, "maxLength"],
    [{ maxLength: 2.5 }, "maxLength"],
    [{ maxLength: 9, unique: true }, "maxLength"],
    [{ maxLength: 9, mode: "hash" }, "maxLength"],
  ] as [SanitizeOptions, string][])("%j is refused", (options, field) => {
    let error: unknown;
    try {
      sanitizeNames(graph, options);
    } catch (thrown) {
      error = thrown;
    }
    if (!isBtfError(error)) throw error;
    expect(error).toMatchObject({ code: "EINVAL", rule: "sanitize-options", field });
  });
});

describe("random names", () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.stringMatching(/^[a-z0-9._ -]{1,9}$/),
    fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
  );
  const kernels = KERNELS.map(({ kernel }) => kernel).filter((kernel) => kernel !== "bpf-next");

  it("become what the kernel takes", () => {
    const property = fc.property(
      fc.array(
        name.map((text) => text.replaceAll("\0", "_")),
        { minLength: 1, maxLength: 8 },
      ),
      fc.constantFrom(...kernels),
      fc.constantFrom("underscore", "hash", "drop" as const),
      fc.boolean(),
      (texts, kernel: KernelName, mode, unique) => {
        const built = defineBtf((b) => {
          const int = b.addInt("int", 4);
          for (const text of texts) {
            b.addStruct(text, 4);
            b.addField(text, int, 0);
            b.addTypedef(text, int);
            b.addEnum(text, 4);
            b.addEnumValue(text, 1);
          }
        });
        const { graph: named, renames } = sanitizeNames(built, { kernel, mode, unique });
        expect(verify(named, { kernel, logLevel: 0 })).toMatchObject({ ok: true });
        if (unique && mode !== "drop") expect(new Set(renames.values()).size).toBe(renames.size);
      },
    );
    fc.assert(property, { numRuns: 500, seed: SEED });
  });

  it("are judged as the verifier judges them, at every offset", () => {
    const strings = fc.array(fc.oneof(fc.constantFrom(0, 0x61, 0x31, 0x5f, 0x2e, 0x20), fc.nat(255)), {
      maxLength: 80,
    });
    const property = fc.property(strings, fc.constantFrom(...kernels), fc.nat(3), (bytes, kernel, repeat) => {
      const section = Uint8Array.from([0, ...Array.from({ length: repeat * 70 }, () => 0x62), ...bytes, 0]);
      const profile = profileOf(kernel);
      const check = new NameCheck(section, profile);
      const bits = classifyNames(section, profile);
      for (let offset = 1; offset < section.length - 1; offset++) {
        // No kind has an empty name.
        if (section[offset] === 0) continue;
        for (const bit of [1, 2, 4]) expect(check.refuses(offset, bit)).toBe((bits[offset]! & bit) === 0);
      }
    });
    fc.assert(property, { numRuns: 500, seed: SEED });
  });
});

describe("a graph that was decoded", () => {
  it("may have names that are no UTF-8", () => {
    const bytes = Uint8Array.from([
      0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0,
      0, 0, 0x61, 0xff, 0x80, 0,
    ]);
    const { renames } = sanitizeNames(decode(bytes));
    // 0xff is a letter of Latin-1, 0x80 is none.
    expect([...renames]).toEqual([["a\udcff\udc80", "a\udcff_"]]);
  });
});

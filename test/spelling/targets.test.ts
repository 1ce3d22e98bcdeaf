import { describe, expect, it } from "vitest";
import {
  BASE_TYPES,
  baseTypeNames,
  baseTypeOfBtfName,
  baseTypeOfWords,
  DATA_MODELS,
  dataModel,
} from "../../src/spelling/index.js";
import type { Target, TargetName } from "../../src/spelling/index.js";

describe("base types", () => {
  it("have clang's name first, and every name leads back", () => {
    for (const base of BASE_TYPES) {
      const names = baseTypeNames(base);
      expect(names[0]).toBe(base === "void" ? undefined : base);
      for (const each of names) expect(baseTypeOfBtfName(each)).toBe(base);
    }
  });

  // What gcc 12 writes for the same C, read from its DWARF.
  it.each([
    ["short int", "short"],
    ["short unsigned int", "unsigned short"],
    ["long int", "long"],
    ["long unsigned int", "unsigned long"],
    ["long long int", "long long"],
    ["long long unsigned int", "unsigned long long"],
    ["__int128 unsigned", "unsigned __int128"],
    ["_Float16", "_Float16"],
  ])("gcc's %s is %s", (btfName, base) => {
    expect(baseTypeOfBtfName(btfName)).toBe(base);
  });

  it("are found from words in any order, and only from those of C", () => {
    expect(baseTypeOfWords(["int", "long", "unsigned", "long"])).toBe("unsigned long long");
    expect(baseTypeOfWords(["signed"])).toBe("int");
    expect(baseTypeOfWords(["void"])).toBe("void");
    for (const words of [[], ["unsigned", "float"], ["long", "long", "long"], ["signed", "unsigned"], ["u32"]]) {
      expect(baseTypeOfWords(words)).toBeUndefined();
    }
    expect(baseTypeOfBtfName("void")).toBeUndefined();
    expect(baseTypeOfBtfName("int long")).toBeUndefined();
  });
});

describe("data models", () => {
  // sizeof and _Alignof of clang 19 for the target; char's encoding from its debug info.
  const said: Record<TargetName, string> = {
    bpf: "ptr 8, char signed, long 8/8, long long 8/8, double 8/8, long double 8/8, __int128 16/16, _Float16 -",
    bpfeb: "ptr 8, char signed, long 8/8, long long 8/8, double 8/8, long double 8/8, __int128 16/16, _Float16 -",
    "x86-64":
      "ptr 8, char signed, long 8/8, long long 8/8, double 8/8, long double 16/16, __int128 16/16, _Float16 2/2",
    i386: "ptr 4, char signed, long 4/4, long long 8/4, double 8/4, long double 12/4, __int128 -, _Float16 -",
    arm64: "ptr 8, char none, long 8/8, long long 8/8, double 8/8, long double 16/16, __int128 16/16, _Float16 2/2",
    arm32: "ptr 4, char none, long 4/4, long long 8/8, double 8/8, long double 8/8, __int128 -, _Float16 2/2",
  };

  it.each(Object.keys(said) as TargetName[])("%s is as clang has it", (target) => {
    const { base, pointerSize } = dataModel(target);
    const show = (["long", "long long", "double", "long double", "__int128", "_Float16"] as const).map((each) => {
      const layout = base[each];
      return layout ? `${each} ${layout.size}/${layout.align}` : `${each} -`;
    });
    expect([`ptr ${pointerSize}`, `char ${base.char?.encoding}`, ...show].join(", ")).toBe(said[target]);
    expect(base).toHaveProperty("_Bool", { kind: "INT", btfName: "_Bool", size: 1, align: 1, encoding: "bool" });
    expect(base["unsigned int"]).toEqual({ kind: "INT", btfName: "unsigned int", size: 4, align: 4, encoding: "none" });
    expect(base.float).toEqual({ kind: "FLOAT", btfName: "float", size: 4, align: 4, encoding: "none" });
    for (const [each, layout] of Object.entries(base)) expect(layout.btfName).toBe(each);
  });

  it("only bpfeb is big-endian", () => {
    expect(Object.entries(DATA_MODELS).flatMap(([key, { endian }]) => (endian === "big" ? [key] : []))).toEqual([
      "bpfeb",
    ]);
  });

  it("a model is its own target, and an unknown name is refused", () => {
    const mine = { ...DATA_MODELS.bpf, pointerSize: 2 };
    expect(dataModel(mine)).toBe(mine);
    expect(() => dataModel("toString" as Target)).toThrow(
      'no target is called "toString": there are bpf, bpfeb, x86-64, i386, arm64, arm32',
    );
  });
});

/** Where the running kernel can't be asked. */
import { afterEach, describe, expect, it, vi } from "vitest";

import { btf } from "btfkit";
import { btfSerializer, matchers } from "btfkit/matchers";

const load = vi.hoisted(() => ({
  canLoad: () => ({ ok: false, reason: "this is no Linux" }),
  loadBtf: vi.fn<() => void>(),
}));
vi.mock("../../src/node/load-btf.js", () => load);

const GRAPH = btf().addInt("int", 4).build();

const skip = (reason: string): never => {
  throw new Error(reason);
};

describe("toLoadIntoKernel, where the kernel can't be asked", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("skips vitest's test, with the reason", () => {
    vi.stubEnv("BTFKIT_REQUIRE_ORACLES", "");
    const context = { isNot: false, task: { context: { skip } } };
    expect(() => matchers.toLoadIntoKernel.call(context, GRAPH)).toThrow("toLoadIntoKernel: this is no Linux");
    expect(load.loadBtf).not.toHaveBeenCalled();
  });

  it("passes either way in other frameworks, with a warning", () => {
    vi.stubEnv("BTFKIT_REQUIRE_ORACLES", "");
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    expect(matchers.toLoadIntoKernel.call({ isNot: false }, GRAPH).pass).toBe(true);
    expect(matchers.toLoadIntoKernel.call({ isNot: true }, GRAPH).pass).toBe(false);
    expect(matchers.toLoadIntoKernel.call(undefined, GRAPH).message()).toBe("this is no Linux");
    expect(warn).toHaveBeenCalledWith("toLoadIntoKernel was not checked: this is no Linux", "BtfkitWarning");
  });

  it("fails where oracles are required", () => {
    vi.stubEnv("BTFKIT_REQUIRE_ORACLES", "1");
    expect(() => matchers.toLoadIntoKernel.call({}, GRAPH)).toThrow(
      "this is no Linux, and BTFKIT_REQUIRE_ORACLES=1 asks for it",
    );
  });
});

it("the serializer indents what stands within something else", () => {
  const two = btf().addInt("int", 4).addPtr(1).build();
  expect(btfSerializer.serialize(two, {}, "    ")).toBe(
    "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=(none)\n    [2] PTR '(anon)' type_id=1",
  );
});

import { btf, decode, encode, type Btf } from "btfkit";
import { describe, expect, it } from "vitest";

/** A graph that says nothing itself of its pointers. */
const read = (graph: Btf, base?: Btf): Btf => decode(encode(graph), base === undefined ? {} : { base });

describe("pointerSize", () => {
  it("is that of the first INT which is a long of 4 or 8 bytes", () => {
    const b = btf().addInt("long", 2).addTypedef("unsigned long", 1).addInt("int", 4);
    expect(read(b.build()).pointerSize).toBe(8);
    expect(read(b.addInt("int unsigned long", 4).addInt("long", 8).build()).pointerSize).toBe(4);
  });

  it("is that of a base, or of a long of its own", () => {
    const silent = read(btf().addInt("int", 4).build());
    const narrow = read(btf().addInt("long", 4).build());
    const own = (base: Btf): Btf => read(btf({ base }).addInt("unsigned long", 8).build(), base);
    expect(own(silent).pointerSize).toBe(8);
    expect(own(narrow).pointerSize).toBe(4);
    expect(own(own(narrow)).sizeOf(0)).toBe(undefined);
  });

  it("is the target's for a graph that was built, on any base", () => {
    const base = btf({ target: "arm32" }).addPtr("void").build();
    expect(base.pointerSize).toBe(4);
    expect(btf({ base }).addConst(1).build().sizeOf(2)).toBe(4);
  });
});

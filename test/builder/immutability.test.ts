import fc from "fast-check";
import { btf, BtfError, defineBtf, encode, type Btf, type BtfRecipe } from "btfkit";
import { describe, expect, test } from "vitest";

/** One call on a builder of either form. */
interface Step {
  readonly method: string;
  readonly args: readonly unknown[];
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

const source = defineBtf((b) => {
  b.addInt("source_int", 4, "signed");
  b.addStruct("source_struct", 4);
  b.addField("a", 1, 0);
  b.addPtr(2);
});

const name = fc.constantFrom("a", "b", "c", "node", "list", "x", "é", "long name that is no identifier");
const id = fc.integer({ min: 0, max: 12 });
const ref = fc.oneof(
  { weight: 3, arbitrary: id },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "int",
      "unsigned long",
      "struct node *",
      "struct list",
      "const char *",
      "int[4]",
      "int (int, struct node *)",
      "l0",
      "nothing there",
    ),
  },
);
const step = (method: string, ...args: fc.Arbitrary<unknown>[]): fc.Arbitrary<Step> =>
  fc.tuple(...args).map((values) => ({ method, args: values }));
const optional = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const steps: fc.Arbitrary<Step> = fc.oneof(
  step("addString", name),
  step("addInt", name, fc.constantFrom(1, 2, 3, 4, 8), fc.constantFrom("signed", "none")),
  step("addFloat", name, fc.constantFrom(4, 8)),
  step("addPtr", ref),
  step("addConst", ref),
  step("addTypedef", name, ref),
  step("addArray", ref, ref, fc.nat(4)),
  step("addStruct", name, optional(fc.constantFrom(0, 8))),
  step("addStruct", name, optional(fc.constantFrom(0, 8))),
  step("addUnion", name, optional(fc.constantFrom(8))),
  step("addField", name, ref, optional(fc.constantFrom(0, 8, 32, 33, 64, 2 ** 24)), fc.constantFrom(0, 0, 0, 3)),
  step("addField", name, ref, optional(fc.constantFrom(0, 8, 32, 33, 64, 2 ** 24)), fc.constantFrom(0, 0, 0, 3)),
  step("addField", name, ref, fc.constant(undefined)),
  step("addEnum", name, fc.constant(4)),
  step("addEnumValue", name, fc.constantFrom(-1, 0, 5, 2 ** 32)),
  step("addEnum64", name, fc.constant(8), fc.boolean()),
  step("addEnum64Value", name, fc.constantFrom(-1n, 1n << 40n)),
  step("addFwd", name, fc.constantFrom("struct", "union", "enum")),
  step("addFuncProto", ref),
  step("addFuncParam", name, ref),
  step("addFunc", name, fc.constantFrom("static", "global", "extern"), ref),
  step("addVar", name, fc.constantFrom("static", "global", "extern"), ref),
  step("addDatasec", name, optional(fc.constantFrom(0, 16))),
  step("addDatasecVarInfo", ref, optional(fc.constantFrom(0, 8)), optional(fc.constantFrom(0, 4))),
  step("addDeclTag", name, ref, fc.constantFrom(-1, 0)),
  step("addTypeTag", name, ref),
  step("addBtf", fc.constant(source)),
  step("addType", fc.constant(source), fc.constantFrom(0, 1, 2)),
  step("addRaw", fc.constant({ name: "raw", info: 0x02000000, sizeOrType: 1 })),
  step("as", fc.constantFrom("l0", "l1", "l2")),
  step("forward", fc.constantFrom("struct node", "l1")),
);

/** A tree of steps: each is made on the value of an earlier one. */
const trees = fc.array(fc.tuple(fc.nat(1000), steps), { minLength: 1, maxLength: 40 });

/** What a value shows: its bytes, its labels, or why it can't be built. */
function shown(build: () => Btf): unknown {
  try {
    const graph = build();
    return { bytes: encode(graph), ids: { ...graph.ids }, count: graph.typeCount };
  } catch (error) {
    if (!(error instanceof BtfError)) throw error;
    return error.message;
  }
}

/** What a recipe of the same steps shows; a step that is refused does nothing. */
function replayed(path: readonly Step[], from: Btf | undefined): unknown {
  return shown(() =>
    defineBtf(
      (b) => {
        for (const { method, args } of path) {
          try {
            (b as unknown as Methods)[method]!(...args);
          } catch (error) {
            if (!(error instanceof BtfError)) throw error;
          }
        }
      },
      from === undefined ? { dangling: true } : { from, dangling: true },
    ),
  );
}

function checkTree(tree: readonly (readonly [number, Step])[], from: Btf | undefined): void {
  const root = (from === undefined ? btf() : btf({ from })).widen();
  const nodes: { value: typeof root; path: readonly Step[]; early: unknown }[] = [
    { value: root, path: [], early: undefined },
  ];
  for (const [parent, next] of tree) {
    // The newest value half of the time, so that there are long lines and branches.
    const at = parent % 2 === 0 ? nodes[nodes.length - 1]! : nodes[parent % nodes.length]!;
    let value = at.value;
    try {
      value = (value as unknown as Methods)[next.method]!(...next.args) as typeof root;
    } catch (error) {
      if (!(error instanceof BtfError)) throw error;
    }
    // Half of the values are built at once, half of them long after.
    const early = parent % 3 === 0 ? shown(() => value.build({ dangling: true })) : undefined;
    nodes.push({ value, path: [...at.path, next], early });
  }
  for (const { value, path, early } of nodes) {
    const now = shown(() => value.build({ dangling: true }));
    expect(now).toEqual(replayed(path, from));
    if (early !== undefined) expect(now).toEqual(early);
  }
}

describe("values never change, whatever is built on them", () => {
  test("every value of a random tree builds what a recipe of its own steps builds", () => {
    fc.assert(
      fc.property(trees, (tree) => checkTree(tree, undefined)),
      { numRuns: 1500 },
    );
  });

  test("also on a graph that was there before", () => {
    fc.assert(
      fc.property(trees, (tree) => checkTree(tree, source)),
      { numRuns: 500 },
    );
  });

  test("a line of branches, each stolen from once, stays fast and right", () => {
    let value = btf().addInt("int", 4, "signed").widen();
    for (let i = 0; i < 2000; i++) {
      value.addPtr(1);
      value = value.addStruct(`s${i}`, 4).addField("a", 1, 0);
    }
    const graph = value.build();
    expect(graph.typeCount).toBe(2002);
    expect(graph.find("s1999", "STRUCT")).toBe(2001);
    expect(
      graph.equals(
        defineBtf((b) => {
          b.addInt("int", 4, "signed");
          for (let i = 0; i < 2000; i++) {
            b.addStruct(`s${i}`, 4);
            b.addField("a", 1, 0);
          }
        }),
      ),
    ).toBe(true);
  });

  test("a graph that went on being built on encodes to the bytes it had", () => {
    const value = btf().addInt("int", 4, "signed").addStruct("s", 8).addField("a", "int", 0);
    const graph = value.build();
    const before = encode(graph);
    const longer = value.addField("b", "int", 32).build();
    btf({ from: graph }).addPtr("struct s").build();
    expect(encode(graph)).toEqual(before);
    expect(longer.type(2)).toMatchObject({ members: [{ name: "a" }, { name: "b" }] });
  });

  test("btf({ from }) with nothing added gives the same graph", () => {
    expect(btf({ from: source }).build()).toBe(source);
  });

  test.each<[string, (b: BtfRecipe) => unknown]>([
    ["addType of void", (b) => b.addType(source, 0)],
    ["addType of what is not there", (b) => b.addType(source, 99)],
    ["addBtf of a split graph", (b) => b.addBtf(btf({ base: source }).addPtr(1).build())],
    ["a name with a NUL", (b) => b.addInt("a\0", 4)],
    ["a struct's name with a NUL", (b) => b.addStruct("a\0")],
    ["a typedef's name with a NUL", (b) => b.addTypedef("a\0", 1)],
    ["raw words with a NUL in their name", (b) => b.addRaw({ name: "a\0", info: 0 })],
    ["a spelling of what is not there", (b) => b.addTypedef("t", "struct nothing")],
  ])("a call that is refused leaves the type before it open: %s", (_, refused) => {
    const graph = defineBtf((b) => {
      b.addStruct("s");
      b.addField("a", "char");
      expect(() => refused(b)).toThrow(BtfError);
      b.addField("b", "int");
    });
    expect(graph.toString()).toBe(btf().addStruct("s").addField("a", "char").addField("b", "int").build().toString());
    expect(graph.sizeOf(1)).toBe(8);
  });

  test("a recipe that throws leaves nothing, and its builder can't be used after its end", () => {
    let leaked: { addPtr(id: number): unknown } | undefined;
    const graph = defineBtf((b) => {
      leaked = b;
      b.addInt("int", 4);
    });
    expect(() => leaked!.addPtr(1)).toThrow("the recipe has ended");
    expect(graph.typeCount).toBe(2);
    expect(() =>
      defineBtf(() => {
        throw new Error("mine");
      }),
    ).toThrow("mine");
  });
});

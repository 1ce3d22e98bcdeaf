import { describe, expect, expectTypeOf, test } from "vitest";
import { btf, BtfError, decode, defineBtf, edit, encode, isBtfError, type Btf, type BtfDraft } from "btfkit";
import { applyPatches, editWithPatches, type BtfPatch, type DraftType } from "btfkit/transform";
import { graphOf } from "../../src/model/btf.js";

/** 1 int, 2 struct sock, 3 PTR, 4 FUNC_PROTO, 5 FUNC foo, 6 DATASEC .ksyms, 7 UNION, 8 ENUM64. */
function sample(): Btf {
  return btf()
    .addInt("int", 4, "signed")
    .addStruct("sock", 8)
    .as("the sock")
    .addField("family", "int", 0)
    .addField("state", "int", 32)
    .addPtr("struct sock")
    .addFuncProto("int")
    .addFuncParam("sk", "struct sock *")
    .addFunc("foo", "extern", 4)
    .addDatasec(".ksyms", 0)
    .addDatasecVarInfo("foo", 0, 0)
    .addUnion("both", 4)
    .addField("i", "int", 0)
    .addEnum64("big", 8, true)
    .addEnum64Value("LOW", -1n)
    .build();
}

function stringEnd(graph: Btf): number {
  return graphOf(graph).runs.at(-1)!.stringEnd;
}

/** The error of an edit that is refused. */
function refusal(graph: Btf, recipe: (draft: BtfDraft) => void): BtfError {
  const before = encode(graph);
  try {
    edit(graph, recipe);
  } catch (error) {
    expect(encode(graph)).toEqual(before);
    if (isBtfError(error)) return error;
    throw error;
  }
  throw new Error("the edit was not refused");
}

describe("changing types", () => {
  test("renames, retargets, adds and drops members; the old graph stays", () => {
    const graph = sample();
    const before = encode(graph);
    const made = edit(graph, (draft) => {
      const sock = draft.type("struct sock", "STRUCT");
      sock.name = "sock2";
      sock.members[0]!.name = "first";
      sock.members[1]!.typeId = 3;
      sock.members.push({ name: "bits", typeId: 1, bitsOffset: 64, bitfieldSize: 0 });
      draft.type("both", "UNION").members.pop();
    });
    expect(made.type(2)).toEqual({
      kind: "STRUCT",
      name: "sock2",
      size: 8,
      kindFlag: false,
      members: [
        { name: "first", typeId: 1, bitsOffset: 0, bitfieldSize: 0 },
        { name: "state", typeId: 3, bitsOffset: 32, bitfieldSize: 0 },
        { name: "bits", typeId: 1, bitsOffset: 64, bitfieldSize: 0 },
      ],
    });
    expect(made.type(7)).toMatchObject({ kind: "UNION", members: [] });
    for (const id of [1, 3, 4, 5, 6, 8]) expect(made.type(id)).toEqual(graph.type(id));
    expect(made.find("sock2", "STRUCT")).toBe(2);
    expect(made.find("sock")).toBeUndefined();
    expect(graph.find("sock2")).toBeUndefined();
    expect(encode(graph)).toEqual(before);
    expect(decode(encode(made)).equals(made)).toBe(true);
  });

  test("an edit that changes nothing gives the same graph", () => {
    const graph = sample();
    expect(edit(graph, () => {})).toBe(graph);
    expect(edit(graph, (draft) => void draft.type("struct sock", "STRUCT").members[0]!.name)).toBe(graph);
    expect(edit(graph, (draft) => draft.replace(1, { ...sampleInt, name: "int" }))).toBe(graph);
    expect(
      edit(graph, (draft) => {
        const sock = draft.type("struct sock", "STRUCT");
        sock.members.reverse();
        sock.members.reverse();
      }),
    ).toBe(graph);
  });

  test("new names go to the end of the strings, known ones are used again", () => {
    const graph = sample();
    const made = edit(graph, (draft) => {
      draft.type("both", "UNION").name = "sock";
      draft.type("big", "ENUM64").name = "new";
    });
    expect(stringEnd(made)).toBe(stringEnd(graph) + "new\0".length);
    expect(made.raw(7)[0]).toBe(graph.findString("sock"));
    expect(made.findString("both")).toBe(graph.findString("both"));
  });

  test("byte order is kept, and gaps are not", () => {
    const big = decode(encode(sample(), { endian: "big" }));
    const made = edit(big, (draft) => void (draft.type("int").name = "s32"));
    expect(made.endian).toBe("big");
    const bytes = encode(made);
    expect([...bytes.subarray(0, 2)]).toEqual([0xeb, 0x9f]);
    expect(decode(bytes).type(1)).toMatchObject({ name: "s32", size: 4 });
    expect(encode(edit(decode(encode(sample(), { header: 32 })), (draft) => void (draft.type(1).name = "x")))[4]).toBe(
      24,
    );
  });

  test("elements and lists of one type's draft may be put into another's", () => {
    const made = edit(sample(), (draft) => {
      const sock = draft.type("struct sock", "STRUCT");
      const both = draft.type("both", "UNION");
      both.members.push(sock.members[1]!);
      sock.members[1]!.name = "later";
      sock.members.push(both.members[0]!);
      const copy = draft.add(sock);
      draft.type(copy, "STRUCT").members = both.members;
    });
    expect(made.type(7)).toMatchObject({ members: [{ name: "i" }, { name: "later", bitsOffset: 32 }] });
    expect(made.type(2)).toMatchObject({ members: [{ name: "family" }, { name: "later" }, { name: "i" }] });
    expect(made.type(9)).toMatchObject({ name: "sock", members: [{ name: "i" }, { name: "later" }] });
  });

  test("objects of the caller are neither frozen nor kept", () => {
    const member = { name: "x", typeId: 1, bitsOffset: 0, bitfieldSize: 0 };
    const graph = edit(sample(), (draft) => void draft.type("both", "UNION").members.push(member));
    expect(Object.isFrozen(member)).toBe(false);
    member.name = "y";
    expect(graph.type(7)).toMatchObject({ members: [{ name: "i" }, { name: "x" }] });
  });

  test("bits that no field has stay", () => {
    const graph = defineBtf((b) => b.addRaw({ name: "odd", info: 0x81000007, sizeOrType: 4, extra: [0xf1000020] }));
    const made = edit(graph, (draft) => void (draft.type(1, "INT").nrBits = 16));
    expect([...made.raw(1)].slice(1)).toEqual([0x81000007, 4, 0xf1000010]);
  });

  test("many edits in turn", () => {
    let graph = sample();
    for (let i = 0; i < 100; i++) graph = edit(graph, (draft) => void (draft.type(2).name = `name${i}`));
    expect(graph.type(2).name).toBe("name99");
    expect(graph.find("name99")).toBe(2);
    expect(graphOf(graph).runs.length).toBeLessThan(20);
    expect(decode(encode(graph)).equals(graph)).toBe(true);
  });
});

const sampleInt = { kind: "INT", name: "", size: 4, encoding: "signed", bitsOffset: 0, nrBits: 32 } as const;

describe("naming types", () => {
  test("by id, spelling, label, or name and kind", () => {
    edit(sample(), (draft) => {
      for (const name of [2, "struct sock", "the sock"]) expect(draft.type(name).name).toBe("sock");
      expect(draft.type("sock", "STRUCT").size).toBe(8);
      expect(draft.type("foo", "FUNC").linkage).toBe("extern");
      expect(draft.type(".ksyms").kind).toBe("DATASEC");
      expect(draft.type("struct sock *", "PTR").typeId).toBe(2);
      expect(draft.id("int")).toBe(1);
      expectTypeOf(draft.type("sock", "STRUCT").kind).toEqualTypeOf<"STRUCT">();
      expectTypeOf(draft.type("big", "ENUM64").values[0]!.val).toEqualTypeOf<bigint>();
      expectTypeOf<DraftType<"PTR">>().not.toHaveProperty("members");
    });
  });

  test.each<[string, (draft: BtfDraft) => void, string, RegExp]>([
    ["another kind", (d) => d.type(2, "UNION"), "kind", /^type \[2\] STRUCT 'sock': expected a UNION/],
    ["nobody", (d) => d.type("struct sok"), "unknown-type", /struct sock/],
    ["beyond the end", (d) => d.type(9), "type-id-range", /id 9 is out of range \(8 types\)/],
    ["void", (d) => d.type(0), "void", /void/],
    ["removed", (d) => (d.remove(8), d.type(8)), "removed", /type \[8\] ENUM64 'big' was removed/],
  ])("%s is refused", (_, recipe, rule, message) => {
    const error = refusal(sample(), recipe);
    expect(error.message).toMatch(message);
    expect(error.rule).toBe(rule);
  });

  test("types of the base are not edited, and may be referred to", () => {
    const base = sample();
    const graph = btf({ base }).addStruct("own", 4).addField("a", "int", 0).build();
    expect(refusal(graph, (draft) => draft.type("int")).rule).toBe("base-type");
    expect(refusal(graph, (draft) => draft.remove(2)).rule).toBe("base-type");
    const made = edit(graph, (draft) => void (draft.type("struct own", "STRUCT").members[0]!.typeId = 3));
    expect(made.base).toBe(base);
    expect(made.references(9)).toEqual([3]);
    const { graph: none, inverse } = editWithPatches(made, (draft) => draft.remove(9));
    expect(none.typeCount).toBe(9);
    expect(applyPatches(none, inverse).equals(made)).toBe(true);
  });
});

describe("what can't be written", () => {
  test.each<[(draft: BtfDraft) => void, string, string]>([
    [
      (d) => void (d.type(2, "STRUCT").members[1]!.typeId = 99),
      "type-id-range",
      "type [2] STRUCT 'sock': member 1 'state': typeId 99 is out of range (8 types)",
    ],
    [
      (d) => void (d.type(2, "STRUCT").members[1]!.bitfieldSize = 3),
      "type-field",
      "type [2] STRUCT 'sock': member 1 'state': bitfieldSize is 3, which needs kindFlag true",
    ],
    [
      (d) => void (d.type(2, "STRUCT").size = -1),
      "type-field",
      "type [2] STRUCT 'sock': size is -1; expected a whole number from 0 to 4294967295",
    ],
    [
      (d) => void (d.type(8, "ENUM64").values[0]!.val = 1n << 64n),
      "type-field",
      "type [8] ENUM64 'big': value 0 'LOW': val is 18446744073709551616n; expected a bigint from -2^63 to 2^64 - 1",
    ],
    [
      (d) => void (d.type(1).name = "a\0b"),
      "name-bytes",
      "type [1] INT 'a\0b': name \"a\\u0000b\" holds a NUL, which ends a name in BTF",
    ],
    [
      (d) => void (d.type("foo", "FUNC").typeId = 1),
      "func-proto",
      "type [5] FUNC 'foo': typeId is type [1] INT 'int'; expected a FUNC_PROTO",
    ],
    [
      (d) => d.replace(4, sampleInt),
      "func-proto",
      "type [5] FUNC 'foo': typeId is type [4] INT '(anon)'; expected a FUNC_PROTO",
    ],
    [
      (d) => void Object.assign(d.type(3), { typeID: 2 }),
      "type-field",
      "type [3] PTR '(anon)': typeID is no field here; known are kind, name, typeId",
    ],
    [
      (d) => void d.add({ kind: "PTR", name: "" } as Parameters<typeof d.add>[0]),
      "type-field",
      "type [9] PTR '(anon)': typeId is undefined; expected a type id",
    ],
  ])("%#", (recipe, rule, message) => {
    const error = refusal(sample(), recipe);
    expect(error.message).toBe(message);
    expect(error.rule).toBe(rule);
  });

  test("members whose offsets have no room beside bit-fields", () => {
    const error = refusal(sample(), (draft) => {
      const sock = draft.type(2, "STRUCT");
      sock.kindFlag = true;
      sock.members[1]!.bitsOffset = 1 << 24;
    });
    expect(error.message).toContain(
      "member 1 'state': bitsOffset is 16777216; expected a whole number from 0 to 16777215",
    );
  });

  test("when the recipe throws, that is what comes out, and nothing has happened", () => {
    const graph = sample();
    const before = encode(graph);
    const error = new RangeError("enough");
    expect(() =>
      edit(graph, (draft) => {
        draft.type(2).name = "gone";
        throw error;
      }),
    ).toThrow(error);
    expect(encode(graph)).toEqual(before);
  });

  test("a draft is over with its recipe", () => {
    let kept: BtfDraft | undefined;
    edit(sample(), (draft) => void (kept = draft));
    expect(() => kept!.type(1)).toThrow(/its edit is over/);
    expect(() => kept!.add(sampleInt)).toThrow(BtfError);
  });
});

describe("adding and removing", () => {
  test("an added type has its id at once, and may be changed", () => {
    const made = edit(sample(), (draft) => {
      const id = draft.add({ kind: "TYPEDEF", name: "sock_t", typeId: 2 });
      expect(id).toBe(9);
      expect(draft.add({ kind: "PTR", name: "", typeId: id })).toBe(10);
      draft.type(id, "TYPEDEF").name = "sock_type";
    });
    expect(made.typeCount).toBe(11);
    expect(made.type(9)).toEqual({ kind: "TYPEDEF", name: "sock_type", typeId: 2 });
    expect(made.id("sock_type *")).toBe(10);
  });

  test("what others refer to is not removed", () => {
    const error = refusal(sample(), (draft) => draft.remove(1));
    expect(error.rule).toBe("referenced");
    expect(error.typeId).toBe(1);
    expect(error.message).toBe(
      "remove(): type [1] INT 'int' is referred to by type [2] STRUCT 'sock', type [4] FUNC_PROTO '(anon)', " +
        'type [7] UNION \'both\'; expected nothing to refer to it, or references "void" or "remove"',
    );
  });

  test("removals of one edit do not see each other", () => {
    const made = edit(sample(), (draft) => {
      draft.remove(3);
      draft.remove(4);
      draft.remove(5);
      draft.remove(6);
    });
    expect([...made.types()].map(([id, { name }]) => [id, name])).toEqual([
      [1, "int"],
      [2, "sock"],
      [3, "both"],
      [4, "big"],
    ]);
  });

  test('"void": who refers refers to 0; entries of a DATASEC are dropped; a FUNC can not', () => {
    const made = edit(sample(), (draft) => draft.remove("struct sock", { references: "void" }));
    expect(made.type(2)).toEqual({ kind: "PTR", name: "", typeId: 0 });
    expect(made.ids).not.toHaveProperty("the sock");
    const fewer = edit(sample(), (draft) => draft.remove("foo", { references: "void" }));
    expect(fewer.type(5)).toEqual({ kind: "DATASEC", name: ".ksyms", size: 0, vars: [] });
    expect(refusal(sample(), (draft) => draft.remove(4, { references: "void" })).message).toContain("FUNC 'foo'");
  });

  test('"remove": who refers goes too, whoever refers to these as well, but a DATASEC loses entries', () => {
    const { graph, patches, inverse, newId } = editWithPatches(sample(), (draft) => {
      draft.remove("struct sock", { references: "remove" });
    });
    expect([...graph.types()].map(([, type]) => type.kind)).toEqual(["INT", "DATASEC", "UNION", "ENUM64"]);
    expect(graph.type(2)).toMatchObject({ vars: [] });
    expect([1, 2, 5, 6, 8, 9].map((id) => newId(id))).toEqual([1, undefined, undefined, 2, 4, undefined]);
    expect(patches.map(({ op, path }) => `${op} ${path.join("/")}`)).toContain("remove types/5");
    const back = applyPatches(graph, inverse);
    expect(back.equals(sample())).toBe(true);
    expect(back.ids).toEqual(sample().ids);
  });

  test("a deep chain goes along without a deep stack", () => {
    const chain = defineBtf((b) => {
      let last: number = b.addInt("int", 4, "signed");
      for (let i = 0; i < 100_000; i++) last = b.addPtr(last);
    });
    const { graph, inverse } = editWithPatches(chain, (draft) => draft.remove(1, { references: "remove" }));
    expect(graph.typeCount).toBe(1);
    expect(applyPatches(graph, inverse).equals(chain)).toBe(true);
  });

  test("references follow types that move, of retargeted members too", () => {
    const made = edit(sample(), (draft) => {
      draft.type("both", "UNION").members[0]!.typeId = 8;
      draft.remove(6);
    });
    expect(made.type(6)).toMatchObject({ name: "both", members: [{ typeId: 7 }] });
    expect(made.type(7)).toMatchObject({ name: "big" });
  });

  test("a type that is replaced may be of another kind", () => {
    const graph = sample();
    const { graph: made, inverse } = editWithPatches(graph, (draft) => {
      draft.replace("struct sock", { kind: "FWD", name: "sock", fwdKind: "struct" });
    });
    expect(made.type(2)).toEqual({ kind: "FWD", name: "sock", fwdKind: "struct" });
    expect(applyPatches(made, inverse).equals(graph)).toBe(true);
  });
});

describe("patches", () => {
  test("are immer's, with the type's id in front, and JSON", () => {
    const { patches, inverse } = editWithPatches(sample(), (draft) => {
      draft.type("big", "ENUM64").values[0]!.val = -5n;
    });
    expect(patches).toEqual([{ op: "replace", path: ["types", 8, "values", 0, "val"], value: "-5" }]);
    expect(inverse).toEqual([{ op: "replace", path: ["types", 8, "values", 0, "val"], value: "-1" }]);
    expect(applyPatches(sample(), JSON.parse(JSON.stringify(patches)) as BtfPatch[]).type(8)).toMatchObject({
      values: [{ name: "LOW", val: -5n }],
    });
  });

  test("a type that an object does not hold to the bit comes back to the bit", () => {
    const graph = defineBtf((b) => {
      b.addRaw({ name: "odd", info: 0x81000007, sizeOrType: 4, extra: [0xf1000020] });
      b.addInt("int", 4, "signed");
    });
    const { graph: made, inverse } = editWithPatches(graph, (draft) => draft.remove(1));
    expect(inverse[0]!.value).toMatchObject({ kind: "RAW" });
    expect(applyPatches(made, JSON.parse(JSON.stringify(inverse)) as BtfPatch[]).raw(1)).toEqual(graph.raw(1));
  });

  test.each<[unknown, RegExp]>([
    [{ op: "move", path: ["types", 1] }, /^patch 0: expected \{ op/],
    [{ op: "add", path: ["words", 1] }, /^patch 0: path \["words",1\]; expected/],
    [{ op: "replace", path: ["types", 1, "a", "b"], value: 1 }, /^patch 0: \["types",1,"a","b"\] can't be changed/],
    [{ op: "replace", path: ["types", 1, "__proto__", "x"], value: 1 }, /^patch 0: .* can't be changed/],
    [{ op: "add", path: ["types", 99], value: sampleInt }, /adds type \[99\]; expected an id from 1 to 9/],
    [{ op: "add", path: ["types", 9], value: null }, /^type \[9\] is null; expected an object/],
    [
      { op: "add", path: ["types", 9], value: { kind: "RAW", words: [0, 0x02000000, 77] } },
      /type id 77 is out of range/,
    ],
    [{ op: "add", path: ["ids", "x"], value: 99 }, /^patch 0: label 'x': 99 is no type id/],
    [{ op: "remove", path: ["types", 1] }, /^remove\(\): type \[1\] INT 'int' is referred to/],
    [null, /^patch 0: expected/],
  ])("%j is refused", (patch, message) => {
    expect(() => applyPatches(sample(), [patch as BtfPatch])).toThrow(BtfError);
    expect(() => applyPatches(sample(), [patch as BtfPatch])).toThrow(message);
    expect({}).not.toHaveProperty("x");
  });
});

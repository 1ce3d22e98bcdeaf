/** The matchers as a user of vitest meets them. */
import { describe, expect, expectTypeOf, it } from "vitest";

// oxlint-disable-next-line import/no-unassigned-import -- what a user writes
import "btfkit/vitest";
import { btf, encode } from "btfkit";
import { damage } from "btfkit/damage";
import { KERNELS, type VerifyRule } from "btfkit/kernel";
import type { BtfMatchers } from "btfkit/matchers";
import { kernelOracle } from "../kernel-oracle.js";

const SOUND = btf().addInt("int", 4, "signed").addStruct("sock", 4).addField("family", "int", 0).build();
const DASH = damage(SOUND, "typedef-name-dash");
const FLOAT = btf().addFloat("double", 8).build();

/** What a failing assertion says, without colours. */
function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error("the assertion held");
}

describe("toBeAcceptedBy", () => {
  it("takes graphs, bytes and builders, one kernel, several or all", () => {
    expect(SOUND).toBeAcceptedBy("6.18");
    expect(encode(SOUND)).toBeAcceptedBy(["4.18", "debian-6.1"]);
    expect(btf().addInt("int", 4)).toBeAcceptedBy("all");
    expect(FLOAT).not.toBeAcceptedBy("5.12");
    expect(FLOAT).toBeAcceptedBy("5.12", { with: ["float"] });
    expect(encode(SOUND, { endian: "big" })).toBeAcceptedBy("6.18", { host: "big" });
    expect(FLOAT).toBeAcceptedBy(KERNELS.find(({ kernel }) => kernel === "5.13")!);
  });

  it("shows the type at fault and the kernel's line", () => {
    expect(messageOf(() => expect(DASH).toBeAcceptedBy(["4.18", "6.18"]))).toBe(
      "expected Linux 4.18, 6.18 to accept the BTF; 6.18 refused it\n\n6.18 says:\n\n" +
        "  [4] TYPEDEF 'not-a-name' type_id=3\n" +
        "              ^^^^^^^^^^^^\n" +
        "  kernel: EINVAL: [4] TYPEDEF not-a-name type_id=3 Invalid name\n" +
        "  hint: the name must be a C identifier (dots from 6.4 on) of up to 512 bytes (128 before 6.1): sanitizeNames() makes it one",
    );
    expect(messageOf(() => expect(SOUND).not.toBeAcceptedBy("6.18"))).toBe(
      "expected Linux 6.18 to refuse the BTF, and it was accepted",
    );
    expect(messageOf(() => expect(DASH).toBeAcceptedBy("all"))).toContain("4.18, 4.19, 4.20 and");
  });

  it("refuses what is no BTF, and kernels that are none", () => {
    expect(messageOf(() => expect("BTF").toBeAcceptedBy("6.18"))).toBe(
      "toBeAcceptedBy: expected a Btf, bytes of BTF or a builder, not a value of type string",
    );
    expect(messageOf(() => expect([1]).toHaveType("int"))).toContain("not an array");
    expect(messageOf(() => expect(null).not.toRoundTrip())).toContain("not null");
    expect(messageOf(() => expect(SOUND).toBeAcceptedBy("2.6" as "6.1"))).toContain('kernel "2.6" is not known');
  });
});

describe("toBeRefusedBy", () => {
  it("matches the kernel's last line, or the rule", () => {
    expect(DASH).toBeRefusedBy("5.4");
    expect(DASH).toBeRefusedBy(["5.4", "6.18"], /Invalid name$/);
    expect(DASH).toBeRefusedBy("6.18", "EINVAL: [4] TYPEDEF not-a-name");
    expect(DASH).toBeRefusedBy("6.18", { rule: "name" });
    expect(DASH).not.toBeRefusedBy("4.18");
    expect(DASH).not.toBeRefusedBy("6.18", /Invalid type_id/);
    expect(FLOAT).toBeRefusedBy("5.12", /Invalid btf_info/);
    expect(FLOAT).not.toBeRefusedBy("5.12", /./, { with: ["float"] });
  });

  it("says who accepted it, or what was said in place of that", () => {
    expect(messageOf(() => expect(DASH).toBeRefusedBy(["4.20", "5.0"]))).toBe(
      "expected Linux 4.20, 5.0 to refuse the BTF, and 4.20 accepted it",
    );
    const other = messageOf(() => expect(DASH).toBeRefusedBy("5.4", /Invalid type_id/));
    expect(other).toMatch(
      /^expected Linux 5\.4 to refuse the BTF with \/Invalid type_id\/\n\n5\.4 says:\n\n {2}\[4\] TYPEDEF/,
    );
    const rule: VerifyRule = "loop";
    expect(messageOf(() => expect(DASH).toBeRefusedBy("5.4", { rule }))).toContain("with rule loop");
    expect(messageOf(() => expect(DASH).toBeRefusedBy("5.4", "Invalid elem"))).toContain('with "Invalid elem"');
    expect(messageOf(() => expect(DASH).not.toBeRefusedBy("5.4", /Invalid name/))).toContain(
      "not to refuse the BTF with /Invalid name/",
    );
  });
});

const oracle = kernelOracle();

describe.skipIf(!oracle.available)("toLoadIntoKernel", () => {
  it("asks the running kernel", () => {
    expect(SOUND).toLoadIntoKernel();
    expect(DASH).not.toLoadIntoKernel();
    const said = messageOf(() => expect(DASH).toLoadIntoKernel());
    expect(said).toContain("it answered EINVAL. The end of its log:\n\n");
    expect(said.endsWith("  [4] TYPEDEF not-a-name type_id=3 Invalid name")).toBe(true);
    expect(messageOf(() => expect(SOUND).not.toLoadIntoKernel())).toBe(
      "expected the running kernel to refuse the BTF, and it was loaded",
    );
  });

  it("never asks about what would make the kernel warn", () => {
    const nested = btf()
      .addStruct("bpf_spin_lock", 4)
      .addStruct("inner", 4)
      .addField("lock", "struct bpf_spin_lock", 0)
      .addStruct("outer", 8)
      .addField("inner", "struct inner", 0)
      .addField("lock", "struct bpf_spin_lock", 32);
    expect(messageOf(() => expect(nested).toLoadIntoKernel())).toContain("would print a warning of its own");
  });
});

/** CONSTs of the ids that are said. */
const loops = (...to: readonly number[]) => to.reduce((x, id) => x.addConst(id), btf().widen()).build();

/** A prototype with one parameter. */
const proto = (type: string) =>
  btf().addInt("int", 4).addInt("char", 1).widen().addFuncProto(0).addFuncParam("a", type).build();

describe("toEqualBtf", () => {
  const a = btf().addInt("int", 4, "signed").addPtr("int").addTypedef("t", "int").build();
  const b = btf().addTypedef("t", 3).addPtr(3).addInt("int", 4, "signed").build();

  it("takes any numbering", () => {
    expect(a).toEqualBtf(b);
    expect(encode(a, { endian: "big" })).toEqualBtf(b);
    expect(a).not.toEqualBtf(SOUND);
    expect(messageOf(() => expect(a).not.toEqualBtf(b))).toContain("they are equal up to numbering");
  });

  it("shows what differs, by name", () => {
    const c = btf().addTypedef("t", 3).addPtr(3).addInt("int", 8, "signed").addStruct("s", 0).build();
    expect(messageOf(() => expect(a).toEqualBtf(c))).toBe(
      "expected the graphs to be equal up to numbering; from what is expected:\n\n" +
        "0 added, 1 removed, 1 changed, 1 the same\n\n" +
        "STRUCT: 1 removed\n\n- struct s\n\n" +
        "INT: 1 changed\n\n~ int, 8 -> 4 bytes\n  ~ nrBits: 64 -> 32",
    );
  });

  it("shows types without ids where those without names differ", () => {
    try {
      expect(a).toEqualBtf(btf().addInt("int", 4, "signed").addTypedef("t", "int").build());
      expect.unreachable();
    } catch (error) {
      const { message, actual, expected } = error as { message: string; actual: string; expected: string };
      expect(message).toContain("types without names differ");
      expect(actual.split("\n")).toEqual([
        ...expected.split("\n").slice(0, 1),
        "PTR '(anon)' type=(int)",
        "TYPEDEF 't' type=(int)",
      ]);
    }
  });

  it("shows the elements of types without names", () => {
    try {
      expect(proto("int")).toEqualBtf(proto("char"));
      expect.unreachable();
    } catch (error) {
      const { actual, expected } = error as { actual: string; expected: string };
      expect(actual).toContain("FUNC_PROTO '(anon)' retType=(void)\n\tname=a type=(int)");
      expect(expected).toContain("FUNC_PROTO '(anon)' retType=(void)\n\tname=a type=(char)");
    }
  });

  it("shows ids where types look alike", () => {
    const [one, two] = [loops(2, 1, 4, 3), loops(2, 3, 4, 1)];
    expect(one).not.toEqualBtf(two);
    expect(messageOf(() => expect(one).toEqualBtf(two))).toContain("look alike");
  });
});

describe("toRoundTrip and toHaveType", () => {
  it("hold for graphs and bytes, split ones too", () => {
    expect(SOUND).toRoundTrip();
    expect(encode(SOUND, { endian: "big", layout: true })).toRoundTrip();
    expect(btf({ base: SOUND }).addPtr("struct sock")).toRoundTrip();
    expect(DASH).toRoundTrip();
    expect(damage(SOUND, "pointer-dangling")).not.toRoundTrip();
    expect(messageOf(() => expect(damage(SOUND, "types-length-beyond-data")).toRoundTrip())).toContain(
      "expected the BTF to be the same after a round trip: ",
    );
    expect(messageOf(() => expect(SOUND).not.toRoundTrip())).toContain("and it is");
  });

  it("look types up by spelling", () => {
    expect(SOUND).toHaveType("struct sock");
    expect(encode(SOUND)).toHaveType("int");
    expect(SOUND).not.toHaveType("struct sock *");
    expect(messageOf(() => expect(SOUND).toHaveType("struct sokc"))).toMatch(/struct sock'/);
    expect(messageOf(() => expect(SOUND).not.toHaveType("struct sock"))).toBe(
      'expected no type "struct sock", and there is [2]',
    );
  });
});

describe("snapshots", () => {
  it("print the raw dump", () => {
    expect(SOUND).toMatchInlineSnapshot(`
      [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
      [2] STRUCT 'sock' size=4 vlen=1
      	'family' type_id=1 bits_offset=0
    `);
    expect({ of: encode(SOUND) }).toMatchInlineSnapshot(`
      {
        "of": [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
        [2] STRUCT 'sock' size=4 vlen=1
        	'family' type_id=1 bits_offset=0,
      }
    `);
    expect(damage(SOUND, { types: { 2: { sizeOrType: 8, words: { 4: 9 } } } })).toMatchInlineSnapshot(`
      [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
      [2] STRUCT 'sock' size=8 vlen=1
      	'family' type_id=9 bits_offset=0
      ! type [2] STRUCT 'sock': member 0 'family': type id 9 is out of range (2 types)
    `);
    expect(btf().build()).toMatchInlineSnapshot(``);
    expect(Uint8Array.of(1, 2)).toMatchInlineSnapshot(`
      Uint8Array [
        1,
        2,
      ]
    `);
  });
});

it("is typed for vitest's expect", () => {
  expectTypeOf(expect(SOUND)).toExtend<BtfMatchers>();
  expectTypeOf(expect(SOUND).not).toExtend<BtfMatchers>();
  // @ts-expect-error -- a kernel that is none
  expect(() => expect(SOUND).toBeAcceptedBy("2.6")).toThrow("2.6");
  // @ts-expect-error -- a rule that is none
  expect(SOUND).not.toBeRefusedBy("6.18", { rule: "names" });
});

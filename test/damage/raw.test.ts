import { describe, expect, it } from "vitest";

import { btf, decode, encode, isBtfError } from "btfkit";
import { damage, type DamageName, type RawDamage } from "btfkit/damage";
import { verify } from "btfkit/kernel";
import { readHeader } from "../../src/wire/header.js";

const GRAPH = btf()
  .addInt("int", 4, "signed")
  .addStruct("event", 8)
  .addField("pid", "int", 0)
  .addField("cpu", "int", 32)
  .addPtr("struct event")
  .build();
const BYTES = encode(GRAPH);
const lenient = (bytes: Uint8Array) => decode(bytes, { lenient: true });

/** What an error says, and where. */
function errorOf(recipe: DamageName | RawDamage, x: Uint8Array = BYTES) {
  try {
    damage(x, recipe);
  } catch (error) {
    if (isBtfError(error)) return [error.code, error.rule, error.message];
    throw error;
  }
  return undefined;
}

describe("damage by hand", () => {
  it("changes nothing but what is named, and makes new bytes", () => {
    const before = BYTES.slice();
    const bytes = damage(BYTES, {});
    expect(bytes).toEqual(BYTES);
    expect(bytes.buffer).not.toBe(BYTES.buffer);
    damage(BYTES, { header: { magic: 0 }, bytes: { 30: 9 }, types: { 1: { nameOff: 77 } } });
    expect(BYTES).toEqual(before);
    expect(damage(GRAPH, {})).toEqual(BYTES);
  });

  it.each(["little", "big"] as const)("sets the header's fields, %s-endian", (endian) => {
    const bytes = encode(GRAPH, { endian });
    const changed = damage(bytes, {
      header: {
        version: 2,
        flags: (flags) => flags | 0x80,
        hdrLen: 28,
        typeOff: 4,
        typeLen: (length) => length - 4,
        strOff: 0xfffffff0,
        strLen: (length) => length * 2,
      },
    });
    const { typeLength, stringLength } = readHeader(bytes, endian);
    expect(readHeader(changed, endian)).toMatchObject({
      version: 2,
      flags: 0x80,
      headerLength: 28,
      typeOffset: 4,
      typeLength: typeLength - 4,
      stringOffset: 0xfffffff0,
      stringLength: stringLength * 2,
    });
    expect(changed.subarray(24)).toEqual(bytes.subarray(24));
  });

  it("sets words of types, in either byte order", () => {
    for (const endian of ["little", "big"] as const) {
      const bytes = encode(GRAPH, { endian });
      const changed = damage(bytes, {
        types: {
          2: { vlen: 1, kindFlag: true, words: { 4: 3, 5: (bits) => bits + 8 } },
          3: { kind: 10, sizeOrType: 1 },
        },
      });
      const view = new DataView(changed.buffer, 24 + 16);
      const little = endian === "little";
      expect(view.getUint32(4, little)).toBe(0x84000001);
      expect([view.getUint32(16, little), view.getUint32(20, little)]).toEqual([3, 8]);
      expect(view.getUint32(36 + 4, little)).toBe(0x0a000000);
      expect(view.getUint32(36 + 8, little)).toBe(1);
    }
    const info = damage(BYTES, { types: { 3: { info: 0x1f000007, kind: (kind) => kind - 1, nameOff: 1 } } });
    expect(verify(info).log).toMatch(/\[3\] Invalid kind:30$/);
  });

  it("sends references somewhere else, and writes over strings", () => {
    const changed = lenient(damage(BYTES, { ids: { 1: 3 }, strings: { [GRAPH.findString("pid")!]: "tid" } }));
    expect(changed.type(2)).toMatchObject({
      members: [
        { name: "tid", typeId: 3 },
        { name: "cpu", typeId: 3 },
      ],
    });
    expect(changed.type(3)).toMatchObject({ typeId: 2 });
  });

  it("takes a graph in split BTF by its own ids and name offsets", () => {
    const split = btf({ base: GRAPH }).addStruct("own", 4).addField("a", "int", 0).build();
    const own = split.findString("own")!;
    const bytes = damage(split, { types: { [split.startId]: { sizeOrType: 9 } }, strings: { [own]: "OWN" } });
    expect(decode(bytes, { base: GRAPH }).type(split.startId)).toMatchObject({ name: "OWN", size: 9 });
    const added = decode(damage(split, "pointer-dangling"), { base: GRAPH, lenient: true });
    expect(added.typeCount).toBe(split.typeCount + 1);
    expect(added.type(split.typeCount)).toMatchObject({ kind: "PTR", typeId: split.typeCount + 1 });
    const named = decode(damage(split, "pointer-named"), { base: GRAPH });
    expect(named.type(split.typeCount)).toMatchObject({ kind: "INT", name: "int" });
    expect(named.type(split.typeCount + 1)).toMatchObject({ kind: "PTR", name: "broken", typeId: split.typeCount });
  });

  it("puts the sections together anew", () => {
    const bytes = damage(GRAPH, {
      sections: {
        headerBytes: 40,
        order: ["strings", "types"],
        gaps: { strings: 2, types: 3 },
        trailing: 5,
      },
    });
    const header = readHeader(bytes, "little");
    const { typeLength, stringLength } = readHeader(BYTES, "little");
    expect(header).toMatchObject({ headerLength: 40, stringOffset: 2, stringLength, typeLength });
    expect(header.typeOffset).toBe(2 + stringLength + 3);
    expect(bytes.length).toBe(40 + header.typeOffset + typeLength + 5);
    const swapped = damage(GRAPH, { sections: { swapped: true } });
    expect(decode(swapped).endian).toBe("big");
    expect(encode(decode(swapped), { endian: "little" })).toEqual(BYTES);
  });

  it("cuts, lengthens, and goes on where it was broken before", () => {
    expect(damage(BYTES, { byteLength: 7 })).toEqual(BYTES.slice(0, 7));
    expect(damage(BYTES, { byteLength: (length) => length + 3 })).toEqual(Uint8Array.of(...BYTES, 0, 0, 0));
    const twice = damage(damage(BYTES, { header: { magic: 0x1234 } }), { header: { version: 9 }, bytes: { 40: 1 } });
    expect([twice[0], twice[1], twice[2], twice[40]]).toEqual([0x34, 0x12, 9, 1]);
    expect(damage(new Uint8Array(0), { byteLength: 4 })).toEqual(new Uint8Array(4));
  });

  it.each<[RawDamage, string]>([
    [{ types: { 4: {} } }, "damage(): types[4] is none of [1] to [3]"],
    [{ types: { 1: { words: { 4: 0 } } } }, "damage(): types[1].words[4] is none of its 4 words"],
    [{ strings: { 999: "a" } }, "damage(): strings[999] lies outside the string section"],
    [{ bytes: { 999: 1 } }, `damage(): bytes[999] is none of the ${BYTES.length} bytes`],
    [{ header: { layoutLen: 1 }, byteLength: 4 }, ""],
    [{ byteLength: 2 ** 31 }, "damage(): byteLength 2147483648 is more than 1 GiB"],
  ])("refuses damage to what is not there: %j", (recipe, message) => {
    const expected = message === "" ? undefined : ["EINVAL", "damage-place", message];
    expect(errorOf(recipe)).toEqual(expected);
  });

  it("refuses the header's fields that data has no room for, and others", () => {
    expect(errorOf({ header: { strLen: 1 } }, BYTES.slice(0, 20))?.[2]).toBe(
      "damage(): header.strLen lies beyond the 20 bytes",
    );
    expect(errorOf({ header: { strlen: 1 } as object })?.[2]).toContain("header.strlen is none of magic, version");
    expect(errorOf({ types: { 1: {} } }, BYTES.slice(0, 20))?.[2]).toContain("need a header of 24 bytes");
  });
});

describe("a recipe", () => {
  it("says what is near a name that it does not know", () => {
    expect(errorOf("struct-member-offset" as DamageName)).toEqual([
      "ENOENT",
      "unknown-recipe",
      expect.stringContaining("struct-member-offset-descending"),
    ]);
    expect(errorOf("toString" as DamageName)?.[0]).toBe("ENOENT");
  });

  it("needs bytes whose types can be told apart", () => {
    expect(errorOf("pointer-named", new Uint8Array(30))?.[1]).toBe("damage-header");
    expect(errorOf("pointer-named", BYTES.slice(0, 20))?.[1]).toBe("damage-header");
    expect(errorOf("pointer-named", BYTES.slice(0, 40))?.[1]).toBe("damage-section");
    expect(errorOf("pointer-named", damage(BYTES, "kind-unknown"))?.slice(1)).toEqual([
      "damage-type",
      "damage(): type [4], of kind 31, does not end in the type section; a recipe needs a BTF that is sound so far",
    ]);
  });

  it("begins a graph where there is none", () => {
    expect(verify(damage(btf().build(), "pointer-named")).at).toMatchObject({ rule: "no-name", typeId: 2 });
  });

  it("leaves gaps, a longer header and a layout section behind", () => {
    const odd = damage(GRAPH, { sections: { headerBytes: 40, gaps: { types: 4, strings: 1 }, trailing: 3 } });
    expect(damage(odd, "pointer-named")).toEqual(damage(GRAPH, "pointer-named"));
    const withLayout = encode(GRAPH, { layout: true });
    expect(damage(withLayout, "pointer-named")).toEqual(damage(GRAPH, "pointer-named"));
    expect(damage(decode(withLayout), "pointer-named")).toEqual(damage(GRAPH, "pointer-named"));
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BASE_TYPES, equalTrees, formatTypeName, parseDeclaration, parseTypeName } from "../../src/spelling/index.js";
import type { TypeTree } from "../../src/spelling/index.js";
import { tree } from "./helpers.js";

const name = fc.stringMatching(/^[a-z_$é][a-z_0-9.]{0,6}$/).map((text) => `n${text.replaceAll("..", "_")}`);
const base = fc.constantFrom(...BASE_TYPES).map((each): TypeTree => ({ kind: "base", name: each }));
const tagged = fc.record({ kind: fc.constantFrom("struct", "union", "enum", "name"), name });
const wraps = fc.record({
  const: fc.boolean(),
  volatile: fc.boolean(),
  restrict: fc.boolean(),
  tags: fc.array(fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", "é", "\x7f", "1", " ") }), { maxLength: 2 }),
});

/** A type with modifiers in clang's order, as the parser gives them. */
function modified(
  type: TypeTree,
  how: { const: boolean; volatile: boolean; restrict: boolean; tags: string[] },
): TypeTree {
  let result = type;
  if (how.restrict && (type.kind === "ptr" || type.kind === "name")) result = { kind: "restrict", to: result };
  if (how.volatile) result = { kind: "volatile", to: result };
  if (how.const) result = { kind: "const", to: result };
  for (const value of how.tags) result = { kind: "type_tag", value, to: result };
  return result;
}

const isVoid = (type: TypeTree): boolean => type.kind === "base" && type.name === "void";
const canBeElement = (type: TypeTree): boolean =>
  type.kind !== "function" && !isVoid(type) && !(type.kind === "array" && type.count === undefined);
const canBeReturned = (type: TypeTree): boolean => type.kind !== "function" && type.kind !== "array";
const asPointer = (type: TypeTree): TypeTree => ({ kind: "ptr", to: type });

const { type: anyType } = fc.letrec<{ type: TypeTree; param: TypeTree }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 6, depthSize: "medium" },
    fc.tuple(fc.oneof(base, tagged), wraps).map(([type, how]) => modified(type, how)),
    fc.tuple(tie("type"), wraps).map(([to, how]) => modified(asPointer(to), how)),
    fc.tuple(tie("type"), fc.option(fc.nat(0xffff_ffff), { nil: undefined })).map(([of, count]): TypeTree => {
      return { kind: "array", of: canBeElement(of) ? of : asPointer(of), count };
    }),
    fc
      .record({
        returns: tie("type"),
        params: fc.array(fc.record({ name: fc.oneof(fc.constant(""), name), type: tie("param") }), { maxLength: 3 }),
        variadic: fc.boolean(),
      })
      .map((parts): TypeTree => {
        const returns = canBeReturned(parts.returns) ? parts.returns : asPointer(parts.returns);
        return { kind: "function", ...parts, returns };
      }),
  ),
  param: tie("type").map((type) => {
    let bare = type;
    while (bare.kind === "const" || bare.kind === "volatile") bare = bare.to;
    return canBeReturned(type) && !isVoid(bare) ? type : asPointer(type);
  }),
}));

describe("formatTypeName", () => {
  it("is read back to an equal tree, alone and around a name", () => {
    fc.assert(
      fc.property(anyType, name, (type, declared) => {
        const text = formatTypeName(type);
        const again = parseTypeName(text);
        if (!again.ok) throw new Error(`${text}: ${again.message} at ${again.offset}`);
        expect(again.type).toEqual(type);
        expect(equalTrees(again.type, type)).toBe(true);
        const declaration = parseDeclaration(`${formatTypeName(type, declared)};`);
        expect(declaration).toEqual({ ok: true, name: declared, type });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["int (*[4])(void)", "int (*name[4])(void)"],
    ["char[4][8]", "char name[4][8]"],
    ["u32", "u32 name"],
    ["struct s *const *", "struct s *const *name"],
    ["int *const", "int *const name"],
    ["int (*const)[3]", "int (*const name)[3]"],
    ["int (*(*)(void))[3]", "int (*(*name)(void))[3]"],
    ["int *const (*)[3]", "int *const (*name)[3]"],
    ["int (struct sock *, ...)", "int name(struct sock *, ...)"],
    ['int __attribute__((btf_type_tag("user"))) *', 'int __attribute__((btf_type_tag("user"))) *name'],
  ])("spells %s as people write it", (text, declaration) => {
    expect(formatTypeName(tree(text))).toBe(text);
    expect(formatTypeName(tree(text), "name")).toBe(declaration);
  });

  it("spells what C cannot say as near as it can", () => {
    const int: TypeTree = { kind: "base", name: "int" };
    const array: TypeTree = { kind: "array", of: int, count: 3 };
    const fn: TypeTree = { kind: "function", returns: int, params: [], variadic: false };
    expect(formatTypeName({ kind: "const", to: array }, "a")).toBe("const int a[3]");
    expect(formatTypeName({ kind: "volatile", to: { kind: "const", to: int } })).toBe("const volatile int");
    expect(formatTypeName({ kind: "ptr", to: { kind: "const", to: fn } })).toBe("int (*)(void)");
    expect(formatTypeName({ kind: "array", of: fn, count: 2 }, "f")).toBe("int f[2](void)");
  });
});

describe("equalTrees", () => {
  const spellings = ["int", "u32", "struct u32", "int *", "const int", "int[2]", "int[3]", "int[]", "int (void)"];
  const more = ["int (...)", "int (int)", "int (int a)", "long (int)", 'int __attribute__((btf_type_tag("a")))'];
  it("tells every two of these apart", () => {
    const trees = [...spellings, ...more].map((text) => tree(text));
    for (const [i, a] of trees.entries()) {
      for (const [j, b] of trees.entries()) expect(equalTrees(a, structuredClone(b))).toBe(i === j);
    }
  });
});

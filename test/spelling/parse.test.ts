import { describe, expect, it } from "vitest";
import { equalTrees, formatTypeName, parseDeclaration, parseTypeName } from "../../src/spelling/index.js";
import { canonical, chain, refusal, tree } from "./helpers.js";

const tag = (value: string): string => `__attribute__((btf_type_tag("${value}")))`;
const groups = (n: number): string => `int ${"(".repeat(n)}*${")".repeat(n)}`;
const params = (n: number): string => `${"int (".repeat(n)}void${")".repeat(n)}`;

describe("parseTypeName", () => {
  it("reads declarators inside out", () => {
    expect(tree("const char *")).toEqual({
      kind: "ptr",
      to: { kind: "const", to: { kind: "base", name: "char" } },
    });
    expect(chain(tree("int (*[4])(void)"))).toBe("array 4 > ptr > function 0 > int");
    expect(chain(tree("char[4][8]"))).toBe("array 4 > array 8 > char");
    expect(chain(tree("int (*(*)(int))(char)"))).toBe("ptr > function 1 > ptr > function 1 > int");
    expect(chain(tree("struct s *const volatile *"))).toBe("ptr > const > volatile > ptr > s");
    expect(chain(tree("char *(*)[3]"))).toBe("ptr > array 3 > ptr > char");
  });

  it.each([
    ["long unsigned", "unsigned long"],
    ["int long unsigned long", "unsigned long long"],
    ["unsigned", "unsigned int"],
    ["__signed__ char", "signed char"],
    ["bool", "_Bool"],
    ["double long", "long double"],
    ["__int128 unsigned", "unsigned __int128"],
    ["int const volatile", "const volatile int"],
    ["volatile const int", "const volatile int"],
    ["long const unsigned int", "const unsigned long"],
    ["u32[0x10][010][2u]", "u32[16][8][2]"],
    ["int []", "int[]"],
    ["int ()", "int (void)"],
    ["int (...)", "int (...)"],
    ["int (u32)", "int (u32)"],
    ["int(struct sock*,...)", "int (struct sock *, ...)"],
    ["foo.llvm.12 *", "foo.llvm.12 *"],
    ["struct größe$1 *", "struct größe$1 *"],
    ["int /* of */ * // pointer", "int *"],
    ["int (int a[const 5], int b[static 3], int f(int))", "int (int *const a, int *b, int (*f)(int))"],
    ["int (const int a, char *const restrict b)", "int (const int a, char *const restrict b)"],
    ["int (int (x))", "int (int x)"],
    ["struct bool", "struct bool"],
  ])("%s is %s", (text, wanted) => {
    expect(canonical(text)).toBe(wanted);
  });

  it("puts type tags where clang puts them: before qualifiers, the last one outside", () => {
    expect(chain(tree(`int ${tag("user")} *`))).toBe("ptr > tag user > int");
    expect(chain(tree(`const int ${tag("user")} *`))).toBe("ptr > tag user > const > int");
    expect(chain(tree(`${tag("a")} int ${tag("b")} *`))).toBe("ptr > tag b > tag a > int");
    expect(chain(tree(`int *${tag("k")} const ${tag("l")} *`))).toBe("ptr > tag l > tag k > const > ptr > int");
    expect(chain(tree(`int __attribute__((btf_type_tag("a" "\\x62\\"\\103"), __btf_type_tag__("d")))`))).toBe(
      'tag d > tag ab"C > int',
    );
  });

  it.each([
    ["", "0: expected a type, found the end"],
    ["* int", '0: expected a type, found "*"'],
    ["struct *", '7: expected the name of the struct, found "*"'],
    ["struct const s", '7: expected the name of the struct, found "const"'],
    ["struct s { int x; }", "9: the body of a struct has no place in a spelling: name the type"],
    ["unsigned float", '0: C has no type "unsigned float"'],
    ["struct s int", '9: "int" is a second type: one declaration has one'],
    ["int foo", '4: expected "*", "[", "(" or the end, found "foo"'],
    ["static int", "0: static has no place in the name of a type"],
    ["extern static int", "7: extern and static exclude each other"],
    ["int (static int)", "5: a parameter cannot be static"],
    ["int (", "5: expected a type, found the end"],
    ["int (*", '6: expected ")" to close the "(", found the end'],
    ["int (int", '8: expected ")" after the parameters, found the end'],
    ["int (void, int)", "5: a parameter cannot be void"],
    ["int (const void)", "5: a parameter cannot be void"],
    ["int (void)[3]", "4: a function cannot return an array: it can return a pointer to one"],
    ["int (void)(void)", "4: a function cannot return a function: it can return a pointer to one"],
    ["int (*[3])[", '11: expected a number of elements or "]", found the end'],
    ["int[3](void)", "3: an array cannot hold functions: it can hold pointers"],
    ["void[3]", "4: an array cannot hold void"],
    ["int[2][]", "3: only the first bound of an array can be left out"],
    ["int[4294967296]", "4: an array of 4294967296 elements is larger than BTF can say: at most 4294967295"],
    ["int[09]", '4: "09" is not an octal number'],
    ["int[1.5]", '4: "1.5" is not a whole number'],
    ["int[const 5]", '4: expected a number of elements or "]", found "const"'],
    ["int[5", '5: expected "]" after the number of elements, found the end'],
    ["restrict int", "0: restrict qualifies pointers only"],
    ["_Atomic int", "0: BTF has no _Atomic types"],
    ["typeof(int)", "0: typeof is not supported: name the type"],
    ["int __attribute__((packed))", "19: the attribute packed has no place here"],
    ["int __attribute__((btf_type_tag(x))) *", "32: btf_type_tag takes a string"],
    ["int __attribute__((btf_type_tag)) *", "19: btf_type_tag takes a string"],
    ['int __attribute__((btf_type_tag("\\xff"))) *', "33: \\xff is not an escape for ASCII"],
    ["int __attribute__((a(", '21: expected ")" after the arguments of a, found the end'],
    ["int __attribute__((3", '19: expected the name of an attribute, found "3"'],
    ["int __attribute__ x", '18: expected "(" after __attribute__, found "x"'],
    ['int "', '4: what the " opens is not closed on its line'],
    ["/**/ int /* *", "9: this comment is not closed"],
    ["int \\", '4: the character "\\\\" has no place in C'],
    ["int 'x'", `4: expected "*", "[", "(" or the end, found 'x'`],
  ])("refuses %s", (text, wanted) => {
    expect(refusal(text)).toBe(wanted);
  });

  it("takes the largest array bound", () => {
    expect(canonical("int[0xffffffff]")).toBe("int[4294967295]");
  });

  it("reads, writes and compares chains of 100,000 pointers", () => {
    const text = `int ${"*".repeat(100_000)}`;
    const [a, b] = [tree(text), tree(text)];
    expect(equalTrees(a, b)).toBe(true);
    expect(equalTrees(a, { kind: "ptr", to: b })).toBe(false);
    expect(formatTypeName(a)).toBe(text);
  });

  it("limits parentheses to 128 levels, of either sort", () => {
    expect(canonical(groups(128))).toBe("int *");
    expect(parseTypeName(params(128)).ok).toBe(true);
    expect(refusal(groups(129))).toBe("132: this nests deeper than 128 levels");
    expect(refusal(params(100_000))).toBe("644: this nests deeper than 128 levels");
    expect(parseTypeName(`int (${Array.from({ length: 500 }, () => "int (*)(void)").join(", ")})`).ok).toBe(true);
  });

  it("does not run out of stack on a token of some million characters", () => {
    expect(parseTypeName("a".repeat(8_000_000)).ok).toBe(true);
    expect(parseTypeName("/**/".repeat(1_000_000)).ok).toBe(false);
    expect(parseTypeName(`"${"\\n".repeat(4_000_000)}"`).ok).toBe(false);
  });
});

describe("parseDeclaration", () => {
  it("gives name, type and storage", () => {
    expect(parseDeclaration("extern const unsigned long jiffies;")).toEqual({
      ok: true,
      name: "jiffies",
      type: { kind: "const", to: { kind: "base", name: "unsigned long" } },
      storage: "extern",
    });
    expect(parseDeclaration("int foo(struct sock *sk)")).toEqual({
      ok: true,
      name: "foo",
      type: {
        kind: "function",
        returns: { kind: "base", name: "int" },
        params: [{ name: "sk", type: { kind: "ptr", to: { kind: "struct", name: "sock" } } }],
        variadic: false,
      },
    });
  });

  it.each([
    ["typedef int (*fn)(u32)", "int (*fn)(u32)"],
    ["static inline long (f)(u32 (x));", "long f(u32 x)"],
    ["char *names[4][2]", "char *names[4][2]"],
    ["unsigned u32", "unsigned int u32"],
    ["int (*(*f)(int a))(char)", "int (*(*f)(int a))(char)"],
  ])("%s declares %s", (text, wanted) => {
    const result = parseDeclaration(text);
    expect(result.ok && formatTypeName(result.type, result.name)).toBe(wanted);
  });

  it.each([
    ["int", "3: expected a name, found the end"],
    ["int (*)(void)", '6: expected a name, found ")"'],
    ["int int", '0: C has no type "int int"'],
    ["int x, y", '5: expected ";" or the end, found ","'],
    ["int x y", '6: expected ";" or the end, found "y"'],
    ['int x __attribute__((section("a")))', "21: the attribute section has no place here"],
  ])("refuses %s", (text, wanted) => {
    const result = parseDeclaration(text);
    expect(result.ok ? "accepted" : `${result.offset}: ${result.message}`).toBe(wanted);
  });
});

/** What a person would say of malformed C, and where. */

import { describe, expect, it } from "vitest";
import { btf, isBtfError, type BtfError } from "btfkit";
import { formatDiagnostic, parseC } from "btfkit/text";

/** Each source with all of its errors: line, column and reason. */
const CASES: readonly (readonly [source: string, ...errors: string[]])[] = [
  ["struct s { int a }; int after;", '1:17: expected ";" after the member'],
  ["struct s { int a; } ; struct s { long b; };", '1:30: "struct s" has members already in line 1'],
  [
    "struct s { foo_t a; };",
    '1:12: the type "foo_t" is not known: declare it, or give a graph that has it: { into: graph }',
  ],
  ["int x", '1:6: expected ";" after the declaration'],
  ["int a[-1];", "1:7: an array cannot have -1 elements"],
  ["int a[n];", '1:7: the constant "n" is not known'],
  ["typedef int u; typedef long u;", '1:29: "u" is declared already in line 1, as something else'],
  ["struct s { int a : 33; };", '1:20: the bit-field "a" has 33 bits, and "int" has 32'],
  ["struct s { float f : 3; };", '1:18: the bit-field "f" has type "float": it takes an integer or enum'],
  ["struct s { int a : 0; };", '1:20: the bit-field "a" has 0 bits: only one without a name can'],
  [
    "struct s { struct t x; };",
    '1:21: the member "x" has the incomplete type "struct t": define it before, or use a pointer',
  ],
  ["struct s { int a; int a; };", '1:23: "struct s" has a member "a" already'],
  ["enum e { };", "1:8: an enum has one constant at least"],
  ["enum e { A, B, A };", '1:16: "A" is declared already in line 1'],
  ["union u { int a; ", '1:18: expected "}" to close the "{" of "union u" in line 1'],
  ["int f(int a, void b);", "1:14: a parameter cannot be void"],
  ["int x[3]; long x[3];", '1:16: "x" is declared already in line 1, with another type'],
  ["int a[1/0];", "1:8: this divides by zero"],
  ["int a[1 << 40];", "1:9: a number of 32 bits cannot be shifted by 40"],
  ["struct { int x; } __attribute__((aligned(3))) v;", "1:34: aligned takes a power of two up to 2^28, not 3"],
  ["int x = {1, 2;", '1:14: expected an element or "}" of the initializer, found ";"'],
  ["char c = 'ab'; int d['ab'];", "1:22: 'ab' is not one character"],
  ["int x; @ int y;", '1:8: expected a type, found "@"'],
  ['int "abc";', '1:5: expected a name, found "abc"'],
  ["struct s { void v; };", '1:17: the member "v" cannot be void'],
  ["struct s { int f(void); };", '1:16: the member "f" is a function: it can be a pointer to one'],
  ["struct s { int a[]; int b; };", '1:16: the array "a" has no bound: only the last member of a struct can be so'],
  ["void v;", '1:6: the variable "v" cannot be void: it can point to it'],
  ["int (*f)(int;", '1:13: expected ")" after the parameters, found ";"'],
  ["int f(int a, ...", '1:17: expected ")" after the parameters, found the end'],
  ["unsigned float x;", '1:1: C has no type "unsigned float"'],
  ["long long long x;", '1:1: C has no type "long long long"'],
  ["int long char x;", '1:1: C has no type "int long char"'],
  ["struct int s;", '1:8: expected the name of the struct, found "int"'],
  ["int a[5][];", "1:6: only the first bound of an array can be left out"],
  ["int f(void)[3];", "1:6: a function cannot return an array: it can return a pointer to one"],
  ["int f(void)(void);", "1:6: a function cannot return a function: it can return a pointer to one"],
  ["/* open", "1:1: this comment is not closed"],
  [
    'char *s = "open;\nint y;',
    '1:11: what the " opens is not closed on its line',
    '2:5: expected one of "=", "," or ";" after the declaration, found "y"',
  ],
  ['_Static_assert(sizeof(int) == 8, "int is 8");', "1:1: the assertion does not hold: int is 8"],
  [
    "struct s; struct s x;",
    '1:20: the variable "x" has the incomplete type "struct s": define it, or make the variable extern',
  ],
  ["enum e { A = 1.5 };", '1:14: "1.5" is a floating-point number, and a whole number is needed'],
  [
    "extern int foo(struct sock *sk) __ksim;",
    '1:33: expected one of "=", "," or ";" after the declaration, found "__ksim"',
  ],
  ['SEC("maps" int x;', '1:1: expected ")" to close the "(" of SEC'],
  ["struct s { __uint(type); } m;", '1:23: expected "," after the name in __uint, found ")"'],
  ["int x; int x(void);", '1:12: "x" is declared already in line 1, as something else'],
  ["u32 x y;", '1:7: expected one of "=", "," or ";" after the declaration, found "y"'],
  [
    "struct sock s; struct sokc *p; int a[sizeof(struct sock)];",
    '1:13: the variable "s" has the incomplete type "struct sock": define it, or make the variable extern',
    '1:44: "struct sock" is incomplete: its size is not known here',
  ],
  ["static extern int x;", "1:8: static and extern exclude each other"],
  [
    "#define N 4\nint a[N];",
    '2:7: "N" is not known: its #define in line 1 was skipped; run the preprocessor first, or use an enum',
  ],
  ["struct s { unsigned int x : -1; };", '1:29: the bit-field "x" cannot have -1 bits'],
  ["enum big { A = 0xffffffffffffffff, B };", '1:36: "B" is larger than any type of C'],
  ["int f(int x) { return 1; } int f(int x) { return 2; }", '1:32: "f" has a body already in line 1'],
  ["int f(int x) { foo_t y; if (x) { return 1; }", '1:45: expected "}" to close the "{" of this function in line 1'],
  ["struct s { int a, ; };", '1:19: expected a name, found ";"'],
  ["int a[4", '1:8: expected "]" after the number of elements, found the end'],
  ["restrict int x;", "1:1: restrict qualifies pointers only"],
  ["typedef int t; t t2; t2 t3;", '1:22: expected a type, found the variable "t2" in line 1'],
  ["struct s { enum e { A } x; } y; enum e { A };", '1:38: "enum e" has constants already in line 1'],
  [
    "BPF_PROG(foo, int x) { return 0; }",
    '1:1: "BPF_PROG" is neither a type nor a macro that is known here: run the preprocessor first',
  ],
  ["struct s *p = &(; int b;", '1:17: expected ")" in the value, found ";"'],
  ["int a[sizeof(struct nope)];", '1:13: "struct nope" is incomplete: its size is not known here'],
  ["__type(x, int);", '1:1: "__type" is neither a type nor a macro that is known here: run the preprocessor first'],
  ["int x = 3 int y;", '1:11: expected one of "=", "," or ";" after the declaration, found "int"'],
  ["struct s { int x; } struct t { int y; };", '1:20: expected ";" after the "}"'],
  ["typedf int foo;", '1:1: the type "typedf" is not known; did you mean "typedef"?'],
  ["strct s { int a; };", '1:1: the type "strct" is not known; did you mean "struct"?'],
  ["int 3x;", '1:5: expected a name, found "3x"'],
  ["enum e { A B };", '1:12: expected "," or "}" after a constant, found "B"'],
  ["enum e { A = };", '1:14: expected a constant, found "}"'],
  ["#pragma pack(3)\nint x;", "1:1: #pragma pack takes 1, 2, 4, 8 or 16, push and pop"],
  ["int x : 3;", "1:7: only a member of a struct or union can be a bit-field"],
  ["int a[0x1ffffffff];", "1:7: an array of 0x1ffffffff elements is larger than BTF can say: at most 4294967295"],
  ["register struct {int a;} *;", '1:27: expected a name, found ";"'],
  [
    "struct s {\n\tint a;\n\tu32 b : 40;\n};\nfoo_t x;\nint y[-2];\n",
    '3:10: the bit-field "b" has 40 bits, and "u32" has 32',
    '5:1: the type "foo_t" is not known: declare it, or give a graph that has it: { into: graph }',
    "6:7: an array cannot have -2 elements",
  ],
  ['# 12 "sock.h"\nstruct s {\n  int a : 99;\n};', 'sock.h:13:11: the bit-field "a" has 99 bits, and "int" has 32'],
  ["int é;\nint ö : 3;", "2:7: only a member of a struct or union can be a bit-field"],
  ["struct s { int a; };\nunion s u;", '2:7: "union s" is declared as a struct in line 1'],
  ["_Static_assert(sizeof(struct { char c; int i; }) == 5);", "1:1: the assertion does not hold"],
  [
    "int f(u33 x);\nint g(u33 y);",
    '1:7: the type "u33" is not known; did you mean "u32"? Or give a graph that has it: { into: graph }',
  ],
  [
    "typedef struct { int a; } pair_t;\npiar_t p;",
    '2:1: the type "piar_t" is not known; did you mean "pair_t"? Or give a graph that has it: { into: graph }',
  ],
  ["enum e { A = 1 };\nint a[AA];", '2:7: the constant "AA" is not known; did you mean "A"?'],
  ["__int128 x[;", '1:12: expected a constant, found ";"'],
  ["struct s { int a; } __attribute__((packed", '1:42: expected ")" after the attribute, found the end'],
  [
    "static int f(void) {\n  static bar_t x;\n  return 1;\n}",
    '2:10: the type "bar_t" is not known: declare it, or give a graph that has it: { into: graph }',
  ],
  ["int a[sizeof(int) - 8 < 0 ? 1 : -1];", "1:7: an array cannot have -1 elements"],
];

function refused(source: string): BtfError {
  try {
    parseC(source);
  } catch (error) {
    if (isBtfError(error)) return error;
    throw error;
  }
  throw new Error(`accepted: ${source}`);
}

/** Errors alone, each on a line. */
function errorsOf(source: string): string[] {
  return refused(source)
    .diagnostics!.filter(({ severity }) => severity === "error")
    .map(({ file, line, column, message }) => `${file === undefined ? "" : `${file}:`}${line}:${column}: ${message}`);
}

describe("malformed C", () => {
  it.each(CASES)("%j", (source, ...errors) => {
    expect(errorsOf(source)).toEqual(errors);
  });

  it("is told as compilers tell it, all of it in one go", () => {
    expect(refused("struct s {\n\tint a;\n\tu32 b : 40;\n};\nfoo_t x;").message).toBe(
      [
        "parseC: 2 errors",
        '3:10: error: the bit-field "b" has 40 bits, and "u32" has 32',
        "  \tu32 b : 40;",
        "  \t        ^",
        '5:1: error: the type "foo_t" is not known: declare it, or give a graph that has it: { into: graph }',
        "  foo_t x;",
        "  ^",
      ].join("\n"),
    );
  });

  it("has its facts as properties", () => {
    const error = refused("/* ü */ u33 x;");
    expect(error).toMatchObject({ code: "EINVAL", rule: "unknown-type", byteOffset: 9 });
    expect(error.diagnostics).toEqual([
      {
        severity: "error",
        message: 'the type "u33" is not known; did you mean "u32"? Or give a graph that has it: { into: graph }',
        rule: "unknown-type",
        line: 1,
        column: 9,
        sourceLine: "/* ü */ u33 x;",
        byteOffset: 9,
      },
    ]);
    expect(formatDiagnostic(error.diagnostics![0]!, "a.h")).toMatch(/^a\.h:1:9: error: /);
  });

  it("of a graph's names the nearest are told", () => {
    const into = btf()
      .addInt("int", 4, "signed")
      .addTypedef("pid_t", 1)
      .addStruct("sock", 4)
      .addField("a", 1, 0)
      .build();
    expect(() => parseC("pidt_t x;", { into })).toThrow('"pidt_t" is not known; did you mean "pid_t"?');
    expect(() => parseC("struct s { struct sokc a; };", { into })).toThrow('did you mean "struct sock"?');
  });

  it("says many errors, but not without end", () => {
    const source = Array.from({ length: 5000 }, (_, i) => `int a${i}[-1];\n`).join("");
    const error = refused(source);
    expect(error.diagnostics!.length).toBeLessThan(2000);
    expect(error.message.split("\n").length).toBeLessThan(160);
  });
});

describe("hostile C", () => {
  const many = 200_000;
  it.each([
    ["nested structs", "struct {".repeat(many)],
    ["nested structs, closed", `${"struct { ".repeat(5000)}int x;${" };".repeat(5000)}`],
    ["nested parentheses in a constant", `int a[${"(".repeat(many)}1${")".repeat(many)}];`],
    ["nested parentheses in a declarator", `int ${"(".repeat(many)}x${")".repeat(many)};`],
    ["signs in a row", `int a[${"-".repeat(many).replaceAll("--", "- ")}1];`],
    ["choices in a row", `int a[${"1?1:".repeat(many)}1];`],
    ["nested parameters", `int f(${"int (*)(".repeat(many)}`],
    ["nested blocks", `int f(void) ${"{".repeat(many)}`],
    ["nested sizeof", `int a[${"sizeof(int[".repeat(many)}`],
    ["nested initializers that do not end", `int a[] = ${"{".repeat(many)};`],
    ["enums of enums", `${"enum : ".repeat(many)}int`],
    ["nested choices by type", `int a[${"_Generic(1, int: ".repeat(many)}1${")".repeat(many)}];`],
    ["C23's attributes without end", `${"[[".repeat(many)}int x;`],
    ["nested accesses that are kept", `int f(void) { ${"__builtin_preserve_access_index(".repeat(many)}1; }`],
    ["strays", "\\".repeat(many)],
    ["typeof in typeof", `${"typeof(".repeat(many)}int`],
    ["pack without end", "#pragma pack(pop)\n".repeat(many / 10) + "int x"],
  ])("%s: an error in little time", (_, source) => {
    const start = performance.now();
    expect(errorsOf(source).length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it.each([
    ["pointers", `int ${"*".repeat(many)}x;`],
    ["qualifiers", `int ${"* const ".repeat(many)}x;`],
    ["dimensions", `int x${"[1]".repeat(many)};`],
    [
      "typedefs",
      Array.from({ length: 50_000 }, (_, i) => `typedef ${i === 0 ? "int" : `const t${i - 1} *`} t${i};`).join(""),
    ],
    [
      "typedefs of typedefs",
      Array.from({ length: 50_000 }, (_, i) => `typedef ${i === 0 ? "int" : `const t${i - 1}`} t${i};`).join(""),
    ],
    ["pointers declared again", `extern int ${"*".repeat(many)}p; extern int ${"*".repeat(many)}p;`],
    [
      "functions of functions declared again",
      Array.from({ length: 60 }, (_, i) => {
        const params = (family: string): string => (i === 0 ? "int" : `${family}${i - 1} *, ${family}${i - 1} *`);
        return `typedef int f${i}(${params("f")}); typedef int g${i}(${params("g")});`;
      }).join("") + "extern f59 *q; extern g59 *q;",
    ],
    ["continued lines", `int x${"\\\n".repeat(many)};`],
    ["parameters", `int f(${Array.from({ length: 60_000 }, () => "int").join(",")});`],
    ["members", `struct s { ${Array.from({ length: 60_000 }, (_, i) => `int a${i};`).join("")} } x;`],
    ["terms", `int a[${"1+".repeat(many)}1];`],
    ["elements", `int a[] = {${"1,".repeat(many)}};`],
    ["blocks one after another", `int f(void) {${"{}".repeat(many)}}`],
    [
      "structs in a chain",
      Array.from({ length: 20_000 }, (_, i) => `struct s${i} { struct s${i + 1} *next; };`).join(""),
    ],
  ])("many %s are read in little time", (_, source) => {
    const start = performance.now();
    for (const emit of ["all", "clang"] as const) expect(parseC(source, { emit }).diagnostics).toEqual([]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

/** What C allows in headers and programs, form by form, beside what clang makes of it. */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import type { Btf } from "btfkit";
import { readBtf } from "btfkit/node";
import { isomorphic, parseC } from "btfkit/text";
import { oracle } from "../../oracles.js";
import { CLANG, scratch } from "./clang.js";
import { Comparison } from "./compare.js";
import { unmatched } from "./isomorphism.js";

const folder = scratch();
afterAll(() => folder.remove());

const ACCEPTED: readonly (readonly [what: string, source: string])[] = [
  [
    "__extension__ anywhere",
    "__extension__ typedef unsigned long long ull; __extension__ struct s { int a; __extension__ union { int b; char c; }; __extension__ long long d; } v; ull x;",
  ],
  [
    "typeof of variables, types and expressions",
    "int x; typeof(x) y; __typeof__(&x) p; typeof(int *) q; __typeof__(x) z[3]; typeof(x + 1ll) w; typeof(((struct t { char a[3]; } *)0)->a) arr; typeof(x ? 1u : x) u; typeof(-(char)1) c; char ch; typeof(+ch) d; typeof(&p[1] - p) e; typeof(x == 2) f; typeof(ch << 3ul) g; typeof(!x) h; char i[sizeof(x + 1.0)]; char j[sizeof(ch ? x : 2ul)];",
  ],
  [
    "_Generic",
    'int x = _Generic(1, int: 3, default: 4); int y[_Generic(1L, int: 3, long: 4)]; char c; int z[_Generic(&c, const char *: 1, char *: 2, default: 3)]; int w[_Generic("a", char *: 5, default: 6)];',
  ],
  [
    "asm labels, which name symbols",
    'int x asm("renamed"); int f(void) asm("g"); int f(void) { return x; } static int y __asm__("y" "_z"); int g2(void) { return y++; }',
  ],
  [
    "bodies with statement expressions, loops, case ranges and labels",
    "static inline int f(int a) { return ({ int b = a; b + 1; }); } int g(int a) { for (int i = 0; i < 3; i++) a += f(i); do { a--; } while (a > 3); switch (a) { case 1: a = 2; break; case 3 ... 7: default: ; } goto out; out: return a; }",
  ],
  [
    "designated initializers",
    'struct s { int a[4]; struct { char b; } c; } v = { .a = { [0 ... 2] = 3, [3] = 1 }, .c.b = \'x\' }; int arr[] = { [7] = 1, 2 }; char st[] = "abc" "def"; char q[] = { "xyz" };',
  ],
  [
    "initializers without inner braces",
    "struct p { int x, y; } ps[] = { 1, 2, 3, 4 }, pq[] = { {1}, {2}, {3} }; int nn[][2] = { 1, 2, 3 }; struct in { int a; struct { char b; long c; }; union { int d; long e; }; int f[2]; } arr[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };",
  ],
  [
    "initializers of flexible arrays",
    'struct s { int n; char data[]; } v = { 3, "abc" }; struct s w = { 1, { 1, 2 } }; struct s x = { .n = 1, .data = { 1, 2, 3 } }; struct s y = { .n = 1, { 1, 2, 3, 4 } }; struct s z = { 1 }; struct s q = { .data = "hello" }; struct t { long a; char b; int data[]; } r = { 1, 2, { [4] = 3 } };',
  ],
  [
    "C23's attributes",
    'struct [[gnu::packed]] s { char a; int b; } v; [[maybe_unused]] int x; struct t { [[deprecated]] int a; [[gnu::packed]] long b; } w; int y [[gnu::aligned(16)]][3]; enum [[clang::flag_enum]] e { A [[deprecated("x")]] = 1, B }; enum e ev; [[gnu::section("foo")]] int z = 1; int f([[maybe_unused]] int a) { [[maybe_unused]] int b; switch (a) { case 1: a++; [[fallthrough]]; default: ; } return a; }',
  ],
  [
    "attributes in every position",
    "struct s { char a; int b; } __attribute__((__packed__, aligned(4))) v; struct __attribute__((packed)) t { char a; int b; } w; __attribute__((aligned(16))) int x; int __attribute__((aligned(32))) y, z; int * __attribute__((aligned(64))) p; struct n { char a; struct { short b; int c; } __attribute__((packed)); struct { short d; int e; } f __attribute__((packed)); } q;",
  ],
  [
    "vectors",
    "typedef int vi __attribute__((vector_size(16))); vi v; typedef float v4 __attribute__((ext_vector_type(4))); v4 w; typedef char v3 __attribute__((ext_vector_type(3))); struct s { char a; v3 b; v4 c; } q;",
  ],
  ["digraphs", "struct s <% int a<:3:>; %>; struct s v; int m<:2:> = <% 1, 2 %>;"],
  ["continued lines", 'int a\\\nb; str\\\nuct s { int x; } v; char c[] = "a\\\nb"; // g \\\nint z;\nint w;'],
  [
    "CRLF, and comments within",
    "struct s {\r\n int a; // x\r\n char b; /* y\r\n z */ };\r\n#pragma pack(1)\r\nstruct t { char a; int b; };\r\n/* a */ struct /* b */ s v /* c // d */ ; // e /* f\r\nstruct t w;\r\n",
  ],
  [
    "universal character names",
    'int \\u00e9t\\u00e9; struct \\u00c0 { int \\u00e0; } v; char s[] = "\\u00e9\\\\u00e9";',
  ],
  [
    "character constants",
    "int a['a']; int b['\\n']; int c['\\x41']; int d['\\101']; int e[L'a']; int f['\\'']; int g['\\\\']; int h[u'a']; int i[U'b'];",
  ],
  [
    "prefixes of strings",
    'char a[] = u8"é"; int b[sizeof(L"abc")]; int c[sizeof(u"abc")]; int d[sizeof(U"a" "bc")]; int w[] = L"hello"; unsigned short q[] = u"abc";',
  ],
  [
    "sections of several strings",
    'int x __attribute__((section(".data" ".x"))) = 1; int y __attribute__((section("a" "b" /* c */ "d"), used)) = 2;',
  ],
  [
    "_Pragma and #pragma pack",
    '_Pragma("pack(push,1)") struct s { char a; int b; } v; _Pragma("pack(pop)") struct t { char a; int b; } w;\n#pragma pack(2)\nstruct u { char a; int b; } x; _Pragma("GCC diagnostic push") struct y { char a; int b; } z;',
  ],
  [
    "_Alignas and _Static_assert",
    '_Alignas(16) char c; struct s { _Alignas(8) char a; _Alignas(double) char b; _Alignas(4) _Alignas(8) char d; _Static_assert(1 > 0, ""); } v; _Static_assert(sizeof(struct s) == 24, "a" "b");',
  ],
  [
    "enums of a told type, as members and with widths",
    "typedef unsigned char u8_t; enum small : u8_t { SA, SB }; struct s { enum small a; enum small : 3; enum small b : 4; } v; enum : short { Z } z; enum fwd : int; enum fwd *pf; enum fwd : int { FW = 3 };",
  ],
  [
    "enums by their values",
    "enum a { A0 = -1, A1 = 0xffffffff } x; enum b { B0 = 0x80000000 } y; enum c { C0 = 0x7ffffffffffffffe, C1 } z; enum d { D0 = -0x7fffffffffffffff - 1 } w; enum e { E0 = 1ull << 63 } q; enum f { F0 = 'a', F1 = sizeof(int), F2 = (char)200, F3 = (unsigned char)200, F4 = (int)2.9 } r;",
  ],
  [
    "constant expressions",
    'enum { X = 5, Y = X * 2, Z = (Y << 1) | 1, W = sizeof(int) }; int a[X], b[Y], c[Z], d[W]; char e[(unsigned char)-1]; char f[-1 < 0u ? 1 : 2]; char g[1 ? 3 : 4/0]; char h[sizeof "abc"]; char i[sizeof(char[2][3])]; char j[10 % 3]; char k[~0 == -1]; char l[5 & 6 ^ 1 | 8]; char m[07 + 0b11]; char n[(int)sizeof(long) - 3]; char o[1 || 0/1];',
  ],
  [
    "offsetof through unnamed members and elements",
    "struct s { int a; struct { int b; union { int c; struct { int d; }; }; }; } v; int o[__builtin_offsetof(struct s, d)]; struct q { struct { int arr[3]; } n[4]; } w; int p[__builtin_offsetof(struct q, n[2].arr[1])];",
  ],
  [
    "names that are a type, a tag and a member",
    "typedef struct { int a; } T; struct T { T T; } v; void f(T *a, T *b) { T T; T.a = 1; } typedef int I; I g(I I) { return I; } I x; const I y = 3; struct u { unsigned I; } w; int h(void) { I x; { int I = 3; x = I; } return x; } I after;",
  ],
  [
    "declarations that agree behind typedefs",
    "typedef int a; typedef a b; typedef int b; extern unsigned x; typedef unsigned u32; unsigned f(u32 *, const char *); u32 f(u32 *a, const char *const c) { return 1; } typedef int A[3]; extern const A y; const int y[3] = { 1 }; void (*h)(int); typedef void (*fp)(int); extern fp h; enum e { E }; enum e k(void); unsigned k(void); int (*m)(void); a n;",
  ],
  [
    "declarators",
    "int (*(*fp)(int (*)(void), char *))[3]; int (*arr[4])(void); void (*sig(int, void (*)(int)))(int); const char *const *const volatile p; int *(*pf(void))(int, ...); int a[2][3][4]; int (*b)[3][4] = a; int (*(*d)[2])[3]; typedef int M[2][3]; M e[4]; M *f; const M g = {{1}};",
  ],
  [
    "parameters of arrays and functions",
    "int f(int n, int a[n], int b[static 3], int c[const], char e[volatile]) { return n; } int g(const int a, int *const b, int h(void), const char c[]) { return a; } void i(register int a) { }",
  ],
  [
    "functions by a typedef",
    "typedef void fn(int); fn f1, f2; fn *p; struct s { fn *cb; } v; int use(void) { f1(1); f2(2); return 0; }",
  ],
  [
    "inline in its forms",
    "inline int f(void) { return 1; } extern inline int g(void) { return 2; } static inline int h(void) { return 3; } int use(void) { return f() + g() + h(); } inline int k(void) { return 1; } extern int k(void);",
  ],
  [
    "what compilers define beforehand",
    "typedef __SIZE_TYPE__ size_t; typedef __UINT32_TYPE__ uint32_t; size_t a; uint32_t b; __PTRDIFF_TYPE__ c; __INT64_TYPE__ d; __UINTPTR_TYPE__ e; __CHAR16_TYPE__ f; __WCHAR_TYPE__ g; int h[__CHAR_BIT__]; int i[__SIZEOF_LONG__]; long j[__INT_MAX__ > 5]; __builtin_va_list k;",
  ],
  [
    "_Atomic",
    "_Atomic int a; _Atomic(int) b; int *_Atomic c; struct s { _Atomic int a; _Atomic unsigned long b; char c; _Atomic(char) d; } v; typedef _Atomic int ai; ai w;",
  ],
];

/** What neither clang nor anybody can lay out, with the reason that is given. */
const REFUSED: readonly (readonly [source: string, ...errors: string[]])[] = [
  [
    "typedef char c8 __attribute__((aligned(8))); c8 a[2];",
    '1:49 "a": an array cannot hold "c8": it has 1 bytes, and is aligned to 8',
  ],
  [
    "typedef char c8 __attribute__((aligned(8))); struct s { c8 a[2]; };",
    '1:60 the member "a": an array cannot hold "c8": it has 1 bytes, and is aligned to 8',
  ],
  ["extern struct undef arr[];", '1:21 "arr": an array cannot hold the incomplete type "struct undef"'],
  ["int f(char *); int f(int *);", '1:20 "f" is declared already in line 1, with another type'],
  ["int f(int *); int f(const int *);", '1:19 "f" is declared already in line 1, with another type'],
  ["extern int a[4]; extern int a[5];", '1:29 "a" is declared already in line 1, with another type'],
  ["__auto_type x = 3;", "1:1 __auto_type is not supported: name the type"],
  ["int x[_Generic(1.0, int: 2)];", '1:7 _Generic has no choice for "double"'],
  ["int \\\n x : 3;", "2:4 only a member of a struct or union can be a bit-field"],
  ["struct s <% int a : 40; %>;", '1:21 the bit-field "a" has 40 bits, and "int" has 32'],
  ["struct [[gnu::packed] s { int a; };", '1:23 expected "]" after the attribute, found "s"'],
];

interface Outcome {
  readonly graph: Btf | undefined;
  readonly refusal: string | undefined;
}

let count = 0;

function compile(source: string): Outcome {
  const file = join(folder.path, `form${count++}.c`);
  writeFileSync(file, source);
  const flags = ["-target", "bpf", "-mcpu=v3", "-O2", "-std=gnu11", "-g", "-w", "-c", file, "-o", `${file}.o`];
  const { status, stderr } = spawnSync(CLANG, flags, { encoding: "utf8" });
  return { graph: status === 0 ? readBtf(`${file}.o`) : undefined, refusal: status === 0 ? undefined : stderr };
}

function refusalOf(source: string): readonly string[] {
  try {
    parseC(source);
  } catch (error) {
    const { diagnostics } = error as {
      diagnostics: readonly { severity: string; line: number; column: number; message: string }[];
    };
    return diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

const clang = oracle(CLANG);

describe.skipIf(!clang.available)(`the forms of C and ${CLANG} ${clang.reason ?? ""}`, () => {
  it.each(ACCEPTED)("%s: as clang has it", (_, source) => {
    const { graph: theirs, refusal } = compile(source);
    expect(refusal).toBeUndefined();
    const ours = parseC(source);
    const comparison = new Comparison(ours, theirs!);
    for (const [id, type] of theirs!.types()) {
      if (type.kind !== "VAR" && type.kind !== "FUNC" && type.kind !== "DATASEC") continue;
      const own = ours.find(type.name, type.kind);
      if (own === undefined) comparison.differences.push(`there is no ${type.kind} '${type.name}'`);
      else comparison.roots(own, id, type.name);
      if (type.kind !== "DATASEC" || own === undefined) continue;
      const section = ours.type(own);
      const sizes = new Map(
        section.kind === "DATASEC" ? section.vars.map((each) => [ours.type(each.typeId).name, each.size]) : [],
      );
      for (const { typeId, size } of type.vars)
        expect([theirs!.type(typeId).name, sizes.get(theirs!.type(typeId).name)]).toEqual([
          theirs!.type(typeId).name,
          size,
        ]);
    }
    expect(comparison.differences).toEqual([]);
    expect(comparison.count).toBeGreaterThan(2);
  });

  it.each(REFUSED.filter(([source]) => !source.startsWith("__auto_type")))("%j is refused by both", (source) => {
    expect(compile(source).refusal).toMatch(/error/);
    expect(refusalOf(source)).not.toEqual([]);
  });
});

/** Programs whose accesses to structs are kept for CO-RE, which puts these structs into BTF. */
const PRESERVED: readonly (readonly [what: string, source: string])[] = [
  [
    "of structs with the attribute, in chains",
    `struct iter { struct meta *meta; struct task *task; } __attribute__((preserve_access_index));
     struct task { int pid; struct { unsigned val; } uid; struct mm *mm; struct mm { unsigned long start, end; } own; } __attribute__((preserve_access_index));
     __attribute__((section("iter/task"), used)) int dump(struct iter *ctx) { struct task *t = ctx->task; return t ? t->pid + t->own.end : 0; }`,
  ],
  [
    "of structs in a region, as vmlinux.h has it, and of none outside",
    `#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
     struct mm { unsigned long start; }; struct task { int pid; struct mm *mm; struct task *parent; struct { struct in { int v; } in; } un; };
     struct far { struct task *t; struct other *o; }; struct other { int z; };
     #pragma clang attribute pop
     struct plain { struct plain2 *p; }; struct plain2 { int a; };
     __attribute__((section("tp"), used)) int a(void **ctx) { struct far *f = (void *)ctx[0]; return f->t->parent[2].mm->start + f->t->un.in.v; }
     __attribute__((section("tp"), used)) int b(struct plain *p) { return p->p->a; }`,
  ],
  [
    "of what __builtin_preserve_access_index takes",
    `struct in { int a; }; struct other { int z; struct in *in; }; struct not_this { struct in *p; };
     __attribute__((section("tp"), used)) int c(void *x) { unsigned long r; __builtin_memcpy(&r, (const void *)__builtin_preserve_access_index(&((typeof((((struct other *)x))))((((struct other *)x))))->in), 8); return (int)r; }`,
  ],
];

describe.skipIf(!clang.available)(`accesses that are kept, and ${CLANG} ${clang.reason ?? ""}`, () => {
  it.each(PRESERVED)("%s", (_, source) => {
    const { graph: theirs, refusal } = compile(source);
    expect(refusal).toBeUndefined();
    const ours = parseC(source, { emit: "clang" });
    expect(ours.diagnostics).toEqual([]);
    expect(unmatched(ours, theirs!)).toEqual([]);
    expect(isomorphic(ours, theirs!)).toBe(true);
  });
});

describe("what cannot be laid out", () => {
  it.each(REFUSED)("%j", (source, ...errors) => {
    expect(refusalOf(source)).toEqual(errors);
  });

  it("of parameters as before C89 the reason is told, once", () => {
    expect(refusalOf("int f(a, b) int a; char b; { return a; }\nint x;")).toEqual([
      "1:6 parameters are declared between the parentheses, each with its type, as C has it since 1989",
    ]);
  });

  it.each([
    ["bpf", 8],
    ["x86-64", 24],
    ["i386", 4],
    ["arm64", 32],
    ["arm32", 4],
  ] as const)("%s has its __builtin_va_list", (target, size) => {
    const graph = parseC("__builtin_va_list ap; typedef __builtin_va_list va_list; typedef va_list va_list;", {
      target,
    });
    expect(graph.sizeOf(graph.find("ap", "VAR")!)).toBe(size);
  });
});

import { describe, expect, it } from "vitest";
import { btf, encode, isBtfError, type Btf } from "btfkit";
import { c, formatRaw, isomorphic, parseC, type SourceDiagnostic } from "btfkit/text";

/** The lines of a dump that hold a name. */
function line(graph: Btf, name: string): string[] {
  return formatRaw(graph)
    .split("\n")
    .filter((each) => each.includes(`'${name}'`))
    .map((each) => each.trim());
}

/** Messages of warnings with their places. */
const warnings = (graph: Btf): string[] =>
  (graph.diagnostics as SourceDiagnostic[]).map(({ line: at, column, message }) => `${at}:${column} ${message}`);

describe("c``", () => {
  it("is parseC inline, with values filled in", () => {
    const name = "ring";
    const graph = c`struct ${name} { u32 head, tail; u64 slots[${2n + 14n}]; };`;
    expect(graph.sizeOf(graph.id("struct ring"))).toBe(136);
    expect(graph.equals(parseC("struct ring { u32 head, tail; u64 slots[16]; };"))).toBe(true);
  });

  it("leaves escapes to C", () => {
    const graph = c`char text[] = "a\n\x41";`;
    expect(graph.sizeOf(graph.find("text", "VAR")!)).toBe(4);
  });

  it("takes options", () => {
    const graph = c({ target: "i386" })`struct pair { char a; long long b; };`;
    expect(graph.sizeOf(graph.id("struct pair"))).toBe(12);
  });
});

describe("parseC", () => {
  it("gives linkages, sections and their members", () => {
    const graph = parseC(`
      static int hidden; int shared = 1; extern int elsewhere; const char text[] = "abc";
      extern int CONFIG_HZ __kconfig; extern void kfunc(int) __ksym; int custom SEC(".data.mine") = 0;
      int declared(void); static inline int defined(void) { return 1; } long zero = 0, *null = (void *)0;
    `);
    expect(formatRaw(graph).replace(/^[^]*?(?=\[\d+\] VAR)/, "")).toMatchInlineSnapshot(`
      "[2] VAR 'hidden' type_id=1, linkage=static
      [3] VAR 'shared' type_id=1, linkage=global
      [4] VAR 'elsewhere' type_id=1, linkage=extern
      [5] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=SIGNED
      [6] CONST '(anon)' type_id=5
      [7] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)
      [8] ARRAY '(anon)' type_id=6 index_type_id=7 nr_elems=4
      [9] VAR 'text' type_id=8, linkage=global
      [10] VAR 'CONFIG_HZ' type_id=1, linkage=extern
      [11] FUNC_PROTO '(anon)' ret_type_id=0 vlen=1
      	'(anon)' type_id=1
      [12] FUNC 'kfunc' type_id=11 linkage=extern
      [13] VAR 'custom' type_id=1, linkage=global
      [14] FUNC_PROTO '(anon)' ret_type_id=1 vlen=0
      [15] FUNC 'declared' type_id=14 linkage=extern
      [16] FUNC 'defined' type_id=14 linkage=static
      [17] INT 'long' size=8 bits_offset=0 nr_bits=64 encoding=SIGNED
      [18] VAR 'zero' type_id=17, linkage=global
      [19] PTR '(anon)' type_id=17
      [20] VAR 'null' type_id=19, linkage=global
      [21] DATASEC '.bss' size=24 vlen=3
      	type_id=2 offset=0 size=4 (VAR 'hidden')
      	type_id=18 offset=8 size=8 (VAR 'zero')
      	type_id=20 offset=16 size=8 (VAR 'null')
      [22] DATASEC '.data' size=4 vlen=1
      	type_id=3 offset=0 size=4 (VAR 'shared')
      [23] DATASEC '.rodata' size=4 vlen=1
      	type_id=9 offset=0 size=4 (VAR 'text')
      [24] DATASEC '.kconfig' size=0 vlen=1
      	type_id=10 offset=0 size=4 (VAR 'CONFIG_HZ')
      [25] DATASEC '.ksyms' size=0 vlen=1
      	type_id=12 offset=0 size=0 (FUNC 'kfunc')
      [26] DATASEC '.data.mine' size=4 vlen=1
      	type_id=13 offset=0 size=4 (VAR 'custom')
      "
    `);
  });

  it("makes equal derived types once", () => {
    const graph = parseC("struct s *a, *b; struct s *c[2], *d[2]; int f(struct s *, int), g(struct s *, int);");
    const kinds = [...graph.types()].map(([, { kind }]) => kind);
    for (const [kind, count] of [
      ["PTR", 1],
      ["ARRAY", 1],
      ["FUNC_PROTO", 1],
    ] as const) {
      expect(kinds.filter((each) => each === kind)).toHaveLength(count);
    }
  });

  it("reads every spelling of a type as one", () => {
    const same = ["unsigned long", "long unsigned int", "unsigned long int", "long int unsigned"];
    expect(new Set(same.map((type) => formatRaw(parseC(`${type} x;`)))).size).toBe(1);
    const graph = parseC("bool a; typedef _Bool boolean; __signed__ char b; __const int *__restrict c;");
    expect(graph.type(graph.references(graph.find("a", "VAR")!)[0]!)).toMatchObject({ kind: "INT", name: "_Bool" });
  });

  it("a header may define bool and u32 itself", () => {
    const graph = parseC("typedef _Bool bool; typedef unsigned int u32; bool a; u32 b;");
    expect(line(graph, "bool")).toEqual(["[2] TYPEDEF 'bool' type_id=1"]);
    expect(line(graph, "__u32")).toEqual([]);
  });

  it("skips directives with a warning, honours #pragma pack and counts as line markers do", () => {
    const graph = parseC(
      "#include <linux/types.h>\n#define A \\\n  1\n#pragma pack(push, 1)\nstruct s { char a; int b; };\n#pragma pack(pop)\n" +
        'struct t { char a; int b; };\n#pragma once\n# 7 "t.h" 2\nint x __attribute__((frobbed));\n',
    );
    expect([graph.sizeOf(graph.id("struct s")), graph.sizeOf(graph.id("struct t"))]).toEqual([5, 8]);
    expect(warnings(graph)).toEqual([
      "1:1 #include is skipped: give what it declares as text, or a graph to look it up in",
      "2:1 #define is skipped: only what the preprocessor makes of a file has its macros in place",
      "8:1 #pragma is skipped: only #pragma pack changes types",
      '7:22 the attribute "frobbed" is not known and changes nothing',
    ]);
    expect(graph.diagnostics[3]).toMatchObject({ severity: "warning", file: "t.h", rule: "c-attribute" });
  });

  it("an unknown attribute is told with what it may have been meant for", () => {
    expect(warnings(parseC("struct s { int a; } __attribute__((pakced));"))).toEqual([
      '1:36 the attribute "pakced" is not known and changes nothing; did you mean "packed"?',
    ]);
  });

  it.each([
    ["bpf", 8, 16, 8, 16],
    ["bpfeb", 8, 16, 8, 16],
    ["x86-64", 8, 16, 16, 16],
    ["i386", 4, 12, 12, undefined],
    ["arm64", 8, 16, 16, 16],
    ["arm32", 4, 16, 8, undefined],
  ] as const)("%s has its data model", (target, pointer, record, longDouble, int128) => {
    const graph = parseC("void *p; struct s { char a; long long b; } s; long double d;", { target });
    const size = (name: string): number | undefined => graph.sizeOf(graph.find(name, "VAR")!);
    expect([size("p"), size("s"), size("d"), graph.endian]).toEqual([
      pointer,
      record,
      longDouble,
      target === "bpfeb" ? "big" : "little",
    ]);
    if (int128 === undefined) expect(() => parseC("__int128 x;", { target })).toThrow("the target has no type");
    else expect(parseC("__int128 x;", { target }).sizeOf(2)).toBe(int128);
  });

  it("_Atomic and _Complex are void, as compilers write them, and as large as they are", () => {
    const graph = parseC(
      "struct s { char a; _Atomic int b; _Atomic(long) *c; double _Complex d; char e; }; _Atomic(short) x;",
    );
    expect(line(graph, "b")).toEqual(["'b' type_id=0 bits_offset=32"]);
    expect(line(graph, "d")).toEqual(["'d' type_id=0 bits_offset=128"]);
    expect(line(graph, "e")).toEqual(["'e' type_id=2 bits_offset=256"]);
  });

  it("tags types, members, functions and parameters", () => {
    const graph = parseC(`
      struct s { int __user *a; int b __attribute__((btf_decl_tag("m"))); } __attribute__((btf_decl_tag("s")));
      int f(struct s *ctx __arg_ctx, int __rcu *__kptr *p) { return 0; }
    `);
    expect(formatRaw(graph)).toMatch(/DECL_TAG 'm' type_id=1 component_idx=1\n/);
    expect(formatRaw(graph)).toMatch(/DECL_TAG 's' type_id=1 component_idx=-1\n/);
    expect(formatRaw(graph)).toMatch(/DECL_TAG 'arg:ctx' type_id=\d+ component_idx=0\n/);
    expect(line(graph, "kptr")[0]).toMatch(/^\[\d+\] TYPE_TAG 'kptr' type_id=/);
  });
});

describe("parseC into a graph", () => {
  const kernel = parseC(`
    typedef unsigned int __u32; typedef __u32 u32; typedef int pid_t; enum limits { COMM_LEN = 16, BIG = 1ll << 40 };
    struct task_struct { pid_t pid; union { u32 a; char b[COMM_LEN]; }; }; struct hidden;
    struct task_struct *current;
  `);

  it("takes types, sizes, members and constants from it, and adds what is new behind it", () => {
    const graph = parseC(
      `struct event { pid_t pid; char comm[COMM_LEN]; struct task_struct task, *by; struct hidden *h; };
       int big[BIG >> 38]; int size[sizeof(struct task_struct) + __builtin_offsetof(struct task_struct, b)];
       _Static_assert(sizeof(((struct task_struct *)0)->pid) == 4);`,
      { into: kernel },
    );
    expect(graph.startId).toBe(1);
    for (let id = 1; id < kernel.typeCount; id++) expect(graph.type(id)).toEqual(kernel.type(id));
    const event = graph.type(graph.id("struct event"));
    if (event.kind !== "STRUCT") throw new Error(event.kind);
    expect(event.size).toBe(4 + 16 + 20 + 8 + 8);
    expect(event.members[0]!.typeId).toBe(kernel.id("pid_t"));
    expect(event.members[2]!.typeId).toBe(kernel.id("struct task_struct"));
    // Derived types that are there are not made again.
    expect(event.members[3]!.typeId).toBe(kernel.id("struct task_struct *"));
    expect(graph.sizeOf(graph.find("big", "VAR")!)).toBe(16);
    expect(graph.sizeOf(graph.find("size", "VAR")!)).toBe(96);
    expect(encode(graph).length).toBeGreaterThan(encode(kernel).length);
  });

  it("declares again what is the same without a second type", () => {
    const graph = parseC("typedef int pid_t; typedef u32 mine;", { into: kernel });
    expect(graph.findAll("pid_t")).toHaveLength(1);
    expect(graph.typeCount).toBe(kernel.typeCount + 1);
  });

  it("adds nothing for nothing", () => {
    expect(encode(parseC("", { into: kernel }))).toEqual(encode(kernel));
    expect(isomorphic(parseC("extern struct task_struct *t;", { into: kernel, emit: "clang" }), kernel)).toBe(true);
  });

  it("works on what a builder built", () => {
    const base = btf().addInt("int", 4, "signed").addStruct("sock", 4).addField("family", "int", 0).build();
    const graph = parseC("extern int foo(struct sock *) __ksym;", { into: base });
    expect(line(graph, "foo")[0]).toBe("[5] FUNC 'foo' type_id=4 linkage=extern");
  });
});

describe("parseC's options", () => {
  it("are checked", () => {
    const refusals = [() => parseC("", { target: "vax" as "bpf" }), () => parseC("", { emit: "gcc" as "clang" })];
    for (const refusal of refusals) {
      try {
        refusal();
        throw new Error("accepted");
      } catch (error) {
        if (!isBtfError(error)) throw error;
        expect(error.code).toBe("EINVAL");
      }
    }
  });

  it('emit: "clang" leaves out what nothing reaches and looks behind no pointer of a struct', () => {
    const graph = parseC(
      `struct far { int a; }; struct near { struct far *far; int (*f)(struct arg *); }; struct arg { int b; };
       typedef int unused; extern int not_called(void); extern int called(void);
       struct near n; int run(void) { return called(); }`,
      { emit: "clang" },
    );
    expect(line(graph, "far")).toEqual(["[1] FWD 'far' fwd_kind=struct", expect.stringMatching(/^'far' type_id=/)]);
    expect(line(graph, "arg")).toEqual([expect.stringMatching(/STRUCT 'arg' size=4/)]);
    expect([line(graph, "unused"), line(graph, "not_called")]).toEqual([[], []]);
    expect(line(graph, "called")).toHaveLength(1);
  });
});

/** What `{ emit: "clang" }` keeps, beside clang: structs behind pointers, second looks at them, tags, maps. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import { isomorphic, parseC } from "btfkit/text";
import { readBtf } from "btfkit/node";
import { oracle } from "../../oracles.js";
import { SEED } from "../../property/word-graph.js";
import { CLANG, scratch } from "./clang.js";
import { unmatched } from "./isomorphism.js";
import { mulberry32 } from "./random-declarations.js";

const clang = oracle(CLANG);
const folder = scratch();
afterAll(() => folder.remove());

const TAG = '__attribute__((btf_decl_tag("tag")))';
const MAPS = '__attribute__((section(".maps"), used))';

const CASES: readonly (readonly [what: string, source: string])[] = [
  [
    "a const struct that two members point to is whole, one that one member points to is not",
    "struct a { int x; }; struct b { int y; }; struct s { const struct a *a1, *a2; const struct b *b1; struct b *b2; } v;",
  ],
  [
    "a second pointer to the pointer is no second look, a typedef of it is",
    "struct a { int x; }; struct b { int y; }; typedef const struct b *bp; struct s { const struct a *a1; const struct a **a2; bp b1; const struct b *b2; } v;",
  ],
  [
    "a pointer that was first behind another",
    "struct a { int x; }; struct b { int y; }; struct s { const struct a *const *a1; const struct a *a2; const struct b *b1; const struct b *const *b2; } v;",
  ],
  [
    "const pointers, and pointers to pointers, stay as they are",
    "struct a { int x; }; struct b { int y; }; struct s { struct a *const a1; struct a *const a2; struct b **b1, **b2; } v;",
  ],
  [
    "a typedef that is first seen behind a pointer of a struct loses its tags for good",
    `struct a { int x; }; typedef struct a at ${TAG}; struct b { int y; }; typedef struct b bt ${TAG}; struct s { at *a1; bt *b1; }; int f(struct s *p, bt *q) { return 0; } struct s v;`,
  ],
  [
    "a map's members before all others",
    `struct k { int x; }; struct s { const struct k *p; }; struct { int (*type)[1]; struct s *key; const struct k *value; } m ${MAPS}; struct s v; int f(const struct k *p) { return 0; }`,
  ],
  [
    "accesses that CO-RE keeps, in a declaration's initializer",
    `#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
struct seq { int a; }; struct meta { union { struct seq *seq; long pad; }; int n; }; struct it { union { struct meta *meta; long x; }; };
#pragma clang attribute pop
int f(struct it *ctx) { struct seq *s = ctx->meta->seq; return s != 0; }`,
  ],
  [
    "BPF_CORE_READ of a parameter of an inlined function, in an initializer",
    `#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
struct fn { const char *name; int x; }; struct o { struct fn *q; };
#pragma clang attribute pop
static long (*rd)(void *, int, const void *) = (void *)113;
int g(void *ctx);
static inline __attribute__((always_inline)) typeof(g(0)) ____g(void *ctx, int d, struct fn *name) { const char *n = ({ typeof(((name))->name) __r; ({ rd((void *)(&__r), sizeof(*(&__r)), (const void *)__builtin_preserve_access_index(&((typeof(((name))))(((name))))->name)); }); __r; }); return n != 0; }
__attribute__((section("kprobe/x"))) int g(void *ctx) { return ____g(ctx, 1, (void *)((long *)ctx)[3]); }`,
  ],
  [
    "BPF_CORE_READ through two structs, whose block declares what it casts",
    `#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
struct mm { long start; }; struct ts { struct ts *parent; int tgid; struct mm *mm; };
#pragma clang attribute pop
static long (*rd)(void *, int, const void *) = (void *)113;
static long (*cur)(void) = (void *)35;
int f(void *ctx) { struct ts *task = (void *)cur(); int v = ({ typeof((task)->parent->tgid) __r; ({ const void *__t; ({ rd((void *)(&__t), sizeof(*(&__t)), (const void *)__builtin_preserve_access_index(&((typeof((task)))((task)))->parent)); }); ({ rd((void *)(&__r), sizeof(*(&__r)), (const void *)__builtin_preserve_access_index(&((typeof((task)->parent))(__t))->tgid)); }); }); __r; }); return v + task->mm->start; }`,
  ],
];

/** Structs that point to each other in every way, and variables and functions that reach some of them. */
function randomProgram(seed: number): string {
  const random = mulberry32(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const count = 3 + below(10);
  const lines = Array.from(
    { length: count },
    (_, i) => `struct s${i}; typedef struct s${i} t${i}${below(4) === 0 ? ` ${TAG}` : ""};`,
  );
  lines.push("struct leaf0 { int x; }; struct leaf1 { long x; }; struct leaf2 { char x; };");
  lines.push(...Array.from({ length: count }, (_, i) => `typedef const struct s${i} *p${i}; typedef t${i} u${i};`));
  const type = (i: number): string => {
    const forms = [
      `struct s${i} *`,
      `const struct s${i} *`,
      `volatile struct s${i} *`,
      `t${i} *`,
      `u${i} *`,
      `const t${i} *`,
    ];
    const more = [
      `p${i} `,
      `struct s${i} **`,
      `const struct s${i} *const *`,
      `struct s${i} *const `,
      `const p${i} `,
      `p${i} *`,
    ];
    const all = [...forms, ...more];
    return all[below(all.length)]!;
  };
  for (let i = 0; i < count; i++) {
    const members = Array.from({ length: 1 + below(6) }, (_, n) => {
      const form = below(8);
      const of = below(count);
      if (form === 0) return `int m${n};`;
      // An array that its element leads back to is two to clang: of these the elements lead nowhere.
      if (form === 1) return `const struct leaf${below(3)} *m${n}[2];`;
      if (form === 2) return `void (*m${n})(${type(of)}a);`;
      if (form === 3) return `struct { ${type(of)}x${n}; };`;
      if (form === 4 && i > 0) return `struct s${below(i)} m${n};`;
      return `${type(of)}m${n};`;
    });
    lines.push(`struct s${i} { ${members.join(" ")} };`);
  }
  for (let i = 0; i < 2; i++) {
    lines.push(`struct s${below(count)} v${i};`, `${type(below(count))}w${i};`);
    lines.push(`int f${i}(${type(below(count))}a, ${type(below(count))}b) { return 0; }`);
  }
  return `${lines.join("\n")}\n`;
}

/** How the two graphs of a program differ. */
function differences(name: string, source: string): string[] {
  const file = join(folder.path, `${name}.c`);
  writeFileSync(file, source);
  execFileSync(CLANG, ["-target", "bpf", "-O2", "-g", "-w", "-c", file, "-o", `${file}.o`], { stdio: "pipe" });
  const theirs = readBtf(`${file}.o`);
  const ours = parseC(source, { emit: "clang" });
  const found = unmatched(ours, theirs);
  if (found.length === 0 && !isomorphic(ours, theirs)) found.push("not isomorphic");
  return found.map((each) => `${each}\n${source}`);
}

describe.skipIf(!clang.available)(`{ emit: "clang" } and ${CLANG} ${clang.reason ?? ""}`, () => {
  it.each(CASES)("%s", (what, source) => {
    expect(differences(what.replaceAll(/\W+/g, "-"), source)).toEqual([]);
  });

  const count = Number(process.env["BTFKIT_RANDOM_PROGRAMS"] ?? 12);

  it(`${count} random programs of seed ${SEED} are pruned alike`, () => {
    for (let i = 0; i < count; i++) expect(differences(`random-${i}`, randomProgram(SEED + i))).toEqual([]);
  }, 600_000);
});

import { describe, expect, it } from "vitest";
import { formatTypeName } from "../../src/spelling/index.js";
import { accept, failureOf, openCursor, peek, take } from "../../src/spelling/cursor.js";
import type { SyntaxContext } from "../../src/spelling/context.js";
import { parseDeclarator } from "../../src/spelling/declarator.js";
import { parseSpecifiers } from "../../src/spelling/specifiers.js";

/** Reads `specifiers declarator, declarator` as a parser of whole C would. */
function declarations(text: string, context: SyntaxContext): string {
  const cursor = openCursor(text);
  if ("ok" in cursor) return cursor.message;
  const specifiers = parseSpecifiers(cursor, context);
  const read: string[] = [];
  do {
    const declared = specifiers && parseDeclarator(cursor, context, specifiers.type, "declaration");
    if (declared === undefined) return `${failureOf(cursor).offset}: ${failureOf(cursor).message}`;
    read.push(formatTypeName(declared.type, declared.name));
  } while (accept(cursor, ","));
  return `${read.join("; ")} then "${peek(cursor).text}"`;
}

describe("a parser built on the pieces", () => {
  it("reads several declarators of one type, and stops where it does not know on", () => {
    expect(declarations("const int a, *b, c[3] = {1}", {})).toBe('const int a; const int *b; const int c[3] then "="');
    expect(declarations("unsigned int flags : 3;", {})).toBe('unsigned int flags then ":"');
  });

  it("knows which words are types", () => {
    expect(declarations("int f(int (u32), int (x))", { isTypeName: (name) => name === "u32" })).toBe(
      'int f(int (*)(u32), int x) then ""',
    );
  });

  it("computes bounds, reads bodies, takes attributes", () => {
    const seen: string[] = [];
    const context: SyntaxContext = {
      arrayBound: (cursor) => (accept(cursor, "MAX") ? 16 : undefined),
      body: (cursor, kind, tag) => {
        while (!accept(cursor, "}")) take(cursor);
        return { kind: "name", name: `${kind}:${tag}` };
      },
      attribute: ({ name, args, where }) => {
        seen.push(`${where} ${name}(${args.map(({ text }) => text).join(" ")})`);
        return name !== "mode";
      },
    };
    expect(declarations("struct __attribute__((packed)) s { int x; } a[MAX], b[2]", context)).toBe(
      'struct:s a[16]; struct:s b[2] then ""',
    );
    expect(declarations("enum { A } e", context)).toBe('enum: e then ""');
    expect(declarations("int * __attribute__((aligned(8), __deprecated__)) p", context)).toBe('int *p then ""');
    expect(declarations("int __attribute__((mode(DI))) x", context)).toBe("19: the attribute mode has no place here");
    expect(seen).toEqual(["tag packed()", "declarator aligned(8)", "declarator deprecated()", "specifiers mode(DI)"]);
  });

  it("says for () what C before C23 says, if asked to", () => {
    expect(declarations("int f()", {})).toBe('int f(void) then ""');
    expect(declarations("int f()", { emptyParamsVariadic: true })).toBe('int f(...) then ""');
  });
});

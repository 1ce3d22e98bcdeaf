import { parseAttribute, parseAttributes, seesAttribute } from "./attributes.js";
import { parseArrayBound } from "./array-bound.js";
import type { SyntaxContext } from "./context.js";
import { accept, descend, expect, fail, failExpected, peek, sees, take } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { applyShells, decay } from "./declared-type.js";
import type { Shell, Suffix } from "./declared-type.js";
import { noModifiers, parseModifier } from "./modifiers.js";
import type { Modifiers } from "./modifiers.js";
import { isKeyword, isName, parseSpecifiers } from "./specifiers.js";
import type { ParamTree, TypeTree } from "./tree.js";

/** Whose declarator it is: of `sizeof`, with never a name; of a parameter, with perhaps one; of a declaration. */
export type Role = "type-name" | "param" | "declaration";

/** What a declarator declares. */
export interface Declared {
  /** "" without a name. */
  readonly name: string;
  readonly type: TypeTree;
}

/**
 * Reads a declarator and gives the type it makes of another, its name with it: from `*names[4]` and `char`, an array of
 * four pointers to char called `names`. A parameter that is an array or function becomes a pointer. Parentheses are read in a loop; only parameters nest, to a limit.
 */
export function parseDeclarator(
  cursor: Cursor,
  context: SyntaxContext,
  base: TypeTree,
  role: Role,
): Declared | undefined {
  const shells: Shell[] = [];
  const start = cursor.depth;
  let shell = openShell(cursor, context);
  while (shell !== undefined && seesGroup(cursor, context, role)) {
    if (!descend(cursor)) return undefined;
    take(cursor);
    shells.push(shell);
    shell = openShell(cursor, context);
  }
  if (shell === undefined) return undefined;
  let name = "";
  const token = peek(cursor);
  if (role !== "type-name" && token.kind === "word" && isName(context, token.text)) name = take(cursor).text;
  else if (role === "declaration") return failExpected(cursor, "a name");
  shells.push(shell);

  for (let i = shells.length - 1; ; i--) {
    const current = shells[i];
    if (current === undefined) break;
    if (!parseSuffixes(cursor, context, role, current.suffixes)) return undefined;
    if (i === 0) break;
    if (!expect(cursor, ")", 'to close the "("')) return undefined;
    cursor.depth--;
  }
  cursor.depth = start;

  const type = applyShells(cursor, shells, base);
  return type && { name, type: role === "param" ? decay(type, shells) : type };
}

function openShell(cursor: Cursor, context: SyntaxContext): Shell | undefined {
  const tags: string[] = [];
  while (seesAttribute(cursor, context)) {
    if (!parseAttribute(cursor, context, "declarator", tags)) return undefined;
  }
  const pointers: Modifiers[] = [];
  while (accept(cursor, "*")) {
    const modifiers = noModifiers();
    pointers.push(modifiers);
    for (;;) {
      const more = parseModifier(cursor, context, modifiers, "declarator");
      if (more === undefined) return undefined;
      if (!more) break;
    }
  }
  return { tags, pointers, suffixes: [] };
}

/** Whether "(" at the cursor groups a declarator, rather than opening parameters. */
function seesGroup(cursor: Cursor, context: SyntaxContext, role: Role): boolean {
  if (!sees(cursor, "(")) return false;
  if (seesAttribute(cursor, context, 1)) return true;
  if (role === "declaration" || sees(cursor, "*", 1) || sees(cursor, "(", 1) || sees(cursor, "[", 1)) return true;
  const token = peek(cursor, 1);
  if (role === "type-name" || token.kind !== "word" || isKeyword(token.text)) return false;
  return context.isTypeName?.(token.text) !== true;
}

function parseSuffixes(cursor: Cursor, context: SyntaxContext, role: Role, suffixes: Suffix[]): true | undefined {
  for (;;) {
    const at = peek(cursor);
    if (seesAttribute(cursor, context)) {
      // C23's stand between the name and its bounds; any other stands behind them.
      if (!sees(cursor, "[")) return true;
      if (!parseAttribute(cursor, context, "declarator")) return undefined;
    } else if (accept(cursor, "[")) {
      const modifiers = role === "param" ? noModifiers() : undefined;
      const bound = parseArrayBound(cursor, context, modifiers);
      if (bound === undefined) return undefined;
      suffixes.push({ kind: "array", count: bound.count, modifiers, at });
    } else if (sees(cursor, "(")) {
      const params = parseParams(cursor, context);
      if (params === undefined) return undefined;
      suffixes.push({ kind: "function", ...params, at });
    } else {
      return true;
    }
  }
}

/** Whether names alone stand between the parentheses, and declarations of them behind, as before C89: `f(a, b) int a, b; {`. */
function seesNamesAlone(cursor: Cursor, context: SyntaxContext): boolean {
  if (context.isTypeName === undefined || peek(cursor).kind !== "word") return false;
  for (let ahead = 0; ; ahead += 2) {
    const { kind, text } = peek(cursor, ahead);
    if (kind !== "word" || isKeyword(text) || context.isTypeName(text)) return false;
    if (sees(cursor, ",", ahead + 1)) continue;
    const behind = peek(cursor, ahead + 2);
    const declares = behind.kind === "word" && (isKeyword(behind.text) || context.isTypeName(behind.text));
    return sees(cursor, ")", ahead + 1) && declares && !seesAttribute(cursor, context, ahead + 2);
  }
}

/** Reads parameters from their "(" to their ")". */
function parseParams(
  cursor: Cursor,
  context: SyntaxContext,
): { readonly params: readonly ParamTree[]; readonly variadic: boolean } | undefined {
  if (!descend(cursor)) return undefined;
  const open = take(cursor);
  if (seesNamesAlone(cursor, context)) {
    // Reading goes on behind the body that these declarations come before.
    while (peek(cursor).kind !== "end" && !sees(cursor, "{")) take(cursor);
    return fail(
      cursor,
      "parameters are declared between the parentheses, each with its type, as C has it since 1989",
      open,
    );
  }
  const params: ParamTree[] = [];
  let variadic = false;
  if (sees(cursor, ")")) {
    variadic = context.emptyParamsVariadic === true;
  } else if (sees(cursor, "void") && sees(cursor, ")", 1)) {
    take(cursor);
  } else {
    do {
      if (accept(cursor, "...")) {
        variadic = true;
        break;
      }
      const read = (): ParamTree | undefined => parseParam(cursor, context);
      const param = context.param === undefined ? read() : context.param(read);
      if (param === undefined) return undefined;
      params.push(param);
    } while (accept(cursor, ","));
  }
  if (!expect(cursor, ")", "after the parameters")) return undefined;
  cursor.depth--;
  return { params, variadic };
}

function parseParam(cursor: Cursor, context: SyntaxContext): ParamTree | undefined {
  const at = peek(cursor);
  const specifiers = parseSpecifiers(cursor, context);
  if (specifiers === undefined) return undefined;
  if (specifiers.storage !== undefined) {
    return fail(cursor, `a parameter cannot be ${specifiers.storage}`, specifiers.storageAt);
  }
  const declared = parseDeclarator(cursor, context, specifiers.type, "param");
  if (declared === undefined) return undefined;
  if (!parseAttributes(cursor, context, "declarator")) return undefined;
  const { name, type } = declared;
  let unqualified = type;
  while (unqualified.kind === "const" || unqualified.kind === "volatile") unqualified = unqualified.to;
  if (unqualified.kind === "base" && unqualified.name === "void") return fail(cursor, "a parameter cannot be void", at);
  return { name, type };
}

import { accept, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { TypeTree } from "../../spelling/index.js";
import { integerLiteral } from "./literals.js";
import { parseConstant, stringLength } from "./constants.js";
import { measure, resolveTree } from "./measure.js";
import { noteUse } from "./uses.js";
import type { Unit } from "./unit.js";

/** What an initializer says about the variable's type. */
export interface Initializer {
  /** Elements that an array without a bound comes to; undefined where the initializer is none of an array. */
  readonly count: number | undefined;
  /** Elements that a flexible array at the end of a struct gets. */
  readonly flexibleCount: number;
  /** Whether all it sets is zero. */
  readonly isZero: boolean;
}

/** What was seen of an initializer so far. */
interface Scan {
  isZero: boolean;
}

/** Reads what follows the "=" of a declaration, up to the "," or ";" after it. */
export function parseInitializer(unit: Unit, cursor: Cursor, type: TypeTree): Initializer | undefined {
  const scan: Scan = { isZero: true };
  const resolved = resolveTree(type);
  if (!sees(cursor, "{")) {
    const start = cursor.position;
    let characters = 0;
    while (peek(cursor).kind === "string") characters += stringLength(take(cursor).text);
    const isString = cursor.position > start && (sees(cursor, ",") || sees(cursor, ";"));
    if (isString) scan.isZero = resolved.kind === "array" && characters === 0;
    else {
      cursor.position = start;
      skipExpression(unit, cursor, scan);
    }
    return { count: isString ? characters + 1 : undefined, flexibleCount: 0, isZero: scan.isZero };
  }
  const elements = scalarsPerElement(unit, resolved);
  take(cursor);
  let [index, most, scalars, flexibleCount] = [0, 0, 0, 0];
  let strings: number | undefined;
  while (!sees(cursor, "}") && peek(cursor).kind !== "end") {
    if (sees(cursor, "[") && resolved.kind === "array") {
      take(cursor);
      const first = parseConstant(unit, cursor);
      const last = first && accept(cursor, "...") ? parseConstant(unit, cursor) : first;
      if (last === undefined || !accept(cursor, "]")) return undefined;
      index = Number(last.value);
      scalars = 0;
      accept(cursor, "=");
    }
    const isLast = sees(cursor, ".") && lastMemberNamed(unit, resolved, peek(cursor, 1).text);
    if (isLast && sees(cursor, "=", 2) && sees(cursor, "{", 3)) {
      cursor.position += 4;
      flexibleCount = countElements(unit, cursor, scan);
    } else {
      const isWhole = sees(cursor, "{") || peek(cursor).kind === "string";
      if (peek(cursor).kind === "string") strings = stringLength(peek(cursor).text);
      skipExpression(unit, cursor, scan);
      if (isWhole || elements === 1) index++;
      else if (++scalars % elements === 0) index++;
    }
    most = Math.max(most, index + (scalars % elements === 0 ? 0 : 1));
    if (!accept(cursor, ",")) break;
  }
  if (!accept(cursor, "}")) return undefined;
  // `char text[] = { "abc" }` is the string alone.
  if (strings !== undefined && most === 1 && isCharArray(resolved)) most = strings + 1;
  return { count: most, flexibleCount, isZero: scan.isZero };
}

function isCharArray(type: TypeTree): boolean {
  const element = type.kind === "array" ? resolveTree(type.of) : undefined;
  return element?.kind === "base" && element.name.endsWith("char");
}

/** Scalars that an element of an array takes where its braces are left out. */
function scalarsPerElement(unit: Unit, type: TypeTree): number {
  if (type.kind !== "array") return 1;
  let count = 1;
  let element = resolveTree(type.of);
  while (element.kind === "array") {
    count *= element.count ?? 1;
    element = resolveTree(element.of);
  }
  return measure(unit, element) === undefined ? 1 : Math.max(1, count);
}

function lastMemberNamed(_unit: Unit, type: TypeTree, name: string): boolean {
  const entity =
    "entity" in type ? (type.entity as { flexible?: TypeTree; members?: ReadonlyMap<string, unknown> }) : {};
  return entity.flexible !== undefined && [...(entity.members?.keys() ?? [])].at(-1) === name;
}

/** Elements between braces whose "{" is read, with designators; its "}" is read too. */
function countElements(unit: Unit, cursor: Cursor, scan: Scan): number {
  let [index, most] = [0, 0];
  while (!sees(cursor, "}") && peek(cursor).kind !== "end") {
    if (accept(cursor, "[")) {
      const at = parseConstant(unit, cursor);
      if (at !== undefined) index = Number(at.value);
      accept(cursor, "]");
      accept(cursor, "=");
    }
    skipExpression(unit, cursor, scan);
    most = Math.max(most, ++index);
    if (!accept(cursor, ",")) break;
  }
  accept(cursor, "}");
  return most;
}

/** Goes over an expression or a braced initializer, up to what ends it, and notes what it uses and whether it is zero. */
function skipExpression(unit: Unit, cursor: Cursor, scan: Scan): void {
  let open = 0;
  for (;;) {
    const token = peek(cursor);
    const { text } = token;
    switch (token.kind) {
      case "end":
        return;
      case "punctuator":
        if (open === 0 && (text === "," || text === ";" || text === "}" || text === ")")) return;
        if (text === "{" || text === "(" || text === "[") open++;
        if (text === "}" || text === ")" || text === "]") open--;
        if (text === "&" || text === "~" || text === "!") scan.isZero = false;
        break;
      case "number": {
        const literal = integerLiteral(text, 64);
        const zero = typeof literal === "string" ? Number(text.replace(/[fFlL]+$/, "")) === 0 : literal.value === 0n;
        if (!zero) scan.isZero = false;
        break;
      }
      case "string":
        if (text.length > 2 || open === 0) scan.isZero = false;
        break;
      case "character":
        if (text !== "'\\0'") scan.isZero = false;
        break;
      case "word": {
        const isMember = sees(cursor, ".", -1) || sees(cursor, "->", -1);
        const found = isMember ? undefined : noteUse(unit, cursor);
        if (found?.kind === "object" || found?.kind === "function") scan.isZero = false;
        if (found?.kind === "enumerator" && found.value !== 0n) scan.isZero = false;
        break;
      }
    }
    take(cursor);
  }
}

import { accept, failExpected, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { TypeTree } from "../../spelling/index.js";
import { noteWord } from "./accesses.js";
import { integerLiteral } from "./literals.js";
import { parseConstant, stringLength } from "./constants.js";
import { entityOf } from "./entities.js";
import { measure, resolveTree } from "./measure.js";
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
      if (!skipExpression(unit, cursor, scan)) return undefined;
    }
    return { count: isString ? characters + 1 : undefined, flexibleCount: 0, isZero: scan.isZero };
  }
  const elements = scalarsPerElement(unit, resolved);
  const entity = entityOf(resolved);
  const record = entity?.kind === "record" ? entity : undefined;
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
    const isNamed = record !== undefined && sees(cursor, ".") && sees(cursor, "=", 2);
    if (isNamed && lastMemberNamed(resolved, peek(cursor, 1).text)) {
      cursor.position += 3;
      index = record.fields - 1;
    } else if (isNamed) {
      index = [...record.members.keys()].indexOf(peek(cursor, 1).text);
    }
    if (record?.flexible !== undefined && index === record.fields - 1) {
      const counted = flexibleElements(unit, cursor, scan);
      if (counted === undefined) return undefined;
      flexibleCount = counted;
    } else {
      const isWhole = sees(cursor, "{") || peek(cursor).kind === "string";
      if (peek(cursor).kind === "string") strings = stringLength(peek(cursor).text);
      if (!skipExpression(unit, cursor, scan)) return undefined;
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
  return measure(unit, type.of) === undefined ? 1 : Math.max(1, scalarCount(type.of));
}

/** Values that an initializer without inner braces has for a type. */
export function scalarCount(type: TypeTree): number {
  let count = 1;
  let element = resolveTree(type);
  while (element.kind === "array") {
    count *= element.count ?? 0;
    element = resolveTree(element.of);
  }
  const entity = entityOf(element);
  return entity?.kind === "record" ? count * (entity.scalars ?? 1) : count;
}

function lastMemberNamed(type: TypeTree, name: string): boolean {
  const entity = entityOf(type);
  return entity?.kind === "record" && entity.flexible !== undefined && [...entity.members.keys()].at(-1) === name;
}

/** Elements of the initializer of a flexible array: a string, or values between braces with designators. */
function flexibleElements(unit: Unit, cursor: Cursor, scan: Scan): number | undefined {
  if (peek(cursor).kind === "string") {
    let characters = 0;
    while (peek(cursor).kind === "string") characters += stringLength(take(cursor).text);
    scan.isZero &&= characters === 0;
    return characters + 1;
  }
  if (!accept(cursor, "{")) return skipExpression(unit, cursor, scan) && 0;
  let [index, most] = [0, 0];
  while (!sees(cursor, "}") && peek(cursor).kind !== "end") {
    if (accept(cursor, "[")) {
      const at = parseConstant(unit, cursor);
      if (at !== undefined) index = Number(at.value);
      accept(cursor, "]");
      accept(cursor, "=");
    }
    if (!skipExpression(unit, cursor, scan)) return undefined;
    most = Math.max(most, ++index);
    if (!accept(cursor, ",")) break;
  }
  accept(cursor, "}");
  return most;
}

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Words that an operand follows. */
const PREFIXES = new Set(["sizeof", "_Alignof", "alignof", "__alignof__", "__extension__", "__real__", "__imag__"]);

/** Goes over an expression or a braced initializer, up to what ends it, and notes what it uses and whether it is zero. */
function skipExpression(unit: Unit, cursor: Cursor, scan: Scan): true | undefined {
  /** What closes the brackets that are open. */
  const open: string[] = [];
  let isOperand = false;
  for (const first = peek(cursor); ; take(cursor)) {
    const token = peek(cursor);
    const { kind, text } = token;
    if (kind === "punctuator" && open.length === 0 && [",", ";", "}", ")", "]"].includes(text)) {
      return token === first ? failExpected(cursor, "a value") : true;
    }
    const closing = open.at(-1);
    if (kind === "end" || (text === ";" && kind === "punctuator" && closing !== "}")) {
      return failExpected(cursor, closing === undefined ? '";" after the value' : `"${closing}" in the value`);
    }
    if (kind === "punctuator") {
      // In a function `({ ... })` is a block as any other: what it declares is used in it.
      if (text === "{" && unit.readBlock !== undefined && sees(cursor, "(", -1)) {
        if (unit.readBlock() === undefined) return undefined;
        cursor.position--;
        scan.isZero = false;
        isOperand = false;
        continue;
      }
      if (CLOSING[text] !== undefined) open.push(CLOSING[text]);
      else if (text === ")" || text === "]" || text === "}") {
        if (open.pop() !== text) return failExpected(cursor, `"${closing}" in the value`);
      }
      if (text === "&" || text === "~" || text === "!") scan.isZero = false;
      isOperand = text === "]";
      continue;
    }
    // Two operands in a row: the value is at its end, and something is missing behind it.
    if (isOperand && open.length === 0 && kind !== "string") return true;
    isOperand = kind !== "string" && !PREFIXES.has(text);
    noteOperand(unit, cursor, scan, open.length === 0);
  }
}

function noteOperand(unit: Unit, cursor: Cursor, scan: Scan, isOutermost: boolean): void {
  const { kind, text } = peek(cursor);
  switch (kind) {
    case "number": {
      const literal = integerLiteral(text, 64);
      const isZero = typeof literal === "string" ? Number(text.replace(/[fFlL]+$/, "")) === 0 : literal.value === 0n;
      if (!isZero) scan.isZero = false;
      return;
    }
    case "string":
      if (text.length > 2 || isOutermost) scan.isZero = false;
      return;
    case "character":
      if (text !== "'\\0'") scan.isZero = false;
      return;
    case "word": {
      const found = noteWord(unit, cursor);
      if (found?.kind === "object" || found?.kind === "function") scan.isZero = false;
      if (found?.kind === "enumerator" && found.value !== 0n) scan.isZero = false;
    }
  }
}

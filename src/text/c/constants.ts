import { accept, descend, describeToken, expect, fail, failExpected, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import { parseDeclarator } from "../../spelling/declarator.js";
import { isKeyword, parseSpecifiers } from "../../spelling/specifiers.js";
import { nearestNames, type TypeTree } from "../../spelling/index.js";
import { quotePrefix } from "../../spelling/strings.js";
import type { Token } from "../../spelling/tokens.js";
import { characterLiteral, floatValue, integerLiteral, isFloatLiteral, toInteger, type Integer } from "./literals.js";
import { findConstant } from "./lookup.js";
import { isQualified, measure, resolveTree } from "./measure.js";
import { memberOf } from "./members.js";
import { predefinedConstant } from "./predefined.js";
import { sameType } from "./same-type.js";
import { entityOf } from "./entities.js";
import { nearTags } from "./near-tags.js";
import { showType } from "./type-ids.js";
import type { Unit } from "./unit.js";

/** A part of an expression: a number, or something of a type, whose value is not known before the program runs. */
type Operand =
  | { readonly kind: "value"; readonly value: Integer }
  | {
      readonly kind: "object";
      readonly type: TypeTree;
      readonly what: string;
      /** The value of a floating-point literal, which only a cast makes a constant that counts here. */
      readonly float?: number;
    };

/** Operators of two sides, by how strongly they bind. */
const BINARY: ReadonlyMap<string, number> = new Map(
  [
    ["||"],
    ["&&"],
    ["|"],
    ["^"],
    ["&"],
    ["==", "!="],
    ["<", ">", "<=", ">="],
    ["<<", ">>"],
    ["+", "-"],
    ["*", "/", "%"],
  ].flatMap((operators, level) => operators.map((operator): [string, number] => [operator, level + 1])),
);

const INT_BITS = 32;

const value = (integer: Integer): Operand => ({ kind: "value", value: integer });
const int = (number: bigint | boolean): Operand => value({ value: BigInt(number), bits: INT_BITS, unsigned: false });

/** Reads a constant expression, up to a comma or what else ends it. */
export function parseConstant(unit: Unit, cursor: Cursor): Integer | undefined {
  const at = peek(cursor);
  const operand = parseConditional(unit, cursor, true);
  return operand && asValue(cursor, operand, at);
}

/** Reads an expression or the name of a type, as `sizeof(...)` and `typeof(...)` take them, and gives the type. */
export function parseTypeOrExpression(unit: Unit, cursor: Cursor): TypeTree | undefined {
  if (startsType(unit, cursor)) return parseTypeName(unit, cursor);
  const operand = parseConditional(unit, cursor, false);
  return operand && typeOf(unit, operand);
}

function typeOf(unit: Unit, operand: Operand): TypeTree {
  if (operand.kind === "object") return operand.type;
  const { bits, unsigned, longLong = false } = operand.value;
  const isLong = bits === 64 && !longLong && unit.model.base.long?.size === 8;
  const name = bits === 64 ? (isLong ? "long" : "long long") : "int";
  return { kind: "base", name: unsigned ? `unsigned ${name}` : name };
}

function asValue(cursor: Cursor, operand: Operand, at: Token): Integer | undefined {
  if (operand.kind === "value") return operand.value;
  if (operand.float !== undefined) return fail(cursor, `${operand.what}, and a whole number is needed`, at);
  return fail(cursor, `${operand.what} is not a constant`, at);
}

/** Whether the name of a type begins at the cursor. */
export function startsType(unit: Unit, cursor: Cursor): boolean {
  const token = peek(cursor);
  if (token.kind !== "word") return false;
  if (token.text === "bool") return true;
  return isKeyword(token.text) || unit.context.isTypeName?.(token.text) === true;
}

/** Reads the name of a type, as `(type)` holds it. */
export function parseTypeName(unit: Unit, cursor: Cursor): TypeTree | undefined {
  const { attributes } = unit;
  if (!descend(cursor)) return undefined;
  unit.attributes = [];
  const specifiers = parseSpecifiers(cursor, unit.context);
  const declared = specifiers && parseDeclarator(cursor, unit.context, specifiers.type, "type-name");
  unit.attributes = attributes;
  cursor.depth--;
  return declared?.type;
}

function parseConditional(unit: Unit, cursor: Cursor, live: boolean): Operand | undefined {
  const at = peek(cursor);
  const condition = parseBinary(unit, cursor, 1, live);
  if (condition === undefined || !accept(cursor, "?")) return condition;
  if (!descend(cursor)) return undefined;
  const isUnknown = !live && condition.kind === "object";
  const chosen = isUnknown ? undefined : asValue(cursor, condition, at);
  if (chosen === undefined && !isUnknown) return undefined;
  const holds = chosen?.value !== 0n;
  // `a ?: b` is `a ? a : b`.
  const yes = sees(cursor, ":") ? condition : parseConditional(unit, cursor, live && holds);
  if (yes === undefined || !expect(cursor, ":", 'after the first choice of "?"')) return undefined;
  const no = parseConditional(unit, cursor, live && !holds);
  if (no === undefined) return undefined;
  cursor.depth--;
  if (!live && (yes.kind === "object" || no.kind === "object")) {
    return { kind: "object", type: binaryType(unit, "+", yes, no), what: "what is chosen" };
  }
  if (yes.kind === "object" || no.kind === "object") return holds ? yes : no;
  const { bits, unsigned } = common(yes.value, no.value);
  return value(toInteger((holds ? yes : no).value.value, bits, unsigned));
}

function parseBinary(unit: Unit, cursor: Cursor, least: number, live: boolean): Operand | undefined {
  const at = peek(cursor);
  let left = parseUnary(unit, cursor, live);
  while (left !== undefined) {
    const token = peek(cursor);
    const level = token.kind === "punctuator" ? BINARY.get(token.text) : undefined;
    if (level === undefined || level < least) return left;
    take(cursor);
    const isNeeded = live && !decides(token.text, left);
    const rightAt = peek(cursor);
    const right = parseBinary(unit, cursor, level + 1, isNeeded);
    if (right === undefined) return undefined;
    if (!live && (left.kind === "object" || right.kind === "object")) {
      left = { kind: "object", type: binaryType(unit, token.text, left, right), what: "what is worked out" };
      continue;
    }
    const x = asValue(cursor, left, at);
    const y = x && asValue(cursor, right, rightAt);
    if (x === undefined || y === undefined) return undefined;
    left = binary(cursor, token, x, y, isNeeded);
  }
  return undefined;
}

/** What an operator makes of two types, where no value is asked for. */
function binaryType(unit: Unit, operator: string, left: Operand, right: Operand): TypeTree {
  const level = BINARY.get(operator)!;
  const isLogical = level <= BINARY.get("&&")! || operator === "==" || operator === "!=" || level === BINARY.get("<");
  if (isLogical) return { kind: "base", name: "int" };
  const [x, y] = [decay(typeOf(unit, left)), decay(typeOf(unit, right))];
  const isDifference = operator === "-" && x.kind === "ptr" && y.kind === "ptr";
  if (isDifference) return { kind: "base", name: unit.model.pointerSize === 8 ? "long" : "int" };
  if (x.kind === "ptr" || y.kind === "ptr") return x.kind === "ptr" ? x : y;
  if (operator === "<<" || operator === ">>") return promoted(unit, x);
  return commonType(unit, x, y);
}

/** What a value of a type is: an array points to its first element, a function to itself, and qualifiers fall away. */
function decay(type: TypeTree): TypeTree {
  const resolved = resolveTree(type);
  if (resolved.kind === "array") return { kind: "ptr", to: resolved.of };
  if (resolved.kind === "function") return { kind: "ptr", to: resolved };
  if (resolved.kind === "ptr") return resolved;
  return unqualified(type);
}

function unqualified(type: TypeTree): TypeTree {
  let found = type;
  while (found.kind === "const" || found.kind === "volatile" || found.kind === "restrict") found = found.to;
  return isQualified(found, "const") || isQualified(found, "volatile") ? resolveTree(found) : found;
}

const FLOATS: readonly string[] = ["_Float16", "float", "double", "long double"];
const RANKS: readonly string[] = ["int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long"];

/** A type after the integer promotions: what is smaller than int is int. */
function promoted(unit: Unit, type: TypeTree): TypeTree {
  const resolved = resolveTree(type);
  const measures = measure(unit, resolved);
  if (entityOf(resolved)?.kind === "enum")
    return { kind: "base", name: measures?.size === 8 ? "unsigned long" : "unsigned int" };
  if (resolved.kind !== "base" || FLOATS.includes(resolved.name)) return type;
  return (measures?.size ?? 4) < 4 ? { kind: "base", name: "int" } : type;
}

/** The type that arithmetic of two has. */
function commonType(unit: Unit, a: TypeTree, b: TypeTree): TypeTree {
  const [x, y] = [promoted(unit, a), promoted(unit, b)];
  const [p, q] = [resolveTree(x), resolveTree(y)];
  if (p.kind !== "base" || q.kind !== "base") return p.kind === "base" ? y : x;
  const floats = Math.max(FLOATS.indexOf(p.name), FLOATS.indexOf(q.name));
  if (floats >= 0) return FLOATS.indexOf(p.name) === floats ? x : y;
  const [first, second] = [RANKS.indexOf(p.name), RANKS.indexOf(q.name)];
  if (first < 0 || second < 0) return first < 0 ? x : y;
  const [high, low] = first >= second ? [p.name, q.name] : [q.name, p.name];
  const isLost = low.startsWith("unsigned") && !high.startsWith("unsigned");
  // A signed type that does not hold all of a smaller unsigned one gives way to its own unsigned form.
  const sizes = [high, low].map((name) => unit.model.base[name as "int"]?.size);
  if (isLost && sizes[0] === sizes[1]) return { kind: "base", name: `unsigned ${high}` as "unsigned long" };
  return first >= second ? x : y;
}

/** Whether the left side of `&&` or `||` says it all. */
function decides(operator: string, left: Operand): boolean {
  if (left.kind !== "value") return false;
  return (operator === "&&" && left.value.value === 0n) || (operator === "||" && left.value.value !== 0n);
}

/** The type that both sides of an operator come to. */
function common(a: Integer, b: Integer): { readonly bits: number; readonly unsigned: boolean } {
  const bits = Math.max(INT_BITS, a.bits, b.bits);
  return { bits, unsigned: (a.unsigned && a.bits === bits) || (b.unsigned && b.bits === bits) };
}

function binary(cursor: Cursor, operator: Token, x: Integer, y: Integer, live: boolean): Operand | undefined {
  const { bits, unsigned } = common(x, y);
  const [a, b] = [toInteger(x.value, bits, unsigned).value, toInteger(y.value, bits, unsigned).value];
  const of = (result: bigint): Operand => value(toInteger(result, bits, unsigned));
  switch (operator.text) {
    case "||":
      return int(x.value !== 0n || y.value !== 0n);
    case "&&":
      return int(x.value !== 0n && y.value !== 0n);
    case "|":
      return of(a | b);
    case "^":
      return of(a ^ b);
    case "&":
      return of(a & b);
    case "==":
      return int(a === b);
    case "!=":
      return int(a !== b);
    case "<":
      return int(a < b);
    case ">":
      return int(a > b);
    case "<=":
      return int(a <= b);
    case ">=":
      return int(a >= b);
    case "+":
      return of(a + b);
    case "-":
      return of(a - b);
    case "*":
      return of(a * b);
    case "<<":
    case ">>": {
      const width = Math.max(INT_BITS, x.bits);
      if (y.value < 0n || y.value >= BigInt(width)) {
        return live ? fail(cursor, `a number of ${width} bits cannot be shifted by ${y.value}`, operator) : int(0n);
      }
      const isUnsigned = x.unsigned && x.bits >= INT_BITS;
      return value(toInteger(operator.text === "<<" ? x.value << y.value : x.value >> y.value, width, isUnsigned));
    }
    default:
      if (b === 0n) return live ? fail(cursor, "this divides by zero", operator) : int(0n);
      return of(operator.text === "/" ? a / b : a % b);
  }
}

function parseUnary(unit: Unit, cursor: Cursor, live: boolean): Operand | undefined {
  if (!descend(cursor)) return undefined;
  const operand = parsePrefixed(unit, cursor, live);
  cursor.depth--;
  return operand;
}

function parsePrefixed(unit: Unit, cursor: Cursor, live: boolean): Operand | undefined {
  const at = peek(cursor);
  switch (at.kind === "punctuator" || at.kind === "word" ? at.text : "") {
    case "+":
    case "-":
    case "~": {
      take(cursor);
      const operand = parseUnary(unit, cursor, live);
      if (at.text === "-" && operand?.kind === "object" && operand.float !== undefined) {
        return { ...operand, float: -operand.float };
      }
      if (!live && operand?.kind === "object") return { ...operand, type: promoted(unit, decay(operand.type)) };
      const number = operand && asValue(cursor, operand, at);
      if (number === undefined) return undefined;
      const { bits, unsigned } = common(number, number);
      const result = at.text === "-" ? -number.value : at.text === "~" ? ~number.value : number.value;
      return value(toInteger(result, bits, unsigned));
    }
    case "!": {
      take(cursor);
      const operand = parseUnary(unit, cursor, live);
      if (!live && operand?.kind === "object") return int(0n);
      const number = operand && asValue(cursor, operand, at);
      return number && int(number.value === 0n);
    }
    case "*":
    case "&": {
      take(cursor);
      const operand = parseUnary(unit, cursor, live);
      if (operand === undefined) return undefined;
      const type = typeOf(unit, operand);
      if (at.text === "&") return { kind: "object", type: { kind: "ptr", to: type }, what: "an address" };
      return pointee(cursor, type, at);
    }
    case "sizeof":
    case "_Alignof":
    case "alignof":
    case "__alignof":
    case "__alignof__":
      return parseSizeof(unit, cursor);
    case "__builtin_offsetof":
    case "offsetof":
      return parseOffsetof(unit, cursor);
    case "__extension__":
      take(cursor);
      return parseUnary(unit, cursor, live);
    default:
      return parsePostfix(unit, cursor, live);
  }
}

function pointee(cursor: Cursor, type: TypeTree, at: Token): Operand | undefined {
  const resolved = resolveTree(type);
  const to = resolved.kind === "ptr" ? resolved.to : resolved.kind === "array" ? resolved.of : undefined;
  return to === undefined
    ? fail(cursor, `a value of type ${showType(type)} points to nothing`, at)
    : { kind: "object", type: to, what: "what memory holds" };
}

function parseSizeof(unit: Unit, cursor: Cursor): Operand | undefined {
  const word = take(cursor);
  const at = peek(cursor);
  let type: TypeTree | undefined;
  if (sees(cursor, "(") && startsTypeAfter(unit, cursor)) {
    take(cursor);
    type = parseTypeName(unit, cursor);
    if (type === undefined || !expect(cursor, ")", `after the type of ${word.text}`)) return undefined;
    if (sees(cursor, "{")) skipBraces(cursor);
  } else {
    const operand = parseUnary(unit, cursor, false);
    type = operand && typeOf(unit, operand);
  }
  if (type === undefined) return undefined;
  const resolved = resolveTree(type);
  const measured =
    measure(unit, type) ??
    // As gcc and clang have it.
    (resolved.kind === "function" || (resolved.kind === "base" && resolved.name === "void")
      ? { size: 1, align: 1 }
      : undefined);
  if (measured === undefined) {
    return fail(cursor, `${showType(type)} is incomplete: its size is not known here${nearTags(unit, type)}`, at);
  }
  return sizeValue(unit, word.text === "sizeof" ? measured.size : measured.align);
}

/** A number of type size_t. */
function sizeValue(unit: Unit, number: number): Operand {
  return value(toInteger(BigInt(number), unit.model.pointerSize * 8, true));
}

function startsTypeAfter(unit: Unit, cursor: Cursor): boolean {
  cursor.position++;
  const starts = startsType(unit, cursor);
  cursor.position--;
  return starts;
}

function parseOffsetof(unit: Unit, cursor: Cursor): Operand | undefined {
  take(cursor);
  if (!expect(cursor, "(", "after offsetof")) return undefined;
  let type = parseTypeName(unit, cursor);
  if (type === undefined || !expect(cursor, ",", "after the type of offsetof")) return undefined;
  let bits = 0;
  for (let isFirst = true; ; isFirst = false) {
    const at = peek(cursor);
    if (!isFirst && accept(cursor, "[")) {
      const index = parseConstant(unit, cursor);
      if (index === undefined || !expect(cursor, "]", "after the index")) return undefined;
      const array: TypeTree = resolveTree(type);
      if (array.kind !== "array") return fail(cursor, `${showType(type)} is no array`, at);
      type = array.of;
      bits += Number(index.value) * (measure(unit, type)?.size ?? 0) * 8;
      continue;
    }
    if (!isFirst && !accept(cursor, ".")) break;
    const found: { type: TypeTree; bitsOffset: number } | undefined = parseMemberName(unit, cursor, type);
    if (found === undefined) return undefined;
    type = found.type;
    bits += found.bitsOffset;
  }
  return expect(cursor, ")", "after the member of offsetof") && sizeValue(unit, Math.floor(bits / 8));
}

function parseMemberName(
  unit: Unit,
  cursor: Cursor,
  type: TypeTree,
): { type: TypeTree; bitsOffset: number } | undefined {
  const token = peek(cursor);
  if (token.kind !== "word") return failExpected(cursor, "the name of a member");
  const found = memberOf(unit, type, token.text);
  if (typeof found === "string") return fail(cursor, found);
  take(cursor);
  return found;
}

function skipBraces(cursor: Cursor): void {
  let open = 0;
  do {
    if (sees(cursor, "{")) open++;
    if (sees(cursor, "}")) open--;
    take(cursor);
  } while (open > 0 && peek(cursor).kind !== "end");
}

function parsePostfix(unit: Unit, cursor: Cursor, live: boolean): Operand | undefined {
  let operand = parsePrimary(unit, cursor, live);
  while (operand !== undefined) {
    const at = peek(cursor);
    if (accept(cursor, "[")) {
      if (parseConditional(unit, cursor, false) === undefined || !expect(cursor, "]", "after the index")) {
        return undefined;
      }
      operand = pointee(cursor, typeOf(unit, operand), at);
    } else if (sees(cursor, ".") || sees(cursor, "->")) {
      const arrow = take(cursor).text === "->";
      const target: Operand | undefined = arrow ? pointee(cursor, typeOf(unit, operand), at) : operand;
      const record = target && typeOf(unit, target);
      const entity = arrow && record ? entityOf(resolveTree(record)) : undefined;
      if (entity?.kind === "record") unit.preserved?.push(entity.id);
      const found = record && parseMemberName(unit, cursor, record);
      operand = found && { kind: "object", type: qualifiedAs(record, found.type), what: "what a member holds" };
    } else if (operand.kind === "object" && sees(cursor, "(")) {
      let type = resolveTree(operand.type);
      if (type.kind === "ptr") type = resolveTree(type.to);
      if (type.kind !== "function") return fail(cursor, `${operand.what} is not a function`);
      skipParentheses(cursor);
      operand = { kind: "object", type: type.returns, what: "what a function returns" };
    } else {
      return operand;
    }
  }
  return undefined;
}

/** The type of a member of something that is const or volatile: it is so too, or its elements are. */
function qualifiedAs(record: TypeTree, member: TypeTree): TypeTree {
  if (member.kind === "array") return { ...member, of: qualifiedAs(record, member.of) };
  let type = member;
  for (const kind of ["volatile", "const"] as const) {
    if (isQualified(record, kind) && !isQualified(member, kind)) type = { kind, to: type };
  }
  return type;
}

function skipParentheses(cursor: Cursor): void {
  let open = 0;
  do {
    if (sees(cursor, "(")) open++;
    if (sees(cursor, ")")) open--;
    take(cursor);
  } while (open > 0 && peek(cursor).kind !== "end");
}

function parsePrimary(unit: Unit, cursor: Cursor, live: boolean): Operand | undefined {
  const at = peek(cursor);
  switch (at.kind) {
    case "number":
      if (isFloatLiteral(at.text)) {
        take(cursor);
        const name = /[fF]$/.test(at.text) ? "float" : /[lL]$/.test(at.text) ? "long double" : "double";
        const what = `"${at.text}" is a floating-point number`;
        return { kind: "object", type: { kind: "base", name }, what, float: floatValue(at.text) };
      }
      return literal(cursor, integerLiteral(at.text, (unit.model.base.long?.size ?? 8) * 8));
    case "character":
      return literal(cursor, characterLiteral(at, unit.model.base.char?.encoding === "signed"));
    case "string": {
      let length = 1;
      let prefix = "";
      // Escapes are one character each; nothing but the length is asked for.
      while (peek(cursor).kind === "string") {
        prefix ||= quotePrefix(peek(cursor).text);
        length += stringLength(take(cursor).text, prefix);
      }
      const char: TypeTree = { kind: "base", name: characterType(prefix) };
      return { kind: "object", type: { kind: "array", of: char, count: length }, what: "a string" };
    }
    case "word":
      return parseName(unit, cursor, live);
  }
  if (!sees(cursor, "(")) return failExpected(cursor, "a constant");
  take(cursor);
  if (startsType(unit, cursor)) {
    const type = parseTypeName(unit, cursor);
    if (type === undefined || !expect(cursor, ")", "after the type")) return undefined;
    if (sees(cursor, "{")) {
      skipBraces(cursor);
      return { kind: "object", type, what: "a compound literal" };
    }
    const operand = parseUnary(unit, cursor, live);
    return operand && cast(unit, cursor, operand, type, at);
  }
  const operand = parseConditional(unit, cursor, live);
  return operand && expect(cursor, ")", 'to close the "("') && operand;
}

const characterType = (prefix: string): "char" | "int" | "unsigned short" | "unsigned int" =>
  prefix === "L" ? "int" : prefix === "u" ? "unsigned short" : prefix === "U" ? "unsigned int" : "char";

/** Elements that a string literal has, the closing NUL not counted; those of `L`, `u` and `U` are no bytes. */
export function stringLength(text: string, prefix = quotePrefix(text)): number {
  const own = quotePrefix(text);
  const body = text.slice(own.length + 1, -1).replaceAll(/\\(x[0-9a-fA-F]+|[0-7]{1,3}|[^])/g, "\\");
  if (prefix === "u") return body.length;
  let length = 0;
  for (const character of body) {
    const code = character.codePointAt(0)!;
    length += prefix === "L" || prefix === "U" || code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function literal(cursor: Cursor, found: Integer | string): Operand | undefined {
  if (typeof found === "string") return fail(cursor, found);
  take(cursor);
  return value(found);
}

function parseName(unit: Unit, cursor: Cursor, live: boolean): Operand | undefined {
  const token = peek(cursor);
  if (token.text === "_Generic") return parseGeneric(unit, cursor, live);
  const known = unit.model.base.long?.size === 4 ? "ILP32" : "LP64";
  const predefined = predefinedConstant(token.text, known);
  if (predefined !== undefined) {
    take(cursor);
    return value(predefined);
  }
  const found = findConstant(unit, token.text);
  if (found === undefined) return failUnknown(unit, cursor, token);
  switch (found.kind) {
    case "enumerator": {
      take(cursor);
      const fits = found.value >= -(1n << 31n) && found.value < 1n << 31n;
      const isUnsigned = !fits && found.value >= 0n && (found.value < 1n << 32n || found.value >= 1n << 63n);
      return value({
        value: found.value,
        bits: fits || (found.value >= 0n && found.value < 1n << 32n) ? INT_BITS : 64,
        unsigned: isUnsigned,
      });
    }
    case "object":
      take(cursor);
      return { kind: "object", type: found.type, what: `the variable "${token.text}"` };
    case "function":
      take(cursor);
      return { kind: "object", type: found.type, what: `the function "${token.text}"` };
    default:
      return fail(cursor, `"${token.text}" is a type, and a constant is needed`);
  }
}

/** `_Generic(x, int: 1, default: 2)`: the choice for the type of what comes first. */
function parseGeneric(unit: Unit, cursor: Cursor, live: boolean): Operand | undefined {
  const at = take(cursor);
  if (!expect(cursor, "(", "after _Generic")) return undefined;
  const control = startsType(unit, cursor) ? parseTypeName(unit, cursor) : parseUnevaluated(unit, cursor);
  if (control === undefined) return undefined;
  let chosen: Operand | undefined;
  let fallback: Operand | undefined;
  while (accept(cursor, ",")) {
    const isDefault = accept(cursor, "default");
    const type = isDefault ? undefined : parseTypeName(unit, cursor);
    if ((type === undefined && !isDefault) || !expect(cursor, ":", "after the type of a choice")) return undefined;
    const isChosen = type !== undefined && sameType(unit, type, control);
    const result = parseConditional(unit, cursor, live && isChosen);
    if (result === undefined) return undefined;
    if (isDefault) fallback = result;
    else if (isChosen) chosen ??= result;
  }
  if (!expect(cursor, ")", "after the choices of _Generic")) return undefined;
  return chosen ?? fallback ?? fail(cursor, `_Generic has no choice for ${showType(control)}`, at);
}

/** The type of the value of an expression. */
function parseUnevaluated(unit: Unit, cursor: Cursor): TypeTree | undefined {
  const operand = parseConditional(unit, cursor, false);
  return operand && decay(typeOf(unit, operand));
}

function failUnknown(unit: Unit, cursor: Cursor, token: Token): undefined {
  if (isKeyword(token.text)) return fail(cursor, `expected a constant, found ${describeToken(token)}`);
  const line = unit.lexed.defines.get(token.text);
  if (line !== undefined) {
    return fail(
      cursor,
      `"${token.text}" is not known: its #define in line ${line} was skipped; run the preprocessor first, or use an enum`,
    );
  }
  const names: string[] = [];
  for (const [name, { kind }] of unit.scopes.names()) if (kind === "enumerator") names.push(name);
  const near = nearestNames(token.text, names);
  const hint = near.length === 0 ? "" : `; did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`;
  return fail(cursor, `the constant "${token.text}" is not known${hint}`);
}

function cast(unit: Unit, cursor: Cursor, operand: Operand, type: TypeTree, at: Token): Operand | undefined {
  const resolved = resolveTree(type);
  if (operand.kind === "object") {
    const layout = resolved.kind === "base" && resolved.name !== "void" ? unit.model.base[resolved.name] : undefined;
    if (operand.float === undefined || layout?.kind !== "INT" || !Number.isFinite(operand.float)) {
      return { ...operand, type };
    }
    const whole = layout.encoding === "bool" ? BigInt(operand.float !== 0) : BigInt(Math.trunc(operand.float));
    return value(toInteger(whole, layout.size * 8, layout.encoding !== "signed"));
  }
  const number = operand.value.value;
  if (resolved.kind === "base" && resolved.name !== "void") {
    const layout = unit.model.base[resolved.name];
    if (layout?.kind === "INT") {
      if (layout.encoding === "bool") return value({ value: number === 0n ? 0n : 1n, bits: 8, unsigned: true });
      return value(toInteger(number, layout.size * 8, layout.encoding === "none"));
    }
  }
  const measured = measure(unit, resolved);
  if (resolved.kind === "enum" && measured !== undefined)
    return value(toInteger(number, measured.size * 8, number >= 0n));
  if (resolved.kind === "ptr") return { kind: "object", type, what: "a pointer" };
  return fail(cursor, `a constant cannot be of type ${showType(type)} here`, at);
}

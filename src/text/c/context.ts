import { expect, fail, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { Attribute, SpecialSpecifier, SyntaxContext } from "../../spelling/context.js";
import { nearestNames, type ParamTree, type TypeTree } from "../../spelling/index.js";
import type { Token } from "../../spelling/tokens.js";
import { ATTRIBUTE_MACROS, CALLED_MACROS, IMPLIED_TYPEDEFS } from "./bpf-conventions.js";
import { parseConstant, parseTypeName, parseTypeOrExpression, startsType } from "./constants.js";
import { treeOf, type OpaqueEntity } from "./entities.js";
import { parseEnumBody, referToEnum } from "./enums.js";
import { findTypeName, isTypeName } from "./lookup.js";
import { measure, resolveTree } from "./measure.js";
import { predefinedType } from "./predefined.js";
import { parseRecordBody, referToRecord, since } from "./records.js";
import { MAX_ARRAY_COUNT as MAX_COUNT } from "../../spelling/array-bound.js";
import type { Unit } from "./unit.js";

/** What the readers of types ask of a file: its names, its constants, its attributes. `unit` is asked for when needed. */
export function fileContext(unit: () => Unit): SyntaxContext {
  return {
    emptyParamsVariadic: true,
    body: (cursor, kind, tag, at) =>
      kind === "enum" ? parseEnumBody(unit(), cursor, tag, at) : parseRecordBody(unit(), cursor, kind, tag, at),
    tagged(cursor, kind, tag) {
      const at = cursor.tokens[cursor.position - 1]!;
      unit().tagAttributes = [];
      const found = kind === "enum" ? referToEnum(unit(), tag, at) : referToRecord(unit(), kind, tag, at);
      return found && treeOf(found);
    },
    typeName: (cursor) => readTypeName(unit(), cursor),
    isTypeName: (name) => isTypeName(unit(), name) || predefinedType(name, unit().model) !== undefined,
    special: (cursor) => readSpecial(unit(), cursor),
    atomic: (type) => withoutWord(unit(), type, 1),
    arrayBound: (cursor, isParam) => readBound(unit(), cursor, isParam),
    attribute(attribute) {
      if (attribute.where === "tag") unit().tagAttributes.push(attribute);
      else unit().attributes.push(attribute);
      return true;
    },
    isMacro: (name) => ATTRIBUTE_MACROS.has(name) || CALLED_MACROS.has(name),
    macro: readMacro,
    param: (read) => readParam(unit(), read),
  };
}

function readTypeName(unit: Unit, cursor: Cursor): TypeTree | undefined {
  const token = peek(cursor);
  const found = findTypeName(unit, token.text);
  if (found?.kind === "typedef") return treeOf(found);
  if (token.text === "bool") return { kind: "base", name: "_Bool" };
  if (found !== undefined) {
    const what = found.kind === "object" ? "variable" : found.kind === "enumerator" ? "constant" : "function";
    return fail(cursor, `expected a type, found the ${what} "${token.text}"${since(unit, found.at)}`);
  }
  if (sees(cursor, "(", 1)) {
    return fail(cursor, `"${token.text}" is neither a type nor a macro that is known here: run the preprocessor first`);
  }
  unit.lastUnknown.offset = token.offset;
  if (!unit.unknown.has(token.text)) {
    unit.unknown.add(token.text);
    unit.problems.error(token.offset, describeUnknown(unit, token), "unknown-type");
  }
  // Read on as if it were there, so that other errors show too.
  const stand: OpaqueEntity = { kind: "opaque", id: 0, measures: undefined, inner: undefined };
  return { kind: "name", name: token.text, entity: { ...stand, measures: { size: 4, align: 4 } } };
}

function describeUnknown(unit: Unit, { text }: Token): string {
  const line = unit.lexed.defines.get(text);
  if (line !== undefined) {
    return `the type "${text}" is not known: its #define in line ${line} was skipped; run the preprocessor first`;
  }
  const tag = unit.scopes.tag(text);
  const start = `the type "${text}" is not known`;
  if (tag !== undefined) return `${start}; did you mean "${tag.kind === "record" ? tag.record : "enum"} ${text}"?`;
  const names = [...MISSPELLED, ...IMPLIED_TYPEDEFS.keys()];
  for (const [name, { kind }] of unit.scopes.names()) if (kind === "typedef") names.push(name);
  const near = nearestNames(text, unit.into === undefined ? names : [...names, ...typedefNames(unit)]);
  const offer = "give a graph that has it: { into: graph }";
  if (near.length > 0) {
    const more = unit.into === undefined && !MISSPELLED.includes(near[0]!) ? ` Or ${offer}` : "";
    return `${start}; did you mean ${near.map((name) => `"${name}"`).join(" or ")}?${more}`;
  }
  return `${start}: ${unit.into === undefined ? `declare it, or ${offer}` : "the graph has none"}`;
}

/** Words that a type can begin with and that are no types. */
const MISSPELLED = "typedef struct union enum extern static const volatile unsigned signed inline".split(" ");

function typedefNames({ into }: Unit): string[] {
  const names: string[] = [];
  if (into === undefined) return names;
  for (const [, type] of into.types()) if (type.kind === "TYPEDEF") names.push(type.name);
  return names;
}

/** `typeof(...)`, `_Atomic(...)`, `_Complex`, `_Alignas(...)`, `inline`. */
function readSpecial(unit: Unit, cursor: Cursor): SpecialSpecifier | "none" | undefined {
  const token = peek(cursor);
  switch (token.text) {
    case "typeof":
    case "__typeof":
    case "__typeof__":
    case "typeof_unqual": {
      take(cursor);
      if (!expect(cursor, "(", `after ${token.text}`)) return undefined;
      const { attributes } = unit;
      const type = parseTypeOrExpression(unit, cursor);
      unit.attributes = attributes;
      return type && expect(cursor, ")", `after what ${token.text} takes`) && { kind: "type", type };
    }
    case "_Atomic": {
      if (!sees(cursor, "(", 1)) return "none";
      take(cursor);
      take(cursor);
      const type = parseTypeName(unit, cursor);
      if (type === undefined || !expect(cursor, ")", "after the type of _Atomic")) return undefined;
      return { kind: "type", type: withoutWord(unit, type, 1) };
    }
    case "_Complex":
    case "__complex__":
      take(cursor);
      return { kind: "wrap", wrap: (type) => withoutWord(unit, type, 2) };
    case "_Alignas":
    case "alignas":
      return readAlignas(unit, cursor);
    case "inline":
    case "__inline":
    case "__inline__":
      take(cursor);
      unit.attributes.push({ name: "inline", args: [], at: token, where: "specifiers" });
      return { kind: "taken" };
    case "_Thread_local":
    case "thread_local":
    case "__thread":
      take(cursor);
      unit.problems.warn(token.offset, `${token.text} changes nothing in BTF`, "c-storage");
      return { kind: "taken" };
    default: {
      const name = token.text.startsWith("__") ? predefinedType(token.text, unit.model) : undefined;
      if (name === undefined) return "none";
      take(cursor);
      return { kind: "type", type: { kind: "base", name } };
    }
  }
}

/** A type that BTF has no word for: compilers write void, but its size is what it is. */
function withoutWord(unit: Unit, type: TypeTree, times: 1 | 2): TypeTree {
  const inner = measure(unit, type);
  let measures = inner && { size: inner.size * times, align: inner.align };
  // An atomic of 2, 4, 8 or 16 bytes is aligned to its size.
  if (times === 1 && measures !== undefined && [2, 4, 8, 16].includes(measures.size)) {
    measures = { size: measures.size, align: measures.size };
  }
  const entity: OpaqueEntity = { kind: "opaque", id: 0, measures, inner: type };
  return treeOf(entity);
}

function readAlignas(unit: Unit, cursor: Cursor): SpecialSpecifier | undefined {
  const at = take(cursor);
  if (!expect(cursor, "(", `after ${at.text}`)) return undefined;
  let align: number | undefined;
  const valueAt = peek(cursor);
  if (startsType(unit, cursor)) {
    const type = parseTypeName(unit, cursor);
    align = type && (measure(unit, type)?.align ?? 1);
  } else {
    const constant = parseConstant(unit, cursor);
    align = constant && Number(constant.value);
  }
  if (align === undefined || !expect(cursor, ")", `after what ${at.text} takes`)) return undefined;
  const token: Token = { kind: "number", text: String(align), offset: valueAt.offset };
  // `_Alignas(0)` says nothing.
  if (align !== 0) unit.attributes.push({ name: "aligned", args: [token], at: valueAt, where: "specifiers" });
  return { kind: "taken" };
}

function readBound(unit: Unit, cursor: Cursor, isParam: boolean): number | undefined {
  const at = peek(cursor);
  const start = cursor.position;
  const isLenient = isParam || unit.currentFunction !== undefined;
  const constant = parseConstant(unit, cursor);
  if (constant === undefined || !sees(cursor, "]")) {
    if (!isLenient) return constant === undefined ? undefined : Number(constant.value);
    // A parameter's bound is no part of its type, and what a function keeps on its stack is not in BTF.
    cursor.failure = undefined;
    cursor.position = start;
    skipToBracket(cursor);
    return 0;
  }
  const { value } = constant;
  if (value < 0n) return fail(cursor, `an array cannot have ${value} elements`, at);
  if (value > BigInt(MAX_COUNT))
    return fail(cursor, `an array has at most ${MAX_COUNT} elements in BTF, not ${value}`, at);
  return Number(value);
}

function skipToBracket(cursor: Cursor): void {
  for (let open = 0; ; take(cursor)) {
    if (sees(cursor, "]") && open-- === 0) return;
    if (sees(cursor, "[")) open++;
    if (peek(cursor).kind === "end") return;
  }
}

function readMacro(cursor: Cursor): readonly Attribute[] | undefined {
  const at = take(cursor);
  const where = "declarator";
  const called = CALLED_MACROS.get(at.text);
  if (called === undefined) {
    return (ATTRIBUTE_MACROS.get(at.text) ?? []).map(({ name, string }) => ({
      name,
      args: string === undefined ? [] : [argument(name, string, at)],
      at,
      where,
    }));
  }
  const args: Token[] = [];
  if (!expect(cursor, "(", `after ${at.text}`)) return undefined;
  for (let open = 1; ;) {
    const token = peek(cursor);
    if (token.kind === "end" || token.text === ";")
      return fail(cursor, `expected ")" to close the "(" of ${at.text}`, at);
    take(cursor);
    if (token.text === "(") open++;
    if (token.text === ")" && --open === 0) break;
    args.push(token);
  }
  return [{ name: called, args, at, where }];
}

function argument(name: string, string: string, at: Token): Token {
  return name === "address_space"
    ? { kind: "number", text: string, offset: at.offset }
    : { kind: "string", text: `"${string}"`, offset: at.offset };
}

/** A parameter as what it is: a pointer, where a typedef makes it an array or a function. */
function decayed(param: ParamTree | undefined): ParamTree | undefined {
  if (param?.type.kind !== "name") return param;
  const resolved = resolveTree(param.type);
  if (resolved.kind === "array") return { name: param.name, type: { kind: "ptr", to: resolved.of } };
  return resolved.kind === "function" ? { name: param.name, type: { kind: "ptr", to: param.type } } : param;
}

function readParam(unit: Unit, read: () => ParamTree | undefined): ParamTree | undefined {
  const outer = unit.attributes;
  unit.attributes = [];
  const param = decayed(read());
  if (param !== undefined && unit.attributes.length > 0) unit.paramAttributes.set(param, unit.attributes);
  unit.attributes = outer;
  return param;
}

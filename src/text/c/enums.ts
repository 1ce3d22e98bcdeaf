import { parseAttributes } from "../../spelling/attributes.js";
import { accept, descend, fail, failExpected, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import { isKeyword, parseSpecifiers } from "../../spelling/specifiers.js";
import type { TypeTree } from "../../spelling/index.js";
import type { Token } from "../../spelling/tokens.js";
import { readAttributes } from "./attributes.js";
import { parseConstant } from "./constants.js";
import { treeOf, type EnumEntity } from "./entities.js";
import { findTag } from "./lookup.js";
import { resolveTree } from "./measure.js";
import { failOtherTag, since } from "./records.js";
import { showType } from "./type-ids.js";
import type { Unit } from "./unit.js";

interface EnumValue {
  readonly name: string;
  readonly value: bigint;
}

/** Size in bytes and sign of the integer that an enum is. */
interface Underlying {
  readonly size: number;
  readonly signed: boolean;
}

/** The enum that a tag without a body names; one that is not known is declared, and is of size 0, as clang has it. */
export function referToEnum(unit: Unit, name: string, at: Token): EnumEntity | undefined {
  const known = findTag(unit, "enum", name);
  if (known === undefined) return declareEnum(unit, name);
  if (known.kind !== "enum") return failOtherTag(unit, "enum", known, at);
  if (unit.scopes.tag(name) === undefined) unit.scopes.setTag(name, known);
  return known;
}

function declareEnum(unit: Unit, name: string): EnumEntity {
  const entity: EnumEntity = {
    kind: "enum",
    name,
    id: unit.types.add({ kind: "ENUM", name, size: 0, signed: false, values: [] }),
    at: undefined,
    isComplete: false,
    size: 0,
    align: 1,
    signed: false,
  };
  if (name !== "") unit.scopes.setTag(name, entity);
  return entity;
}

/** Reads an enum from its ":" or "{", and the attributes after its "}". */
export function parseEnumBody(unit: Unit, cursor: Cursor, name: string, at: Token): TypeTree | undefined {
  const outer = unit.attributes;
  const tagAttributes = unit.tagAttributes;
  unit.tagAttributes = [];
  const known = name === "" ? undefined : unit.scopes.ownTag(name);
  if (known !== undefined && known.kind !== "enum") return failOtherTag(unit, "enum", known, at);
  let fixed: Underlying | undefined;
  if (accept(cursor, ":")) {
    fixed = parseUnderlying(unit, cursor);
    if (fixed === undefined) return undefined;
    unit.attributes = outer;
    if (!sees(cursor, "{")) {
      const entity = known ?? declareEnum(unit, name);
      complete(unit, entity, [], fixed);
      return treeOf(entity);
    }
  }
  if (known?.at !== undefined) return fail(cursor, `"enum ${name}" has constants already${since(unit, known.at)}`, at);
  const entity = known !== undefined && known.id >= unit.types.firstId ? known : declareEnum(unit, name);
  entity.at = at;
  const values = parseValues(unit, cursor, name, fixed);
  if (values === undefined) return undefined;
  unit.attributes = [];
  if (!parseAttributes(cursor, unit.context, "declarator")) return undefined;
  const facts = readAttributes(unit, [...tagAttributes, ...unit.attributes]);
  unit.attributes = outer;
  const underlying = fixed ?? underlyingOf(unit, values, facts.packed, facts.mode);
  if (underlying === undefined) {
    unit.problems.error(at.offset, "no integer type holds all constants of this enum", "c-enum");
  }
  complete(unit, entity, values, underlying ?? { size: 8, signed: true });
  for (const value of facts.declTags) unit.declTags.push({ value, typeId: entity.id, componentIdx: -1 });
  return treeOf(entity);
}

function parseUnderlying(unit: Unit, cursor: Cursor): Underlying | undefined {
  const at = peek(cursor);
  if (!descend(cursor)) return undefined;
  const specifiers = parseSpecifiers(cursor, unit.context);
  if (specifiers === undefined) return undefined;
  cursor.depth--;
  const resolved = resolveTree(specifiers.type);
  const layout = resolved.kind === "base" && resolved.name !== "void" ? unit.model.base[resolved.name] : undefined;
  if (layout?.kind !== "INT" || layout.size > 8) {
    return fail(cursor, `an enum is an integer of at most 8 bytes, not ${showType(specifiers.type)}`, at);
  }
  return { size: layout.size, signed: layout.encoding === "signed" };
}

function parseValues(unit: Unit, cursor: Cursor, name: string, fixed: Underlying | undefined): EnumValue[] | undefined {
  const open = take(cursor);
  const values: EnumValue[] = [];
  let next = 0n;
  for (;;) {
    const token = peek(cursor);
    if (sees(cursor, "}")) break;
    if (token.kind === "end") {
      const what = name === "" ? "this enum" : `"enum ${name}"`;
      return fail(cursor, `expected "}" to close the "{" of ${what} in line ${unit.problems.lineOf(open.offset)}`);
    }
    if (token.kind !== "word" || isKeyword(token.text)) return failExpected(cursor, `the name of a constant or "}"`);
    take(cursor);
    if (!parseAttributes(cursor, unit.context, "declarator")) return undefined;
    if (accept(cursor, "=")) {
      const at = peek(cursor);
      const constant = parseConstant(unit, cursor);
      if (constant === undefined) return undefined;
      next = constant.value;
      if (fixed !== undefined && !fits(next, fixed)) {
        unit.problems.error(at.offset, `${next} does not fit ${fixed.size} bytes, which this enum has`, "c-enum");
      }
    }
    if (next >= 1n << 64n) return fail(cursor, `"${token.text}" is larger than any type of C`, token);
    declareConstant(unit, token, next);
    values.push({ name: token.text, value: next });
    next++;
    if (!accept(cursor, ",") && !sees(cursor, "}")) return failExpected(cursor, `"," or "}" after a constant`);
  }
  take(cursor);
  if (values.length === 0) return fail(cursor, "an enum has one constant at least", open);
  return values;
}

function declareConstant(unit: Unit, token: Token, value: bigint): void {
  const known = unit.scopes.ownName(token.text);
  if (known !== undefined && known.at !== undefined) {
    unit.problems.error(token.offset, `"${token.text}" is declared already${since(unit, known.at)}`, "c-duplicate");
  }
  unit.scopes.setName(token.text, { kind: "enumerator", name: token.text, value, at: token });
}

function fits(value: bigint, { size, signed }: Underlying): boolean {
  const bits = BigInt(size * 8);
  return signed ? value >= -(1n << (bits - 1n)) && value < 1n << (bits - 1n) : value >= 0n && value < 1n << bits;
}

/** The integer type that compilers choose: the first that holds all constants. */
function underlyingOf(
  unit: Unit,
  values: readonly EnumValue[],
  packed: boolean,
  mode: string | undefined,
): Underlying | undefined {
  const signed = values.some(({ value }) => value < 0n);
  if (mode !== undefined) {
    const size = ({ QI: 1, byte: 1, HI: 2, SI: 4, DI: 8 } as Record<string, number>)[mode];
    if (size !== undefined) return { size, signed: true };
  }
  const sizes = packed ? [1, 2, 4, 8] : [unit.model.enumSize, 8];
  const size = sizes.find((each) => values.every(({ value }) => fits(value, { size: each, signed })));
  return size === undefined ? undefined : { size, signed };
}

function complete(unit: Unit, entity: EnumEntity, values: readonly EnumValue[], { size, signed }: Underlying): void {
  entity.isComplete = true;
  entity.size = size;
  entity.signed = signed;
  entity.align = size === 8 ? (unit.model.base["long long"]?.align ?? 8) : size;
  const { name, id } = entity;
  unit.types.replace(
    id,
    size === 8
      ? { kind: "ENUM64", name, size, signed, values: values.map((each) => ({ name: each.name, val: each.value })) }
      : {
          kind: "ENUM",
          name,
          size,
          signed,
          values: values.map((each) => ({ name: each.name, val: Number(each.value) })),
        },
  );
}

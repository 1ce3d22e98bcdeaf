import type { Member } from "../../model/types.js";
import { parseAttributes, seesAttribute } from "../../spelling/attributes.js";
import type { Attribute } from "../../spelling/context.js";
import { accept, descend, endOfLast, expect, fail, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import { parseDeclarator } from "../../spelling/declarator.js";
import { parseSpecifiers } from "../../spelling/specifiers.js";
import { EMPTY_RECORD, finishRecord, placeMember, type MemberShape, type TypeTree } from "../../spelling/index.js";
import type { Token } from "../../spelling/tokens.js";
import { readAttributes } from "./attributes.js";
import { MEMBER_MACROS } from "./bpf-conventions.js";
import { parseConstant, parseTypeOrExpression } from "./constants.js";
import { entityOf, treeOf, type RecordEntity, type RecordMember } from "./entities.js";
import { packingAt, preservesAt } from "./lexer.js";
import { scalarCount } from "./initializers.js";
import { findTag } from "./lookup.js";
import { measure, resolveTree, SIZE_MAX } from "./measure.js";
import { modedType } from "./moded-type.js";
import { parseStaticAssert } from "./static-assert.js";
import { nearTags } from "./near-tags.js";
import { arrayFault, showType, typeId } from "./type-ids.js";
import { takeFailure, type Unit } from "./unit.js";

/** A member as it is declared, before the record is laid out. */
interface DeclaredMember {
  readonly name: string;
  readonly type: TypeTree;
  readonly at: Token;
  /** Undefined for what is no bit-field. */
  readonly bitSize: number | undefined;
  readonly packed: boolean;
  readonly aligned: number | undefined;
  readonly declTags: readonly string[];
}

/** Where BTF's words for offsets and sizes end, in bits. */
const OFFSET_BITS = 32;
const BIT_FIELD_OFFSET_BITS = 24;

/** The struct or union that a tag without a body names; one that is not known is declared. */
export function referToRecord(unit: Unit, kind: "struct" | "union", name: string, at: Token): RecordEntity | undefined {
  const known = findTag(unit, kind, name);
  if (known === undefined) return declareRecord(unit, kind, name);
  if (known.kind === "record" && known.record === kind) {
    if (unit.scopes.tag(name) === undefined) unit.scopes.setTag(name, known);
    return known;
  }
  return failOtherTag(unit, kind, known, at);
}

/** Says that a tag is one of another kind. */
export function failOtherTag(
  unit: Unit,
  kind: string,
  known: { readonly kind: string; readonly record?: string; readonly name: string; readonly at: Token | undefined },
  at: Token,
): undefined {
  const was = known.record ?? known.kind;
  return fail(
    unit.cursor,
    `"${kind} ${known.name}" is declared as ${was === "enum" ? "an" : "a"} ${was}${since(unit, known.at)}`,
    at,
  );
}

/** Where something was declared, for a message. */
export function since(unit: Unit, at: Token | undefined): string {
  return at === undefined ? "" : ` in line ${unit.problems.lineOf(at.offset)}`;
}

function declareRecord(unit: Unit, record: "struct" | "union", name: string): RecordEntity {
  const entity: RecordEntity = {
    kind: "record",
    record,
    name,
    id: unit.types.add({ kind: "FWD", name, fwdKind: record }),
    at: undefined,
    isComplete: false,
    size: 0,
    align: 1,
    members: new Map(),
    flexible: undefined,
    scalars: undefined,
    fields: 0,
    keepsAccess: false,
  };
  if (name !== "") unit.scopes.setTag(name, entity);
  return entity;
}

/** Reads the members of a struct or union from their "{", and the attributes after their "}". */
export function parseRecordBody(
  unit: Unit,
  cursor: Cursor,
  kind: "struct" | "union",
  name: string,
  at: Token,
): TypeTree | undefined {
  const outer = unit.attributes;
  const tagAttributes = unit.tagAttributes;
  unit.tagAttributes = [];
  unit.attributes = [];
  const known = name === "" ? undefined : unit.scopes.ownTag(name);
  if (known !== undefined && (known.kind !== "record" || known.record !== kind))
    return failOtherTag(unit, kind, known, at);
  if (known?.at !== undefined) return fail(cursor, `"${kind} ${name}" has members already${since(unit, known.at)}`, at);
  const entity =
    known !== undefined && !known.isComplete && known.id >= unit.types.firstId
      ? known
      : declareRecord(unit, kind, name);
  entity.at = at;
  const alignAtMost = packingAt(unit.lexed, cursor.position);
  const isPreserved = preservesAt(unit.lexed, cursor.position);
  const members = parseMembers(unit, cursor, kind, name, at);
  if (members === undefined) return undefined;
  unit.attributes = [];
  if (!parseAttributes(cursor, unit.context, "declarator")) return undefined;
  const attributes = [...tagAttributes, ...unit.attributes];
  entity.keepsAccess = isPreserved || attributes.some((each) => each.name === "preserve_access_index");
  layOut(unit, entity, members, attributes, alignAtMost);
  unit.attributes = outer;
  return treeOf(entity);
}

function parseMembers(
  unit: Unit,
  cursor: Cursor,
  kind: "struct" | "union",
  name: string,
  at: Token,
): DeclaredMember[] | undefined {
  if (!descend(cursor)) return undefined;
  const open = take(cursor);
  const members: DeclaredMember[] = [];
  const depth = cursor.depth;
  while (!sees(cursor, "}")) {
    if (peek(cursor).kind === "end") {
      const what = name === "" ? `this ${kind}` : `"${kind} ${name}"`;
      return fail(cursor, `expected "}" to close the "{" of ${what} in line ${unit.problems.lineOf(open.offset)}`);
    }
    const before = cursor.position;
    if (parseMember(unit, cursor, members) === undefined) {
      takeFailure(unit, cursor.tokens[before]!);
      if (unit.problems.isFull) return undefined;
      cursor.depth = depth;
      skipMember(cursor, before);
    }
  }
  take(cursor);
  cursor.depth--;
  checkNames(unit, kind, name, members, at);
  return members;
}

/** Takes a ";", or fails at the place where it is missing. */
export function expectEnd(cursor: Cursor, where: string): true | undefined {
  return accept(cursor, ";") || fail(cursor, `expected ";" ${where}`, endOfLast(cursor));
}

/** Goes on behind a member that could not be read. */
function skipMember(cursor: Cursor, from: number): void {
  const failedAt = cursor.position;
  if (peek(cursor).kind === "end") return;
  cursor.position = from;
  let open = 0;
  for (;;) {
    const token = peek(cursor);
    if (token.kind === "end") return;
    const { text } = token;
    if (text === "{") open++;
    if (text === "}") {
      if (open === 0) return;
      open--;
    }
    take(cursor);
    if (text === ";" && open === 0 && cursor.position > failedAt) return;
  }
}

function parseMember(unit: Unit, cursor: Cursor, members: DeclaredMember[]): true | undefined {
  if (accept(cursor, ";")) return true;
  const first = peek(cursor);
  if (first.text === "_Static_assert" || first.text === "static_assert") return parseStaticAssert(unit, cursor);
  const macro = sees(cursor, "(", 1) ? MEMBER_MACROS.get(first.text) : undefined;
  if (macro !== undefined) return parseMacroMember(unit, cursor, macro, members);
  unit.attributes = [];
  const specifiers = parseSpecifiers(cursor, unit.context);
  if (specifiers === undefined) return undefined;
  if (specifiers.storage !== undefined) {
    return fail(cursor, `a member cannot be ${specifiers.storage}`, specifiers.storageAt);
  }
  const shared = unit.attributes;
  if (sees(cursor, ";")) {
    addUnnamed(unit, first, specifiers.type, shared, members);
    take(cursor);
    return true;
  }
  do {
    unit.attributes = [];
    if (seesAttribute(cursor, unit.context) && !parseAttributes(cursor, unit.context, "declarator")) return undefined;
    const at = peek(cursor);
    const declared = sees(cursor, ":")
      ? { name: "", type: specifiers.type }
      : parseDeclarator(cursor, unit.context, specifiers.type, "declaration");
    if (declared === undefined) return undefined;
    let bitSize: number | undefined;
    const widthAt = peek(cursor, 1);
    if (accept(cursor, ":")) {
      const width = parseConstant(unit, cursor);
      if (width === undefined) return undefined;
      bitSize = Number(width.value);
    }
    if (!parseAttributes(cursor, unit.context, "declarator")) return undefined;
    const facts = readAttributes(unit, [...shared, ...unit.attributes]);
    const member: DeclaredMember = {
      name: declared.name,
      type: modedType(unit, declared.type, facts, at),
      at,
      bitSize,
      packed: facts.packed,
      aligned: facts.aligned,
      declTags: facts.declTags,
    };
    if (bitSize !== undefined) checkBitField(unit, member, bitSize, widthAt);
    members.push(member);
  } while (accept(cursor, ","));
  return expectEnd(cursor, "after the member");
}

/** A struct or union in a record, without a name: its members are the record's. */
function addUnnamed(
  unit: Unit,
  at: Token,
  type: TypeTree,
  attributes: readonly Attribute[],
  members: DeclaredMember[],
): void {
  const entity = entityOf(resolveTree(type));
  const facts = readAttributes(unit, attributes);
  if (entity?.kind === "record" && entity.name === "" && type.kind !== "name") {
    members.push({
      name: "",
      // Qualifiers of an unnamed struct are its members' business, and compilers leave them out.
      type: treeOf(entity),
      at,
      bitSize: undefined,
      packed: facts.packed,
      aligned: facts.aligned,
      declTags: [],
    });
  } else if (entity?.kind !== "enum" || entity.name === "") {
    if (entity?.kind === "enum") return;
    unit.problems.warn(at.offset, "this declares no member: it has no name", "c-no-member");
  }
}

/** `__uint(name, 4)`, `__type(name, struct x)`, `__array(name, struct x)`: what libbpf's macros make of them. */
function parseMacroMember(
  unit: Unit,
  cursor: Cursor,
  macro: "number" | "type" | "array",
  members: DeclaredMember[],
): true | undefined {
  const word = take(cursor);
  take(cursor);
  const at = peek(cursor);
  if (at.kind !== "word") return fail(cursor, `${word.text} takes the name of a member first`, at);
  take(cursor);
  if (!expect(cursor, ",", `after the name in ${word.text}`)) return undefined;
  let type: TypeTree | undefined;
  if (macro === "number") {
    const number = parseConstant(unit, cursor);
    if (number === undefined) return undefined;
    if (number.value < 0n || number.value > 0xffff_ffffn) {
      return fail(cursor, `${word.text} holds 0 to 4294967295, not ${number.value}`, at);
    }
    type = { kind: "ptr", to: { kind: "array", of: { kind: "base", name: "int" }, count: Number(number.value) } };
  } else {
    const inner = parseTypeOrExpression(unit, cursor);
    type = inner && { kind: "ptr", to: inner };
    if (type !== undefined && macro === "array") type = { kind: "array", of: type, count: undefined };
  }
  if (type === undefined || !expect(cursor, ")", `after ${word.text}(${at.text}, ...`)) return undefined;
  members.push({ name: at.text, type, at, bitSize: undefined, packed: false, aligned: undefined, declTags: [] });
  return expectEnd(cursor, "after the member");
}

function checkBitField(unit: Unit, { name, type, at }: DeclaredMember, bitSize: number, widthAt: Token): void {
  const shown = name === "" ? "a bit-field" : `the bit-field "${name}"`;
  const resolved = resolveTree(type);
  const measured = measure(unit, type);
  const layout = resolved.kind === "base" && resolved.name !== "void" ? unit.model.base[resolved.name] : undefined;
  const entity = entityOf(resolved);
  if (entity?.kind === "opaque" && entity.measures === undefined) return;
  const isInteger =
    layout?.kind === "INT" || entity?.kind === "enum" || (entity?.kind === "opaque" && entity.inner === undefined);
  if (!isInteger || measured === undefined) {
    unit.problems.error(at.offset, `${shown} has type ${showType(type)}: it takes an integer or enum`, "c-bit-field");
    return;
  }
  const most = layout?.encoding === "bool" ? 1 : measured.size * 8;
  if (bitSize < 0) {
    unit.problems.error(widthAt.offset, `${shown} cannot have ${bitSize} bits`, "c-bit-field");
  } else if (bitSize > most) {
    unit.problems.error(
      widthAt.offset,
      `${shown} has ${bitSize} bits, and ${showType(type)} has ${most}`,
      "c-bit-field",
    );
  } else if (bitSize === 0 && name !== "") {
    unit.problems.error(widthAt.offset, `${shown} has 0 bits: only one without a name can`, "c-bit-field");
  }
}

/** Tells of two members of one name; those of unnamed structs and unions count as the record's own. */
function checkNames(unit: Unit, kind: string, name: string, members: readonly DeclaredMember[], at: Token): void {
  const seen = new Set<string>();
  const shown = name === "" ? `this ${kind}` : `"${kind} ${name}"`;
  const see = (member: string, offset: number): void => {
    if (seen.has(member)) unit.problems.error(offset, `${shown} has a member "${member}" already`, "c-duplicate");
    seen.add(member);
  };
  for (const member of members) {
    if (member.name !== "") see(member.name, member.at.offset);
    const entity = member.name === "" && member.bitSize === undefined ? entityOf(resolveTree(member.type)) : undefined;
    if (entity?.kind === "record") for (const inner of entity.members.keys()) see(inner, (member.at ?? at).offset);
  }
}

/** Why a type cannot be that of a member. */
function memberFault(
  unit: Unit,
  member: DeclaredMember,
  kind: string,
  isLast: boolean,
  isOnly: boolean,
): string | undefined {
  const { type, name } = member;
  const resolved = resolveTree(type);
  if (resolved.kind === "function") return `the member "${name}" is a function: it can be a pointer to one`;
  if (resolved.kind === "base" && resolved.name === "void") return `the member "${name}" cannot be void`;
  const fault = arrayFault(unit, type);
  if (fault !== undefined) return `the member "${name}": ${fault}`;
  if (resolved.kind === "array" && resolved.count === undefined && kind === "struct" && !isLast) {
    return `the array "${name}" has no bound: only the last member of a struct can be so`;
  }
  if (resolved.kind === "array" && resolved.count === undefined && isOnly) return undefined;
  if (measure(unit, type) !== undefined) return undefined;
  const hint = nearTags(unit, type);
  return `the member "${name}" has the incomplete type ${showType(type)}: define it before, or use a pointer${hint}`;
}

function layOut(
  unit: Unit,
  entity: RecordEntity,
  declared: readonly DeclaredMember[],
  attributes: readonly Attribute[],
  alignAtMost: number | undefined,
): void {
  const facts = readAttributes(unit, attributes);
  const isUnion = entity.record === "union";
  const isBitFielded = declared.some(({ bitSize, name }) => bitSize !== undefined && name !== "");
  const members: Member[] = [];
  const named = new Map<string, RecordMember>();
  let cursor = EMPTY_RECORD;
  for (const [i, member] of declared.entries()) {
    const { name, type, bitSize } = member;
    const fault = memberFault(unit, member, entity.record, i === declared.length - 1, declared.length === 1);
    if (fault !== undefined) {
      unit.problems.error(member.at.offset, fault, "c-member");
      continue;
    }
    const { size, align } = measure(unit, type) ?? { size: 0, align: 1 };
    const shape: MemberShape = {
      size,
      align,
      unnamed: name === "",
      packed: facts.packed || member.packed,
      ...(bitSize !== undefined && { bitSize }),
      ...(member.aligned !== undefined && { alignAtLeast: member.aligned }),
      ...(alignAtMost !== undefined && { alignAtMost }),
    };
    const placed = placeMember(cursor, shape, unit.model, isUnion);
    cursor = placed.cursor;
    const { bitsOffset } = placed;
    const inner = name === "" ? entityOf(resolveTree(type)) : undefined;
    if (name !== "") named.set(name, { type, bitsOffset });
    if (inner?.kind === "record") {
      for (const [each, found] of inner.members) {
        named.set(each, { type: found.type, bitsOffset: bitsOffset + found.bitsOffset });
      }
    }
    if (bitSize !== undefined && name === "") continue;
    members.push({
      name,
      typeId: typeId(unit, type),
      bitsOffset: wireOffset(unit, member, bitsOffset, isBitFielded),
      bitfieldSize: bitSize ?? 0,
    });
    for (const value of member.declTags) {
      unit.declTags.push({ value, typeId: entity.id, componentIdx: members.length - 1 });
    }
  }
  for (const value of facts.declTags) unit.declTags.push({ value, typeId: entity.id, componentIdx: -1 });
  const { size, align } = finishRecord(cursor, facts.aligned);
  if (size > SIZE_MAX) unit.problems.error(entity.at?.offset ?? 0, `this ${entity.record} is too large`, "c-size");
  entity.size = size;
  entity.align = align;
  entity.members = named;
  const fields = declared.filter(({ name, bitSize }) => name !== "" || bitSize === undefined);
  entity.fields = fields.length;
  const scalars = fields.slice(0, isUnion ? 1 : undefined).map(({ type }) => scalarCount(type));
  entity.scalars = scalars.reduce((sum, each) => sum + each, 0);
  const last = resolveTree(declared.at(-1)?.type ?? { kind: "base", name: "int" });
  if (last.kind === "array" && last.count === undefined) entity.flexible = last.of;
  entity.isComplete = true;
  unit.types.replace(entity.id, {
    kind: isUnion ? "UNION" : "STRUCT",
    name: entity.name,
    size: wireSize(unit, entity),
    kindFlag: isBitFielded,
    members,
  });
}

/** An offset as BTF can hold it. Compilers cut off what is larger, and so it is here, with a warning. */
function wireOffset(unit: Unit, { name, at }: DeclaredMember, bitsOffset: number, isBitFielded: boolean): number {
  const bits = isBitFielded ? BIT_FIELD_OFFSET_BITS : OFFSET_BITS;
  if (bitsOffset < 2 ** bits) return bitsOffset;
  const cut = bitsOffset % 2 ** bits;
  const why = isBitFielded ? "in a record with bit-fields BTF holds 24 bits of it" : "BTF holds 32 bits of it";
  unit.problems.warn(
    at.offset,
    `"${name}" lies at bit ${bitsOffset}: ${why}, and as clang does it is written as ${cut}`,
    "c-offset-limit",
  );
  return cut;
}

/** A size as compilers write it: they count in 32 bits of bits. */
function wireSize(unit: Unit, { size, at, record }: RecordEntity): number {
  const bits = size * 8;
  if (bits < 2 ** OFFSET_BITS) return size;
  const cut = Number(BigInt.asUintN(OFFSET_BITS, BigInt(bits))) / 8;
  unit.problems.warn(
    at?.offset ?? 0,
    `this ${record} has ${size} bytes: clang counts 32 bits of bits and writes ${cut}, and so it is here`,
    "c-size-limit",
  );
  return cut;
}

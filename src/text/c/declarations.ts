import { parseAttributes, seesAttribute } from "../../spelling/attributes.js";
import type { Attribute } from "../../spelling/context.js";
import { accept, endOfLast, expect, fail, failExpected, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import { parseDeclarator, type Declared } from "../../spelling/declarator.js";
import type { FunctionTree, TypeTree } from "../../spelling/index.js";
import { parseSpecifiers, type Specifiers } from "../../spelling/specifiers.js";
import type { Token } from "../../spelling/tokens.js";
import { stringValue } from "../../spelling/strings.js";
import { readAttributes, type AttributeFacts } from "./attributes.js";
import { entityOf, treeOf, type FunctionEntity, type NameEntity, type ObjectEntity } from "./entities.js";
import { parseBody } from "./bodies.js";
import { parseInitializer, type Initializer } from "./initializers.js";
import { makeTypedef } from "./lookup.js";
import { measure, resolveTree } from "./measure.js";
import { modedType } from "./moded-type.js";
import { expectEnd, since } from "./records.js";
import { parseStaticAssert } from "./static-assert.js";
import { sameType } from "./same-type.js";
import { arrayFault, showType } from "./type-ids.js";
import type { Unit } from "./unit.js";

/** Reads one declaration of a file or a block: types, variables, a function with its body. */
export function parseDeclaration(unit: Unit, cursor: Cursor): true | undefined {
  const first = peek(cursor);
  if (first.text === "_Static_assert" || first.text === "static_assert") return parseStaticAssert(unit, cursor);
  if (isAsm(first) && sees(cursor, "(", 1)) {
    return readAsm(cursor) === undefined ? undefined : expect(cursor, ";", "after asm(...)");
  }
  unit.attributes = [];
  unit.tagAttributes = [];
  const specifiers = parseSpecifiers(cursor, unit.context);
  if (specifiers === undefined) return undefined;
  const shared = unit.attributes;
  if (sees(cursor, ";")) {
    take(cursor);
    if (specifiers.storage === "typedef") unit.problems.warn(first.offset, "this typedef has no name", "c-no-name");
    const entity = entityOf(specifiers.type);
    const declares = entity?.kind === "record" || entity?.kind === "enum";
    if (!declares) unit.problems.warn(first.offset, "this declares nothing: it has no name", "c-no-name");
    else readAttributes(unit, shared);
    return true;
  }
  for (let isFirst = true; ; isFirst = false) {
    unit.attributes = [];
    if (seesAttribute(cursor, unit.context) && !parseAttributes(cursor, unit.context, "declarator")) return undefined;
    const at = nameToken(cursor);
    const declared = parseDeclarator(cursor, unit.context, specifiers.type, "declaration");
    if (declared === undefined) return undefined;
    const label = isAsm(peek(cursor)) ? readAsm(cursor) : "";
    if (label === undefined) return undefined;
    if (!parseAttributes(cursor, unit.context, "declarator")) return undefined;
    const attributes = [...shared, ...unit.attributes];
    const outcome = declare(unit, cursor, specifiers, declared, attributes, { at, isFirst, label });
    if (outcome !== "go on") return outcome === "done" ? true : undefined;
    if (!accept(cursor, ",")) break;
  }
  if (accept(cursor, ";")) return true;
  const found = peek(cursor);
  if (found.text === ":") return fail(cursor, "only a member of a struct or union can be a bit-field");
  // On the same line it is more likely a word too many than a ";" too few.
  return found.kind === "word" && unit.problems.lineOf(found.offset) === unit.problems.lineOf(endOfLast(cursor).offset)
    ? failExpected(cursor, 'one of "=", "," or ";" after the declaration')
    : expectEnd(cursor, "after the declaration");
}

const isAsm = ({ text }: Token): boolean => text === "asm" || text === "__asm__" || text === "__asm";

/** Reads `asm("...")` and gives what its strings say; operands are read over. */
function readAsm(cursor: Cursor): string | undefined {
  take(cursor);
  while (peek(cursor).kind === "word") take(cursor);
  if (!expect(cursor, "(", "after asm")) return undefined;
  let label = "";
  for (let open = 1; open > 0; take(cursor)) {
    const token = peek(cursor);
    if (token.text === "(") open++;
    if (token.text === ")") open--;
    if (token.kind === "string") {
      const said = stringValue(token);
      if (said.ok) label += said.value;
    }
    if (token.kind === "end") return failExpected(cursor, '")" to close the "(" of asm');
  }
  return label;
}

/** The first word of a declarator that is no qualifier: most often its name, for messages. */
function nameToken(cursor: Cursor): Token {
  for (let ahead = 0; ahead < 8; ahead++) {
    const token = peek(cursor, ahead);
    if (token.kind === "word" && !/^(const|volatile|restrict|__.*)$/.test(token.text)) return token;
    if (token.text !== "*" && token.text !== "(" && token.kind !== "word") break;
  }
  return peek(cursor);
}

interface Place {
  readonly at: Token;
  /** Whether it is the first that its specifiers declare: a body can follow that alone. */
  readonly isFirst: boolean;
  /** What `asm("...")` behind the declarator calls the symbol; "" without one. */
  readonly label: string;
}

function declare(
  unit: Unit,
  cursor: Cursor,
  specifiers: Specifiers,
  declared: Declared,
  attributes: readonly Attribute[],
  place: Place,
): "go on" | "done" | undefined {
  const facts = readAttributes(unit, attributes);
  // Among the specifiers it is of what they name, which a pointer only points to.
  if (resolveTree(declared.type).kind === "ptr" && attributes.some(isOfPointee)) facts.addressSpace = 0;
  const type = modedType(unit, declared.type, facts, place.at);
  const fault = arrayFault(unit, type);
  if (fault !== undefined) return fail(cursor, `"${declared.name}": ${fault}`, place.at);
  if (specifiers.storage === "typedef") {
    declareTypedef(unit, declared.name, type, facts, place.at);
    return "go on";
  }
  const resolved = resolveTree(type);
  if (resolved.kind !== "function") {
    return declareObject(unit, cursor, { ...declared, type }, specifiers, facts, place) && "go on";
  }
  const entity = declareFunction(unit, declared.name, resolved, specifiers.storage, facts, place.at);
  if (entity === undefined) return undefined;
  noteParamTags(unit, entity, resolved);
  if (!sees(cursor, "{") || !place.isFirst) return "go on";
  if (type.kind !== "function")
    return fail(cursor, `"${declared.name}" takes its type from a typedef, and so it has no names for its parameters`);
  if (entity.isDefined) return fail(cursor, `"${entity.name}" has a body already${since(unit, entity.at)}`, place.at);
  entity.isDefined = true;
  unit.definitions.push(entity);
  // What `()` is in C before C23: nothing is said of the parameters, but of a body that it takes none.
  const { params } = entity.type;
  if (params.length === 0) entity.type = { ...entity.type, variadic: false };
  return parseBody(unit, cursor, entity, parseDeclaration) && "done";
}

const isOfPointee = ({ name, where }: Attribute): boolean => name === "address_space" && where === "specifiers";

function declareTypedef(unit: Unit, name: string, type: TypeTree, facts: AttributeFacts, at: Token): void {
  const known = unit.scopes.ownName(name);
  if (known !== undefined && known.at !== undefined) {
    if (known.kind === "typedef" && sameType(unit, treeOf(known), type)) return;
    unit.problems.error(
      at.offset,
      `"${name}" is declared already${since(unit, known.at)}, as something else`,
      "c-duplicate",
    );
    return;
  }
  const entity = makeTypedef(unit, name, type, facts.aligned, at);
  unit.scopes.setName(name, entity);
  for (const value of facts.declTags) unit.declTags.push({ value, typeId: entity.id, componentIdx: -1 });
}

function declareFunction(
  unit: Unit,
  name: string,
  type: FunctionTree,
  storage: Specifiers["storage"],
  facts: AttributeFacts,
  at: Token,
): FunctionEntity | undefined {
  const isStatic = storage === "static";
  // As C99 has it, a body is only for its callers if every declaration is inline and none extern.
  const isInline = facts.inline && (storage !== "extern" || facts.gnuInline);
  const known = unit.scopes.ownName(name) ?? unit.scopes.fileName(name);
  let entity: FunctionEntity;
  if (known === undefined || (known.at === undefined && known.kind !== "function")) {
    entity = {
      kind: "function",
      name,
      type,
      isStatic,
      isDefined: false,
      isInline,
      isNoinline: facts.noinline,
      section: facts.section,
      declTags: facts.declTags,
      paramTags: new Map(),
      isUsed: facts.used,
      uses: [],
      at,
    };
    unit.objects.push(entity);
    unit.scopes.setFileName(name, entity);
    return entity;
  }
  if (known.kind !== "function") return failDeclared(unit, name, known, at);
  entity = known;
  if (!sameType(unit, entity.type, type) && !facts.overloadable) {
    return fail(unit.cursor, `"${name}" is declared already${since(unit, known.at)}, with another type`, at);
  }
  if (!entity.isDefined) entity.type = mergedFunction(entity.type, type);
  entity.isStatic ||= isStatic;
  entity.isInline &&= isInline;
  entity.isNoinline ||= facts.noinline;
  entity.isUsed ||= facts.used;
  entity.section ??= facts.section;
  for (const tag of facts.declTags) if (!entity.declTags.includes(tag)) entity.declTags.push(tag);
  return entity;
}

/** What two declarations of a function say together: clang keeps what the first returns and takes the parameters of the last. */
function mergedFunction(first: FunctionTree, last: FunctionTree): FunctionTree {
  return last.params.length === 0 ? first : { ...last, returns: first.returns };
}

function failDeclared(unit: Unit, name: string, known: NameEntity, at: Token): undefined {
  return fail(unit.cursor, `"${name}" is declared already${since(unit, known.at)}, as something else`, at);
}

function noteParamTags(unit: Unit, entity: FunctionEntity, { params }: FunctionTree): void {
  for (const [i, param] of params.entries()) {
    const attributes = unit.paramAttributes.get(param);
    if (attributes === undefined) continue;
    const { declTags } = readAttributes(unit, attributes);
    if (declTags.length > 0) entity.paramTags.set(i, declTags);
  }
}

function declareObject(
  unit: Unit,
  cursor: Cursor,
  declared: Declared,
  { storage }: Specifiers,
  facts: AttributeFacts,
  { at, label }: Place,
): true | undefined {
  const { name, type } = declared;
  const resolved = resolveTree(type);
  const inFunction = unit.currentFunction !== undefined;
  if (resolved.kind === "base" && resolved.name === "void" && storage !== "extern") {
    return fail(cursor, `the variable "${name}" cannot be void: it can point to it`, at);
  }
  const entity = objectFor(unit, declared, storage, facts, at);
  if (entity === undefined) return undefined;
  // Of a variable on the stack the label is its register.
  if (label !== "" && entity.storage !== "local") entity.name = label;
  let initializer: Initializer | undefined;
  if (accept(cursor, "=")) {
    const outer = unit.uses;
    if (entity.storage !== "local") unit.uses = entity.uses;
    initializer = parseInitializer(unit, cursor, type);
    unit.uses = outer;
    if (initializer === undefined) return failExpected(cursor, 'an element or "}" of the initializer');
    applyInitializer(unit, entity, type, initializer);
  } else if (storage !== "extern" && entity.definition === "none") {
    entity.definition = "tentative";
  }
  const isIncomplete =
    measure(unit, entity.type) === undefined && !(resolved.kind === "base" && resolved.name === "void");
  if (inFunction && storage !== "extern" && isIncomplete) {
    return fail(cursor, `the variable "${name}" has the incomplete type ${showType(type)}`, at);
  }
  return true;
}

function objectFor(
  unit: Unit,
  { name, type }: Declared,
  storage: Specifiers["storage"],
  facts: AttributeFacts,
  at: Token,
): ObjectEntity | undefined {
  const owner = unit.currentFunction;
  const isLocal = owner !== undefined && storage === undefined;
  const known =
    isLocal || (owner !== undefined && storage === "static") ? unit.scopes.ownName(name) : fileObject(unit, name);
  if (known !== undefined && known.at !== undefined && (owner === undefined || storage === "extern")) {
    if (known.kind !== "object") return failDeclared(unit, name, known, at);
    return redeclare(unit, known, type, storage, facts, at);
  }
  const entity: ObjectEntity = {
    kind: "object",
    name: owner !== undefined && storage === "static" ? staticName(unit, `${owner.name}.${name}`) : name,
    type,
    storage: storage === "static" ? "static" : storage === "extern" ? "extern" : isLocal ? "local" : "global",
    definition: "none",
    isZero: true,
    section: facts.section,
    addressSpace: facts.addressSpace,
    align: facts.aligned ?? 1,
    declTags: facts.declTags,
    extraSize: 0,
    isUsed: facts.used,
    uses: [],
    at,
  };
  if (!isLocal) unit.objects.push(entity);
  if (owner !== undefined && storage === "static") owner.uses.push({ entity, how: "declared" });
  if (owner !== undefined && storage === "extern") unit.scopes.setFileName(name, entity);
  unit.scopes.setName(name, entity);
  return entity;
}

function fileObject({ scopes }: Unit, name: string): NameEntity | undefined {
  return scopes.fileName(name);
}

/** LLVM tells statics of functions that have one name apart by a number. */
function staticName(unit: Unit, name: string): string {
  const count = unit.staticNames.get(name) ?? 0;
  unit.staticNames.set(name, count + 1);
  return count === 0 ? name : `${name}.${count}`;
}

function redeclare(
  unit: Unit,
  known: ObjectEntity,
  type: TypeTree,
  storage: Specifiers["storage"],
  facts: AttributeFacts,
  at: Token,
): ObjectEntity | undefined {
  const [old, now] = [resolveTree(known.type), resolveTree(type)];
  if (!sameType(unit, known.type, type)) {
    return fail(unit.cursor, `"${known.name}" is declared already${since(unit, known.at)}, with another type`, at);
  }
  // As clang has it the definition's type counts, or the last, but for the bound of an array, which one alone has to say.
  const leavesBound = old.kind === "array" && now.kind === "array" && now.count === undefined;
  const isDefined = known.definition !== "none" && storage === "extern";
  const gainsBound = old.kind === "array" && old.count === undefined;
  if (!leavesBound && (!isDefined || gainsBound)) known.type = type;
  if (storage === undefined && known.storage === "extern") known.storage = "global";
  known.section ??= facts.section;
  known.align = Math.max(known.align, facts.aligned ?? 1);
  known.isUsed ||= facts.used;
  for (const tag of facts.declTags) if (!known.declTags.includes(tag)) known.declTags.push(tag);
  return known;
}

function applyInitializer(unit: Unit, entity: ObjectEntity, type: TypeTree, initializer: Initializer): void {
  if (entity.definition === "initialized" && entity.storage !== "local") {
    unit.problems.error(entity.at.offset, `"${entity.name}" is initialized twice`, "c-duplicate");
  }
  if (entity.storage === "extern") entity.storage = "global";
  if (entity.storage !== "local" && entity.definition !== "initialized") unit.definitions.push(entity);
  entity.definition = "initialized";
  entity.isZero = initializer.isZero;
  const resolved = resolveTree(type);
  if (resolved.kind === "array" && resolved.count === undefined && initializer.count !== undefined) {
    entity.type = withCount(type, resolved.of, initializer.count);
  }
  const record = entityOf(resolved);
  if (record?.kind === "record" && record.flexible !== undefined) {
    const offset = ([...record.members.values()].at(-1)?.bitsOffset ?? 0) / 8;
    const end = offset + initializer.flexibleCount * (measure(unit, record.flexible)?.size ?? 0);
    entity.extraSize = Math.max(0, end - record.size);
  }
}

/** An array without a bound as its initializer completes it. */
function withCount(type: TypeTree, element: TypeTree, count: number): TypeTree {
  if (type.kind === "const" || type.kind === "volatile")
    return { kind: type.kind, to: withCount(type.to, element, count) };
  return { kind: "array", of: type.kind === "array" ? type.of : element, count };
}

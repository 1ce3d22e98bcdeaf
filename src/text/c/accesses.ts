import { peek, sees } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { TypeTree } from "../../spelling/index.js";
import { parseTypeName, parseTypeOrExpression } from "./constants.js";
import { entityOf, type NameEntity } from "./entities.js";
import { resolveTree } from "./measure.js";
import { typeId } from "./type-ids.js";
import type { Unit } from "./unit.js";
import { noteUse } from "./uses.js";

/**
 * CO-RE's relocations name the struct that a chain of accesses begins at, and with it they put that struct into BTF: one
 * for what a variable is, and one for each `->` behind it.
 */

/** CO-RE's built-ins that put a type into BTF. */
const TYPE_BUILTINS = new Set([
  "__builtin_preserve_type_info",
  "__builtin_btf_type_id",
  "__builtin_preserve_enum_value",
]);

/** Notes what the word at the cursor uses, where code runs, and gives what it stands for. */
export function noteWord(unit: Unit, cursor: Cursor): NameEntity | undefined {
  const { text } = peek(cursor);
  if (TYPE_BUILTINS.has(text)) noteCoreType(unit, cursor);
  if (text === "__builtin_preserve_access_index") notePreserved(unit, cursor);
  if (sees(cursor, ".", -1) || sees(cursor, "->", -1)) return undefined;
  const found = noteUse(unit, cursor);
  if (found?.kind === "object") noteAccesses(unit, cursor, found.type);
  return found;
}

/** Finds the type in `__builtin_preserve_type_info(*(struct sock *)0, 0)`. */
function noteCoreType(unit: Unit, cursor: Cursor): void {
  const { position } = cursor;
  if (sees(cursor, "(", 1) && sees(cursor, "*", 2) && sees(cursor, "(", 3)) {
    cursor.position += 4;
    const type = parseTypeName(unit, cursor);
    if (type?.kind === "ptr") unit.coreTypes.push(typeId(unit, type.to));
    cursor.failure = undefined;
  }
  cursor.position = position;
}

/** Notes the structs that the accesses behind a variable begin at, as in `task->mm->start`; the variable is at the cursor. */
function noteAccesses(unit: Unit, cursor: Cursor, variable: TypeTree): void {
  let type: TypeTree | undefined = variable;
  let isFirst = true;
  for (let ahead = 1; type !== undefined;) {
    if (sees(cursor, "[", ahead)) {
      ahead = behindBracket(cursor, ahead);
      type = pointee(type);
      continue;
    }
    const isArrow = sees(cursor, "->", ahead);
    if (!isArrow && !sees(cursor, ".", ahead)) return;
    const record: TypeTree | undefined = isArrow ? pointee(type) : type;
    const entity = record && entityOf(resolveTree(record));
    if (entity?.kind !== "record") return;
    if (entity.keepsAccess && (isArrow || isFirst)) unit.coreTypes.push(entity.id);
    type = entity.members.get(peek(cursor, ahead + 1).text)?.type;
    isFirst = false;
    ahead += 2;
  }
}

/** Notes those of `__builtin_preserve_access_index(expression)`, whatever the structs say of themselves. */
function notePreserved(unit: Unit, cursor: Cursor): void {
  const { position, depth } = cursor;
  cursor.position += 2;
  unit.preserved = unit.coreTypes;
  parseTypeOrExpression(unit, cursor);
  unit.preserved = undefined;
  cursor.failure = undefined;
  cursor.position = position;
  cursor.depth = depth;
}

function pointee(type: TypeTree): TypeTree | undefined {
  const resolved = resolveTree(type);
  return resolved.kind === "ptr" ? resolved.to : resolved.kind === "array" ? resolved.of : undefined;
}

/** Where the text goes on behind a "[" and what it closes, in tokens ahead of the cursor. */
function behindBracket(cursor: Cursor, from: number): number {
  let open = 0;
  for (let ahead = from; ; ahead++) {
    if (sees(cursor, "[", ahead)) open++;
    if (sees(cursor, "]", ahead) && --open === 0) return ahead + 1;
    if (peek(cursor, ahead).kind === "end") return ahead;
  }
}

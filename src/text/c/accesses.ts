import { peek, sees } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { TypeTree } from "../../spelling/index.js";
import { parseTypeOrExpression } from "./constants.js";
import { entityOf } from "./entities.js";
import { resolveTree } from "./measure.js";
import type { Unit } from "./unit.js";

/**
 * CO-RE's relocations name the struct that a chain of accesses begins at, and with it they put that struct into BTF: one
 * for what a variable is, and one for each `->` behind it.
 */

/** Notes the structs that the accesses behind a variable begin at, as in `task->mm->start`; the variable is at the cursor. */
export function noteAccesses(unit: Unit, cursor: Cursor, variable: TypeTree): void {
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
export function notePreserved(unit: Unit, cursor: Cursor): void {
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

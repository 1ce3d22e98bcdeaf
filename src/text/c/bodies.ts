import { parseAttributes, seesAttribute } from "../../spelling/attributes.js";
import { descend, fail, peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { TypeTree } from "../../spelling/index.js";
import { isKeyword } from "../../spelling/specifiers.js";
import type { Token } from "../../spelling/tokens.js";
import { noteWord } from "./accesses.js";
import type { FunctionEntity, ObjectEntity } from "./entities.js";
import { takeFailure, type Unit } from "./unit.js";

/** Reads a declaration: what bodies and files have in common. */
type DeclarationReader = (unit: Unit, cursor: Cursor) => true | undefined;

/** A bracket that is open in a body: a block holds declarations, and what else is skipped over. */
interface Frame {
  readonly close: "}" | ")" | "]";
  /** Blocks that are open around it; undefined for what is no block. */
  readonly scopes: number | undefined;
}

/**
 * Reads the body of a function from its "{" to its "}". Only declarations matter: types and static variables have their
 * place in BTF; of statements it is noted what they use.
 */
export function parseBody(
  unit: Unit,
  cursor: Cursor,
  entity: FunctionEntity,
  parseDeclaration: DeclarationReader,
): true | undefined {
  const { scopes } = unit;
  const outer = { scopes: scopes.depth, uses: unit.uses, depth: cursor.depth };
  const open = peek(cursor);
  scopes.push();
  for (const { name, type } of entity.type.params) {
    if (name !== "") scopes.setName(name, localObject(name, type, open));
  }
  unit.currentFunction = entity;
  unit.uses = entity.uses;
  unit.readBlock = () => parseBlock(unit, cursor, parseDeclaration);
  const done = parseBlock(unit, cursor, parseDeclaration);
  unit.currentFunction = undefined;
  unit.readBlock = undefined;
  unit.uses = outer.uses;
  scopes.popTo(outer.scopes);
  cursor.depth = outer.depth;
  return done;
}

function localObject(name: string, type: TypeTree, at: Token): ObjectEntity {
  return {
    kind: "object",
    name,
    type,
    storage: "local",
    definition: "tentative",
    isZero: true,
    section: undefined,
    addressSpace: 0,
    align: 1,
    declTags: [],
    extraSize: 0,
    isUsed: false,
    uses: [],
    at,
  };
}

function parseBlock(unit: Unit, cursor: Cursor, parseDeclaration: DeclarationReader): true | undefined {
  const { scopes } = unit;
  const frames: Frame[] = [];
  const open = peek(cursor);
  let isStart = false;
  do {
    const token = peek(cursor);
    if (token.kind === "end") {
      const line = unit.problems.lineOf(open.offset);
      return fail(cursor, `expected "}" to close the "{" of this function in line ${line}`);
    }
    if (isStart && startsDeclaration(unit, cursor)) {
      if (parseDeclaration(unit, cursor) === undefined) {
        takeFailure(unit, token);
        if (unit.problems.isFull) return undefined;
        skipStatement(cursor);
      }
      continue;
    }
    // What `[[...]]` says of a statement is nothing to BTF.
    if (isStart && sees(cursor, "[") && seesAttribute(cursor, unit.context)) {
      if (parseAttributes(cursor, unit.context, "specifiers") === undefined) return undefined;
      continue;
    }
    isStart = false;
    if (token.kind === "word") {
      noteWord(unit, cursor);
      take(cursor);
      continue;
    }
    if (token.kind === "punctuator") {
      const frame = frames.at(-1);
      switch (token.text) {
        case "{":
          if (!descend(cursor)) return undefined;
          frames.push({ close: "}", scopes: scopes.depth });
          scopes.push();
          isStart = true;
          break;
        case "(":
        case "[":
          if (!descend(cursor)) return undefined;
          frames.push({ close: token.text === "(" ? ")" : "]", scopes: undefined });
          isStart = sees(cursor, "for", -1);
          break;
        case "}":
        case ")":
        case "]":
          if (frame?.close !== token.text) {
            return fail(cursor, `"${token.text}" closes nothing here: "${frame?.close ?? "}"}" is to come first`);
          }
          frames.pop();
          cursor.depth--;
          if (frame.scopes !== undefined) scopes.popTo(frame.scopes);
          isStart = frame.close === "}" && frames.at(-1)?.close === "}";
          break;
        case ";":
          isStart = true;
          break;
        case ":":
          isStart = frame?.close === "}" && sees(cursor, ":") && isLabelEnd(cursor);
          break;
      }
    }
    take(cursor);
  } while (frames.length > 0);
  return true;
}

/** Whether the ":" at the cursor ends a label, after which a declaration may stand. */
function isLabelEnd(cursor: Cursor): boolean {
  const before = peek(cursor, -2).text;
  return before === ";" || before === "}" || before === "{" || before === "case" || before === ":";
}

/** Whether a declaration, and no expression, begins at the cursor. */
function startsDeclaration(unit: Unit, cursor: Cursor): boolean {
  const token = peek(cursor);
  if (token.kind !== "word" || sees(cursor, ":", 1)) return false;
  if (token.text === "_Static_assert" || token.text === "static_assert") return true;
  // `__attribute__((fallthrough));` is a statement.
  if (token.text === "__attribute__") return !sees(cursor, "fallthrough", 3) && !sees(cursor, "__fallthrough__", 3);
  if (token.text === "__extension__") return !sees(cursor, "(", 1) && !sees(cursor, "{", 2);
  if (unit.context.isMacro?.(token.text) === true) return true;
  return isKeyword(token.text) || unit.context.isTypeName?.(token.text) === true;
}

/** Goes on behind a declaration that could not be read. */
function skipStatement(cursor: Cursor): void {
  for (let open = 0; peek(cursor).kind !== "end"; take(cursor)) {
    const { text } = peek(cursor);
    if (text === "{") open++;
    if (text === "}" && open-- === 0) return;
    if (text === ";" && open === 0) {
      take(cursor);
      return;
    }
  }
}

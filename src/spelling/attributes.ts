import type { Attribute, SyntaxContext } from "./context.js";
import { accept, expect, fail, failExpected, peek, sees, take } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { stringValue } from "./strings.js";
import type { Token } from "./tokens.js";

/** Whether an attribute, or a macro that stands for one, starts at the cursor, or so many tokens further on. */
export function seesAttribute(cursor: Cursor, context: SyntaxContext, ahead = 0): boolean {
  const { kind, text } = peek(cursor, ahead);
  if (kind === "punctuator") return text === "[" && sees(cursor, "[", ahead + 1);
  if (kind !== "word" || !text.startsWith("__")) return kind === "word" && context.isMacro?.(text) === true;
  return text === "__attribute__" || text === "__attribute" || context.isMacro?.(text) === true;
}

/**
 * Reads one `__attribute__((a, b(c)))` or `[[a, gnu::b(c)]]`. Type tags are added to `tags` in their order; where there is no such list, and for
 * any other attribute, the context decides.
 */
export function parseAttribute(
  cursor: Cursor,
  context: SyntaxContext,
  where: Attribute["where"],
  tags?: string[],
): true | undefined {
  if (context.isMacro?.(peek(cursor).text) === true) {
    const attributes = context.macro?.(cursor);
    return attributes?.every((each) => takeAttribute(cursor, context, { ...each, where }, tags)) ? true : undefined;
  }
  if (sees(cursor, "[")) return parseBracketed(cursor, context, where, tags);
  take(cursor);
  if (!expect(cursor, "(", "after __attribute__") || !expect(cursor, "(", "after __attribute__(")) return undefined;
  while (!sees(cursor, ")")) {
    const attribute = parseOne(cursor, where);
    if (attribute === undefined || !takeAttribute(cursor, context, attribute, tags)) return undefined;
    if (!accept(cursor, ",")) break;
  }
  return expect(cursor, ")", "after the attribute") && expect(cursor, ")", "after the attribute");
}

/** Reads C23's `[[a, gnu::b(c)]]`; the names of compilers before `::` make no difference. */
function parseBracketed(
  cursor: Cursor,
  context: SyntaxContext,
  where: Attribute["where"],
  tags: string[] | undefined,
): true | undefined {
  cursor.position += 2;
  while (!sees(cursor, "]")) {
    if (accept(cursor, ",")) continue;
    if (sees(cursor, ":", 1) && sees(cursor, ":", 2)) cursor.position += 3;
    const attribute = parseOne(cursor, where);
    if (attribute === undefined || !takeAttribute(cursor, context, attribute, tags)) return undefined;
    if (!sees(cursor, ",")) break;
  }
  return expect(cursor, "]", "after the attribute") && expect(cursor, "]", "after the attribute");
}

/** Reads all attributes at the cursor, where a type tag is none of a type. */
export function parseAttributes(cursor: Cursor, context: SyntaxContext, where: Attribute["where"]): true | undefined {
  while (seesAttribute(cursor, context)) if (!parseAttribute(cursor, context, where)) return undefined;
  return true;
}

function takeAttribute(
  cursor: Cursor,
  context: SyntaxContext,
  attribute: Attribute,
  tags: string[] | undefined,
): true | undefined {
  if (attribute.name === "btf_type_tag" && tags !== undefined) {
    const value = tagValue(cursor, attribute);
    if (value === undefined) return undefined;
    tags.push(value);
    return true;
  }
  if (context.attribute?.(attribute) === true) return true;
  return fail(cursor, `the attribute ${attribute.name} has no place here`, attribute.at);
}

function parseOne(cursor: Cursor, where: Attribute["where"]): Attribute | undefined {
  const at = peek(cursor);
  if (at.kind !== "word") return failExpected(cursor, "the name of an attribute");
  take(cursor);
  const name = at.text.replace(/^__(.+)__$/, "$1");
  const args: Token[] = [];
  if (!accept(cursor, "(")) return { name, args, at, where };
  for (let open = 1; ;) {
    const token = peek(cursor);
    if (token.kind === "end") return failExpected(cursor, `")" after the arguments of ${name}`);
    take(cursor);
    if (token.text === "(") open++;
    if (token.text === ")" && --open === 0) return { name, args, at, where };
    args.push(token);
  }
}

/** The string of a type tag; adjacent literals are one, as in C. */
function tagValue(cursor: Cursor, attribute: Attribute): string | undefined {
  let value = "";
  for (const token of attribute.args) {
    if (token.kind !== "string") return fail(cursor, "btf_type_tag takes a string", token);
    const part = stringValue(token);
    if (!part.ok) {
      cursor.failure ??= part;
      return undefined;
    }
    value += part.value;
  }
  return attribute.args.length > 0 ? value : fail(cursor, "btf_type_tag takes a string", attribute.at);
}

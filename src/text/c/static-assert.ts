import { accept, expect, failExpected, peek, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import { parseConstant } from "./constants.js";
import type { Unit } from "./unit.js";

/** Reads `_Static_assert(condition, "message");` and tells when the condition does not hold. */
export function parseStaticAssert(unit: Unit, cursor: Cursor): true | undefined {
  const at = take(cursor);
  if (!expect(cursor, "(", `after ${at.text}`)) return undefined;
  const condition = parseConstant(unit, cursor);
  if (condition === undefined) return undefined;
  let message = "";
  if (accept(cursor, ",")) {
    if (peek(cursor).kind !== "string") return failExpected(cursor, "a message in quotes");
    while (peek(cursor).kind === "string") message += take(cursor).text.slice(1, -1);
  }
  if (condition.value === 0n) {
    unit.problems.error(
      at.offset,
      `the assertion does not hold${message === "" ? "" : `: ${message}`}`,
      "c-static-assert",
    );
  }
  return expect(cursor, ")", "after the assertion") && expect(cursor, ";", "after the assertion");
}

import { peek, sees } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { NameEntity, Use } from "./entities.js";
import type { Unit } from "./unit.js";

const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"]);

/** Notes that the word at the cursor is used, and gives what it stands for. */
export function noteUse(unit: Unit, cursor: Cursor): NameEntity | undefined {
  const found = unit.scopes.name(peek(cursor).text);
  if (found?.kind === "function" || (found?.kind === "object" && found.storage !== "local")) {
    unit.uses?.push({ entity: found, how: howUsed(cursor, found.kind) });
  }
  return found;
}

function howUsed(cursor: Cursor, kind: "object" | "function"): Use["how"] {
  if (kind === "function") return sees(cursor, "(", 1) ? "called" : "changed";
  const before = peek(cursor, -1).text;
  if (before === "&" || before === "++" || before === "--") return "changed";
  // `a[i].b = 1` and `a.b++` change `a`.
  let ahead = 1;
  for (let open = 0; ; ahead++) {
    const token = peek(cursor, ahead);
    if (token.kind === "end" || ahead > 64) break;
    if (token.text === "[") open++;
    else if (token.text === "]") open--;
    else if (open === 0 && token.text !== "." && token.kind !== "word") break;
  }
  return ASSIGNMENTS.has(peek(cursor, ahead).text) ? "changed" : "read";
}

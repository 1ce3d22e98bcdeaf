import { KIND } from "../../wire/kinds.js";
import type { TypeTable } from "../c-dump/type-table.js";

/** What typedefs, qualifiers and type tags stand for; VOID where they lead back to themselves. */
export function behindNames(table: TypeTable, from: number): number {
  let id = from;
  for (let step = 0; step < table.count; step++) {
    switch (table.kinds[id]) {
      case KIND.TYPEDEF:
      case KIND.CONST:
      case KIND.VOLATILE:
      case KIND.RESTRICT:
      case KIND.TYPE_TAG:
        id = table.target(id);
        break;
      default:
        return id;
    }
  }
  return 0;
}

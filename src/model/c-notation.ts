import { decodeName } from "../wire/names.js";
import { spellingId } from "./find-spelling.js";
import { endIdOf, startIdOf, type Notation } from "./graph.js";
import { dumpRaw } from "./raw-dump.js";

/** Types that `console.log` and test diffs show of a large graph. */
const SHOWN_TYPES = 100;

/** C spellings of every kind, and the raw dump: the notation of all graphs but those of the decoder's own entry. */
export const C_NOTATION: Notation = {
  findSpelling: (runs, spelling) => spellingId(() => ({ runs }), spelling, "any"),
  show(graph) {
    const dump = dumpRaw(graph, SHOWN_TYPES);
    const text = decodeName(dump, 0, dump.length).trimEnd();
    const more = endIdOf(graph.runs) - startIdOf(graph) - SHOWN_TYPES;
    return more > 0 ? `${text}\n... ${more} more types` : text;
  },
};

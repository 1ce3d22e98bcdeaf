import type { Draft } from "../draft.js";
import { answer, recipe, type AnswerRow, type Recipe } from "./recipe.js";

const FIRST = "5.2";

type Entry = readonly [offset: number, size: number];

/** A DATASEC of some bytes with entries for one VAR, an int. */
const section =
  (size: number, ...entries: readonly Entry[]) =>
  (draft: Draft): void => {
    const variable = draft.variable();
    draft.datasec(
      size,
      entries.map((entry) => [variable, ...entry]),
    );
  };

const sectionName = (breaks: string, name: string, answers: AnswerRow): Recipe =>
  recipe(breaks, answers, (draft) => {
    draft.datasec(4, [[draft.variable(), 0, 4]], name);
  });

/** Faults of a DATASEC and its entries: those of the meta pass, then those that need the VARs. */
export const ENTRY_RECIPES = {
  "datasec-empty": recipe("a DATASEC without entries, before 5.12", answer("datasec-empty", FIRST, "5.11"), section(4)),
  "datasec-size-zero": recipe(
    "a DATASEC of size 0, as compilers leave it",
    answer("datasec-size", FIRST),
    section(0, [0, 4]),
  ),
  "datasec-name-control-character": sectionName(
    "a DATASEC's name holds a control character",
    ".a\u0001",
    answer("section-name", FIRST),
  ),
  "datasec-name-punctuation": sectionName(
    "a DATASEC is named `license/x`, before 6.9",
    "license/x",
    answer("section-name", FIRST, "6.8"),
  ),
  "datasec-entry-type-void": recipe("an entry of type void", answer("entry-type-id", FIRST), (draft) => {
    draft.datasec(4, [[0, 0, 4]]);
  }),
  "datasec-entry-offset-beyond": recipe(
    "an entry begins at the section's end",
    answer("entry-offset", FIRST),
    section(4, [4, 4]),
  ),
  "datasec-entries-overlap": recipe(
    "an entry begins before the one before it ends",
    answer("entry-offset", FIRST),
    section(8, [0, 4], [2, 4]),
  ),
  "datasec-entries-descending": recipe(
    "entries go back in offset",
    answer("entry-offset", FIRST),
    section(8, [4, 4], [0, 4]),
  ),
  "datasec-entry-size-zero": recipe("an entry of 0 bytes", answer("entry-size", FIRST), section(4, [0, 0])),
  "datasec-entry-size-beyond": recipe(
    "an entry has more bytes than the section",
    answer("entry-size", FIRST),
    section(4, [0, 8]),
  ),
  "datasec-entry-end-beyond": recipe(
    "an entry ends behind the section's end",
    answer("entry-end", FIRST),
    section(8, [4, 8]),
  ),
  "datasec-entries-exceed-size": recipe(
    "the entries' sizes come to more than the section's, in ends that wrap around 32 bits",
    answer("datasec-sum", FIRST),
    section(0xfffffffe, [0, 0xfffffff0], [0xfffffff0, 0x20], [0x10, 0x10]),
  ),

  "datasec-entry-func": recipe("a FUNC in a DATASEC", answer("entry-kind", FIRST), (draft) => {
    const func = draft.add("FUNC", { name: "broken_func", third: draft.proto(0) });
    draft.datasec(4, [[func, 0, 4]]);
  }),
  "datasec-entry-missing": recipe("an entry's id is beyond the last type", answer("entry-kind", FIRST), (draft) => {
    draft.datasec(4, [[draft.nextId + 1, 0, 4]]);
  }),
  "datasec-entry-smaller-than-var": recipe(
    "an entry has less bytes than its VAR",
    answer("entry-size", FIRST),
    section(4, [0, 2]),
  ),
  "datasec-before-vars": recipe(
    "a DATASEC before VARs of a pointer and a typedef, before 6.3",
    { ...answer("entry-var-type", FIRST, "6.2"), except: ["debian-6.1"] },
    (draft) => {
      const int = draft.int();
      const first = draft.nextId + 1;
      draft.datasec(16, [
        [first, 0, 8],
        [first + 1, 8, 4],
      ]);
      draft.add("VAR", { name: "a", third: first + 2, extra: [1] });
      draft.add("VAR", { name: "b", third: first + 3, extra: [1] });
      draft.add("PTR", { third: int });
      draft.add("TYPEDEF", { name: "broken", third: int });
    },
  ),
} as const satisfies Record<string, Recipe>;

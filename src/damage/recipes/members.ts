import type { Draft } from "../draft.js";
import { answer, recipe, type AnswerRow, type Recipe } from "./recipe.js";

const BITFIELD = 24;
const STRUCT_MAX = 0xffffffff;

/** A STRUCT with one member, of the type that is made. */
const member =
  (type: (draft: Draft) => number, offset: number, size: number, kindFlag = false) =>
  (draft: Draft): void => {
    draft.struct(size, [["a", type(draft), offset]], { kindFlag });
  };

const integer =
  (size: number, data: number) =>
  (draft: Draft): number =>
    draft.add("INT", { name: "broken_int", third: size, extra: [data] });

const int = (draft: Draft): number => draft.int();
const pointer = (draft: Draft): number => draft.add("PTR", { third: draft.int() });

/** kind_flag came with 5.0, and was a reserved bit before. */
const flagged = (rule: AnswerRow["rule"]): readonly AnswerRow[] => [
  answer(rule, "5.0"),
  answer("info", "4.18", "4.20"),
];

/** Faults of members of a STRUCT or UNION: those of the meta pass, then those that need the members' types. */
export const MEMBER_RECIPES = {
  "struct-member-name-offset": recipe(
    "a member's name lies behind the string section",
    answer("member-name-offset"),
    (draft) => {
      const type = draft.int();
      draft.string("broken");
      draft.struct(4, [[draft.stringEnd, type, 0]]);
    },
  ),
  "struct-member-name-empty": recipe(
    "a member's name is an empty string that is not at offset 0",
    answer("member-name", "5.0"),
    (draft) => {
      draft.string("broken");
      draft.struct(4, [[draft.stringEnd - 1, draft.int(), 0]]);
    },
  ),
  "struct-member-name-invalid": recipe(
    "a member's name is no identifier",
    answer("member-name", "5.0"),
    (draft) => void draft.struct(4, [["a b", draft.int(), 0]]),
  ),
  "struct-member-type-void": recipe(
    "a member of type void",
    answer("member-type-id"),
    member(() => 0, 0, 4),
  ),
  "struct-member-offset-descending": recipe("members go back in offset", answer("member-offset", "4.20"), (draft) => {
    const type = draft.int();
    draft.struct(8, [
      ["a", type, 32],
      ["b", type, 0],
    ]);
  }),
  "union-member-offset": recipe("a UNION's member is not at bit 0", answer("member-offset"), (draft) => {
    draft.struct(8, [["a", draft.int(), 32]], { kind: "UNION" });
  }),
  "struct-member-beyond-size": recipe(
    "a member begins behind the struct's end",
    [answer("member-beyond", "5.0"), answer("member-beyond-4.18", "4.18", "4.20")],
    member(int, 40, 4),
  ),

  "struct-member-type-missing": recipe("a member's type id is beyond the last type", answer("member-type"), (draft) => {
    const type = draft.int();
    draft.struct(8, [
      ["a", type, 0],
      ["b", draft.nextId + 1, 32],
    ]);
  }),
  "struct-member-forward": recipe(
    "a member of a FWD's type",
    answer("member-type"),
    member((draft) => draft.add("FWD", { name: "incomplete" }), 0, 4),
  ),
  "struct-member-func-proto": recipe(
    "a member of a FUNC_PROTO's type, not of a pointer to it",
    answer("member-type", "5.0"),
    member((draft) => draft.proto(0), 0, 8),
  ),
  "struct-member-offset-overflow": recipe(
    "a member's offset and its INT's come to more than 32 bits",
    answer("member-offset-overflow"),
    member(integer(4, 0x00050008), 0xffffffff, STRUCT_MAX),
  ),
  "struct-member-bits-over-128": recipe(
    "an INT of 128 bits begins at bit 1",
    answer("member-bits", "5.1"),
    member(integer(16, 128), 1, 32),
  ),
  "struct-member-bits-over-64": recipe(
    "an INT of 64 bits begins at bit 1, before 5.1",
    answer("member-bits", "4.18", "5.0"),
    member(integer(8, 64), 1, 32),
  ),
  "struct-member-beyond-end": recipe("a member ends behind the struct's end", answer("member-end"), member(int, 8, 4)),
  "struct-bitfield-base": recipe(
    "a bit-field of an INT of 24 bits",
    flagged("bitfield-base"),
    member(integer(4, 24), 3 << BITFIELD, 4, true),
  ),
  "struct-bitfield-offset": recipe(
    "a member with kind_flag that is no bit-field begins at bit 1",
    flagged("bitfield-offset"),
    member(int, 1, 8, true),
  ),
  "struct-bitfield-size": recipe(
    "a bit-field of 33 bits of an int",
    flagged("bitfield-size"),
    member(int, 33 << BITFIELD, 8, true),
  ),
  "struct-bitfield-pointer": recipe(
    "a pointer as a bit-field",
    flagged("bitfield-size"),
    member(pointer, 3 << BITFIELD, 8, true),
  ),
  "struct-member-unaligned-byte": recipe("a pointer begins at bit 1", answer("member-byte"), member(pointer, 1, 16)),
  "struct-member-float-unaligned": recipe(
    "a FLOAT of 4 bytes begins at byte 1",
    answer("member-alignment", "5.13"),
    member((draft) => draft.add("FLOAT", { name: "broken_float", third: 4 }), 8, 8),
  ),
} as const satisfies Record<string, Recipe>;

import type { Draft } from "../draft.js";
import { answer, recipe, type AnswerRow, type Recipe } from "./recipe.js";

const LATIN_E_ACUTE = "caf\u00e9";
const TOO_LONG = "n".repeat(513);
const MINUS_TWO = 0xfffffffe;

const invalidName = (breaks: string, name: string): Recipe =>
  recipe(breaks, answer("name", "5.0"), (draft) => {
    draft.add("TYPEDEF", { name, third: draft.int() });
  });

const int =
  (size: number, data: number) =>
  (draft: Draft): void => {
    draft.add("INT", { name: "broken", third: size, extra: [data] });
  };

const array =
  (words: (int: number) => readonly [third: number, element: number, index: number, count: number]) =>
  (draft: Draft): void => {
    const [third, ...extra] = words(draft.int());
    draft.add("ARRAY", { third, extra });
  };

/** An ENUM of 4 bytes with one enumerator. */
const enumerator = (draft: Draft, nameOffset: number): void => {
  draft.add("ENUM", { name: "broken", vlen: 1, third: 4, extra: [nameOffset, 1] });
};

const declTag = (draft: Draft, name: string, component: number): void => {
  draft.add("DECL_TAG", { name, third: draft.struct(4, []), extra: [component] });
};

const FUNC_LINKAGE: readonly AnswerRow[] = [answer("func-linkage", "5.6"), answer("func-vlen", "5.0", "5.5")];

/** Faults of one type by itself, members and entries aside: the meta pass, in the order of the kernel's tests. */
export const HEAD_RECIPES = {
  "type-truncated": recipe("the type section ends after two words of a type", answer("type-cut"), (draft) =>
    draft.addWords(0, 0),
  ),
  "info-reserved-bit": recipe(
    "bit 16 of a PTR's info, part of vlen from 2026 on",
    [answer("info", "4.18", "7.1"), answer("vlen", "bpf-next")],
    (draft) => {
      draft.add("PTR", { info: 0x02010000, third: draft.int() });
    },
  ),
  "kind-zero": recipe("a type of kind 0", answer("kind"), (draft) => {
    draft.add("VOID");
  }),
  "kind-unknown": recipe(
    "a type of kind 31, of 12 bytes",
    [answer("kind", "5.13"), answer("info", "4.18", "5.12")],
    (draft) => {
      draft.add("VOID", { info: 0x1f000000 });
    },
  ),
  "name-offset-beyond-strings": recipe("a name lies behind the string section", answer("name-offset"), (draft) => {
    const type = draft.int();
    draft.add("PTR", { name: draft.stringEnd, third: type });
  }),
  "int-truncated": recipe("the type section ends before an INT's data", answer("elements-cut"), (draft) => {
    draft.add("INT", { name: "broken", third: 4 });
  }),
  "struct-members-truncated": recipe(
    "a STRUCT's vlen is more than the type section holds",
    answer("elements-cut"),
    (draft) => {
      draft.add("STRUCT", { name: "broken", vlen: 9, third: 4 });
    },
  ),

  "pointer-vlen": recipe("a PTR has a vlen", answer("vlen"), (draft) => {
    draft.add("PTR", { vlen: 1, third: draft.int() });
  }),
  "int-vlen": recipe("an INT has a vlen", answer("vlen"), (draft) => {
    draft.add("INT", { name: "broken", vlen: 1, third: 4, extra: [32] });
  }),
  "pointer-kind-flag": recipe(
    "a PTR has kind_flag",
    [answer("kind-flag", "5.0"), answer("info", "4.18", "4.20")],
    (draft) => {
      draft.add("PTR", { kindFlag: true, third: draft.int() });
    },
  ),
  "pointer-named": recipe("a PTR has a name", answer("no-name", "5.0"), (draft) => {
    draft.add("PTR", { name: "broken", third: draft.int() });
  }),
  "typedef-name-missing": invalidName("a TYPEDEF has no name", ""),
  "typedef-name-dash": invalidName("a name with a `-`", "not-a-name"),
  "typedef-name-digit": invalidName("a name that begins with a digit", "1st"),
  "typedef-name-space": invalidName("a name with a blank, as Rust's and Zig's types have", "Option<i32, u8>"),
  "typedef-name-not-ascii": invalidName("a name in UTF-8 with a letter that is not ASCII", LATIN_E_ACUTE),
  "typedef-name-too-long": invalidName("a name of 513 bytes", TOO_LONG),
  "struct-name-invalid": recipe("a STRUCT's name is no identifier", answer("name", "5.0"), (draft) => {
    draft.add("STRUCT", { name: "a::b", third: 4 });
  }),
  "type-id-beyond-limit": recipe("a type id above 0xfffff", answer("type-id-range"), (draft) => {
    draft.add("PTR", { third: 0x100000 });
  }),

  "int-data-reserved-bits": recipe("the 4 highest bits of an INT's data", answer("int-data"), int(4, 0xf0000020)),
  "int-bits-over-128": recipe("an INT of 129 bits", answer("int-bits"), int(32, 129)),
  "int-bits-over-64": recipe("an INT of 128 bits, before 5.1", answer("int-bits", "4.18", "5.0"), int(16, 128)),
  "int-bits-beyond-size": recipe("an INT of 33 bits in 4 bytes", answer("int-size"), int(4, 33)),
  "int-encoding-unknown": recipe("an INT that is signed and char", answer("int-encoding"), int(4, 0x03000020)),
  "forward-type-not-zero": recipe("a FWD's third word is not 0", answer("fwd-type"), (draft) => {
    draft.add("FWD", { name: "broken", third: draft.int() });
  }),
  "array-size-not-zero": recipe(
    "an ARRAY's third word is not 0",
    answer("array-size"),
    array((type) => [16, type, type, 4]),
  ),
  "array-element-void": recipe(
    "an ARRAY of void",
    answer("array-element"),
    array((type) => [0, 0, type, 4]),
  ),
  "array-index-void": recipe(
    "an ARRAY without an index type",
    answer("array-index"),
    array((type) => [0, type, 0, 4]),
  ),

  "enum-size-three": recipe(
    "an ENUM of 3 bytes",
    [answer("enum-size", "5.5"), answer("enum-size-4", "4.18", "5.4")],
    (draft) => {
      draft.add("ENUM", { name: "broken", third: 3 });
    },
  ),
  "enum-size-eight": recipe("an ENUM of 8 bytes, before 5.5", answer("enum-size-4", "4.18", "5.4"), (draft) => {
    draft.add("ENUM", { name: "broken", third: 8 });
  }),
  "enum-value-name-offset": recipe(
    "an enumerator's name lies behind the string section",
    answer("value-name-offset"),
    (draft) => {
      draft.string("broken");
      enumerator(draft, draft.stringEnd);
    },
  ),
  "enum-value-name-missing": recipe("an enumerator has no name", answer("value-name", "5.0"), (draft) =>
    enumerator(draft, 0),
  ),
  "enum-value-name-invalid": recipe("an enumerator's name is no identifier", answer("value-name", "5.0"), (draft) =>
    enumerator(draft, draft.string("A-B")),
  ),

  "func-linkage-extern": recipe("an extern FUNC, as compilers emit it", FUNC_LINKAGE, (draft) => {
    draft.add("FUNC", { name: "broken", vlen: 2, third: draft.proto(0) });
  }),
  "func-linkage-unknown": recipe("a FUNC of linkage 3", FUNC_LINKAGE, (draft) => {
    draft.add("FUNC", { name: "broken", vlen: 3, third: draft.proto(0) });
  }),
  "func-linkage-global": recipe("a global FUNC, before 5.6", answer("func-vlen", "5.0", "5.5"), (draft) => {
    draft.add("FUNC", { name: "broken", vlen: 1, third: draft.proto(0) });
  }),
  "var-type-void": recipe("a VAR of void", answer("type-id-range", "5.2"), (draft) => {
    draft.variable(0);
  }),
  "var-linkage-extern": recipe("an extern VAR, as compilers emit it", answer("var-linkage", "5.2"), (draft) => {
    draft.variable(draft.int(), 2);
  }),
  "float-size-three": recipe("a FLOAT of 3 bytes", answer("float-size", "5.13"), (draft) => {
    draft.add("FLOAT", { name: "broken", third: 3 });
  }),
  "type-tag-empty": recipe("a TYPE_TAG without a text", answer("tag-name", "5.17"), (draft) => {
    draft.add("TYPE_TAG", { third: draft.int() });
  }),
  "type-tag-attribute": recipe(
    "a TYPE_TAG with kind_flag, before 6.15",
    answer("kind-flag", "5.17", "6.14"),
    (draft) => {
      draft.add("TYPE_TAG", { name: "broken", kindFlag: true, third: draft.int() });
    },
  ),
  "decl-tag-empty": recipe("a DECL_TAG without a text", answer("tag-value", "5.16"), (draft) =>
    declTag(draft, "", 0xffffffff),
  ),
  "decl-tag-component-minus-two": recipe("a DECL_TAG on component -2", answer("component-range", "5.16"), (draft) =>
    declTag(draft, "broken", MINUS_TWO),
  ),
} as const satisfies Record<string, Recipe>;

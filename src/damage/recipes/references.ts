import type { Draft } from "../draft.js";
import { answer, recipe, type Recipe } from "./recipe.js";

const ANY_COMPONENT = 0xffffffff;
const DEPTH = 32;

const array =
  (words: (draft: Draft) => readonly [element: number, index: number, count: number]) =>
  (draft: Draft): void => {
    draft.add("ARRAY", { extra: words(draft) });
  };

/** Types that each lead to the next one, the last one to void. */
const chainOf =
  (kind: "PTR" | "CONST", length: number) =>
  (draft: Draft): void => {
    for (let i = 0; i < length; i++) draft.add(kind, { third: i + 1 < length ? draft.nextId + 1 : 0 });
  };

/** Faults of what types lead to: the resolve pass, and the chains after it. */
export const REFERENCE_RECIPES = {
  "pointer-dangling": recipe("a PTR to an id beyond the last type", answer("type-reference"), (draft) => {
    draft.add("PTR", { third: draft.nextId + 1 });
  }),
  "typedef-dangling": recipe("a TYPEDEF of an id beyond the last type", answer("type-reference"), (draft) => {
    draft.add("TYPEDEF", { name: "broken", third: draft.nextId + 1 });
  }),
  "pointer-to-var": recipe("a PTR to a VAR", answer("type-reference", "5.2"), (draft) => {
    draft.add("PTR", { third: draft.variable() });
  }),
  "pointer-to-datasec": recipe("a PTR to a DATASEC", answer("type-reference", "5.2"), (draft) => {
    draft.add("PTR", { third: draft.datasec(4, [[draft.variable(), 0, 4]]) });
  }),
  "pointer-before-func": recipe("a PTR to a FUNC of a higher id", answer("pointer-to-func", "5.0"), (draft) => {
    const proto = draft.proto(0);
    draft.add("PTR", { third: draft.nextId + 1 });
    draft.add("FUNC", { name: "broken", third: proto });
  }),
  "func-of-int": recipe("a FUNC whose type is an INT", answer("func-proto", "5.0"), (draft) => {
    draft.add("FUNC", { name: "broken", third: draft.int() });
  }),
  "var-type-sizeless": recipe("a VAR of `const void`", answer("var-type", "5.2"), (draft) => {
    draft.variable(draft.add("CONST"));
  }),

  "array-index-pointer": recipe(
    "an ARRAY whose index type is a PTR",
    answer("array-index"),
    array((draft) => [draft.int(), draft.add("PTR", { third: draft.int() }), 4]),
  ),
  "array-element-forward": recipe(
    "an ARRAY of a FWD's type",
    answer("array-element"),
    array((draft) => [draft.add("FWD", { name: "incomplete" }), draft.int(), 4]),
  ),
  "array-of-odd-int": recipe(
    "an ARRAY of an INT of 24 bits",
    answer("array-int"),
    array((draft) => [draft.add("INT", { name: "broken", third: 4, extra: [24] }), draft.int(), 4]),
  ),
  "array-overflow": recipe(
    "an ARRAY of 4 GiB",
    answer("array-overflow"),
    array((draft) => [draft.int(), draft.int(), 0x40000000]),
  ),

  "decl-tag-on-int": recipe("a DECL_TAG on an INT", answer("tag-target", "5.16"), (draft) => {
    draft.add("DECL_TAG", { name: "broken", third: draft.int(), extra: [ANY_COMPONENT] });
  }),
  "decl-tag-component-beyond": recipe(
    "a DECL_TAG on a member that is not there",
    answer("component-index", "5.16"),
    (draft) => {
      const struct = draft.struct(4, [["a", draft.int(), 0]]);
      draft.add("DECL_TAG", { name: "broken", third: struct, extra: [1] });
    },
  ),
  "decl-tag-component-of-var": recipe(
    "a DECL_TAG on component 0 of a VAR",
    answer("component-index", "5.16"),
    (draft) => {
      draft.add("DECL_TAG", { name: "broken", third: draft.variable(), extra: [0] });
    },
  ),

  "return-type-const-void": recipe("a FUNC_PROTO returns `const void`", answer("return-type", "5.0"), (draft) => {
    draft.proto(draft.add("CONST"));
  }),
  "return-type-missing": recipe(
    "a FUNC_PROTO returns an id beyond the last type",
    answer("return-type", "5.0"),
    (draft) => void draft.proto(draft.nextId + 1),
  ),
  "parameter-void": recipe("a parameter of type void that is not the last", answer("argument", "5.0"), (draft) => {
    const int = draft.int();
    draft.proto(0, [
      ["", 0],
      ["b", int],
    ]);
  }),
  "parameter-vararg-named": recipe("a vararg with a name", answer("argument", "5.0"), (draft) => {
    draft.proto(0, [["rest", 0]]);
  }),
  "parameter-name-invalid": recipe("a parameter's name is no identifier", answer("argument", "5.0"), (draft) => {
    draft.proto(0, [["a-b", draft.int()]]);
  }),
  "func-parameter-unnamed": recipe(
    "a FUNC's parameter has no name, as compilers leave those of externs",
    answer("func-argument", "5.0"),
    (draft) => {
      const proto = draft.proto(0, [["", draft.int()]]);
      draft.add("FUNC", { name: "broken", third: proto });
    },
  ),

  "pointer-depth": recipe("33 PTRs, each to the next one", answer("depth"), chainOf("PTR", DEPTH + 1)),
  "typedef-loop": recipe("a TYPEDEF of itself", answer("loop"), (draft) => {
    draft.add("TYPEDEF", { name: "broken", third: draft.nextId });
  }),
  "const-loop": recipe("two CONSTs of one another", answer("loop"), (draft) => {
    const first = draft.add("CONST", { third: draft.nextId + 1 });
    draft.add("CONST", { third: first });
  }),
  "struct-contains-itself": recipe("a STRUCT with a member of its own type", answer("loop"), (draft) => {
    draft.struct(4, [["a", draft.nextId, 0]]);
  }),
  "chain-too-long": recipe(
    "35 CONSTs of one another, of which searches for others resolved the middle and the end before",
    answer("chain-length", "5.19"),
    (draft) => {
      const int = draft.int();
      const length = 35;
      const first = draft.nextId + 2;
      draft.add("CONST", { third: first + 20 });
      draft.add("CONST", { third: first + 10 });
      for (let i = 0; i < length; i++) draft.add("CONST", { third: i + 1 < length ? first + i + 1 : int });
    },
  ),
  "type-tag-after-const": recipe(
    "a TYPE_TAG behind a CONST, which 2026 allowed",
    answer("chain-order", "5.19", "7.1"),
    (draft) => {
      const tag = draft.add("TYPE_TAG", { name: "broken", third: draft.int() });
      draft.add("CONST", { third: tag });
    },
  ),
  "types-over-limit": recipe(
    "more types than a kernel keeps: it logs `Exceeded max num of types`, and fails only because its log is full",
    answer("log-full"),
    (draft) => {
      for (let i = 0; i < 0x100000; i++) draft.addPointer();
    },
  ),
} as const satisfies Record<string, Recipe>;

import { CHANGES, type KernelToken } from "../changes.js";
import type { KernelName } from "../releases.js";

interface LowerRuleRow {
  /** What is done. */
  readonly text: string;
  /** The change of the release table that makes it needless; absent where no kernel takes the type as it was. */
  readonly token?: KernelToken;
}

// Marked, so that a bundle that only verifies carries no rows of this table.
const row = /* @__NO_SIDE_EFFECTS__ */ (text: string, token?: KernelToken): LowerRuleRow =>
  token === undefined ? { text } : { text, token };

/** Every rewrite that `lower` knows. "libbpf" marks those that libbpf makes too, with the same result. */
const table = {
  // Externs, and sections as the compiler leaves them: no kernel takes any of these.
  "int-added": row("an INT of 32 bits for what stands in for externs: the graph has none"),
  "dummy-added": row("the VAR that stands for every extern FUNC in a DATASEC (libbpf)"),
  "extern-func": row("an extern FUNC becomes global (libbpf)"),
  "extern-param": row("a parameter of an extern FUNC gets a name (libbpf)"),
  "extern-var": row("an extern VAR becomes global (libbpf); where it has no size of its own it becomes an INT"),
  "extern-entry": row("an entry for an extern gets a VAR, a place and a size (libbpf)"),
  "extern-entry-dropped": row("an entry for an extern is removed from its DATASEC"),
  "extern-datasec": row("a DATASEC of externs gets its size (libbpf)"),
  "extern-datasec-dropped": row("a DATASEC of externs is removed; CONST void keeps its id"),
  "datasec-size": row("a DATASEC gets the size of its ELF section, or of its VARs (libbpf)"),
  "datasec-entry": row("an entry gets the place of its symbol and entries are sorted (libbpf)"),
  "datasec-wrap": row("entries whose end goes beyond 32 bits are laid out anew"),
  "hidden-var": row("a VAR whose symbol is hidden becomes static (libbpf)"),

  // Kinds that a release does not know.
  location: row("LOC_PARAM, LOC_PROTO and LOCSEC become an INT of 1 byte: no release takes them"),
  "func-to-typedef": row("FUNC becomes TYPEDEF (libbpf)", "func"),
  "proto-to-enum": row("FUNC_PROTO becomes ENUM, its parameters enumerators (libbpf)", "func"),
  "param-name": row("a parameter that becomes an enumerator gets a name (libbpf#892)", "func"),
  "var-to-int": row("VAR becomes an INT of 1 byte (libbpf)", "datasec"),
  "datasec-to-struct": row("DATASEC becomes STRUCT (libbpf)", "datasec"),
  "float-to-struct": row("FLOAT becomes an anonymous STRUCT of its size (libbpf)", "float"),
  "decl-tag-to-int": row("DECL_TAG becomes an INT of 1 byte (libbpf)", "decl-tag"),
  "type-tag-to-const": row("TYPE_TAG becomes CONST (libbpf)", "type-tag"),
  "enum64-to-union": row("ENUM64 becomes UNION, its values members (libbpf)", "enum64"),
  "enum64-placeholder": row("the INT that members of a former ENUM64 have (libbpf)", "enum64"),

  // What a release knows, but not like this.
  "func-linkage": row("FUNC becomes static (libbpf)", "func-linkage"),
  "enum-signed": row("the kind_flag of an ENUM is cleared (libbpf)", "signed-enum"),
  "enum-size": row("an ENUM whose size is not 4 becomes an INT of that size", "enum-sizes"),
  "int-128": row("an INT of more than 64 bits keeps its size, and 64 bits", "int-128"),
  "int-split": row("a member that 64 bits can't be read from gets an INT of fewer bits", "int-128"),
  "bit-field": row("a bit-field becomes a member whose INT has its bits (libbpf#893)", "kind-flag"),
  "bit-field-enum": row("a bit-field whose enum becomes another kind gets an INT of its bits", "enum64"),
  "bit-field-small-enum": row("a bit-field whose enum becomes an INT gets one that has its bits", "enum-sizes"),
  "struct-flag": row("a STRUCT or UNION without kind_flag: offsets are whole words (libbpf#893)", "kind-flag"),
  "fwd-union": row("the FWD of a union becomes that of a struct", "kind-flag"),
  "empty-datasec": row("a DATASEC without entries becomes an empty STRUCT", "empty-datasec"),
  "sizeless-datasec": row("a DATASEC without size and entries becomes an empty STRUCT"),
  "tag-attribute": row("the kind_flag of a tag is cleared", "tag-attributes"),
  "tag-attribute-kptr": row("an attribute that would mean a kptr as a tag becomes CONST", "tag-attributes"),
  "tag-order": row(
    "a typedef or qualifier before a TYPE_TAG leads past the tag, or the tag becomes CONST",
    "tags-anywhere",
  ),
  "pointer-to-func": row("what leads to a FUNC leads to its FUNC_PROTO", "func-resolved"),
  "data-param": row("a VAR that is a parameter or returned is replaced by its type", "no-datasec-params"),

  // Names.
  name: row("a name that is no identifier, or too long, becomes one"),
  "name-dots": row("a name with dots becomes one without", "identifier-dots"),
  "name-length": row("a name of more than 128 bytes becomes shorter", "long-names"),
  "section-name": row("the name of a DATASEC becomes an identifier (libbpf, for the ? of struct_ops)", "section-names"),
  "no-name": row("a kind that has no name loses it"),

  // What depends on the order in which a kernel resolves types.
  "member-id-16": row(
    "a member whose type, of an id above 65535, is resolved on demand gets an INT of its size: the kernel would cut the id to 16 bits",
    "wide-member-ids",
  ),
  "datasec-moved": row("a DATASEC before its VARs is moved behind them, and STRUCT keeps its id", "datasec-mode-reset"),
  "datasec-var-size": row("an entry smaller than its VAR gets a VAR of its size", "datasec-mode-reset"),
  depth: row("what stands for a FLOAT or ENUM64 is an INT where a STRUCT or UNION would be one level too deep"),

  "special-field": row("a special field that this kernel would refuse gets a type of another name"),

  "layout-section": row("the layout section is left out (libbpf)", "layout-section"),
  sections: row("types and strings follow the header and each other, strings last"),
} as const satisfies Record<string, LowerRuleRow>;

/** The stable name of a rewrite: what a program tests for. */
export type LowerRule = keyof typeof table;

/** The rules by name. */
export const LOWER_RULES: Readonly<Record<LowerRule, LowerRuleRow>> = table;

/** The names of the rules in their order: a rewrite is kept as an index into it. */
export const LOWER_RULE_NAMES = /* @__PURE__ */ Object.keys(table) as readonly LowerRule[];

/** The first release that takes what the rule rewrites; undefined where none does. */
export function takenSince(rule: LowerRule): KernelName | undefined {
  const { token } = LOWER_RULES[rule];
  if (token === undefined) return undefined;
  return CHANGES.find((change) => change.token === token)?.since as KernelName | undefined;
}

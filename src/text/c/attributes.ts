import type { Attribute } from "../../spelling/context.js";
import type { Cursor } from "../../spelling/cursor.js";
import { nearestNames } from "../../spelling/index.js";
import { stringValue } from "../../spelling/strings.js";
import type { Token } from "../../spelling/tokens.js";
import { parseConstant } from "./constants.js";
import type { Unit } from "./unit.js";

/** What the attributes of one declaration, member or type say together. */
export interface AttributeFacts {
  packed: boolean;
  /** Bytes; undefined without `aligned`. */
  aligned: number | undefined;
  section: string | undefined;
  weak: boolean;
  used: boolean;
  noinline: boolean;
  inline: boolean;
  overloadable: boolean;
  gnuInline: boolean;
  addressSpace: number;
  declTags: string[];
  mode: string | undefined;
  /** Bytes of a vector. */
  vectorSize: number | undefined;
  /** Elements of a vector, as `ext_vector_type` has it. */
  vectorCount: number | undefined;
}

/** Attributes that change nothing in BTF. */
const NO_EFFECT = new Set(
  (
    "unused const pure format format_arg nonnull returns_nonnull deprecated cold hot noreturn malloc leaf nothrow " +
    "warn_unused_result artificial constructor destructor preserve_access_index preserve_static_offset " +
    "may_alias designated_init transparent_union randomize_layout no_randomize_layout fallthrough cleanup alias naked " +
    "no_instrument_function bpf_fastcall alloc_size alloc_align counted_by counted_by_le counted_by_be nonstring " +
    "no_sanitize no_sanitize_address no_split_stack no_stack_protector visibility always_inline optimize optnone " +
    "internal_linkage annotate tls_model externally_visible retain sentinel access error warning assume_aligned " +
    "returns_twice no_reorder noclone flatten target convergent nodebug enum_extensibility flag_enum " +
    "nodiscard maybe_unused reproducible unsequenced noderef force context ms_struct gcc_struct uninitialized no_builtin unavailable availability standalone_debug"
  ).split(" "),
);

const WITH_EFFECT =
  "packed aligned section weak used noinline address_space btf_decl_tag btf_type_tag mode vector_size ext_vector_type overloadable gnu_inline".split(
    " ",
  );

/** Reads what attributes say. One that is not known is told with its place, and changes nothing. */
export function readAttributes(unit: Unit, attributes: readonly Attribute[]): AttributeFacts {
  const facts: AttributeFacts = {
    packed: false,
    aligned: undefined,
    section: undefined,
    weak: false,
    used: false,
    noinline: false,
    inline: false,
    overloadable: false,
    gnuInline: false,
    addressSpace: 0,
    declTags: [],
    mode: undefined,
    vectorSize: undefined,
    vectorCount: undefined,
  };
  for (const attribute of attributes) readAttribute(unit, attribute, facts);
  return facts;
}

function readAttribute(unit: Unit, attribute: Attribute, facts: AttributeFacts): void {
  const { name, args, at } = attribute;
  switch (name) {
    case "packed":
      facts.packed = true;
      return;
    case "aligned": {
      const align = args.length === 0 ? maxAlign(unit) : numberArgument(unit, attribute);
      if (align === undefined) return;
      if (!Number.isInteger(Math.log2(align)) || align > 2 ** 28) {
        unit.problems.error(at.offset, `aligned takes a power of two up to 2^28, not ${align}`, "c-attribute");
      } else {
        facts.aligned = Math.max(facts.aligned ?? 0, align);
      }
      return;
    }
    case "section":
      facts.section = stringArgument(unit, attribute) ?? facts.section;
      return;
    case "btf_decl_tag": {
      const value = stringArgument(unit, attribute);
      if (value !== undefined) facts.declTags.push(value);
      return;
    }
    case "btf_type_tag":
      unit.problems.warn(
        at.offset,
        "btf_type_tag marks what a pointer points to: here it changes nothing",
        "c-attribute",
      );
      return;
    case "weak":
    case "used":
    case "noinline":
    case "inline":
    case "overloadable":
      facts[name] = true;
      return;
    case "gnu_inline":
      facts.gnuInline = true;
      return;
    case "ext_vector_type":
      facts.vectorCount = numberArgument(unit, attribute);
      return;
    case "address_space":
      facts.addressSpace = numberArgument(unit, attribute) ?? 0;
      return;
    case "mode":
      facts.mode = args[0]?.text.replace(/^__(.+)__$/, "$1");
      return;
    case "vector_size":
      facts.vectorSize = numberArgument(unit, attribute);
      return;
  }
  if (NO_EFFECT.has(name)) return;
  // What it may have been meant for is said once: a header can have one very often.
  const near = unit.unknown.has(`attribute ${name}`) ? [] : nearestNames(name, [...WITH_EFFECT, ...NO_EFFECT], 1);
  unit.unknown.add(`attribute ${name}`);
  const hint = near.length === 0 ? "" : `; did you mean "${near[0]!}"?`;
  unit.problems.warn(at.offset, `the attribute "${name}" is not known and changes nothing${hint}`, "c-attribute");
}

/** Bytes of the strictest alignment that a target has use for: what `aligned` without a number asks for. */
function maxAlign({ model }: Unit): number {
  if (model.maxAlign !== undefined) return model.maxAlign;
  return Math.max(...Object.values(model.base).map(({ align }) => align));
}

/** A cursor in the arguments alone. */
function argumentCursor({ args, at }: Attribute): Cursor {
  const last = args.at(-1) ?? at;
  const end: Token = { kind: "end", text: "", offset: last.offset + last.text.length };
  return { tokens: [...args, end], position: 0, depth: 0, failure: undefined };
}

function numberArgument(unit: Unit, attribute: Attribute): number | undefined {
  const cursor = argumentCursor(attribute);
  const found = parseConstant(unit, cursor);
  if (found === undefined || cursor.position < attribute.args.length) {
    const message = cursor.failure?.message ?? `${attribute.name} takes one number`;
    unit.problems.error(cursor.failure?.offset ?? attribute.at.offset, message, "c-attribute");
    return undefined;
  }
  return Number(found.value);
}

/** The string between the parentheses; adjacent literals are one, as in C. */
function stringArgument(unit: Unit, { name, args, at }: Attribute): string | undefined {
  let value = "";
  // clang's `section("a", "b")` has no use here: a second argument is as wrong as none.
  for (const token of args) {
    const part = token.kind === "string" ? stringValue(token) : undefined;
    if (part === undefined || !part.ok) {
      unit.problems.error(token.offset, part?.ok === false ? part.message : `${name} takes a string`, "c-attribute");
      return undefined;
    }
    value += part.value;
  }
  if (args.length > 0) return value;
  unit.problems.error(at.offset, `${name} takes a string`, "c-attribute");
  return undefined;
}

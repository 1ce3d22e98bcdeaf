import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { LINKAGES, INT_ENCODINGS, type BtfType, type IntEncoding, type Linkage } from "../model/types.js";
import { isReference, type Argument, type Call, type Method } from "./code/calls.js";
import { cString } from "./code/c-text.js";
import { planCalls, type PlannedType } from "./code/plan.js";
import { stringSection } from "./code/string-section.js";
import { typeComment } from "./code/type-comment.js";

/** Releases of libbpf that {@link formatLibbpf} writes calls for. */
export type LibbpfRelease = "1.0" | "1.6";

/** How {@link formatLibbpf} writes. */
export interface LibbpfOptions {
  /** The function's name: `"make_btf"` unless told otherwise. */
  readonly name?: string;
  /**
   * The oldest libbpf that the calls are for: `"1.0"`, the default, or `"1.6"`, which adds types with raw attributes.
   */
  readonly release?: LibbpfRelease;
  /** As for `formatTypeScript`: whether the strings have to come out in the same places. */
  readonly exact?: boolean;
}

const FUNCTIONS: Readonly<Partial<Record<Method, string>>> = {
  addString: "btf__add_str",
  addInt: "btf__add_int",
  addFloat: "btf__add_float",
  addPtr: "btf__add_ptr",
  addConst: "btf__add_const",
  addVolatile: "btf__add_volatile",
  addRestrict: "btf__add_restrict",
  addTypedef: "btf__add_typedef",
  addTypeTag: "btf__add_type_tag",
  addTypeAttr: "btf__add_type_attr",
  addDeclTag: "btf__add_decl_tag",
  addDeclAttr: "btf__add_decl_attr",
  addArray: "btf__add_array",
  addStruct: "btf__add_struct",
  addUnion: "btf__add_union",
  addField: "btf__add_field",
  addEnum: "btf__add_enum",
  addEnumValue: "btf__add_enum_value",
  addEnum64: "btf__add_enum64",
  addEnum64Value: "btf__add_enum64_value",
  addFwd: "btf__add_fwd",
  addFunc: "btf__add_func",
  addFuncProto: "btf__add_func_proto",
  addFuncParam: "btf__add_func_param",
  addVar: "btf__add_var",
  addDatasec: "btf__add_datasec",
  addDatasecVarInfo: "btf__add_datasec_var_info",
};

/** What follows the arguments that the builder lets one leave out. */
const DEFAULTS: Readonly<Partial<Record<Method, readonly Argument[]>>> = {
  addInt: ["none"],
  addField: [0],
  addEnum64: [false],
  addDeclTag: [-1],
  addDeclAttr: [-1],
};

/** How many arguments a call of libbpf has after the BTF. */
const COUNTS: Readonly<Partial<Record<Method, number>>> = {
  addInt: 3,
  addField: 4,
  addEnum64: 3,
  addDeclTag: 3,
  addDeclAttr: 3,
};

const ENCODING_NAMES: Readonly<Record<number, string>> = { 1: "BTF_INT_SIGNED", 2: "BTF_INT_CHAR", 4: "BTF_INT_BOOL" };
const FUNC_LINKAGES = ["BTF_FUNC_STATIC", "BTF_FUNC_GLOBAL", "BTF_FUNC_EXTERN"];
const VAR_LINKAGES = ["BTF_VAR_STATIC", "BTF_VAR_GLOBAL_ALLOCATED", "BTF_VAR_GLOBAL_EXTERN"];

function encodingText(value: Argument): string {
  const number = typeof value === "string" ? INT_ENCODINGS[value as IntEncoding] : Number(value);
  const flags = [1, 2, 4].filter((bit) => (number & bit) !== 0).map((bit) => ENCODING_NAMES[bit]!);
  return flags.length === 0 ? "0" : flags.join(" | ");
}

function linkageText(value: Argument, names: readonly string[]): string {
  const number = typeof value === "string" ? LINKAGES.indexOf(value as Linkage) : Number(value);
  return names[number] ?? String(number);
}

/** A 64-bit value: what C has no literal for is written as an unsigned one. */
function wideText(value: bigint): string {
  if (value >= 0n) return value <= 0x7fffffffn ? String(value) : `0x${value.toString(16)}ULL`;
  return value >= -0x7fffffffn ? String(value) : `0x${BigInt.asUintN(64, value).toString(16)}ULL`;
}

function argumentText(method: Method, value: Argument, at: number): string {
  if (typeof value === "object") return isReference(value) ? String(value.typeId) : "";
  if (typeof value === "bigint") return wideText(value);
  if (method === "addInt" && at === 2) return encodingText(value);
  if (method === "addFwd" && at === 1) return value === "union" ? "BTF_FWD_UNION" : "BTF_FWD_STRUCT";
  if (method === "addFunc" && at === 1) return linkageText(value, FUNC_LINKAGES);
  if (method === "addVar" && at === 1) return linkageText(value, VAR_LINKAGES);
  if (typeof value === "string") return cString(value);
  if (typeof value === "boolean") return String(value);
  // The smallest int is an expression in C, and what is larger than the largest is no int.
  if (value < -0x7fffffff) return "(-2147483647 - 1)";
  return value > 0x7fffffff ? `${value}U` : String(value);
}

/** What each call of a type is expected to give: its id, 0 for an element, an offset for a string. */
function expected(type: PlannedType, strings: ReadonlyMap<string, number>): (call: Call) => number {
  let isBegun = false;
  return ({ method, args }) => {
    if (method === "addString") return strings.get(args[0] as string) ?? 0;
    const isFirst = !isBegun;
    isBegun = true;
    return isFirst ? type.id : 0;
  };
}

function callText({ method, args }: Call): string {
  const missing = (COUNTS[method] ?? args.length) - args.length;
  const all = missing === 0 ? args : [...args, ...(DEFAULTS[method] ?? [])];
  return `${FUNCTIONS[method]!}(${["btf", ...all.map((value, i) => argumentText(method, value, i))].join(", ")})`;
}

/** Why libbpf has no call for a type that the builder has one for. */
function refuses(release: LibbpfRelease): (type: BtfType) => string | undefined {
  return (type) => {
    if (type.kind === "LOC_PARAM" || type.kind === "LOC_PROTO" || type.kind === "LOCSEC") {
      return "libbpf has no call that adds a type of this kind";
    }
    if ((type.kind === "TYPE_TAG" || type.kind === "DECL_TAG") && type.attribute && release === "1.0") {
      const call = type.kind === "TYPE_TAG" ? "btf__add_type_attr" : "btf__add_decl_attr";
      return `kind_flag is for ${call}, which libbpf has since 1.6; release "1.6" expected`;
    }
    return undefined;
  };
}

function prelude(isSplit: boolean, name: string, endian: string): string[] {
  return [
    "#include <bpf/btf.h>",
    "#include <stdio.h>",
    "#include <stdlib.h>",
    "",
    "/* Stops the program when a call did not give the id (0 for an element) that it has to. */",
    "#define WANT(wanted, call) want(wanted, call, #call)",
    "static void want(int wanted, int got, const char *call)",
    "{",
    "\tif (got == wanted)",
    "\t\treturn;",
    '\tfprintf(stderr, "%s: %d, expected %d\\n", call, got, wanted);',
    "\tabort();",
    "}",
    "",
    `struct btf *${name}(${isSplit ? "struct btf *base" : "void"})`,
    "{",
    `\tstruct btf *btf = ${isSplit ? "btf__new_empty_split(base)" : "btf__new_empty()"};`,
    "",
    "\tif (!btf)",
    "\t\tabort();",
    `\tWANT(0, btf__set_endianness(btf, ${endian}));`,
  ];
}

/**
 * A C program that makes a graph with libbpf's `btf__add_*`: a function that gives a `struct btf *` for the caller to free,
 * and stops when a call does not give the id that it should. Of split BTF it takes the base. The header is the library's:
 * 24 bytes, or 32 in newer ones.
 *
 * @throws BtfError EOPNOTSUPP `not-expressible` with the type and the reason where libbpf's calls can't write it: an INT
 * with a bit offset, a kind_flag that nothing explains, LOC kinds; EINVAL `identifier`
 *
 * @example
 * ```ts
 * formatLibbpf(btf().addInt("int", 4, "signed").addPtr("int").build());
 * // …
 * // WANT(1, btf__add_int(btf, "int", 4, BTF_INT_SIGNED)); // INT int
 * // WANT(2, btf__add_ptr(btf, 1)); // PTR int *
 * // …
 * ```
 */
export function formatLibbpf(graph: Btf, options: LibbpfOptions = {}): string {
  const { name = "make_btf", release = "1.0", exact = true } = options;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new BtfError(`formatLibbpf: name is ${JSON.stringify(name)}; expected a C identifier`, {
      code: "EINVAL",
      rule: "identifier",
      field: "name",
    });
  }
  const plan = planCalls(graph, { target: "libbpf", exact, checkedOnly: true, refuse: refuses(release) });
  if (plan.encoding.layout === true) {
    throw new BtfError("libbpf: its calls write no layout section", { code: "EOPNOTSUPP", rule: "not-expressible" });
  }
  const { texts, offsets } = stringSection(graph);
  const strings = new Map(texts.map((text, i) => [text, offsets[i]!]));
  const endian = graph.endian === "big" ? "BTF_BIG_ENDIAN" : "BTF_LITTLE_ENDIAN";
  const lines = prelude(graph.base !== undefined, name, endian);
  for (const type of [...plan.types, { id: 0, form: "checked", calls: plan.strings } as const]) {
    const want = expected(type, strings);
    for (const call of type.calls) {
      const id = want(call);
      const isType = call.method !== "addString" && id === type.id;
      lines.push(`\tWANT(${id}, ${callText(call)});${isType ? ` /* ${typeComment(graph, id)} */` : ""}`);
    }
  }
  return [...lines, "\treturn btf;", "}", ""].join("\n");
}

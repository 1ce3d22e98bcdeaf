import { forEachStringWord } from "../wire/shapes.js";
import { graphOf, type Btf } from "../model/btf.js";
import { BtfError, isBtfError } from "../model/errors.js";
import { copyTypeWords } from "../model/graph.js";
import { INT_ENCODINGS, LINKAGES, type BtfType, type IntEncoding, type Linkage } from "../model/types.js";
import { writeType } from "../model/write-type.js";
import { goString } from "./code/go-text.js";
import { refusal, typeRefusal } from "./code/refusal.js";
import { typeComment } from "./code/type-comment.js";

/** How {@link formatCilium} writes. */
export interface CiliumOptions {
  /** The function's name: `"Types"` unless told otherwise. */
  readonly name?: string;
  /** The package: `"fixtures"` unless told otherwise. */
  readonly package?: string;
}

/** A field of a literal; `refers` are the ids that it names. */
interface Field {
  readonly name: string;
  readonly text: string;
  /** The lines of a slice, each an element. */
  readonly elements?: readonly string[];
  readonly refers: readonly number[];
}

const VOID = "void";

const variable = (id: number): string => (id === 0 ? VOID : `t${id}`);

const plain = (name: string, text: string): Field => ({ name, text, refers: [] });

const named = (name: string): Field[] => (name === "" ? [] : [plain("Name", goString(name))]);

const type = (name: string, id: number): Field => ({ name, text: variable(id), refers: [id] });

/** A slice; without elements it is left out, as Go's zero value. */
function slice<T>(name: string, of: string, list: readonly T[], element: (item: T) => readonly Field[]): Field[] {
  if (list.length === 0) return [];
  const fields = list.map(element);
  const refers = fields.flat().flatMap((field) => field.refers);
  return [{ name, text: `[]btf.${of}{`, elements: fields.map((each) => `{${inline(each)}}`), refers }];
}

const inline = (fields: readonly Field[]): string => fields.map(({ name, text }) => `${name}: ${text}`).join(", ");

const number = (name: string, value: number): Field[] => (value === 0 ? [] : [plain(name, String(value))]);

function encoding(value: IntEncoding | number): string {
  const bits = typeof value === "string" ? INT_ENCODINGS[value] : value;
  const words: Readonly<Record<number, string>> = { 0: "Unsigned", 1: "Signed", 2: "Char", 4: "Bool" };
  return words[bits] === undefined ? `btf.IntEncoding(${bits})` : `btf.${words[bits]}`;
}

function linkage(value: Linkage | number, kind: "Func" | "Var"): string {
  const word = typeof value === "string" ? value : LINKAGES[value];
  return word === undefined ? String(value) : `btf.${word.charAt(0).toUpperCase()}${word.slice(1)}${kind}`;
}

function wide(value: number | bigint): string {
  const bits = BigInt.asUintN(64, BigInt(value));
  return bits < 0x10000n ? String(bits) : `0x${bits.toString(16)}`;
}

const REFERENCES = {
  PTR: "Pointer",
  CONST: "Const",
  VOLATILE: "Volatile",
  RESTRICT: "Restrict",
  TYPEDEF: "Typedef",
} as const;

/** The type of a type in cilium/ebpf, and its fields; why it has none there. */
function literalOf(t: BtfType): { readonly go: string; readonly fields: readonly Field[] } | string {
  switch (t.kind) {
    case "INT":
      if (t.bitsOffset !== 0) return `its bits_offset is ${t.bitsOffset}, which btf.Int does not have`;
      if (t.nrBits !== (t.size * 8) % 256)
        return `its nr_bits is ${t.nrBits}; btf.Int has none and writes ${t.size * 8}`;
      return {
        go: "Int",
        fields: [...named(t.name), plain("Size", String(t.size)), plain("Encoding", encoding(t.encoding))],
      };
    case "FLOAT":
      return { go: "Float", fields: [...named(t.name), plain("Size", String(t.size))] };
    case "PTR":
      if (t.name !== "") return "it has a name, and btf.Pointer has none";
      return { go: "Pointer", fields: [type("Target", t.typeId)] };
    case "CONST":
    case "VOLATILE":
    case "RESTRICT":
      if (t.name !== "") return `it has a name, and btf.${REFERENCES[t.kind]} has none`;
      return { go: REFERENCES[t.kind], fields: [type("Type", t.typeId)] };
    case "TYPEDEF":
      return { go: "Typedef", fields: [...named(t.name), type("Type", t.typeId)] };
    case "ARRAY":
      if (t.name !== "") return "it has a name, and btf.Array has none";
      return {
        go: "Array",
        fields: [type("Index", t.indexTypeId), type("Type", t.typeId), plain("Nelems", String(t.nrElems))],
      };
    case "STRUCT":
    case "UNION":
      if (t.kindFlag !== t.members.some(({ bitfieldSize }) => bitfieldSize > 0)) {
        return "its kind_flag is set and no member is a bit-field; the library sets it for bit-fields alone";
      }
      return {
        go: t.kind === "STRUCT" ? "Struct" : "Union",
        fields: [
          ...named(t.name),
          plain("Size", String(t.size)),
          ...slice("Members", "Member", t.members, (m) => [
            ...named(m.name),
            type("Type", m.typeId),
            ...number("Offset", m.bitsOffset),
            ...number("BitfieldSize", m.bitfieldSize),
          ]),
        ],
      };
    case "ENUM":
    case "ENUM64":
      if ((t.size === 8) !== (t.kind === "ENUM64")) {
        return `its size is ${t.size}; the library writes an ENUM64 for 8 bytes, and an ENUM for any other size`;
      }
      return {
        go: "Enum",
        fields: [
          ...named(t.name),
          plain("Size", String(t.size)),
          ...(t.signed ? [plain("Signed", "true")] : []),
          ...slice("Values", "EnumValue", t.values as readonly { name: string; val: number | bigint }[], (v) => [
            plain("Name", goString(v.name)),
            plain("Value", wide(v.val)),
          ]),
        ],
      };
    case "FWD":
      return {
        go: "Fwd",
        fields: [...named(t.name), plain("Kind", t.fwdKind === "union" ? "btf.FwdUnion" : "btf.FwdStruct")],
      };
    case "FUNC":
      return {
        go: "Func",
        fields: [...named(t.name), type("Type", t.typeId), plain("Linkage", linkage(t.linkage, "Func"))],
      };
    case "FUNC_PROTO":
      if (t.name !== "") return "it has a name, and btf.FuncProto has none";
      return {
        go: "FuncProto",
        fields: [
          type("Return", t.retTypeId),
          ...slice("Params", "FuncParam", t.params, (p) => [...named(p.name), type("Type", p.typeId)]),
        ],
      };
    case "VAR":
      return {
        go: "Var",
        fields: [...named(t.name), type("Type", t.typeId), plain("Linkage", linkage(t.linkage, "Var"))],
      };
    case "DATASEC":
      return {
        go: "Datasec",
        fields: [
          ...named(t.name),
          plain("Size", String(t.size)),
          ...slice("Vars", "VarSecinfo", t.vars, (v) => [
            type("Type", v.typeId),
            plain("Offset", String(v.offset)),
            plain("Size", String(v.size)),
          ]),
        ],
      };
    case "DECL_TAG":
    case "TYPE_TAG":
      return "its type in the library is not exported in 0.12";
    default:
      return "the library has no type of this kind";
  }
}

/** True when the fields of a type say all of its words. */
function isWhole(graph: Btf, id: number): boolean {
  const words = copyTypeWords(graphOf(graph), id);
  try {
    const written = writeType(graph.type(id), { typeId: id, endId: graph.typeCount, intern: () => 0 });
    // Names are read from the strings, and are what they are.
    forEachStringWord(words, 0, (position) => (words[position] = 0));
    return written.length === words.length && written.every((word, i) => word === words[i]);
  } catch (error) {
    if (isBtfError(error)) return false;
    throw error;
  }
}

function literalLines(id: number, go: string, fields: readonly Field[], comment: string): string[] {
  const opening = `\tt${id} := &btf.${go}{`;
  const above = `\t// [${id}] ${comment}`;
  const list = fields.find(({ elements }) => elements !== undefined);
  if (list === undefined) return [above, `${opening}${inline(fields)}}`];
  const heads = fields.filter((field) => field !== list);
  const width = Math.max(...heads.map(({ name }) => name.length));
  return [
    above,
    opening,
    ...heads.map(({ name, text }) => `\t\t${`${name}:`.padEnd(width + 1)} ${text},`),
    `\t\t${list.name}: ${list.text}`,
    ...list.elements!.map((element) => `\t\t\t${element},`),
    "\t\t},",
    "\t}",
  ];
}

function assignment(id: number, { name, text, elements }: Field): string[] {
  if (elements === undefined) return [`\tt${id}.${name} = ${text}`];
  return [`\tt${id}.${name} = ${text}`, ...elements.map((element) => `\t\t${element},`), "\t}"];
}

function checkName(field: string, name: string, pattern: RegExp): void {
  if (pattern.test(name)) return;
  throw new BtfError(`formatCilium: ${field} is ${JSON.stringify(name)}; expected an identifier of Go`, {
    code: "EINVAL",
    rule: "identifier",
    field,
  });
}

/**
 * A Go file with a function that gives a graph's types as those of cilium/ebpf's package `btf`, release 0.12, in the order
 * of their ids: `btf.NewBuilder` numbers them so. A type is a variable `t` and its id, under what it is in a comment; fields
 * that are Go's zero value are left out, but for sizes, encodings, linkages and values. What refers to a later type is assigned
 * after all are declared.
 *
 * @throws BtfError EOPNOTSUPP `not-expressible` with the type: tags, which 0.12 does not export, LOC kinds, an INT with a bit
 * offset, an ENUM of 8 bytes, what dangles; split BTF; EINVAL `identifier`
 *
 * @example
 * ```ts
 * formatCilium(btf().addInt("int", 4, "signed").addPtr("int").build());
 * // …
 * // // [1] INT int
 * // t1 := &btf.Int{Name: "int", Size: 4, Encoding: btf.Signed}
 * // // [2] PTR int *
 * // t2 := &btf.Pointer{Target: t1}
 * //
 * // return []btf.Type{t1, t2}
 * ```
 */
export function formatCilium(graph: Btf, options: CiliumOptions = {}): string {
  const { name = "Types", package: packageName = "fixtures" } = options;
  checkName("name", name, /^[A-Za-z_]\w*$/);
  checkName("package", packageName, /^[a-z_]\w*$/);
  if (graph.base !== undefined) throw refusal("cilium", "split BTF: its base's types are another program's");
  const declared: string[] = [];
  const assigned: string[] = [];
  let usesVoid = false;
  const ids: string[] = [];
  for (let id = graph.startId; id < graph.typeCount; id++) {
    const t = graph.type(id);
    const refuse = (reason: string): never => {
      throw typeRefusal("cilium", id, t, reason);
    };
    const literal = literalOf(t);
    if (typeof literal === "string") return refuse(literal);
    for (const to of graph.references(id)) {
      if (to >= graph.typeCount) refuse(`it refers to [${to}], which is not there`);
      usesVoid ||= to === 0;
    }
    if (!isWhole(graph, id)) refuse("its words say more than its fields");
    const isLate = (field: Field): boolean => field.refers.some((to) => to >= id);
    const early = literal.fields.filter((field) => !isLate(field));
    declared.push(...literalLines(id, literal.go, early, typeComment(graph, id)));
    for (const field of literal.fields.filter(isLate)) assigned.push(...assignment(id, field));
    ids.push(`t${id}`);
  }
  return [
    "// Code generated by btfkit; DO NOT EDIT.",
    "",
    `package ${packageName}`,
    "",
    'import "github.com/cilium/ebpf/btf"',
    "",
    `// ${name} gives the types in the order of their ids.`,
    `func ${name}() []btf.Type {`,
    ...(usesVoid ? [`\t${VOID} := &btf.Void{}`] : []),
    ...declared,
    ...(assigned.length > 0 ? ["", ...assigned] : []),
    "",
    ...returned(ids),
    "}",
    "",
  ].join("\n");
}

/** Variables in a line of what is returned. */
const IDS_A_LINE = 16;

function returned(ids: readonly string[]): string[] {
  if (ids.length <= IDS_A_LINE) return [`\treturn []btf.Type{${ids.join(", ")}}`];
  const lines: string[] = [];
  for (let i = 0; i < ids.length; i += IDS_A_LINE) lines.push(`\t\t${ids.slice(i, i + IDS_A_LINE).join(", ")},`);
  return ["\treturn []btf.Type{", ...lines, "\t}"];
}

import type { Btf } from "../../model/btf.js";
import type { RawType } from "../../builder/index.js";
import { isReference, type Argument, type Call } from "./calls.js";
import { openingCall, type Plan, type PlannedType } from "./plan.js";
import { areSound } from "./sound-spellings.js";
import { Spellings } from "./spellings.js";
import { layOut, literal, quoted, WIDTH, wordLiteral, type Group } from "./ts-layout.js";

/** Calls in one statement; the compiler runs out of stack on some six hundred. */
const CALLS_A_STATEMENT = 150;

/** Calls in one function of a recipe. */
const CALLS_A_FUNCTION = 1000;

/** What a program is called, and where it comes from. */
export interface ProgramNames {
  /** The constant that is exported. */
  readonly name: string;
  /** The comment at the top, without its slashes; none when empty. */
  readonly comment: readonly string[];
}

/** A call of a program as it is written: `.addInt("int", 4)`. */
function callGroup({ method, args }: Call, argument: (value: Argument) => string | Group): Group {
  return { open: `.${method}(`, close: ")", parts: args.map(argument) };
}

function rawGroup({ name, info, sizeOrType, extra }: RawType): Group {
  const list: Group = { open: "extra: [", close: "]", parts: Array.from(extra ?? [], wordLiteral), filled: true };
  return {
    open: "{",
    close: "}",
    spaced: true,
    parts: [
      ...(name === undefined ? [] : [`name: ${typeof name === "number" ? name : quoted(name)}`]),
      `info: 0x${info.toString(16).padStart(8, "0")}`,
      ...(sizeOrType === undefined ? [] : [`sizeOrType: ${wordLiteral(sizeOrType)}`]),
      ...(extra === undefined ? [] : [list]),
    ],
  };
}

/** Writes arguments: spellings for ids where they are sure. */
class Arguments {
  readonly #spellings: Spellings | undefined;

  constructor(graph: Btf, plan: Plan) {
    const rawIds = new Set(plan.types.filter(({ form }) => form === "raw").map(({ id }) => id));
    const spellings = new Spellings(graph, (id) => rawIds.has(id));
    this.#spellings = areSound(graph, plan, spellings) ? spellings : undefined;
  }

  group(call: Call, id: number, isOpen: boolean): Group {
    return callGroup(call, (value) => this.#argument(value, id, isOpen));
  }

  #argument(value: Argument, id: number, isOpen: boolean): string | Group {
    if (typeof value !== "object") return literal(value);
    if (!isReference(value)) return rawGroup(value);
    const spelling = this.#spellings?.of(value, id, isOpen);
    return spelling === undefined ? String(value.typeId) : quoted(spelling);
  }
}

/** The comment that tells a type's id. */
const idComment = (id: number): string => ` // [${id}]`;

/** The lines of a chain; each begins with its indent. */
function chainLines(types: readonly PlannedType[], args: Arguments, indent: number): string[][] {
  const pad = " ".repeat(indent);
  const written = (group: Group): string => pad + layOut(group, indent, indent, 0);
  return types.map(({ id, form, calls }) => {
    const first = openingCall(calls);
    const groups = calls.map((call, i) => args.group(call, id, i > first));
    if (form !== "unchecked") return groups.map((group, i) => written(group) + (i === first ? idComment(id) : ""));
    const body = groups.map((group) => layOut(group, 0, 0, -Infinity));
    const line = `${pad}.unchecked((b) => b${body.join("")})`;
    if (line.length <= WIDTH) return [line + idComment(id)];
    const next = `${pad}  b${body.join("")},`;
    // The comment stands outside, so that it doesn't break what has room in one line.
    if (next.length <= WIDTH || body.length < 2) return [`${pad}.unchecked((b) =>`, next, `${pad})${idComment(id)}`];
    const inner = groups.map((group) => `${pad}    ${layOut(group, indent + 4, indent + 4, 0)}`);
    inner[first] += idComment(id);
    return [`${pad}.unchecked((b) =>`, `${pad}  b`, ...inner.slice(0, -1), `${inner.at(-1)!},`, `${pad})`];
  });
}

function startOf(plan: Plan, isSplit: boolean): string {
  const options = [
    ...(isSplit ? ["base"] : []),
    ...(plan.target === undefined ? [] : [`target: ${quoted(plan.target)}`]),
  ];
  return options.length === 0 ? "btf()" : `btf({ ${options.join(", ")} })`;
}

const buildCall = ({ dangling }: Plan): string => (dangling ? ".build({ dangling: true })" : ".build()");

/** Declares the parts of a long chain, each on the one before; the last is what `close` makes of it. */
function statements(lines: readonly (readonly string[])[], plan: Plan, isSplit: boolean, open: string): string[] {
  const all: string[] = [];
  const pad = isSplit ? "  " : "";
  let part = 0;
  let count = 0;
  let begun = `${open}${startOf(plan, isSplit)}`;
  const chunks: string[][] = [[]];
  for (const line of lines.flat()) {
    // A line deeper than others is part of the one before.
    const isCall = line.startsWith(`${pad}  .`);
    if (isCall && count++ >= CALLS_A_STATEMENT) {
      chunks.push([]);
      count = 1;
    }
    chunks[chunks.length - 1]!.push(line);
  }
  for (const [i, chunk] of chunks.entries()) {
    const isLast = i === chunks.length - 1;
    if (chunks.length > 1) {
      part++;
      const from = i === 0 ? startOf(plan, isSplit) : `part${part - 1}`;
      begun = isLast ? `${open}${from}` : `${pad}const part${part} = ${from}`;
    }
    // Comments, which every type has, keep calls in lines of their own.
    const line = begun + chunk.map((call) => call.trimStart()).join("") + buildCall(plan) + ";";
    if (chunks.length === 1 && plan.types.length === 0 && line.length <= WIDTH) all.push(line);
    else {
      all.push(begun, ...chunk);
      if (isLast) all.push(`${pad}  ${buildCall(plan)};`);
      else all[all.length - 1] = withSemicolon(all[all.length - 1]!);
    }
    if (!isLast) all.push("");
  }
  return all;
}

/** A line with a semicolon before its comment. */
function withSemicolon(line: string): string {
  const comment = / \/\/ \[\d+\]$/.exec(line);
  return comment === null ? `${line};` : `${line.slice(0, comment.index)};${comment[0]}`;
}

function importLine(names: readonly string[]): string {
  return `import { ${names.join(", ")} } from "btfkit";`;
}

/** The lines that export the bytes, where `encode` has to be told something. */
function bytesLines({ encoding }: Plan, { name }: ProgramNames, isSplit: boolean): string[] {
  const options = [
    ...(encoding.header === undefined ? [] : [`header: ${encoding.header}`]),
    ...(encoding.layout === undefined ? [] : [`layout: ${encoding.layout}`]),
  ];
  if (options.length === 0) return [];
  const call = `encode(${isSplit ? `${name}(base)` : name}, { ${options.join(", ")} });`;
  const comment = `/** The bytes, with ${encoding.layout === true ? "a layout section" : `a header of ${encoding.header} bytes`}. */`;
  return ["", comment, isSplit ? `export const bytes = (base: Btf) => ${call}` : `export const bytes = ${call}`];
}

const commentLines = ({ comment }: ProgramNames): string[] => comment.map((line) => `// ${line}`);

/** The program as one chain of calls, or several on one another. */
export function fluentProgram(graph: Btf, plan: Plan, names: ProgramNames): string {
  const isSplit = graph.base !== undefined;
  const args = new Arguments(graph, plan);
  const indent = isSplit ? 4 : 2;
  const lines = chainLines(plan.types, args, indent);
  const pad = " ".repeat(indent);
  if (plan.strings.length > 0)
    lines.push(plan.strings.map((call) => pad + layOut(args.group(call, 0, false), indent, indent, 0)));
  const bytes = bytesLines(plan, names, isSplit);
  const imports = ["btf", ...(bytes.length > 0 ? ["encode"] : []), ...(isSplit ? ["type Btf"] : [])];
  const head = [...commentLines(names), importLine(imports), ""];
  if (!isSplit) {
    return [...head, ...statements(lines, plan, false, `export const ${names.name} = `), ...bytes, ""].join("\n");
  }
  const body = statements(lines, plan, true, "  return ");
  return [...head, `export function ${names.name}(base: Btf): Btf {`, ...body, "}", ...bytes, ""].join("\n");
}

function recipeLine(group: Group, indent: number): string {
  return `${" ".repeat(indent)}b${layOut(group, indent, indent + 1, 1)};`;
}

function recipeLines(types: readonly PlannedType[], args: Arguments): string[][] {
  return types.map(({ id, form, calls }) => {
    const first = openingCall(calls);
    const groups = calls.map((call, i) => args.group(call, id, i > first));
    const lines = (indent: number): string[] =>
      groups.map((group, i) => recipeLine(group, indent) + (i === first ? idComment(id) : ""));
    if (form !== "unchecked") return lines(2);
    const short = `  b.unchecked(() => b${layOut(groups[0]!, 0, 0, -Infinity)});`;
    if (groups.length === 1 && short.length <= WIDTH) return [short + idComment(id)];
    return ["  b.unchecked(() => {", ...lines(4), "  });"];
  });
}

/** Many strings without types as a loop, few as calls. */
function stringLines(strings: readonly Call[], args: Arguments): string[] {
  if (strings.length < 4) return strings.map((call) => `  b${layOut(args.group(call, 0, false), 2, 3, 1)};`);
  const lines = strings.map(({ args: [text] }) => `    ${literal(text as string)},`);
  return ["  const strings = [", ...lines, "  ];", "  for (const text of strings) b.addString(text);"];
}

/** The program as a recipe, in functions of a size that the compiler can take. */
export function recipeProgram(graph: Btf, plan: Plan, names: ProgramNames): string {
  const isSplit = graph.base !== undefined;
  const args = new Arguments(graph, plan);
  const chunks: string[][] = [[]];
  let count = 0;
  for (const lines of recipeLines(plan.types, args)) {
    if (count > 0 && count + lines.length > CALLS_A_FUNCTION) {
      chunks.push([]);
      count = 0;
    }
    chunks[chunks.length - 1]!.push(...lines);
    count += lines.length;
  }
  if (plan.strings.length > 0) chunks[chunks.length - 1]!.push(...stringLines(plan.strings, args));
  const options = [
    ...(isSplit ? ["base"] : []),
    ...(plan.target === undefined ? [] : [`target: ${quoted(plan.target)}`]),
    ...(plan.dangling ? ["dangling: true"] : []),
  ];
  const bytes = bytesLines(plan, names, isSplit);
  const isInline = chunks.length === 1 && options.length === 0;
  const isEmpty = chunks[0]!.length === 0;
  const imports = [
    "defineBtf",
    ...(bytes.length > 0 ? ["encode"] : []),
    ...(isSplit ? ["type Btf"] : []),
    ...(isInline || isEmpty ? [] : ["type BtfRecipe"]),
  ];
  const lines = [...commentLines(names), importLine(imports), ""];
  const tail = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  const opened = isSplit ? `export const ${names.name} = (base: Btf): Btf => ` : `export const ${names.name} = `;
  if (isEmpty) lines.push(`${opened}defineBtf(() => {}${tail});`);
  else if (isInline) lines.push(`${opened}defineBtf((b) => {`, ...chunks[0]!, "});");
  else {
    for (const [i, chunk] of chunks.entries()) {
      lines.push(`function ${functionName(i, chunks.length)}(b: BtfRecipe): void {`, ...chunk, "}", "");
    }
    if (chunks.length > 1) {
      const calls = chunks.map((_, i) => `  ${functionName(i, chunks.length)}(b);`);
      lines.push("function types(b: BtfRecipe): void {", ...calls, "}", "");
    }
    lines.push(`${opened}defineBtf(types${tail});`);
  }
  return [...lines, ...bytes, ""].join("\n");
}

const functionName = (i: number, count: number): string => (count === 1 ? "types" : `types${i + 1}`);

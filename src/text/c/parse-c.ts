import { Btf, graphOf } from "../../model/btf.js";
import { BtfError } from "../../model/errors.js";
import type { BtfType } from "../../model/types.js";
import { buildGraph, startWriter, type BuilderOptions } from "../../builder/build.js";
import { peek, sees, take } from "../../spelling/cursor.js";
import type { Cursor } from "../../spelling/cursor.js";
import type { DataModel, Target } from "../../spelling/index.js";
import { typesAsClang } from "./as-clang.js";
import { fileContext } from "./context.js";
import { parseDeclaration } from "./declarations.js";
import { lex } from "./lexer.js";
import { Problems } from "./problems.js";
import { Scopes } from "./scopes.js";
import { SourceText } from "./source.js";
import { addDeclTags, addSymbols } from "./symbols.js";
import { TypeTable } from "./type-table.js";
import { takeFailure, type Unit } from "./unit.js";
import { writeTypes } from "./write-graph.js";

/** Options of {@link parseC}. */
export interface ParseCOptions {
  /** Byte order, sizes and alignments: `"bpf"` unless given, or those of `into`. */
  readonly target?: Target;
  /** A graph to go on from, as the kernel's: names that the source does not declare are its, and its types come first. */
  readonly into?: Btf;
  /**
   * `"all"` (the default) writes every type, variable and function that the source declares. `"clang"` writes what
   * clang's .BTF of it holds: what variables and functions reach, structs that only a pointer in a struct leads to as
   * FWD, and no extern that is not used.
   */
  readonly emit?: "all" | "clang";
}

/**
 * Reads C declarations and gives their types, laid out as the target's compilers do: typedefs, structs, unions and enums;
 * a VAR for each variable, a FUNC for each function, and DATASECs for their sections. No preprocessor is run, but what
 * BPF programs take from libbpf's and the kernel's headers is known: `SEC("...")`, `__ksym`, `__kconfig`, `__weak`,
 * `__uint(...)`, `__type(...)`, `__array(...)`, `u32` and its like. Of function bodies types and static variables count.
 *
 * `graph.diagnostics` holds the warnings: directives that were skipped, attributes that are not known. Equal derived
 * types are one.
 *
 * @throws BtfError EINVAL for what is no C: every error with file, line, column (from 1), the line and a caret in the
 *   message, and as objects in `diagnostics`. Brackets, bodies and parameter lists nest at most 128 deep.
 * @example
 * ```ts
 * console.log(parseC(`
 *   struct sock { u16 family; u32 mark : 3, prio : 5; };
 *   extern int foo(struct sock *sk) __ksym;
 * `));
 * // [1] STRUCT 'sock' size=8 vlen=3
 * // 	'family' type_id=2 bits_offset=0 bitfield_size=0
 * // 	'mark' type_id=5 bits_offset=16 bitfield_size=3
 * // 	'prio' type_id=5 bits_offset=19 bitfield_size=5
 * // ...
 * ```
 */
export function parseC(source: string, options: ParseCOptions = {}): Btf {
  const { target, into, emit = "all" } = options;
  if (emit !== "all" && emit !== "clang") {
    throw new BtfError(`parseC: emit is "${String(emit)}"; expected "all" or "clang"`, {
      code: "EINVAL",
      rule: "emit",
      field: "emit",
    });
  }
  const builderOptions: BuilderOptions = {
    ...(into !== undefined && { from: into }),
    ...(target !== undefined && { target }),
  };
  const { writer, origin } = startWriter(builderOptions);
  const text = new SourceText(source);
  const problems = new Problems(text);
  const unit = openUnit(text, problems, writer.model, options);
  parseFile(unit);
  const nodes = emit === "clang" ? typesAsClang(unit) : allTypes(unit);
  problems.throwIfAny("parseC");
  writeTypes(writer, nodes);
  writer.close();
  const graph = buildGraph(writer, writer, origin, {});
  return new Btf({ ...graphOf(graph), diagnostics: problems.diagnostics() }, graph.base);
}

/** Every type that the source declares, and its variables and functions. */
function allTypes(unit: Unit): readonly BtfType[] {
  addSymbols(unit, { entities: unit.objects, asClang: false });
  addDeclTags(unit);
  return unit.types.nodes;
}

function openUnit(text: SourceText, problems: Problems, model: DataModel, { into, emit }: ParseCOptions): Unit {
  const lexed = lex(text, problems);
  const cursor: Cursor = { tokens: lexed.tokens, position: 0, depth: 0, failure: undefined };
  const unit: Unit = {
    cursor,
    context: fileContext(() => unit),
    problems,
    lexed,
    model,
    scopes: new Scopes(),
    types: new TypeTable(model, into, emit === "clang"),
    into,
    attributes: [],
    tagAttributes: [],
    paramAttributes: new WeakMap(),
    objects: [],
    definitions: [],
    declTags: [],
    currentFunction: undefined,
    uses: undefined,
    coreTypes: [],
    preserved: undefined,
    readBlock: undefined,
    unknown: new Set(),
    lastUnknown: { offset: -1 },
    staticNames: new Map(),
  };
  return unit;
}

/*
 * Recursive descent by hand, because no parser that runs in Node and the browser and answers at once reads C's declarations
 * as headers have them: which names are types decides how the text goes on, and attributes stand nearly anywhere. The
 * reasons at length: docs/c-declarations.md.
 */
function parseFile(unit: Unit): void {
  const { cursor, problems } = unit;
  while (peek(cursor).kind !== "end" && !problems.isFull) {
    if (sees(cursor, ";")) {
      take(cursor);
      continue;
    }
    const start = cursor.position;
    if (parseDeclaration(unit, cursor) !== undefined) continue;
    takeFailure(unit, cursor.tokens[start]!);
    unit.scopes.popTo(1);
    unit.currentFunction = undefined;
    unit.readBlock = undefined;
    unit.uses = undefined;
    cursor.depth = 0;
    skipDeclaration(cursor, start);
  }
}

/** Words that begin a declaration and nothing else. */
const STARTERS = new Set(["typedef", "struct", "union", "enum", "extern", "static", "SEC", "const", "void", "int"]);

/** Goes on behind a declaration that could not be read: its ";" or, of a function, its "}". */
function skipDeclaration(cursor: Cursor, start: number): void {
  const failedAt = cursor.position;
  if (peek(cursor).kind === "end") return;
  cursor.position = start;
  let open = 0;
  for (;;) {
    const token = peek(cursor);
    if (token.kind === "end") return;
    if (token.text === "{") open++;
    take(cursor);
    if (token.text === "}" && open > 0) open--;
    if (open > 0 || cursor.position <= failedAt) continue;
    if (token.text === ";") return;
    if (token.text === "}" && STARTERS.has(peek(cursor).text)) return;
  }
}

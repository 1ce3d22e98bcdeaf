import { graphOf, type Btf } from "../model/btf.js";
import { checkId } from "../model/graph.js";
import { encodeName } from "../wire/names.js";
import { C_RULES } from "./c-dump/c-style.js";
import { CWriter } from "./c-dump/c-writer.js";
import { Declarations } from "./c-dump/declarations.js";
import { tableOf } from "./c-dump/type-table.js";
import { UniqueNames } from "./c-dump/unique-names.js";
import { decodeText } from "./decode-text.js";
import { styleRow, type CStyle } from "./style.js";

/** How {@link formatTypeDecl} writes: what `struct btf_dump_emit_type_decl_opts` says. */
export interface TypeDeclOptions {
  /** The declared name; `""`, the default, gives a type name as in a cast. */
  readonly name?: string;
  /** Tabs before the members of an anonymous struct, less one. */
  readonly indentLevel?: number;
  /** Leaves out `const`, `volatile`, `restrict` and type tags. */
  readonly stripMods?: boolean;
  /** As for `formatC`. */
  readonly style?: CStyle;
}

const FIRST_BYTES = 1 << 10;
const FEW_NAMES = 64;

/**
 * One declaration in C, without a semicolon: what libbpf's `btf_dump__emit_type_decl` prints. Named structs, unions and
 * enums are named alone, anonymous ones are written out.
 *
 * @throws BtfError EINVAL `type-id-range` for an id out of range; ELOOP `type-cycle` for a type without an end
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").addStruct("sock", 0).addPtr("int (struct sock *)").build();
 * formatTypeDecl(graph, graph.typeCount - 1, { name: "handler" }); // int (*handler)(struct sock *)
 * ```
 */
export function formatTypeDecl(graph: Btf, id: number, options: TypeDeclOptions = {}): string {
  const { name = "", indentLevel = 0, stripMods = false, style = "bpftool-7.8" } = options;
  const inner = graphOf(graph);
  checkId(inner.runs, id, "formatTypeDecl()");
  const table = tableOf(inner);
  const writer = new CWriter(table, FIRST_BYTES);
  const names = new UniqueNames(table, FEW_NAMES);
  const declarations = new Declarations(table, names, writer, styleRow(C_RULES, style), graph.pointerSize);
  declarations.omit = { qualifiers: stripMods };
  declarations.ownName = encodeName(name);
  declarations.declare(id, { offset: -1, number: 1 }, indentLevel);
  return decodeText(writer.out.written());
}

import { graphOf, type Btf } from "../model/btf.js";
import { checkId } from "../model/graph.js";
import { encodeName } from "../wire/names.js";
import { C_RULES } from "./c-dump/c-style.js";
import { CWriter } from "./c-dump/c-writer.js";
import { Declarations } from "./c-dump/declarations.js";
import { tableOf } from "./c-dump/type-table.js";
import { UniqueNames } from "./c-dump/unique-names.js";
import { DataDump } from "./data-dump/data-dump.js";
import { Memory } from "./data-dump/memory.js";
import { decodeText } from "./decode-text.js";
import { styleRow, type CStyle } from "./style.js";

/** How {@link formatData} prints: what `struct btf_dump_type_data_opts` says. */
export interface DataOptions {
  /** Without line breaks and indents. */
  readonly compact?: boolean;
  /** Without names of members and types. */
  readonly skipNames?: boolean;
  /** Values that are zero too. */
  readonly emitZeroes?: boolean;
  /** Arrays of characters that a NUL ends as strings. */
  readonly emitStrings?: boolean;
  /** What a depth is indented by, at most 31 bytes of it; a tab without it. */
  readonly indentStr?: string;
  /** Depths that everything is indented by. */
  readonly indentLevel?: number;
  /** Whose text to equal: `"bpftool-7.8"`, the default, is libbpf 1.8. */
  readonly style?: CStyle;
}

const MAX_INDENT = 31;
const FIRST_BYTES = 1 << 10;
const FEW_NAMES = 64;

/**
 * A value of a type in C's notation: what libbpf's `btf_dump__dump_type_data` prints.
 *
 * @param bytes the value, in the byte order of the graph
 * @throws BtfError E2BIG `data-size` when the bytes end before a value does; EINVAL `data-type` for a type that has no
 * values, as a function; EINVAL `type-id-range` for an id out of range
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").addStruct("point").addField("x", "int").addField("y", "int").build();
 * formatData(graph, graph.id("struct point"), Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255), { compact: true });
 * // (struct point){.x = (int)1,.y = (int)-1,}
 * ```
 */
export function formatData(graph: Btf, id: number, bytes: Uint8Array, options: DataOptions = {}): string {
  const { style = "bpftool-7.8", indentStr = "\t", indentLevel = 0 } = options;
  const rules = styleRow(C_RULES, style);
  const inner = graphOf(graph);
  checkId(inner.runs, id, "formatData()");
  const table = tableOf(inner);
  const writer = new CWriter(table, FIRST_BYTES);
  const { pointerSize } = graph;
  const declarations = new Declarations(table, new UniqueNames(table, FEW_NAMES), writer, rules, pointerSize);
  const isNew = style === "bpftool-7.8";
  new DataDump(
    table,
    writer,
    declarations,
    new Memory(bytes, inner.endian === "little"),
    {
      compact: options.compact ?? false,
      skipNames: options.skipNames ?? false,
      emitZeroes: options.emitZeroes ?? false,
      emitStrings: options.emitStrings ?? false,
      indent: encodeName(indentStr).subarray(0, MAX_INDENT),
      indentLevel,
      checksBits: isNew,
      endsTextOnce: isNew,
    },
    pointerSize,
  ).print(id);
  return decodeText(writer.out.written());
}

import { BtfError } from "../model/errors.js";
import { graphOf, type Btf } from "../model/btf.js";
import { checkId } from "../model/graph.js";
import { C_RULES } from "./c-dump/c-style.js";
import { writeCTo, type CPlan } from "./c-dump/write-c.js";
import { decodeText } from "./decode-text.js";
import { styleRow, type CStyle } from "./style.js";

/** How {@link formatC} prints. */
export interface COptions {
  /**
   * Whose text to equal. `"bpftool-7.8"`, the default, sorts the types and declares kfuncs; `"bpftool-7.1"` leaves the
   * sizes of enums out; `"libbpf-1.1"` is `btf_dump__dump_type` of that release, called for each type in turn, between
   * the lines that bpftool 7.1 puts around it.
   */
  readonly style?: CStyle;
  /** Ids or names of the types to print, with all that they need; without it every type is. */
  readonly root?: number | string | readonly (number | string)[];
  /**
   * `"sorted"` by kind and name, as bpftool from 7.6 on, or `"unsorted"` by id. Without it the style decides:
   * `"bpftool-7.8"` sorts. Of sorted types bpftool leaves the very first out, unless another one needs it: in a graph
   * without anonymous enums a type may be missing that `"unsorted"` or `root` prints.
   */
  readonly order?: "sorted" | "unsorted";
}

/**
 * A graph as a C header: what `bpftool btf dump file FILE format c` prints, and for a split graph what it prints with
 * `-B BASE`, the base's types included. A byte of a name that is no valid UTF-8 is U+DC80 to U+DCFF;
 * {@link formatCBytes} gives it as it is.
 *
 * @throws BtfError EINVAL `text-style` for a style that there is not; ENOENT `root` for a root that there is not; ELOOP
 * `type-cycle` for types that hold themselves, which C can't say, nor bpftool print
 *
 * @example
 * ```ts
 * formatC(btf().addInt("int", 4, "signed").addStruct("point").addField("x", "int").addField("y", "int").build(), {
 *   root: "point",
 * });
 * // #ifndef __VMLINUX_H__
 * // …
 * // struct point {
 * // 	int x;
 * // 	int y;
 * // };
 * // …
 * ```
 */
export function formatC(graph: Btf, options: COptions = {}): string {
  return decodeText(formatCBytes(graph, options));
}

/**
 * As {@link formatC}, as bytes.
 *
 * @example
 * ```ts
 * writeFileSync("vmlinux.h", formatCBytes(kernelBtf()));
 * ```
 */
export function formatCBytes(graph: Btf, options: COptions = {}): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(0);
  writeCTo(graph, planOf(graph, options), (piece) => (bytes = piece as Uint8Array<ArrayBuffer>), Infinity);
  return bytes;
}

/**
 * As {@link formatCBytes}, piece by piece, so that the header of a kernel takes no memory for the whole.
 *
 * @param sink takes each piece, some 256 KB of it; the bytes are overwritten when it returns
 *
 * @example
 * ```ts
 * writeC(kernelBtf(), {}, (piece) => writeSync(1, piece));
 * ```
 */
export function writeC(graph: Btf, options: COptions, sink: (piece: Uint8Array) => void): void {
  writeCTo(graph, planOf(graph, options), sink);
}

function planOf(graph: Btf, { style = "bpftool-7.8", root, order }: COptions): CPlan {
  const rules = styleRow(C_RULES, style);
  return {
    rules,
    roots: root === undefined ? undefined : [root].flat().map((one) => rootId(graph, one)),
    sorted: order === undefined ? rules.sorted : order === "sorted",
  };
}

/** A root by id, by a name that some type has, or by a spelling as `struct name`. */
function rootId(graph: Btf, root: number | string): number {
  if (typeof root === "number") {
    checkId(graphOf(graph).runs, root, "formatC(): root");
    return root;
  }
  const id = graph.find(root);
  if (id !== undefined) return id;
  try {
    return graph.id(root);
  } catch (error) {
    throw new BtfError(
      `formatC(): no type is called ${JSON.stringify(root)}, which root asks for`,
      { code: "ENOENT", rule: "root", field: "root" },
      { cause: error },
    );
  }
}

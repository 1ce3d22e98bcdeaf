import type { Endian } from "../wire/header.js";
import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { typeSubject } from "../model/write-type.js";
import { Records } from "./code/view/records.js";
import { viewText } from "./code/view/view-text.js";

/** How {@link formatTsView} writes. */
export interface TsViewOptions {
  /** The structs and unions to read and write: C spellings, names alone, or ids; typedefs of them too. */
  readonly root: string | number | readonly (string | number)[];
  /** Byte order of the values; that of the graph unless told otherwise. */
  readonly endian?: Endian;
}

/** The STRUCT or UNION that a root names, and the typedef that it was named by. */
function findRoot(graph: Btf, root: string | number): { readonly id: number; readonly hint: string } {
  const named =
    typeof root === "number" ? root : (graph.find(root, "STRUCT") ?? graph.find(root, "UNION") ?? graph.id(root));
  const type = graph.type(named);
  const id = graph.resolve(named);
  const behind = graph.type(id);
  if (behind.kind === "STRUCT" || behind.kind === "UNION") {
    return { id, hint: type.kind === "TYPEDEF" ? type.name : `type_${id}` };
  }
  throw new BtfError(`ts-view: ${typeSubject(named, type)}: a STRUCT or UNION expected, or a TYPEDEF of one`, {
    code: "EINVAL",
    rule: "view-root",
    typeId: named,
    field: "root",
  });
}

/**
 * TypeScript that reads and writes structs in a `DataView`, as a program finds them in map values and ring buffers: for each
 * struct an interface, its size, a reader and a writer. It depends on nothing and satisfies the strict compiler.
 *
 * Integers of 64 bits and more are `bigint`, as are pointers, and bit-fields of more than 32 bits; char arrays are strings
 * up to their NUL, arrays of `unsigned char` are `Uint8Array`; enums are numbers, with a constant that has their names; an
 * anonymous struct's members are those of what it lies in. Readers give every member of a union; writers take the
 * one that is there, of several the one that says most of its bytes. Arrays without elements are left out.
 *
 * @throws BtfError ENOENT `unknown-type`, EINVAL `view-root` for a root that is no struct, EOPNOTSUPP `not-expressible` with
 * the member that has no bytes to read, ELOOP `type-loop` for a struct that lies in itself
 *
 * @example
 * ```ts
 * formatTsView(c`struct event { int pid; char comm[16]; unsigned long when; };`, { root: "struct event" });
 * // export interface Event {
 * //   pid: number;
 * //   comm: string;
 * //   when: bigint;
 * // }
 * // export const eventBytes = 32;
 * // export function readEvent(view: DataView, at = 0): Event { …
 * // export function writeEvent(view: DataView, value: Event, at = 0): void { …
 * ```
 */
export function formatTsView(graph: Btf, { root, endian = graph.endian }: TsViewOptions): string {
  const roots = typeof root === "string" || typeof root === "number" ? [root] : root;
  const records = new Records(
    graph,
    roots.map((each) => findRoot(graph, each)),
  );
  return viewText(records, endian, `Structs from BTF as values of TypeScript, ${endian} endian.`);
}

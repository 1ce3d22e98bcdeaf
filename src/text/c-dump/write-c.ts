import { graphOf, type Btf } from "../../model/btf.js";
import type { CRules } from "./c-style.js";
import { CWriter } from "./c-writer.js";
import { Declarations } from "./declarations.js";
import { Definitions } from "./definitions.js";
import { KnownDeclarators } from "./known-declarators.js";
import { writeKfuncs } from "./kfuncs.js";
import { Ordering } from "./ordering.js";
import { CLOSING } from "./preamble.js";
import { SortedOrder } from "./sorted.js";
import { TypeTable } from "./type-table.js";
import { UniqueNames } from "./unique-names.js";

/** Bytes that are collected before they are passed on. */
const PIECE = 1 << 18;

/** What is printed, and in what form. */
export interface CPlan {
  readonly rules: CRules;
  /** The types to print with what they need; all when undefined. */
  readonly roots: readonly number[] | undefined;
  readonly sorted: boolean;
}

/** Takes a stretch of a text. The bytes are overwritten after the call. */
export type Sink = (piece: Uint8Array) => void;

/** A graph's types as C, its bases' included, piece by piece; one piece when `full` is Infinity. */
export function writeCTo(graph: Btf, { rules, roots, sorted }: CPlan, sink: Sink, full = PIECE): void {
  const table = new TypeTable(graphOf(graph));
  const { pointerSize } = graph;
  // A word of types gives about three bytes of text.
  const writer = new CWriter(table, full === Infinity ? table.words.length * 4 : full * 2);
  const names = new UniqueNames(table, table.count / 2);
  const declarations = new Declarations(table, names, writer, rules, pointerSize, new KnownDeclarators(table, writer));
  const definitions = new Definitions(table, names, writer, declarations);
  const ordering = new Ordering(table);
  const { out } = writer;

  const define = (): void => {
    for (let i = 0; i < ordering.queued; i++) definitions.define(ordering.queue[i]!);
    if (out.length < full) return;
    sink(out.written());
    out.length = 0;
  };
  const print = (id: number): void => {
    if (ordering.isDone(id)) return;
    ordering.order(id);
    define();
  };

  writer.ascii(rules.preamble);
  if (roots !== undefined) {
    for (const id of roots) print(id);
  } else {
    if (sorted) {
      const order = new SortedOrder(table);
      for (const id of order.named.slice(1)) print(id);
      for (const id of order.others((one) => !ordering.isDone(one))) print(id);
    } else {
      for (let next = 1; next < table.count; define()) next = ordering.orderNext(next);
    }
    if (rules.kfuncs) writeKfuncs(table, writer, declarations);
  }
  writer.ascii(CLOSING);
  sink(out.written());
}

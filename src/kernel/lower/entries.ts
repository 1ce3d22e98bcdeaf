import { HEAD_WORDS } from "../../wire/kinds.js";
import type { Draft } from "./draft.js";
import type { LowerRule } from "./lower-rules.js";

/** An entry of a DATASEC: a VAR or FUNC with its place, offset and size in bytes. */
export interface Entry {
  readonly typeId: number;
  readonly offset: number;
  readonly size: number;
  /** Where it stood, from 0. */
  readonly index: number;
}

/** The order by offset, as libbpf compares: a signed difference. */
export function compareEntries(a: Entry, b: Entry): number {
  return (a.offset - b.offset) | 0;
}

/** The entries of a DATASEC, in their order. */
export function readEntries(draft: Draft, id: number): Entry[] {
  const { words } = draft;
  const first = draft.starts[id]! + HEAD_WORDS;
  return Array.from({ length: draft.vlen(id) }, (_, index) => {
    const at = first + index * 3;
    return { typeId: words[at]!, offset: words[at + 1]!, size: words[at + 2]!, index };
  });
}

/** Gives a DATASEC its entries, as many as it has, in a new order or with new words. */
export function writeEntries(draft: Draft, rule: LowerRule, id: number, entries: readonly Entry[]): void {
  for (const [i, { typeId, offset, size }] of entries.entries()) {
    const at = draft.starts[id]! + HEAD_WORDS + i * 3;
    if (draft.words[at] === typeId && draft.words[at + 1] === offset && draft.words[at + 2] === size) continue;
    draft.rewriteElement(rule, id, i, (words, element) => {
      words[element] = typeId;
      words[element + 1] = offset;
      words[element + 2] = size;
    });
  }
}

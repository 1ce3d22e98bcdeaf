import { HEAD_WORDS, infoKindFlag, KIND } from "../../wire/kinds.js";
import type { TypeTable } from "./type-table.js";

/** Steps after which a chain of types has no size, as libbpf's `btf__resolve_size` has it. */
const MAX_SIZE_STEPS = 32;

const UINT32_MAX = 0xffffffff;

const MEMBER_WORDS = 3;

/** A STRUCT or UNION whose alignment is being found, and the member that is looked at. */
interface OpenComposite {
  readonly id: number;
  next: number;
  align: number;
}

/** Sizes and alignments as libbpf knows them when it prints C. */
export class Layouts {
  readonly #table: TypeTable;
  readonly #pointerSize: number;
  /** One more than the alignment, by id; 0 for what was not asked yet. */
  readonly #aligns: Uint8Array;

  constructor(table: TypeTable, pointerSize: number) {
    this.#table = table;
    this.#pointerSize = pointerSize;
    this.#aligns = new Uint8Array(table.count);
  }

  /** Bytes of a type; -1 for what has no size, or one above 2^32 - 1. */
  size(id: number): number {
    const { words, at: offsets, kinds } = this.#table;
    let current = id;
    let count = 1;
    for (let step = 0; step < MAX_SIZE_STEPS && current !== 0; step++) {
      const at = offsets[current]!;
      switch (kinds[current]) {
        case KIND.INT:
        case KIND.STRUCT:
        case KIND.UNION:
        case KIND.ENUM:
        case KIND.ENUM64:
        case KIND.DATASEC:
        case KIND.FLOAT:
          return count * words[at + 2]! > UINT32_MAX ? -1 : count * words[at + 2]!;
        case KIND.PTR:
          return count * this.#pointerSize > UINT32_MAX ? -1 : count * this.#pointerSize;
        case KIND.ARRAY:
          if (count * words[at + 5]! > UINT32_MAX) return -1;
          count *= words[at + 5]!;
          current = words[at + 3]!;
          break;
        case KIND.TYPEDEF:
        case KIND.VOLATILE:
        case KIND.CONST:
        case KIND.RESTRICT:
        case KIND.VAR:
        case KIND.DECL_TAG:
        case KIND.TYPE_TAG:
          current = words[at + 2]!;
          break;
        default:
          return -1;
      }
    }
    return -1;
  }

  /** Bytes that a type is aligned to; 0 for what has no alignment, as a STRUCT with such a member. */
  align(id: number): number {
    const known = this.#aligns[id]!;
    if (known !== 0) return known - 1;
    const end = this.#behind(id);
    const align = this.#alignOfEnd(end);
    // Who is on the way to it has the same, and need not be asked again.
    for (let current = id; current !== end && this.#aligns[current] === 0; current = this.#table.target(current)) {
      this.#aligns[current] = align + 1;
    }
    this.#aligns[end] = align + 1;
    return align;
  }

  /** What typedefs, qualifiers, tags and arrays lead to, or somebody on the way whose alignment is known; VOID for a loop. */
  #behind(id: number): number {
    const { kinds, count } = this.#table;
    let current = id;
    for (let step = 0; step < count; step++) {
      if (current >= count) return 0;
      if (this.#aligns[current] !== 0) return current;
      switch (kinds[current]) {
        case KIND.TYPEDEF:
        case KIND.VOLATILE:
        case KIND.CONST:
        case KIND.RESTRICT:
        case KIND.TYPE_TAG:
        case KIND.ARRAY:
          current = this.#table.target(current);
          break;
        default:
          return current;
      }
    }
    return 0;
  }

  #alignOfEnd(id: number): number {
    const known = this.#aligns[id]!;
    if (known !== 0) return known - 1;
    if (!this.#isComposite(id)) return this.#alignOfScalar(id);
    const stack: OpenComposite[] = [];
    this.#open(stack, id);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) this.#step(stack, top);
    return this.#aligns[id]! - 1;
  }

  #isComposite(id: number): boolean {
    const kind = this.#table.kinds[id];
    return kind === KIND.STRUCT || kind === KIND.UNION;
  }

  #alignOfScalar(id: number): number {
    const { words, at, kinds } = this.#table;
    switch (kinds[id]) {
      case KIND.INT:
      case KIND.ENUM:
      case KIND.ENUM64:
      case KIND.FLOAT:
        return Math.min(this.#pointerSize, words[at[id]! + 2]!);
      case KIND.PTR:
        return this.#pointerSize;
      default:
        return 0;
    }
  }

  /** A STRUCT that holds itself has no alignment. */
  #open(stack: OpenComposite[], id: number): void {
    stack.push({ id, next: 0, align: 1 });
    this.#aligns[id] = 1;
  }

  #close(stack: OpenComposite[], { id }: OpenComposite, align: number): void {
    this.#aligns[id] = align + 1;
    stack.pop();
  }

  /** Looks at members until one is a STRUCT or UNION that has to be looked at first. */
  #step(stack: OpenComposite[], composite: OpenComposite): void {
    const { words, at: offsets } = this.#table;
    const at = offsets[composite.id]!;
    const kindFlag = infoKindFlag(words[at + 1]!);
    const vlen = this.#table.vlen(composite.id);
    const aligns = this.#aligns;
    for (; composite.next < vlen; composite.next++) {
      const member = at + HEAD_WORDS + composite.next * MEMBER_WORDS;
      const type = words[member + 1]!;
      const known = aligns[type]!;
      if (known === 0) {
        const end = this.#behind(type);
        if (aligns[end] === 0 && this.#isComposite(end)) {
          this.#open(stack, end);
          return;
        }
      }
      const align = known !== 0 ? known - 1 : this.align(type);
      if (align === 0) {
        this.#close(stack, composite, 0);
        return;
      }
      if (align > composite.align) composite.align = align;
      const offset = words[member + 2]!;
      if (!(kindFlag && offset >>> 24 !== 0) && offset % (8 * align) !== 0) {
        this.#close(stack, composite, 1);
        return;
      }
    }
    const isPacked = words[at + 2]! % composite.align !== 0;
    this.#close(stack, composite, isPacked ? 1 : composite.align);
  }

  /** True for a STRUCT that no compiler lays out so by itself. */
  isPacked(id: number): boolean {
    const { words, at: offsets } = this.#table;
    const at = offsets[id]!;
    const kindFlag = infoKindFlag(words[at + 1]!);
    const end = at + HEAD_WORDS + this.#table.vlen(id) * MEMBER_WORDS;
    const size = words[at + 2]!;
    const aligns = this.#aligns;
    let max = 1;
    for (let member = at + HEAD_WORDS; member < end; member += MEMBER_WORDS) {
      const type = words[member + 1]!;
      // Most were asked for before: a call for each takes longer than all the rest.
      const known = aligns[type]!;
      const align = known !== 0 ? known - 1 : this.align(type);
      if (align === 0) continue;
      const offset = words[member + 2]!;
      if (!(kindFlag && offset >>> 24 !== 0) && offset % (8 * align) !== 0) return true;
      if (align > max) max = align;
    }
    return size % max !== 0;
  }
}

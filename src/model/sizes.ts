import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND } from "../wire/kinds.js";
import { Chains } from "./chains.js";
import { locate } from "./graph.js";
import type { Run } from "./segment.js";

/** Alignment in bytes of a scalar: `float` tells a FLOAT from an INT or ENUM of the same `size` in bytes. */
export type ScalarAlign = (size: number, float: boolean) => number;

/** Sizes beyond it can't be written in a BTF. */
const SIZE_MAX = 0xffffffff;

const MEMBER_WORDS = 3;

/** Typedefs, qualifiers and tags: what stands for another type. */
const ALIASES = ["TYPEDEF", "VOLATILE", "CONST", "RESTRICT", "TYPE_TAG"] as const;

const toResolved = new Chains([...ALIASES, "VAR"], false);
const toSized = new Chains([...ALIASES, "VAR", "DECL_TAG"], true);
const toAligned = new Chains(ALIASES, true);

/** The id behind typedefs, qualifiers, tags and VARs; undefined when they form a loop or lead out of range. */
export function resolveId(runs: readonly Run[], id: number): number | undefined {
  return toResolved.endOf(runs, id);
}

/** Size in bytes of a type as `btf__resolve_size` gives it; undefined for what has none, or one above 2^32 - 1. */
export function sizeOfType(runs: readonly Run[], id: number, pointerSize: number): number | undefined {
  const end = toSized.endWithFactor(runs, id);
  if (end === undefined || Math.abs(end.factor) > SIZE_MAX) return undefined;
  const { words, at } = locate(runs, end.id);
  const size = ownSize(infoKind(words[at + 1]!), words[at + 2]!, pointerSize);
  if (size === undefined) return undefined;
  const total = Math.max(0, end.factor) * size;
  return total <= SIZE_MAX ? total : undefined;
}

function ownSize(kind: number, size: number, pointerSize: number): number | undefined {
  switch (kind) {
    case KIND.INT:
    case KIND.STRUCT:
    case KIND.UNION:
    case KIND.ENUM:
    case KIND.ENUM64:
    case KIND.DATASEC:
    case KIND.FLOAT:
      return size;
    case KIND.PTR:
      return pointerSize;
    default:
      return undefined;
  }
}

/** Alignments of STRUCTs and UNIONs by id; undefined for one that has none, and for one that is being looked at. */
type Aligns = Map<number, number | undefined>;

/** So many alignments are worth keeping for the next call. */
const MANY_ALIGNS = 64;

const keptAligns = new WeakMap<readonly Run[], { readonly pointerSize: number; readonly aligns: Aligns }>();

/**
 * Alignment in bytes as `btf__align_of` gives it: a STRUCT with a member off its alignment, or a size that is no
 * multiple of it, is packed and has 1. Undefined for what has none, where libbpf says 0.
 */
export function alignOfType(
  runs: readonly Run[],
  id: number,
  pointerSize: number,
  scalarAlign?: ScalarAlign,
): number | undefined {
  const end = toAligned.endOf(runs, id);
  if (end === undefined) return undefined;
  if (scalarAlign !== undefined) return new AlignWalk(runs, pointerSize, scalarAlign, new Map()).align(end);
  const kept = keptAligns.get(runs);
  const aligns: Aligns = kept?.pointerSize === pointerSize ? kept.aligns : new Map();
  const align = new AlignWalk(runs, pointerSize, (size) => Math.min(pointerSize, size), aligns).align(end);
  if (kept?.aligns !== aligns && aligns.size > MANY_ALIGNS) keptAligns.set(runs, { pointerSize, aligns });
  return align;
}

/** A STRUCT or UNION whose members are being looked at, and how far that went. */
interface OpenComposite {
  readonly id: number;
  readonly words: Uint32Array;
  readonly at: number;
  readonly vlen: number;
  next: number;
  align: number;
}

/** Walks members in their order, as libbpf does, with a stack of its own: structs can be nested a million deep. */
class AlignWalk {
  readonly #runs: readonly Run[];
  readonly #pointerSize: number;
  readonly #scalarAlign: ScalarAlign;
  readonly #aligns: Aligns;
  readonly #stack: OpenComposite[] = [];

  constructor(runs: readonly Run[], pointerSize: number, scalarAlign: ScalarAlign, aligns: Aligns) {
    this.#runs = runs;
    this.#pointerSize = pointerSize;
    this.#scalarAlign = scalarAlign;
    this.#aligns = aligns;
  }

  /** The alignment of a type that is no alias and no array. */
  align(id: number): number | undefined {
    if (!this.#isKnown(id)) {
      this.#open(id);
      for (let top = this.#stack.at(-1); top !== undefined; top = this.#stack.at(-1)) this.#step(top);
    }
    return this.#known(id);
  }

  #isKnown(id: number): boolean {
    const { words, at } = locate(this.#runs, id);
    const kind = infoKind(words[at + 1]!);
    return (kind !== KIND.STRUCT && kind !== KIND.UNION) || this.#aligns.has(id);
  }

  #known(id: number): number | undefined {
    const { words, at } = locate(this.#runs, id);
    switch (infoKind(words[at + 1]!)) {
      case KIND.STRUCT:
      case KIND.UNION:
        return this.#aligns.get(id);
      case KIND.PTR:
        return this.#pointerSize;
      case KIND.INT:
      case KIND.ENUM:
      case KIND.ENUM64:
        return this.#scalarAlign(words[at + 2]!, false) || undefined;
      case KIND.FLOAT:
        return this.#scalarAlign(words[at + 2]!, true) || undefined;
      default:
        return undefined;
    }
  }

  #open(id: number): void {
    const { words, at } = locate(this.#runs, id);
    // Only a type that was made wrong on purpose has a vlen beyond its words.
    const room = Math.floor((words.length - at - HEAD_WORDS) / MEMBER_WORDS);
    this.#stack.push({ id, words, at, vlen: Math.min(infoVlen(words[at + 1]!), room), next: 0, align: 1 });
    this.#aligns.set(id, undefined);
  }

  #close(composite: OpenComposite, align: number | undefined): void {
    this.#aligns.set(composite.id, align);
    this.#stack.pop();
  }

  /** Looks at the next member; one whose type is not known yet comes first. */
  #step(composite: OpenComposite): void {
    const { words, at, vlen, next, align } = composite;
    if (next === vlen) {
      this.#close(composite, words[at + 2]! % align === 0 ? align : 1);
      return;
    }
    const member = at + HEAD_WORDS + next * MEMBER_WORDS;
    const type = toAligned.endOf(this.#runs, words[member + 1]!);
    if (type !== undefined && !this.#isKnown(type)) {
      this.#open(type);
      return;
    }
    const memberAlign = type === undefined ? undefined : this.#known(type);
    if (memberAlign === undefined) {
      this.#close(composite, undefined);
      return;
    }
    composite.align = Math.max(align, memberAlign);
    composite.next++;
    const offset = words[member + 2]!;
    const isBitfield = infoKindFlag(words[at + 1]!) && offset >>> 24 !== 0;
    if (!isBitfield && offset % (8 * memberAlign) !== 0) this.#close(composite, 1);
  }
}

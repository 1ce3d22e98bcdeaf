import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import type { TypeTable } from "./type-table.js";

/** Who comes first: anonymous enums, enums, scalars, STRUCTs and UNIONs, prototypes, and the rest. */
const RANK = { anonymousEnum: 0, enum: 1, scalar: 2, record: 3, prototype: 4, last: 10 } as const;

const MEMBER_WORDS = 3;
const PARAM_WORDS = 2;
const ENUM_WORDS = 2;
const ENUM64_WORDS = 3;

/** Bits of a hash, and what it is multiplied by at each step. */
const HASH_BITS = 64;
const FACTOR = 31n;

/** Bytes of a name that a number holds exactly. */
const START_BYTES = 6;

interface SortItem {
  readonly id: number;
  /** The string offset of the name that it is sorted by, and the name's first bytes. */
  readonly name: number;
  readonly start: number;
}

/** Passes over all types that who leads to whom is looked for in. */
const MAX_PASSES = 16;

/** True for a kind that stands for another type, a name or not. */
function isReference(kind: number): boolean {
  switch (kind) {
    case KIND.PTR:
    case KIND.CONST:
    case KIND.VOLATILE:
    case KIND.RESTRICT:
    case KIND.TYPEDEF:
    case KIND.TYPE_TAG:
    case KIND.DECL_TAG:
      return true;
    default:
      return false;
  }
}

/**
 * The order of bpftool from 7.6 on, made to change little from one kernel to the next: by rank, by the name of what a
 * type stands for, by its own name, by what it is made of, by id.
 */
export class SortedOrder {
  /** Types that have a place of their own, in order: what has a name, and anonymous enums. bpftool leaves the first out. */
  readonly named: readonly number[];
  readonly #table: TypeTable;
  readonly #ranks: Uint8Array;
  readonly #hashes = new Map<number, bigint>();

  constructor(table: TypeTable) {
    this.#table = table;
    const ranks = Uint8Array.from({ length: table.count }, (_, id) => this.#rank(id));
    const byRank: number[][] = [];
    for (let id = 0; id < table.count; id++) if (ranks[id] !== RANK.last) (byRank[ranks[id]!] ??= []).push(id);
    this.#ranks = ranks;
    this.named = byRank.flatMap((ids) => this.#sort(ids));
  }

  /**
   * All others, which come last, in order as far as it shows: most have nothing to print, and to order them takes longer
   * than all the rest. `isOpen` says of a FWD or typedef that it was not printed yet.
   */
  others(isOpen: (id: number) => boolean): number[] {
    const { count, kinds } = this.#table;
    const ids: number[] = [];
    const leads = new Uint8Array(count);
    for (let id = 1; id < count; id++) {
      if (this.#ranks[id] !== RANK.last) continue;
      ids.push(id);
      if ((kinds[id] === KIND.FWD || kinds[id] === KIND.TYPEDEF) && isOpen(id)) leads[id] = 1;
    }
    const isSettled = this.#spread(ids, leads);
    const shown = isSettled ? ids.filter((id) => leads[id] === 1) : ids;
    const silent = isSettled ? ids.filter((id) => leads[id] === 0) : [];
    return [...this.#sort(shown), ...silent];
  }

  /** Marks who leads to a marked type; false when a few passes do not find all of them. */
  #spread(ids: readonly number[], leads: Uint8Array): boolean {
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      let changes = 0;
      for (const id of ids) {
        if (leads[id] === 1 || !this.#refersToOne(id, leads)) continue;
        leads[id] = 1;
        changes++;
      }
      if (changes === 0) return true;
    }
    return false;
  }

  /** For what the others are: pointers, qualifiers, arrays, prototypes, STRUCTs and UNIONs without names. */
  #refersToOne(id: number, leads: Uint8Array): boolean {
    const { words, at, kinds } = this.#table;
    const position = at[id]!;
    switch (kinds[id]) {
      case KIND.PTR:
      case KIND.CONST:
      case KIND.VOLATILE:
      case KIND.RESTRICT:
      case KIND.TYPEDEF:
      case KIND.TYPE_TAG:
        return leads[words[position + 2]!] === 1;
      case KIND.ARRAY:
        return leads[words[position + HEAD_WORDS]!] === 1;
      case KIND.FUNC_PROTO:
        return leads[words[position + 2]!] === 1 || this.#hasElement(id, PARAM_WORDS, leads);
      case KIND.STRUCT:
      case KIND.UNION:
        return this.#hasElement(id, MEMBER_WORDS, leads);
      default:
        return false;
    }
  }

  #hasElement(id: number, stride: number, leads: Uint8Array): boolean {
    const { words, at } = this.#table;
    const first = at[id]! + HEAD_WORDS + 1;
    const end = first + this.#table.vlen(id) * stride;
    for (let element = first; element < end; element += stride) if (leads[words[element]!] === 1) return true;
    return false;
  }

  /** Sorts ids of one rank. Few names begin with the same bytes, and numbers are compared faster. */
  #sort(ids: readonly number[]): number[] {
    const { strings } = this.#table;
    const items = ids.map((id) => {
      const name = this.#sortName(id);
      let start = 0;
      let at = this.#table.inRange(name);
      for (let i = 0; i < START_BYTES; i++) {
        start = start * 256 + strings[at]!;
        if (strings[at] !== 0) at++;
      }
      return { id, name, start };
    });
    const compare = (a: SortItem, b: SortItem): number =>
      a.start - b.start ||
      this.#compareNames(a.name, b.name) ||
      this.#compareNames(this.#table.nameOffset(a.id), this.#table.nameOffset(b.id)) ||
      this.#compareHashes(a.id, b.id) ||
      a.id - b.id;
    return items.sort(compare).map(({ id }) => id);
  }

  #compareNames(a: number, b: number): number {
    if (a === b) return 0;
    const { strings } = this.#table;
    let left = this.#table.inRange(a);
    let right = this.#table.inRange(b);
    while (strings[left] === strings[right] && strings[left] !== 0) {
      left++;
      right++;
    }
    return strings[left]! - strings[right]!;
  }

  #compareHashes(a: number, b: number): number {
    const left = this.#hash(a);
    const right = this.#hash(b);
    return left === right ? 0 : left < right ? -1 : 1;
  }

  /** A reference without a name comes last, one with a name with what it stands for. */
  #rank(from: number): number {
    const { kinds } = this.#table;
    let id = from;
    let hasName = false;
    for (let step = 0; step <= this.#table.count; step++) {
      const kind = kinds[id]!;
      hasName ||= this.#table.nameOffset(id) !== 0;
      switch (kind) {
        case KIND.ENUM:
        case KIND.ENUM64:
          return hasName ? RANK.enum : RANK.anonymousEnum;
        case KIND.INT:
        case KIND.FLOAT:
          return RANK.scalar;
        case KIND.STRUCT:
        case KIND.UNION:
          return hasName ? RANK.record : RANK.last;
        case KIND.FUNC_PROTO:
          return hasName ? RANK.prototype : RANK.last;
        default:
          if (!hasName || (kind !== KIND.ARRAY && !isReference(kind))) return RANK.last;
          id = this.#table.target(id);
      }
    }
    return RANK.last;
  }

  /** The name of what references lead to; an anonymous enum by itself has that of its first value. */
  #sortName(from: number): number {
    const { kinds, words, at } = this.#table;
    let id = from;
    for (let step = 0; step <= this.#table.count; step++) {
      const kind = kinds[id]!;
      if (kind !== KIND.ARRAY && !isReference(kind)) break;
      id = this.#table.target(id);
    }
    const name = this.#table.nameOffset(id);
    const isEnum = kinds[id] === KIND.ENUM || kinds[id] === KIND.ENUM64;
    return name === 0 && isEnum && id === from && this.#table.vlen(id) > 0 ? words[at[id]! + HEAD_WORDS]! : name;
  }

  /** 64 bits that tell types of equal names from each other: names and shapes of what they are made of. */
  #hash(id: number): bigint {
    const known = this.#hashes.get(id);
    if (known !== undefined) return known;
    const hash = this.#hashOf(id, true);
    this.#hashes.set(id, hash);
    return hash;
  }

  #hashOf(from: number, withMembers: boolean): bigint {
    const { kinds, words, at } = this.#table;
    const chain: number[] = [];
    let end = from;
    while (chain.length <= this.#table.count && (isReference(kinds[end]!) || kinds[end] === KIND.ARRAY)) {
      chain.push(end);
      end = this.#table.target(end);
    }
    let hash = this.#hashOfEnd(end, withMembers);
    for (let id = chain.pop(); id !== undefined; id = chain.pop()) {
      const own = this.#addName(0n, this.#table.nameOffset(id));
      const counted = kinds[id] === KIND.ARRAY ? add(own, BigInt(words[at[id]! + 5]!)) : own;
      hash = add(counted, hash);
    }
    return hash;
  }

  #hashOfEnd(id: number, withMembers: boolean): bigint {
    const { kinds, words, at } = this.#table;
    const kind = kinds[id]!;
    const first = at[id]! + HEAD_WORDS;
    const vlen = this.#table.vlen(id);
    let hash = this.#addName(0n, this.#table.nameOffset(id));
    if (kind === KIND.ENUM || kind === KIND.ENUM64) {
      const stride = kind === KIND.ENUM ? ENUM_WORDS : ENUM64_WORDS;
      for (let i = 0; i < vlen; i++) hash = this.#addName(hash, words[first + i * stride]!);
    } else if (withMembers && (kind === KIND.STRUCT || kind === KIND.UNION)) {
      for (let i = 0; i < vlen; i++) {
        const member = first + i * MEMBER_WORDS;
        hash = add(this.#addName(hash, words[member]!), this.#hashOf(words[member + 1]!, false));
      }
    }
    return hash;
  }

  #addName(hash: bigint, offset: number): bigint {
    if (offset === 0) return hash;
    const { strings } = this.#table;
    let name = 0n;
    // Bytes are signed where bpftool is built.
    for (let i = this.#table.inRange(offset); strings[i] !== 0; i++)
      name = add(name, BigInt((strings[i]! << 24) >> 24));
    return add(hash, name);
  }
}

function add(hash: bigint, value: bigint): bigint {
  return BigInt.asUintN(HASH_BITS, hash * FACTOR + value);
}

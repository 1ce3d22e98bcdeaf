import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import type { TypeTable } from "./type-table.js";

/** Who comes first: anonymous enums, enums, scalars, STRUCTs and UNIONs, prototypes, and the rest. */
const RANK = { anonymousEnum: 0, enum: 1, scalar: 2, record: 3, prototype: 4, last: 10 } as const;

const MEMBER_WORDS = 3;
const ENUM_WORDS = 2;
const ENUM64_WORDS = 3;

const WORD = 64n;
const FACTOR = 31n;

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

/** The order of bpftool from 7.6 on, made to change little from one kernel to the next. */
class SortedOrder {
  readonly #table: TypeTable;
  readonly #ranks: Uint8Array;
  /** String offsets of the names that types are sorted by. */
  readonly #sortNames: Uint32Array;
  readonly #hashes = new Map<number, bigint>();

  constructor(table: TypeTable) {
    this.#table = table;
    this.#ranks = new Uint8Array(table.count);
    this.#sortNames = new Uint32Array(table.count);
    for (let id = 0; id < table.count; id++) {
      this.#ranks[id] = this.#rank(id);
      this.#sortNames[id] = this.#sortName(id);
    }
  }

  ids(): Uint32Array {
    const ids = Uint32Array.from({ length: this.#table.count }, (_, id) => id);
    // VOID is sorted with the others, and whoever comes first is left out in its place.
    return ids.sort((a, b) => this.#compare(a, b)).subarray(1);
  }

  #compare(a: number, b: number): number {
    return (
      this.#ranks[a]! - this.#ranks[b]! ||
      this.#compareNames(this.#sortNames[a]!, this.#sortNames[b]!) ||
      this.#compareNames(this.#table.nameOffset(a), this.#table.nameOffset(b)) ||
      this.#compareHashes(a, b) ||
      a - b
    );
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
  return BigInt.asUintN(Number(WORD), hash * FACTOR + value);
}

/** The ids of all types in the order of newer bpftool. */
export function sortedIds(table: TypeTable): Uint32Array {
  return new SortedOrder(table).ids();
}

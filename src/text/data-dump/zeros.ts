import type { Errno } from "../../model/errors.js";
import { HEAD_WORDS, infoKindFlag, KIND } from "../../wire/kinds.js";
import type { Layouts } from "../c-dump/layouts.js";
import type { TypeTable } from "../c-dump/type-table.js";
import type { Memory } from "./memory.js";
import { behindNames } from "./types.js";
import type { Place, Values } from "./values.js";

/** An ARRAY whose elements are being looked at. */
interface OpenArray {
  readonly element: number;
  readonly size: number;
  readonly bitsOffset: number;
  readonly count: number;
  readonly offset: number;
  next: number;
}

/** What a value came to: left out, printed, or an errno. */
export type Verdict = "zero" | "printed" | Errno;

/** Steps that are worth remembering where they led. */
const LONG_WALK = 16;

/**
 * Tells values that are left out because they are zero, as libbpf does: of a STRUCT or UNION it looks at the first
 * member alone, of characters at the first.
 */
export class Zeros {
  readonly #table: TypeTable;
  readonly #layouts: Layouts;
  readonly #memory: Memory;
  readonly #values: Values;
  /** What first members of first members came to, so that structs in structs are not walked again at each depth. */
  readonly #known = new Map<string, Verdict>();

  constructor(table: TypeTable, layouts: Layouts, memory: Memory, values: Values) {
    this.#table = table;
    this.#layouts = layouts;
    this.#memory = memory;
    this.#values = values;
  }

  check(from: number, place: Place): Verdict {
    const arrays: OpenArray[] = [];
    const walked: string[] = [];
    let verdict = this.#leaf(from, place, arrays, walked);
    for (let array = arrays.at(-1); array !== undefined && verdict === "zero"; array = arrays.at(-1)) {
      if (array.next === array.count) {
        arrays.pop();
        continue;
      }
      const offset = array.offset + array.next * array.size;
      array.next++;
      verdict = this.#leaf(array.element, { offset, bitsOffset: array.bitsOffset, bits: 0 }, arrays, walked);
    }
    if (walked.length > LONG_WALK) for (const key of walked) this.#known.set(key, verdict);
    return verdict;
  }

  /** Follows first members to a scalar or an array. */
  #leaf(from: number, start: Place, arrays: OpenArray[], walked: string[]): Verdict {
    const { kinds } = this.#table;
    let place = start;
    let id = behindNames(this.#table, from);
    for (let steps = 0; kinds[id] === KIND.STRUCT || kinds[id] === KIND.UNION; steps++) {
      if (this.#table.vlen(id) === 0) return "zero";
      if (steps > this.#table.count) return "ELOOP";
      if (arrays.length === 0) {
        const key = `${id} ${place.offset}`;
        const known = this.#known.get(key);
        if (known !== undefined) return known;
        walked.push(key);
      }
      const member = this.#table.at[id]! + HEAD_WORDS;
      place = memberPlace(this.#table, id, member, place.offset);
      id = behindNames(this.#table, this.#table.words[member + 1]!);
    }
    return this.#scalar(id, place, arrays);
  }

  #scalar(id: number, place: Place, arrays: OpenArray[]): Verdict {
    const values = this.#values;
    switch (this.#table.kinds[id]) {
      case KIND.INT: {
        if (place.bits === 0) return toVerdict(values.isZero(id, place.offset));
        const { value, fault } = values.bitField(id, place);
        return fault ?? (value === 0n ? "zero" : "printed");
      }
      case KIND.FLOAT:
      case KIND.PTR:
        return toVerdict(values.isZero(id, place.offset));
      case KIND.ENUM:
      case KIND.ENUM64: {
        const { value, fault } = values.enumNumber(id, id, place.offset);
        return fault ?? (value === 0n ? "zero" : "printed");
      }
      case KIND.ARRAY:
        return this.#array(id, place, arrays);
      default:
        return "printed";
    }
  }

  #array(id: number, { offset, bitsOffset }: Place, arrays: OpenArray[]): Verdict {
    const { words, at, kinds } = this.#table;
    const element = words[at[id]! + HEAD_WORDS]!;
    const size = this.#layouts.size(element);
    const length = words[at[id]! + HEAD_WORDS + 2]!;
    const isText = size === 1 && kinds[behindNames(this.#table, element)] === KIND.INT;
    if (isText && length > 0 && this.#memory.byte(offset) === 0) return "zero";
    // Behind the end lie zeros, and what has no size is the same again and again.
    const within = size > 0 ? Math.ceil(Math.max(0, this.#memory.end - offset) / size) : 1;
    const count = Math.min(length, Math.max(1, within));
    if (arrays.length > this.#table.count) return "ELOOP";
    arrays.push({ element, size: Math.max(0, size), bitsOffset, count, offset, next: 0 });
    return "zero";
  }
}

function toVerdict({ value, fault }: ReturnType<Values["isZero"]>): Verdict {
  return fault ?? (value ? "zero" : "printed");
}

/** Where a member lies whose words are at `member`, in a STRUCT or UNION at `offset`. */
export function memberPlace(table: TypeTable, id: number, member: number, offset: number): Place {
  const word = table.words[member + 2]!;
  const hasBitFields = infoKindFlag(table.words[table.at[id]! + 1]!);
  const bitsOffset = hasBitFields ? word & 0xffffff : word;
  return {
    offset: offset + Math.floor(bitsOffset / 8),
    bitsOffset: bitsOffset % 8,
    bits: hasBitFields ? word >>> 24 : 0,
  };
}

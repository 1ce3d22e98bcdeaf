import type { DataModel } from "./data-models.js";

/** How far the layout of a struct or union has come. */
export interface RecordCursor {
  /** Bits in use: in a struct the offset of the first free bit, in a union the size of the largest member. */
  readonly usedBits: number;
  /** Bytes: the strictest alignment of the members so far. */
  readonly align: number;
}

/** A member to be placed. Its sizes and alignments are those of its declared type. */
export interface MemberShape {
  /** Bytes; 0 for a flexible array. */
  readonly size: number;
  /** Bytes. */
  readonly align: number;
  /** The width of a bit-field, in bits; 0 closes the storage unit. Absent for a plain member. */
  readonly bitSize?: number;
  /** Whether a bit-field has no name; one of width 0 never has. */
  readonly unnamed?: boolean;
  /** Whether the member or its record is `__attribute__((packed))`. */
  readonly packed?: boolean;
  /** Bytes, of the member's own `__attribute__((aligned(n)))`. */
  readonly alignAtLeast?: number;
  /** Bytes, of `#pragma pack(n)`. */
  readonly alignAtMost?: number;
}

/** Where a member went, and the record with it. */
export interface Placement {
  /** Bits from the start of the record. */
  readonly bitsOffset: number;
  readonly cursor: RecordCursor;
}

/** A record without members. */
export const EMPTY_RECORD: RecordCursor = { usedBits: 0, align: 1 };

const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/**
 * Places the next member of a struct or union by the rules of the System V ABIs, as clang does: a plain member at the next
 * multiple of its alignment; a bit-field at the next bit, unless it would then cross a boundary of its type's storage unit.
 * The model says only whether bit-fields without a name align the record. Pure; exact up to 2^50 bytes. The rules one by
 * one, with examples: docs/c-declarations.md.
 *
 * @example
 * ```ts
 * const model = dataModel("bpf");
 * const a = placeMember(EMPTY_RECORD, { size: 1, align: 1 }, model); // char a;     at bit 0
 * const b = placeMember(a.cursor, { size: 4, align: 4, bitSize: 30 }, model); // int b : 30; at bit 32
 * finishRecord(b.cursor); // { size: 8, align: 4 }
 * ```
 */
export function placeMember(
  cursor: RecordCursor,
  member: MemberShape,
  model: Pick<DataModel, "unnamedBitFieldsAlign">,
  isUnion = false,
): Placement {
  const { bitSize } = member;
  return bitSize === undefined
    ? placePlain(cursor, member, isUnion)
    : placeBitField(cursor, member, bitSize, model.unnamedBitFieldsAlign === true, isUnion);
}

function placePlain(cursor: RecordCursor, member: MemberShape, isUnion: boolean): Placement {
  const { alignAtLeast = 1, alignAtMost = Infinity } = member;
  const align = Math.min(Math.max(member.packed === true ? 1 : member.align, alignAtLeast), alignAtMost);
  const bitsOffset = isUnion ? 0 : alignUp(cursor.usedBits, align * 8);
  return advance(cursor, bitsOffset, member.size * 8, align);
}

function placeBitField(
  cursor: RecordCursor,
  member: MemberShape,
  bitSize: number,
  unnamedAlign: boolean,
  isUnion: boolean,
): Placement {
  const { alignAtLeast, alignAtMost, packed = false } = member;
  const typeBits = member.align * 8;
  const atLeastBits = (alignAtLeast ?? 0) * 8;
  let alignBits = Math.max(packed && bitSize > 0 ? 1 : typeBits, atLeastBits);
  // #pragma pack also undoes packed: clang then takes the type's alignment as far as the pragma lets it.
  if (alignAtMost !== undefined && bitSize > 0) {
    alignBits = Math.min(Math.max(typeBits, atLeastBits), alignAtMost * 8);
  }
  const free = isUnion ? 0 : cursor.usedBits;
  const crosses = alignAtMost === undefined && (free % alignBits) + bitSize > member.size * 8;
  let bitsOffset = free;
  if (bitSize === 0 || crosses) bitsOffset = alignUp(free, alignBits);
  else if (alignAtLeast !== undefined && alignAtLeast <= (alignAtMost ?? Infinity)) {
    bitsOffset = alignUp(free, atLeastBits);
  }
  const unnamed = member.unnamed === true || bitSize === 0;
  return advance(cursor, bitsOffset, bitSize, unnamed && !unnamedAlign ? 1 : Math.max(alignBits / 8, 1));
}

function advance(cursor: RecordCursor, bitsOffset: number, bits: number, align: number): Placement {
  const usedBits = Math.max(cursor.usedBits, bitsOffset + bits);
  return { bitsOffset, cursor: { usedBits, align: Math.max(cursor.align, align) } };
}

/**
 * The size and alignment, in bytes, of a record whose members are all placed. `alignAtLeast` is the record's own
 * `__attribute__((aligned(n)))`, in bytes.
 *
 * @example
 * ```ts
 * finishRecord({ usedBits: 40, align: 4 }); // { size: 8, align: 4 }
 * ```
 */
export function finishRecord(
  cursor: RecordCursor,
  alignAtLeast = 1,
): { readonly size: number; readonly align: number } {
  const align = Math.max(cursor.align, alignAtLeast);
  return { size: alignUp(Math.ceil(cursor.usedBits / 8), align), align };
}

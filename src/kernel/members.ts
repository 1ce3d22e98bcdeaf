import { KIND } from "../wire/kinds.js";
import { IS, is } from "./kind-sets.js";
import type { Load } from "./load.js";
import { refuseType } from "./refuse.js";
import type { VerifyRule } from "./rules.js";
import { isRegularInt, NO_SIZE, sized } from "./sizes.js";

const HEAD_WORDS = 3;
const POINTER_SIZE = 8;
/** Bits that the kernel takes every enum to have as a bit-field. */
const ENUM_BITS = 32;

/**
 * A test of one member: the rule that it breaks, if any. `type` is the type behind typedefs and qualifiers, `size` the
 * struct's in bytes, `offset` and `bitfield` the member's in bits. Numbers and not an object: there are half a million
 * members in a kernel's types.
 */
type MemberTest = (load: Load, type: number, size: number, offset: number, bitfield: number) => VerifyRule | undefined;

/** Bits that begin at `offset` must end within the struct, and can't be more than an INT is read with. */
function bitsFit(load: Load, size: number, offset: number, bits: number): VerifyRule | undefined {
  const copied = bits + (offset & 7);
  if (copied > load.profile.maxIntBits) return "member-bits";
  const start = Math.floor(offset / 8);
  return size >= start && size - start >= (copied + 7) >>> 3 ? undefined : "member-end";
}

function bytesFit(bytes: number, size: number, offset: number): VerifyRule | undefined {
  if ((offset & 7) !== 0) return "member-byte";
  return size - (offset >>> 3) >= bytes ? undefined : "member-end";
}

const sizeWord = ({ words, starts }: Load, type: number): number => words[starts[type]! + 2]!;

const int: MemberTest = (load, type, size, offset) => {
  const data = load.words[load.starts[type]! + 3]!;
  const start = offset + ((data >>> 16) & 0xff);
  return start > 0xffffffff ? "member-offset-overflow" : bitsFit(load, size, start, data & 0xff);
};

const bitfieldInt: MemberTest = (load, type, size, offset, bitfield) => {
  const at = load.starts[type]!;
  if (!isRegularInt(load, at)) return "bitfield-base";
  const bits = load.words[at + 3]! & 0xff;
  if (bitfield > bits) return "bitfield-size";
  if (bitfield === 0 && (offset & 7) !== 0) return "bitfield-offset";
  return bitsFit(load, size, offset, bitfield === 0 ? bits : bitfield);
};

const pointer: MemberTest = (_, __, size, offset) => bytesFit(POINTER_SIZE, size, offset);
const array: MemberTest = (load, type, size, offset) => bytesFit(load.resolvedSizes[type]!, size, offset);
const bySize: MemberTest = (load, type, size, offset) => bytesFit(sizeWord(load, type), size, offset);

const float: MemberTest = (load, type, size, offset) => {
  const bytes = sizeWord(load, type);
  if (offset % (8 * Math.min(8, bytes)) !== 0) return "member-alignment";
  return (offset >>> 3) + bytes <= size ? undefined : "member-end";
};

/** The enum's own size is not looked at: 32 bits are taken for all of them. */
const bitfieldEnum: MemberTest = (_, __, size, offset, bitfield) => {
  if (bitfield === 0 && (offset & 7) !== 0) return "member-byte";
  if (bitfield > ENUM_BITS) return "bitfield-size";
  return Math.ceil((offset + (bitfield === 0 ? ENUM_BITS : bitfield)) / 8) <= size ? undefined : "member-end";
};

const noBitfield =
  (test: MemberTest): MemberTest =>
  (load, type, size, offset, bitfield) =>
    bitfield === 0 ? test(load, type, size, offset, 0) : "bitfield-size";

/** What a member of a kind must be like: in a struct without kind_flag, and in one with it. */
const TESTS: (readonly [plain: MemberTest, flagged: MemberTest] | undefined)[] = [];
TESTS[KIND.INT] = [int, bitfieldInt];
TESTS[KIND.PTR] = [pointer, noBitfield(pointer)];
TESTS[KIND.ARRAY] = [array, noBitfield(array)];
TESTS[KIND.STRUCT] = [bySize, noBitfield(bySize)];
TESTS[KIND.UNION] = [bySize, noBitfield(bySize)];
TESTS[KIND.ENUM] = [bySize, bitfieldEnum];
TESTS[KIND.ENUM64] = [bySize, bitfieldEnum];
TESTS[KIND.FLOAT] = [float, noBitfield(float)];

/**
 * Checks a member whose type is resolved. `seenAs` is the type whose kind decides: the member's own but where a
 * release cut its id to 16 bits.
 */
export function checkMember(load: Load, id: number, at: number, index: number, seenAs: number): boolean {
  const { words, kinds } = load;
  const member = at + HEAD_WORDS + index * 3;
  let typeId = words[member + 1]!;
  let kind = kinds[seenAs]!;
  let decides = seenAs;
  if (is(kind, IS.modifier)) {
    const final = sized(load, typeId);
    if (final === NO_SIZE) return refuseType(load, "member-type", { id, at, index, word: member + 1 });
    typeId = final;
    decides = final;
    kind = kinds[final]!;
  } else if (kind === KIND.ARRAY) decides = typeId;
  const raw = words[member + 2]!;
  const flagged = load.kindFlagAt(at);
  const test = TESTS[kind]?.[flagged ? 1 : 0];
  if (test === undefined) {
    return refuseType(load, flagged ? "member-kind-flagged" : "member-kind", { id, at, index, word: member + 1 });
  }
  const rule = flagged
    ? test(load, decides, words[at + 2]!, raw & 0xffffff, raw >>> 24)
    : test(load, decides, words[at + 2]!, raw, 0);
  if (rule === undefined) return true;
  return refuseType(load, rule, { id, at, index, typeId, word: member + 2 }, load.profile.maxIntBits);
}

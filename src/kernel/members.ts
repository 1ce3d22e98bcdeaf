import { KIND } from "../wire/kinds.js";
import { IS, is } from "./kind-sets.js";
import type { Load } from "./load.js";
import { refuseType } from "./refuse.js";
import type { VerifyRule } from "./rules.js";
import { isRegularInt, NO_SIZE, sized } from "./sizes.js";

const POINTER_SIZE = 8;
/** Bits that the kernel takes every enum to have as a bit-field. */
const ENUM_BITS = 32;

/** A member as the tests see it; offsets and bits are bits, sizes bytes. */
interface Place {
  readonly load: Load;
  /** The struct's id, first word and size. */
  readonly id: number;
  readonly at: number;
  readonly size: number;
  readonly index: number;
  /** The type id that a refusal prints: the type's behind typedefs and qualifiers. */
  readonly typeId: number;
  /** First word of the type that decides. */
  readonly typeAt: number;
  readonly offset: number;
  readonly bitfield: number;
}

type MemberTest = (place: Place) => boolean;

function no({ load, id, at, index, typeId }: Place, rule: VerifyRule, value = 0): false {
  return refuseType(load, rule, { id, at, index, typeId, word: at + 5 + index * 3 }, value);
}

/** Bits that begin at `offset` must end within the struct, and can't be more than an INT is read with. */
function bitsFit(place: Place, offset: number, bits: number): boolean {
  const most = place.load.profile.maxIntBits;
  const copied = bits + (offset & 7);
  if (copied > most) return no(place, "member-bits", most);
  const start = Math.floor(offset / 8);
  return (place.size >= start && place.size - start >= (copied + 7) >>> 3) || no(place, "member-end");
}

function bytesFit(place: Place, bytes: number): boolean {
  if ((place.offset & 7) !== 0) return no(place, "member-byte");
  return place.size - Math.floor(place.offset / 8) >= bytes || no(place, "member-end");
}

const int: MemberTest = (place) => {
  const data = place.load.words[place.typeAt + 3]!;
  const offset = place.offset + ((data >>> 16) & 0xff);
  if (offset > 0xffffffff) return no(place, "member-offset-overflow");
  return bitsFit(place, offset, data & 0xff);
};

const bitfieldInt: MemberTest = (place) => {
  if (!isRegularInt(place.load, place.typeAt)) return no(place, "bitfield-base");
  const bits = place.load.words[place.typeAt + 3]! & 0xff;
  if (place.bitfield === 0) {
    if ((place.offset & 7) !== 0) return no(place, "bitfield-offset");
    return bitsFit(place, place.offset, bits);
  }
  if (place.bitfield > bits) return no(place, "bitfield-size");
  return bitsFit(place, place.offset, place.bitfield);
};

const pointer: MemberTest = (place) => bytesFit(place, POINTER_SIZE);
const array: MemberTest = (place) => bytesFit(place, place.load.resolvedSizes[place.typeId]!);
const bySize: MemberTest = (place) => bytesFit(place, place.load.words[place.typeAt + 2]!);

const float: MemberTest = (place) => {
  const size = place.load.words[place.typeAt + 2]!;
  if (place.offset % (8 * Math.min(8, size)) !== 0) return no(place, "member-alignment");
  return Math.floor(place.offset / 8) + size <= place.size || no(place, "member-end");
};

/** The enum's own size is not looked at: 32 bits are taken for all of them. */
const bitfieldEnum: MemberTest = (place) => {
  let bits = place.bitfield;
  if (bits === 0) {
    if ((place.offset & 7) !== 0) return no(place, "member-byte");
    bits = ENUM_BITS;
  } else if (bits > ENUM_BITS) return no(place, "bitfield-size");
  return Math.ceil((place.offset + bits) / 8) <= place.size || no(place, "member-end");
};

const noBitfield =
  (test: MemberTest): MemberTest =>
  (place) =>
    place.bitfield === 0 ? test(place) : no(place, "bitfield-size");

/** What a member of a kind must be like: in a struct without kind_flag, and in one with it. */
const TESTS = new Map<number, readonly [plain: MemberTest, flagged: MemberTest]>([
  [KIND.INT, [int, bitfieldInt]],
  [KIND.PTR, [pointer, noBitfield(pointer)]],
  [KIND.ARRAY, [array, noBitfield(array)]],
  [KIND.STRUCT, [bySize, noBitfield(bySize)]],
  [KIND.UNION, [bySize, noBitfield(bySize)]],
  [KIND.ENUM, [bySize, bitfieldEnum]],
  [KIND.ENUM64, [bySize, bitfieldEnum]],
  [KIND.FLOAT, [float, noBitfield(float)]],
]);

/**
 * Checks a member whose type is resolved. `seenAs` is the type whose kind decides: the member's own but where a
 * release cut its id to 16 bits.
 */
export function checkMember(
  load: Load,
  id: number,
  at: number,
  index: number,
  seenKind: number,
  seenAs: number,
): boolean {
  const { words, starts } = load;
  const member = at + 3 + index * 3;
  let typeId = words[member + 1]!;
  let kind = seenKind;
  let typeAt = starts[seenAs]!;
  if (is(kind, IS.modifier)) {
    const final = sized(load, typeId);
    if (final === NO_SIZE) return refuseType(load, "member-type", { id, at, index, word: member + 1 });
    typeId = final;
    kind = load.kinds[final]!;
    typeAt = starts[final]!;
  }
  const raw = words[member + 2]!;
  const flagged = load.kindFlagAt(at);
  const test = TESTS.get(kind)?.[flagged ? 1 : 0];
  if (test === undefined) {
    return refuseType(load, flagged ? "member-kind-flagged" : "member-kind", { id, at, index, word: member + 1 });
  }
  return test({
    load,
    id,
    at,
    size: words[at + 2]!,
    index,
    typeId,
    typeAt,
    offset: flagged ? raw & 0xffffff : raw,
    bitfield: flagged ? raw >>> 24 : 0,
  });
}

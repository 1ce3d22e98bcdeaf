import { infoKindFlag, infoVlen, KIND, packInfo } from "../../wire/kinds.js";
import { IS, is, KIND_BITS } from "../kind-sets.js";
import type { Draft } from "./draft.js";
import type { LowerRule } from "./lower-rules.js";

/** Longest chain of typedefs and qualifiers that is followed; no kernel takes a longer one. */
const MAX_CHAIN = 64;
const KIND_FLAG = 0x80000000;
const SIGNED = 1 << 24;
/** Bits that a kernel takes every enum to have in a STRUCT with kind_flag. */
const ENUM_BITS = 32;

/** The type behind typedefs, qualifiers and tags. */
function behind(
  { kinds, starts, words, endId }: Pick<Draft, "kinds" | "starts" | "words" | "endId">,
  id: number,
): number {
  let at = id;
  for (let i = 0; i < MAX_CHAIN && at < endId && is(kinds[at]!, IS.modifier); i++) at = words[starts[at]! + 2]!;
  return at;
}

/** Marks every enum that will become another kind for this kernel, and what leads to it; undefined when there is none. */
function markFallenEnums({ profile, kinds, endId, starts, words }: Draft): Uint8Array | undefined {
  if (profile.kinds.has(KIND.ENUM64) && profile.enumSizes !== "4") return undefined;
  let marks: Uint8Array | undefined;
  const falls64 = !profile.kinds.has(KIND.ENUM64);
  const fallsBySize = profile.enumSizes === "4";
  const { ENUM, ENUM64 } = KIND;
  for (let id = 1; id < endId; id++) {
    const kind = kinds[id]!;
    if (kind !== ENUM && kind !== ENUM64) continue;
    if (kind === ENUM64 ? !falls64 : !fallsBySize || words[starts[id]! + 2] === 4) continue;
    marks ??= new Uint8Array(endId);
    marks[id] = 1;
  }
  if (marks === undefined) return undefined;
  const bits = KIND_BITS;
  const { modifier } = IS;
  for (let id = 1; id < endId; id++) {
    if ((bits[kinds[id]!]! & modifier) === 0) continue;
    let at = id;
    for (let i = 0; i < MAX_CHAIN && at < endId && (bits[kinds[at]!]! & modifier) !== 0; i++)
      at = words[starts[at]! + 2]!;
    if (marks[at] === 1) marks[id] = 1;
  }
  return marks;
}

/** A member that needs another INT: of how many bits, from which bit of it on, and why. */
interface Narrowed {
  readonly rule: LowerRule;
  readonly bits: number;
  readonly bitsOffset: number;
  readonly size: number;
  readonly encoding: number;
  readonly name: number;
}

/** What a member of INT type needs, when this kernel could not read its bits. */
function narrowInt(
  draft: Draft,
  type: number,
  offset: number,
  bitfield: number,
  keepsFlag: boolean,
): Narrowed | undefined {
  const { words, starts, profile } = draft;
  const at = starts[type]!;
  const data = words[at + 3]!;
  const isWide = profile.maxIntBits === 64 && (data & 0xff) + ((data >>> 16) & 0xff) > 64;
  // What `narrowInt` of the downgrades makes of an INT of more than 64 bits.
  const ownBits = isWide ? 64 : data & 0xff;
  const bitsOffset = isWide ? 0 : (data >>> 16) & 0xff;
  const wanted = bitfield === 0 ? ownBits : Math.min(bitfield, ownBits);
  const room = profile.maxIntBits - ((offset + bitsOffset) & 7);
  const bits = Math.min(wanted, room);
  const needs = keepsFlag ? bitfield > bits : bits !== ownBits;
  if (!needs) return undefined;
  const rule = bitfield === 0 ? "int-split" : keepsFlag ? "int-split" : "bit-field";
  return { rule, bits, bitsOffset, size: words[at + 2]!, encoding: data & 0x0f000000, name: words[at]! };
}

/** What a member of an enum type needs in a STRUCT with kind_flag, when the enum will be no enum or is a bit-field. */
function narrowEnum(draft: Draft, type: number, bitfield: number, keepsFlag: boolean): Narrowed | undefined {
  const { words, starts, profile, kinds } = draft;
  const at = starts[type]!;
  const is64 = kinds[type] === KIND.ENUM64;
  const stays = is64 ? profile.kinds.has(KIND.ENUM64) : profile.enumSizes !== "4" || words[at + 2] === 4;
  if (stays && (keepsFlag || bitfield === 0)) return undefined;
  const rule = is64 ? "bit-field-enum" : stays ? "bit-field" : "bit-field-small-enum";
  const bits = bitfield === 0 ? ENUM_BITS : bitfield;
  const size = bits > ENUM_BITS ? 8 : 4;
  const encoding = infoKindFlag(words[at + 1]!) ? SIGNED : 0;
  // A kernel that keeps the flag reads the size of the bit-field from the member, and wants a whole INT.
  return { rule, bits: keepsFlag ? size * 8 : bits, bitsOffset: 0, size, encoding, name: words[at]! };
}

function lowerMember(draft: Draft, id: number, index: number, flagged: boolean, keepsFlag: boolean): void {
  const at = draft.element(id, index);
  const typeId = draft.words[at + 1]!;
  const raw = draft.words[at + 2]!;
  const bitfield = flagged ? raw >>> 24 : 0;
  const offset = flagged ? raw & 0xffffff : raw;
  const type = behind(draft, typeId);
  const kind = draft.kindOf(type);
  let narrowed: Narrowed | undefined;
  if (kind === KIND.INT) narrowed = narrowInt(draft, type, offset, bitfield, keepsFlag);
  else if (flagged && (kind === KIND.ENUM || kind === KIND.ENUM64)) {
    narrowed = narrowEnum(draft, type, bitfield, keepsFlag);
  }
  if (narrowed === undefined) return;
  const { rule, bits, bitsOffset, size, encoding, name } = narrowed;
  // With kind_flag the member says how many bits, and its type stays.
  if (keepsFlag && kind === KIND.INT) {
    draft.rewriteElement(rule, id, index, (words, element) => {
      words[element + 2] = ((bits << 24) | offset) >>> 0;
    });
    return;
  }
  const int = draft.int(rule, name, size, encoding | (bitsOffset << 16) | bits);
  draft.rewriteElement(rule, id, index, (words, element) => {
    words[element + 1] = int;
  });
}

/**
 * Members that a kernel can't read as they are: bit-fields where it knows no kind_flag (before 5.0), bit-fields of
 * enums that it gets as another kind (before 6.0), and more than 64 bits (before 5.1). Runs before kinds are rewritten.
 */
export function lowerBitFields(draft: Draft): void {
  const { profile } = draft;
  const knowsFlag = profile.infoReserved < KIND_FLAG;
  const isNarrow = profile.maxIntBits === 64;
  const fallen = markFallenEnums(draft);
  if (knowsFlag && !isNarrow && fallen === undefined) return;
  // Where the kernel knows the flag and wide INTs, only members of such enums need anything.
  const only = knowsFlag && !isNarrow ? fallen : undefined;
  const { STRUCT, UNION } = KIND;
  for (let id = 1, end = draft.endId; id < end; id++) {
    const kind = draft.kinds[id];
    if (kind !== STRUCT && kind !== UNION) continue;
    const info = draft.words[draft.starts[id]! + 1]!;
    const flagged = info >= KIND_FLAG;
    if (!flagged && !isNarrow) continue;
    const vlen = infoVlen(info);
    for (let i = 0; i < vlen; i++) {
      if (only !== undefined && only[draft.words[draft.starts[id]! + 4 + i * 3]!] !== 1) continue;
      lowerMember(draft, id, i, flagged, flagged && knowsFlag);
    }
    if (flagged && !knowsFlag) dropFlag(draft, id, kind, vlen);
  }
}

/** Without kind_flag the whole word is the offset. */
function dropFlag(draft: Draft, id: number, kind: number, vlen: number): void {
  draft.rewrite("struct-flag", id, (words, at) => {
    words[at + 1] = packInfo(kind, vlen);
    for (let i = 0; i < vlen; i++) words[at + 5 + i * 3]! &= 0xffffff;
  });
}

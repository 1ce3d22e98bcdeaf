import { KIND, KIND_LIMIT, KIND_NAMES, KINDS } from "../wire/kinds.js";
import { writeEntryLine, writeMemberLine, writeTypeLine, writeValueLine } from "./lines.js";
import type { Load } from "./load.js";
import { NAME } from "./names.js";
import type { Profile } from "./profile.js";
import { refuse, refuseType } from "./refuse.js";
import type { VerifyRule } from "./rules.js";

const HEAD_WORDS = 3;
const HEAD_BYTES = 12;

/** A type in the meta pass: its id, its first word, and its `info` taken apart. */
interface Seen {
  id: number;
  at: number;
  vlen: number;
  kindFlag: boolean;
}

/** One test of a kind's rule: true when the type passes. */
type Test = (load: Load, seen: Seen) => boolean;

const no = (load: Load, rule: VerifyRule, { id, at }: Seen, word: number, ...values: number[]): false =>
  refuseType(load, rule, { id, at, word: at + word }, ...values);
const noElement = (load: Load, rule: VerifyRule, { id, at }: Seen, index: number, word: number, value = 0): false =>
  refuseType(load, rule, { id, at, word, index }, value);

// Tests that several kinds share. Words of a type: 0 is the name, 1 info, 2 the size or type, 3 what the kind adds.

const noVlen: Test = (load, seen) => seen.vlen === 0 || no(load, "vlen", seen, 1);
const noKindFlag: Test = (load, seen) => !seen.kindFlag || no(load, "kind-flag", seen, 1);
const noName: Test = (load, seen) =>
  load.words[seen.at] === 0 || !load.profile.checksNames || no(load, "no-name", seen, 0);
const tagKindFlag: Test = (load, seen) => load.profile.tagAttributes || noKindFlag(load, seen);
const targetId: Test = (load, seen) =>
  load.words[seen.at + 2]! <= load.profile.maxTypeId || no(load, "type-id-range", seen, 2);
const printed: Test = (load, { id, at }) => {
  if (load.log !== undefined) writeTypeLine(load, load.log, id, at);
  return true;
};

/** Whether the name at an offset may be what the bit says; before 5.0 nobody looked. */
const nameIs = (load: Load, offset: number, bit: number): boolean =>
  !load.profile.checksNames || (load.nameBits[offset]! & bit) !== 0;

const requiredName =
  (bit: number, rule: VerifyRule = "name"): Test =>
  (load, seen) =>
    nameIs(load, load.words[seen.at]!, bit) || no(load, rule, seen, 0);
const name = requiredName(NAME.identifier);
const nameOrNone: Test = (load, seen) => load.words[seen.at] === 0 || name(load, seen);
const tagText =
  (rule: VerifyRule): Test =>
  (load, seen) =>
    load.strings[load.words[seen.at]!] !== 0 || no(load, rule, seen, 0);

// Tests of one kind.

const intData: Test = (load, seen) => {
  const { words, profile } = load;
  const data = words[seen.at + 3]!;
  if (data >>> 28 !== 0) return no(load, "int-data", seen, 3, data);
  const bits = (data & 0xff) + ((data >>> 16) & 0xff);
  if (bits > profile.maxIntBits) return no(load, "int-bits", seen, 3, profile.maxIntBits);
  if ((bits + 7) >>> 3 > words[seen.at + 2]!) return no(load, "int-size", seen, 3);
  const encoding = (data >>> 24) & 0xf;
  return encoding <= 2 || encoding === 4 || no(load, "int-encoding", seen, 3);
};

const arrayWords: Test = (load, seen) => {
  const { words, profile } = load;
  const { at } = seen;
  if (words[at + 2] !== 0) return no(load, "array-size", seen, 2);
  if (words[at + 3] === 0 || words[at + 3]! > profile.maxTypeId) return no(load, "array-element", seen, 3);
  return (words[at + 4] !== 0 && words[at + 4]! <= profile.maxTypeId) || no(load, "array-index", seen, 4);
};

const members =
  (isUnion: boolean): Test =>
  (load, seen) => {
    const { words, profile, log, strings } = load;
    const { at, vlen, kindFlag } = seen;
    const size = words[at + 2]!;
    let last = 0;
    for (let i = 0; i < vlen; i++) {
      const member = at + HEAD_WORDS + i * 3;
      const nameOffset = words[member]!;
      if (nameOffset >= strings.length) return noElement(load, "member-name-offset", seen, i, member, nameOffset);
      if (nameOffset !== 0 && !nameIs(load, nameOffset, NAME.identifier)) {
        return noElement(load, "member-name", seen, i, member);
      }
      const type = words[member + 1]!;
      if (type === 0 || type > profile.maxTypeId) return noElement(load, "member-type-id", seen, i, member + 1);
      const offset = kindFlag ? words[member + 2]! & 0xffffff : words[member + 2]!;
      if ((isUnion && offset !== 0) || (offset < last && profile.ascendingMembers)) {
        return noElement(load, "member-offset", seen, i, member + 2);
      }
      if (Math.ceil(offset / 8) > size) {
        const rule = profile.memberWording === "Memmber" ? "member-beyond-4.18" : "member-beyond";
        return noElement(load, rule, seen, i, member + 2);
      }
      if (log !== undefined) writeMemberLine(load, log, at, i, type);
      last = offset;
    }
    return true;
  };

const enumSize: Test = (load, seen) => {
  const size = load.words[seen.at + 2]!;
  if (load.profile.enumSizes === "4") return size === 4 || no(load, "enum-size-4", seen, 2);
  return size === 1 || size === 2 || size === 4 || size === 8 || no(load, "enum-size", seen, 2);
};

const enumKindFlag: Test = (load, seen) => load.profile.signedEnums || noKindFlag(load, seen);

const enumerators =
  (wide: boolean): Test =>
  (load, seen) => {
    const { words, log, strings, profile } = load;
    const signed = seen.kindFlag || !profile.signedEnums;
    const step = wide ? 3 : 2;
    for (let i = 0; i < seen.vlen; i++) {
      const value = seen.at + HEAD_WORDS + i * step;
      const nameOffset = words[value]!;
      if (nameOffset >= strings.length) return noElement(load, "value-name-offset", seen, i, value, nameOffset);
      if (!nameIs(load, nameOffset, NAME.identifier)) return noElement(load, "value-name", seen, i, value);
      if (log !== undefined) writeValueLine(load, log, value, wide, signed);
    }
    return true;
  };

const funcLinkage: Test = (load, seen) => {
  const { funcLinkage: highest } = load.profile;
  if (highest === "none") return seen.vlen === 0 || no(load, "func-vlen", seen, 1);
  return seen.vlen <= (highest === "extern" ? 2 : 1) || no(load, "func-linkage", seen, 1);
};

const varTypeAndLinkage: Test = (load, seen) => {
  const { words, profile } = load;
  const type = words[seen.at + 2]!;
  if (type === 0 || type > profile.maxTypeId) return no(load, "type-id-range", seen, 2);
  return words[seen.at + 3]! <= (profile.externVar ? 2 : 1) || no(load, "var-linkage", seen, 3);
};

/** With an extern what-if, entries are measured in the resolve pass, where it is known what they are of. */
const takesExterns = ({ externFunc, externVar }: Profile): boolean => externFunc || externVar;

const datasecSize: Test = (load, seen) => {
  const { words, profile } = load;
  if (!profile.emptyDatasec && seen.vlen === 0) return no(load, "datasec-empty", seen, 1);
  return words[seen.at + 2] !== 0 || takesExterns(profile) || no(load, "datasec-size", seen, 2);
};

const entries: Test = (load, seen) => {
  const { words, profile, log } = load;
  const { at, vlen } = seen;
  const size = words[at + 2]!;
  const loose = takesExterns(profile);
  let end = 0;
  let sum = 0;
  for (let i = 0; i < vlen; i++) {
    const entry = at + HEAD_WORDS + i * 3;
    const type = words[entry]!;
    const offset = words[entry + 1]!;
    const length = words[entry + 2]!;
    if (type === 0 || type > profile.maxTypeId) return noElement(load, "entry-type-id", seen, i, entry);
    if (offset < end || (!loose && offset >= size)) return noElement(load, "entry-offset", seen, i, entry + 1);
    if (!loose && (length === 0 || length > size)) return noElement(load, "entry-size", seen, i, entry + 2);
    // The kernel adds in 32 bits: an entry that wraps has its end near 0.
    end = (offset + length) >>> 0;
    if (!loose && end > size) return noElement(load, "entry-end", seen, i, entry + 2);
    if (log !== undefined) writeEntryLine(load, log, at, i);
    sum += length;
  }
  return (loose ? end : sum) <= size || no(load, "datasec-sum", seen, 2);
};

const floatSize: Test = (load, seen) => {
  const size = load.words[seen.at + 2]!;
  return size === 2 || size === 4 || size === 8 || size === 12 || size === 16 || no(load, "float-size", seen, 2);
};

const component: Test = (load, seen) => (load.words[seen.at + 3]! | 0) >= -1 || no(load, "component-range", seen, 3);

const reference = (nameRule: Test, kindFlagRule = noKindFlag): readonly Test[] => [
  noVlen,
  kindFlagRule,
  targetId,
  nameRule,
  printed,
];

/** What the meta pass tests, by kind, in the kernel's order; `printed` is where the type's line comes. */
const RULES_BY_KIND: Readonly<Record<number, readonly Test[]>> = {
  [KIND.INT]: [noVlen, noKindFlag, intData, printed],
  [KIND.PTR]: reference(noName),
  [KIND.TYPEDEF]: reference(name),
  [KIND.CONST]: reference(noName),
  [KIND.VOLATILE]: reference(noName),
  [KIND.RESTRICT]: reference(noName),
  [KIND.TYPE_TAG]: reference(tagText("tag-name"), tagKindFlag),
  [KIND.FWD]: [noVlen, (load, seen) => load.words[seen.at + 2] === 0 || no(load, "fwd-type", seen, 2), name, printed],
  [KIND.ARRAY]: [noName, noVlen, noKindFlag, arrayWords, printed],
  [KIND.STRUCT]: [nameOrNone, printed, members(false)],
  [KIND.UNION]: [nameOrNone, printed, members(true)],
  [KIND.ENUM]: [enumKindFlag, enumSize, nameOrNone, printed, enumerators(false)],
  [KIND.ENUM64]: [enumSize, nameOrNone, printed, enumerators(true)],
  [KIND.FUNC_PROTO]: [noName, noKindFlag, printed],
  [KIND.FUNC]: [name, funcLinkage, noKindFlag, printed],
  [KIND.VAR]: [noVlen, noKindFlag, requiredName(NAME.variable), varTypeAndLinkage, printed],
  [KIND.DATASEC]: [datasecSize, noKindFlag, requiredName(NAME.section, "section-name"), printed, entries],
  [KIND.FLOAT]: [noVlen, noKindFlag, floatSize, printed],
  [KIND.DECL_TAG]: [tagText("tag-value"), noVlen, tagKindFlag, component, printed],
};

/** Bytes that a type has after its first three words: fixed ones, and for each element. */
const FIXED = new Uint8Array(KIND_LIMIT);
const ELEMENT = new Uint8Array(KIND_LIMIT);
for (const kindName of KIND_NAMES) {
  const row = KINDS[kindName];
  FIXED[row.kind] = row.trailer.length * 4;
  ELEMENT[row.kind] = row.element.length * 4;
}

/** The tests that every type has in common; the bytes that it takes, or -1 when it was refused. */
function checkHead(load: Load, seen: Seen, left: number): number {
  const { words, profile, strings } = load;
  const { id, at } = seen;
  if (left < HEAD_BYTES) return refuseHead(load, "type-cut", seen, 0, left, HEAD_BYTES);
  const info = words[at + 1]!;
  if ((info & profile.infoReserved) !== 0) return refuseHead(load, "info", seen, 1, info);
  const kind = (info >>> 24) & profile.kindMask;
  if (!profile.kinds.has(kind)) return refuseHead(load, "kind", seen, 1, kind);
  const nameOffset = words[at]!;
  if (nameOffset >= strings.length) return refuseHead(load, "name-offset", seen, 0, nameOffset);
  seen.vlen = info & profile.vlenMask;
  seen.kindFlag = info >>> 31 === 1;
  const needed = FIXED[kind]! + ELEMENT[kind]! * seen.vlen;
  if (left - HEAD_BYTES < needed) {
    refuseType(load, "elements-cut", { id, at, word: at + 1 }, left - HEAD_BYTES, needed);
    return -1;
  }
  return HEAD_BYTES + needed;
}

function refuseHead(load: Load, rule: VerifyRule, { id, at }: Seen, word: number, ...values: number[]): -1 {
  refuseType(load, rule, { id, at, word: at + word }, ...values);
  return -1;
}

/** All types in the order of their ids, each by itself: fills the index that the resolve pass needs. */
export function checkMetas(load: Load): boolean {
  const { words, profile, typeBytes } = load;
  const most = Math.min(Math.floor(words.length / HEAD_WORDS) + 1, profile.maxTypeId);
  const starts = new Uint32Array(most);
  const kinds = new Uint8Array(most);
  load.starts = starts;
  load.kinds = kinds;
  const seen: Seen = { id: 0, at: 0, vlen: 0, kindFlag: false };
  let at = 0;
  for (let id = 1; at * 4 < typeBytes; id++) {
    seen.id = id;
    seen.at = at;
    const length = checkHead(load, seen, typeBytes - at * 4);
    if (length < 0) return false;
    const kind = (words[at + 1]! >>> 24) & profile.kindMask;
    for (const test of RULES_BY_KIND[kind]!) if (!test(load, seen)) return false;
    // Beyond the limit a kernel says so and goes on: the type is judged and printed, but not kept.
    if (id < most) {
      starts[id] = at;
      kinds[id] = kind;
      load.count = id + 1;
    } else refuse(load, "type-limit");
    at += length / 4;
  }
  load.fault = undefined;
  return true;
}

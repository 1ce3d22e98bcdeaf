import type { Profile } from "./profile.js";

/** What a name may be, as a bit: see {@link classifyNames}. */
export const NAME = {
  /** An identifier by the rule that holds for most kinds. */
  identifier: 1,
  /** An identifier by the rule for VARs, which took dots first. */
  variable: 2,
  /** The name of a DATASEC. */
  section: 4,
} as const;

/** What a byte may be in a name. */
const BYTE = { letter: 1, digit: 2, dot: 4, printable: 8, any: 16 } as const;

/** The kernel's own table of letters is Latin-1's, without the signs for times and divided by. */
function byteClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let code = 1; code < 256; code++) {
    classes[code] = BYTE.any;
    const upper = code & ~0x20;
    const letter =
      (upper >= 0x41 && upper <= 0x5a) || code === 0x5f || (code >= 0xc0 && code !== 0xd7 && code !== 0xf7);
    if (letter) classes[code]! |= BYTE.letter;
    if (code >= 0x30 && code <= 0x39) classes[code]! |= BYTE.digit;
    if (code === 0x2e) classes[code]! |= BYTE.dot;
    if ((code >= 0x20 && code <= 0x7e) || code >= 0xa0) classes[code]! |= BYTE.printable;
  }
  return classes;
}

/** A name's rule as bits of {@link BYTE}: what it may begin with, and what it may go on with. */
type NameRule = readonly [bit: number, first: number, rest: number];

function nameRules({ dots, sectionNames }: Profile): readonly NameRule[] {
  const dotted = BYTE.letter | BYTE.dot;
  const plain = dots === "all" ? dotted : BYTE.letter;
  const identifier = (bit: number, first: number): NameRule => [bit, first, first | BYTE.digit];
  return [
    identifier(NAME.identifier, plain),
    identifier(NAME.variable, dotted),
    sectionNames === "identifier"
      ? identifier(NAME.section, dotted)
      : [NAME.section, sectionNames === "printable" ? BYTE.printable : BYTE.any, BYTE.printable],
  ];
}

/**
 * For each byte, the {@link NAME} bits of names that it may stand in, and 8 bits higher of those that may begin with
 * it.
 */
function nameBytes(profile: Profile): Uint16Array {
  const table = new Uint16Array(256);
  const rules = nameRules(profile);
  byteClasses().forEach((of, code) => {
    for (const [bit, first, rest] of rules) {
      if ((of & first) !== 0) table[code]! |= bit << 8;
      if ((of & rest) !== 0) table[code]! |= bit;
    }
  });
  return table;
}

/** The tables of profiles, each made once. */
const tables = new WeakMap<Profile, Uint16Array>();

function tableOf(profile: Profile): Uint16Array {
  const known = tables.get(profile);
  if (known !== undefined) return known;
  const table = nameBytes(profile);
  tables.set(profile, table);
  return table;
}

/**
 * For every offset of the string section, what the name that begins there may be. One pass from the end: a name is
 * judged once, however many types share it or its end, so that the whole is linear in the input.
 */
export function classifyNames(strings: Uint8Array, profile: Profile): Uint8Array {
  const table = tableOf(profile);
  const result = new Uint8Array(strings.length);
  const limit = profile.nameLimit;
  const looksBeyondNul = profile.sectionNames === "printable-after-first";
  // What all bytes from the one after `at` to the NUL may be, and the lowest offset from which the name is not too long.
  let tail = 0;
  let longest = strings.length;
  for (let at = strings.length - 1; at >= 0; at--) {
    const bits = table[strings[at]!]!;
    if (bits !== 0 || strings[at] !== 0) {
      if (at >= longest) result[at] = (bits >>> 8) & tail;
      tail &= bits;
      continue;
    }
    // From 6.9 to 6.11 the byte that was not looked at could be the NUL itself: the name after it was judged.
    if (looksBeyondNul && (longest === strings.length || ((tail & NAME.section) !== 0 && at >= longest))) {
      result[at] = NAME.section;
    }
    tail = 0xff;
    longest = at - limit;
  }
  return result;
}

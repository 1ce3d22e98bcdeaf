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
const BYTE = { letter: 1, digit: 2, dot: 4, printable: 8 } as const;

/** The kernel's own table of letters is Latin-1's, without the signs for times and divided by. */
function byteClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let code = 1; code < 256; code++) {
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

/**
 * For each byte, the {@link NAME} bits of names that it may stand in, and 8 bits higher of those that may begin with
 * it.
 */
function nameBytes({ dots, sectionNames }: Profile): Uint16Array {
  const table = new Uint16Array(256);
  const classes = byteClasses();
  for (let code = 1; code < 256; code++) {
    const of = classes[code]!;
    const dotted = (of & BYTE.dot) !== 0;
    const starts = (of & BYTE.letter) !== 0;
    const stands = starts || (of & BYTE.digit) !== 0;
    const printable = (of & BYTE.printable) !== 0;
    const allow = (bit: number, begins: boolean, continues: boolean): void => {
      if (begins) table[code]! |= bit << 8;
      if (continues) table[code]! |= bit;
    };
    const plainDot = dotted && dots === "all";
    allow(NAME.identifier, starts || plainDot, stands || plainDot);
    allow(NAME.variable, starts || dotted, stands || dotted);
    if (sectionNames === "identifier") allow(NAME.section, starts || dotted, stands || dotted);
    else allow(NAME.section, printable || sectionNames === "printable-after-first", printable);
  }
  return table;
}

/**
 * For every offset of the string section, what the name that begins there may be. One pass from the end: a name is
 * judged once, however many types share it or its end, so that the whole is linear in the input.
 */
export function classifyNames(strings: Uint8Array, profile: Profile): Uint8Array {
  const table = nameBytes(profile);
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

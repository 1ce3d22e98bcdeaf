/** The flags of a LOC_PARAM, `enum btf_loc_param_flags` of bpf-next. */
export const LOC_FLAG = { signed: 0x1, const: 0x2, addr: 0x4, reg: 0x8, deref: 0x10, offset: 0x20 } as const;

/** Stands for the frame base instead of a register's number, `BTF_LOC_PARAM_FBREG`. */
const FRAME_BASE = 0xffffffff;

const { signed, reg, deref, offset: withOffset } = LOC_FLAG;

/** One or two words, the lower first, as a number. */
function wide(words: ArrayLike<number>, from: number, isSigned: boolean): bigint {
  const bits = (words.length - from) * 32;
  let value = 0n;
  for (let i = words.length - 1; i >= from; i--) value = (value << 32n) | BigInt(words[i]!);
  return isSigned ? BigInt.asIntN(bits, value) : value;
}

function register(number: number): string {
  return number === FRAME_BASE ? "fbreg" : `reg${number}`;
}

function hex(value: bigint): string {
  return `${value < 0n ? "-" : ""}0x${(value < 0n ? -value : value).toString(16)}`;
}

function plainText(flags: number, words: ArrayLike<number>): string | undefined {
  const isSigned = (flags & signed) !== 0;
  if ((flags & reg) === 0) {
    if ((flags & LOC_FLAG.const) === 0 || words.length < 1 || words.length > 2) return undefined;
    return `${hex(wide(words, 0, isSigned))}${(flags & LOC_FLAG.addr) === 0 ? "" : " (addr)"}`;
  }
  if (words.length === 0) return undefined;
  let text = register(words[0]!);
  if ((flags & withOffset) !== 0) {
    if (words.length < 2 || words.length > 3) return undefined;
    const value = wide(words, 1, isSigned);
    text += value < 0n ? ` - ${hex(-value)}` : ` + ${hex(value)}`;
  } else if (words.length === 2) text += `, ${register(words[1]!)}`;
  else if (words.length > 2) return undefined;
  return (flags & deref) === 0 ? text : `*(${text})`;
}

function wordsOf(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number(BigInt.asUintN(32, value >> BigInt(32 * i))));
}

function registerOf(name: string): number {
  return name === "fbreg" ? FRAME_BASE : Number(name.slice(3));
}

/** The words that a text of {@link locationText} stands for; undefined when it is none. */
export function parseLocation(text: string, flags: number, vlen: number): number[] | undefined {
  const constant = /^(-?)(0x[0-9a-f]+)(?: \(addr\))?$/.exec(text);
  if (constant !== null && (flags & reg) === 0 && vlen > 0) {
    return wordsOf(constant[1] === "-" ? -BigInt(constant[2]!) : BigInt(constant[2]!), vlen);
  }
  const place = /^(?:\*\()?(fbreg|reg\d+)(?:, (fbreg|reg\d+)| ([-+]) (0x[0-9a-f]+))?\)?$/.exec(text);
  if (place !== null) {
    const [, first, second, sign, distance] = place;
    if (distance === undefined)
      return [first!, ...(second === undefined ? [] : [second])].map((name) => registerOf(name));
    return [registerOf(first!), ...wordsOf(sign === "-" ? -BigInt(distance) : BigInt(distance), vlen - 1)];
  }
  const plain = text === "" ? [] : text.split(" ");
  return plain.every((word) => /^0x[0-9a-f]{1,8}$/.test(word)) ? plain.map(Number) : undefined;
}

/**
 * Where a parameter lies as bpftool of bpf-next shows it, from the flags and words of a LOC_PARAM: `*(reg2 + 0x10)`.
 * Words that make no such sense are listed in hex.
 */
export function locationText(flags: number, words: ArrayLike<number>): string {
  const text = plainText(flags, words);
  const isExact =
    text !== undefined && parseLocation(text, flags, words.length)?.every((word, i) => word === words[i]) === true;
  return isExact ? text : Array.from(words, (word) => `0x${word.toString(16)}`).join(" ");
}

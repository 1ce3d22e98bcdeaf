import { token, type Token } from "../../model/byte-writer.js";
import type { CWriter } from "./c-writer.js";

interface Pad {
  readonly bits: number;
  readonly text: Token;
}

const CHAR: Pad = { bits: 8, text: token("char: ") };
const SHORT: Pad = { bits: 16, text: token("short: ") };
const INT: Pad = { bits: 32, text: token("int: ") };
const LONG: Pad = { bits: 64, text: token("long: ") };
const LONG_OF_32: Pad = { ...LONG, bits: 32 };
const END = token(";");

/**
 * A gap before a member, or before the end of a STRUCT: where it begins and ends in bits, as C's `int` has them. Sums
 * wrap, so that nonsense comes out as bpftool prints it.
 */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Bytes that the next member is aligned to by itself. */
  readonly align: number;
  /** The last member and the next one are bit-fields. */
  readonly inBitField: boolean;
}

function write(writer: CWriter, pad: Pad, bits: number, depth: number): void {
  writer.line(depth);
  writer.out.token(pad.text);
  writer.out.signedDecimal(bits);
  writer.text(END);
}

/** The least multiple of `unit` from a value on, as C divides; of 0 there is none but the value. */
function roundUp(value: number, unit: number): number {
  return unit === 0 ? value : Math.imul(Math.trunc(((value + unit - 1) | 0) / unit), unit);
}

/** The alignments of C's types, in bits. */
const WIDEST = 64;

/**
 * True for a gap that a compiler leaves by itself before what is aligned to `unit` bits: the most there are, found
 * without a look at each type that could fill it.
 */
export function isNatural(from: number, to: number, unit: number): boolean {
  return to - from < unit && from >= 0 && unit <= WIDEST && (unit & (unit - 1)) === 0 && (to & (unit - 1)) === 0;
}

const NARROW_FIRST: readonly Pad[] = [CHAR, SHORT, INT, LONG];
const PADS_OF_64: readonly Pad[] = [LONG, INT, SHORT, CHAR];
const PADS_OF_32: readonly Pad[] = [LONG_OF_32, INT, SHORT, CHAR];

/**
 * Writes the unnamed bit-fields that make a compiler leave a gap; most gaps need none. First to a boundary of the widest
 * type that has one in the gap, which the compiler comes to by itself or has to be told by `long: 0`, then whole types,
 * then the rest.
 */
export function writePadding(writer: CWriter, gap: Gap, pointerSize: number, depth: number): void {
  const { to } = gap;
  let { from } = gap;
  if (from >= to) return;
  const pads = pointerSize === 8 ? PADS_OF_64 : PADS_OF_32;
  const wide = pads.find(({ bits }) => roundUp(from, bits) <= to) ?? CHAR;
  const boundary = roundUp(from, wide.bits);
  if (boundary > from && boundary <= to) {
    const isSkipped =
      boundary === to ? roundUp(from, gap.align * 8) !== boundary : ((to - boundary) | 0) <= ((boundary - from) | 0);
    if (gap.inBitField || isSkipped) write(writer, wide, gap.inBitField ? boundary - from : 0, depth);
    from = boundary;
  }
  let rest = (to - from) | 0;
  for (; rest >= wide.bits; rest -= wide.bits) write(writer, wide, wide.bits, depth);
  if (rest !== 0)
    write(
      writer,
      NARROW_FIRST.find(({ bits }) => bits >= rest)!,
      rest,
      depth,
    );
}

/** Floating-point numbers as C's `%f` prints them: six digits behind the point, rounded from the exact value. */

const DIGITS = 6;
const SCALE = 10n ** BigInt(DIGITS);

/** A binary format: bits of the fraction and the exponent; x87 writes the bit before the point too. */
interface FloatFormat {
  readonly fractionBits: bigint;
  readonly exponentBits: bigint;
  readonly hasInteger: boolean;
}

const BINARY32: FloatFormat = { fractionBits: 23n, exponentBits: 8n, hasInteger: false };
const BINARY64: FloatFormat = { fractionBits: 52n, exponentBits: 11n, hasInteger: false };
/** The `long double` of x86. */
const X87: FloatFormat = { fractionBits: 63n, exponentBits: 15n, hasInteger: true };
/** The `long double` of other 64-bit machines. */
const BINARY128: FloatFormat = { fractionBits: 112n, exponentBits: 15n, hasInteger: false };

/** The format of a FLOAT by its size in bytes. 16 bytes are what they are on x86 and s390. */
export function floatFormat(size: number, isLittle: boolean): FloatFormat | undefined {
  if (size === 4) return BINARY32;
  if (size === 8) return BINARY64;
  if (size === 16) return isLittle ? X87 : BINARY128;
  return undefined;
}

/** The number that `bits` are. */
export function formatFloat(bits: bigint, { fractionBits, exponentBits, hasInteger }: FloatFormat): string {
  const integerBits = hasInteger ? 1n : 0n;
  const fraction = BigInt.asUintN(Number(fractionBits), bits);
  const exponent = BigInt.asUintN(Number(exponentBits), bits >> (fractionBits + integerBits));
  const sign = ((bits >> (fractionBits + integerBits + exponentBits)) & 1n) === 1n ? "-" : "";
  const last = (1n << exponentBits) - 1n;
  if (exponent === last) return `${sign}${fraction === 0n ? "inf" : "nan"}`;
  const isNormal = hasInteger ? ((bits >> fractionBits) & 1n) === 1n : exponent !== 0n;
  const significand = fraction | (isNormal ? 1n << fractionBits : 0n);
  const bias = last >> 1n;
  const power = (exponent === 0n ? 1n : exponent) - bias - fractionBits;
  const scaled = power >= 0n ? (significand << power) * SCALE : roundedShift(significand * SCALE, -power);
  const text = scaled.toString().padStart(DIGITS + 1, "0");
  return `${sign}${text.slice(0, -DIGITS)}.${text.slice(-DIGITS)}`;
}

/** `value / 2^bits`, a half to the even neighbour. */
function roundedShift(value: bigint, bits: bigint): bigint {
  const quotient = value >> bits;
  const rest = value - (quotient << bits);
  const half = 1n << (bits - 1n);
  const isUp = rest > half || (rest === half && (quotient & 1n) === 1n);
  return isUp ? quotient + 1n : quotient;
}

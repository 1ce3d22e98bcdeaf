import { quotePrefix, stringValue } from "../../spelling/strings.js";
import type { Token } from "../../spelling/tokens.js";

/** A value of C's integer types: of so many bits, with or without a sign. */
export interface Integer {
  readonly value: bigint;
  readonly bits: number;
  readonly unsigned: boolean;
  /** Whether it is a long long where long has as many bits. */
  readonly longLong?: boolean;
}

/** Makes a value one of a type: what does not fit is cut off. */
export function toInteger(value: bigint, bits: number, unsigned: boolean): Integer {
  return { value: unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value), bits, unsigned };
}

/** Whether a number has a point or an exponent. */
export function isFloatLiteral(text: string): boolean {
  return /^(?:[0-9]+[eE][-+]?[0-9]+|(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F.]+[pP][-+]?[0-9]+)[fFlL]?$/.test(
    text,
  );
}

/** The value of a floating-point literal; NaN for one in hexadecimal, which no declaration has a use for. */
export function floatValue(text: string): number {
  return Number(text.replace(/[fFlL]$/, ""));
}

const LITERAL = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uU]?(?:ll?|LL?)?[uU]?)$/;

/** What an integer literal says, of the first type that holds it; a reason when it is none. */
export function integerLiteral(text: string, longBits: number): Integer | string {
  // Nearly all literals are short and plain.
  if (text.length < 10 && /^(?:0|[1-9][0-9]*)$/.test(text)) return { value: BigInt(text), bits: 32, unsigned: false };
  const [, digits, suffix = ""] = LITERAL.exec(text) ?? [];
  if (digits === undefined) {
    return `"${text}" is not a whole number`;
  }
  const isOctal = /^0[0-9]/.test(digits);
  if (isOctal && /[89]/.test(digits)) return `"${text}" is not an octal number`;
  if (digits.length > 70) return `"${text}" is larger than any type of C`;
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  if (value >= 1n << 64n) return `"${text}" is larger than any type of C`;
  const lower = suffix.toLowerCase();
  if (/u.*u/.test(lower)) return `"${text}" is not a whole number`;
  const mustUnsigned = lower.includes("u");
  const isDecimal = /^[1-9]/.test(digits) || digits === "0";
  const longLong = lower.includes("ll");
  const widths = longLong ? [64] : lower.includes("l") ? [longBits, 64] : [32, longBits, 64];
  for (const bits of widths) {
    if (!mustUnsigned && value < 1n << BigInt(bits - 1)) return { value, bits, unsigned: false, longLong };
    if ((mustUnsigned || !isDecimal) && value < 1n << BigInt(bits)) return { value, bits, unsigned: true, longLong };
  }
  return { value, bits: 64, unsigned: true };
}

/** What a character constant says; a reason when it is none. */
export function characterLiteral(token: Token, charSigned: boolean): Integer | string {
  const prefix = quotePrefix(token.text);
  if (prefix !== "") return wideCharacter(token, prefix);
  const hex = /^'\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3})'$/.exec(token.text)?.[1];
  let code: number;
  if (hex === undefined) {
    const parsed = stringValue(token);
    if (!parsed.ok) return parsed.message;
    code = parsed.value.charCodeAt(0);
    if (parsed.value.length !== 1) return `${token.text} is not one character`;
    if (code > 0x7f) return `${token.text} is not one byte`;
  } else {
    code = hex.startsWith("x") ? parseInt(hex.slice(1), 16) : parseInt(hex, 8);
  }
  const value = charSigned ? BigInt.asIntN(8, BigInt(code)) : BigInt(code & 0xff);
  return { value, bits: 32, unsigned: false };
}

/** `L'a'`, `u'a'`, `U'a'`: the number of a character. */
function wideCharacter(token: Token, prefix: string): Integer | string {
  const hex = /'\\(?:x([0-9a-fA-F]{1,8})|([0-7]{1,3}))'$/.exec(token.text);
  const parsed = hex === null ? stringValue(token) : undefined;
  if (parsed?.ok === false) return parsed.message;
  const characters = Array.from(parsed?.value ?? " ");
  if (characters.length !== 1) return `${token.text} is not one character`;
  const [, digits, octal] = hex ?? [];
  const code =
    digits !== undefined
      ? parseInt(digits, 16)
      : octal !== undefined
        ? parseInt(octal, 8)
        : characters[0]!.codePointAt(0)!;
  return { value: BigInt(code), bits: 32, unsigned: prefix === "U" };
}

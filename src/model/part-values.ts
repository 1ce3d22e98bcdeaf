import { infoVlen } from "../wire/kinds.js";
import { token, type ByteWriter } from "./byte-writer.js";

/** What follows a text in dumps of any form. A form has values of its own too, from {@link OWN_VALUES} on. */
export const VALUE = {
  nothing: 0,
  /** Each form writes names in its own way. */
  name: 1,
  decimal: 2,
  signed: 3,
  /** The vlen of the type. */
  vlen: 4,
  /** The low 24 bits. */
  bitOffset: 5,
  /** Bits 16 to 23. */
  intOffset: 6,
  /** Bits 0 to 7. */
  intBits: 7,
  intEncoding: 8,
  linkage: 9,
  vlenAsLinkage: 10,
  /** Two words, the lower first. */
  signed64: 11,
  unsigned64: 12,
} as const;

export const OWN_VALUES = 16;

const ENCODINGS = ["(none)", "SIGNED", "CHAR", "UNKN", "BOOL"].map((text) => token(text));
const OTHER_ENCODING = token("UNKN");
const LINKAGES = ["static", "global", "extern"].map((text) => token(text));
const OTHER_LINKAGE = token("(unknown)");

/**
 * Writes the value at a position of a type whose second word is `info`, in bpftool's words; false when it is a form's
 * own. The caller reserved for it.
 */
export function writeValue(out: ByteWriter, value: number, words: Uint32Array, at: number, info: number): boolean {
  const word = words[at]!;
  switch (value) {
    case VALUE.vlen:
      out.decimal(infoVlen(info));
      return true;
    case VALUE.signed:
      out.signedDecimal(word);
      return true;
    case VALUE.bitOffset:
      out.decimal(word & 0xffffff);
      return true;
    case VALUE.intOffset:
      out.decimal((word >>> 16) & 0xff);
      return true;
    case VALUE.intBits:
      out.decimal(word & 0xff);
      return true;
    case VALUE.intEncoding:
      out.token(ENCODINGS[(word >>> 24) & 0xf] ?? OTHER_ENCODING);
      return true;
    case VALUE.linkage:
      out.token(LINKAGES[word] ?? OTHER_LINKAGE);
      return true;
    case VALUE.vlenAsLinkage:
      out.token(LINKAGES[infoVlen(info)] ?? OTHER_LINKAGE);
      return true;
    case VALUE.signed64:
      out.ascii(String(BigInt.asIntN(64, BigInt(word) | (BigInt(words[at + 1]!) << 32n))));
      return true;
    case VALUE.unsigned64:
      out.ascii(String(BigInt(word) | (BigInt(words[at + 1]!) << 32n)));
      return true;
    default:
      return false;
  }
}

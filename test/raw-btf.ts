/** BTF made by hand, word by word, for what no compiler writes. */

/** `info` of `struct btf_type`. */
export function info(kind: number, vlen = 0, kindFlag = 0): number {
  return ((kindFlag << 31) | (kind << 24) | vlen) >>> 0;
}

/** Words of types, in lists where that reads better. */
export type Words = readonly (number | readonly number[])[];

/** A header of 24 bytes, the types' words and the strings, which should begin and end with a NUL. */
export function rawBtf(types: Words, strings: Uint8Array | string, little = true): Uint8Array {
  const words = types.flat();
  const text = typeof strings === "string" ? new TextEncoder().encode(strings) : strings;
  const bytes = new Uint8Array(24 + words.length * 4 + text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, little);
  view.setUint8(2, 1);
  for (const [i, field] of [24, 0, words.length * 4, words.length * 4, text.length].entries()) {
    view.setUint32(4 + i * 4, field, little);
  }
  for (const [i, word] of words.entries()) view.setUint32(24 + i * 4, word, little);
  bytes.set(text, 24 + words.length * 4);
  return bytes;
}

import type { Endian } from "./header.js";

/** The byte order of the machine that runs this. */
export const HOST_ENDIAN: Endian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "little" : "big";

/** Reverses the bytes of every 32-bit word, in place. */
export function swapWords(words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    words[i] = (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
  }
}

/** Words in the byte order of the host, copied from bytes at any alignment; a last part of a word is left out. */
export function copyWords(bytes: Uint8Array, endian: Endian): Uint32Array<ArrayBuffer> {
  const length = bytes.byteLength & ~3;
  const words = new Uint32Array(length / 4);
  new Uint8Array(words.buffer).set(length === bytes.byteLength ? bytes : bytes.subarray(0, length));
  if (endian !== HOST_ENDIAN) swapWords(words);
  return words;
}

/** Writes words as bytes of the given byte order to `target` from `byteOffset` on. */
export function writeWords(target: Uint8Array, byteOffset: number, words: Uint32Array, endian: Endian): void {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  if (endian === HOST_ENDIAN) {
    target.set(bytes, byteOffset);
    return;
  }
  const start = target.byteOffset + byteOffset;
  if (start % 4 === 0) {
    const swapped = new Uint32Array(target.buffer, start, words.length);
    swapped.set(words);
    swapWords(swapped);
    return;
  }
  for (let i = 0; i < bytes.length; i += 4) {
    target[byteOffset + i] = bytes[i + 3]!;
    target[byteOffset + i + 1] = bytes[i + 2]!;
    target[byteOffset + i + 2] = bytes[i + 1]!;
    target[byteOffset + i + 3] = bytes[i]!;
  }
}

/** Below this length an array that is full grows fourfold: fewer copies, and less garbage that makes the engine collect. */
const LARGE = 1 << 19;

/** The length that an array of `length`, which is full, grows to, so that growing costs O(1) an element. */
export function grownLength(length: number): number {
  return length < LARGE ? length * 4 : length * 2;
}

/** A copy of `words` in a longer array of at least `length` words. */
export function growWords(words: Uint32Array, used: number, length: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(Math.max(grownLength(words.length), length));
  grown.set(words.subarray(0, used));
  return grown;
}

/** A copy of `bytes` in a longer array of at least `length` bytes. */
export function growBytes(bytes: Uint8Array, used: number, length: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(Math.max(grownLength(bytes.length), length));
  grown.set(bytes.subarray(0, used));
  return grown;
}

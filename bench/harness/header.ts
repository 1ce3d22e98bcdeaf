import { endianOf, readHeader } from "../../src/wire/header.js";

/** Types and strings of a BTF; the header is 24 or 32 bytes, by the release that wrote it. */
export function withoutHeader(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(readHeader(bytes, endianOf(bytes) ?? "little").headerLength);
}

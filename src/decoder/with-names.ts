import type { Btf } from "../model/btf.js";
import { NAME_NOTATION } from "../model/name-notation.js";
import { decodeWith, type DecodeOptions } from "./decode.js";

/**
 * Reads BTF, as `decode` of `btfkit` but for two things that would make the entry twice as large: `graph.id()` knows names
 * and tags but no other C spellings, and the graph does not show itself as a raw dump. It reads header, types and strings, in either byte order, at any offset and alignment.
 *
 * Strict by default: it takes what libbpf 1.8's `btf__new` takes, but no version other than 1, no flags and no unknown
 * header fields that are not 0. With `lenient` it reads on and reports in `diagnostics`. Gaps, trailing bytes and odd
 * header lengths are kept, and an untouched graph encodes to the same bytes.
 *
 * @throws BtfError with `rule`, `byteOffset` and, where it is about a type, `typeId` and `kind`.
 *
 * @example
 * ```ts
 * const graph = decode(encode(btf().addInt("int", 4, "signed").build()));
 * graph.type(1);
 * // { kind: "INT", name: "int", size: 4, encoding: "signed", bitsOffset: 0, nrBits: 32 }
 * ```
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): Btf {
  return decodeWith(NAME_NOTATION, bytes, options);
}

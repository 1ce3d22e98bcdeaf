import { encode } from "../../encoder/encode.js";
import { Btf, graphOf } from "../../model/btf.js";

/** The bytes of a graph with a header of 24 bytes, its sections close together and no layout section. */
export function plainBytes(graph: Btf): Uint8Array<ArrayBuffer> {
  const plain = new Btf({ ...graphOf(graph), source: undefined }, graph.base);
  return encode(plain, { header: 24, layout: false });
}

/** True when `encode(graph)` gives just that. */
export function isPlain(graph: Btf): boolean {
  const [bytes, wanted] = [plainBytes(graph), encode(graph)];
  return bytes.length === wanted.length && bytes.every((byte, i) => byte === wanted[i]);
}

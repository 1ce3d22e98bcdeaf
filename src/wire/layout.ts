import { HOST_ENDIAN } from "./words.js";
import { KINDS, KIND_COUNT, KIND_NAMES } from "./kinds.js";
import type { Endian } from "./header.js";

/** Bytes of one entry of the layout section, `struct btf_layout`: two bytes and a 16-bit word. */
export const LAYOUT_ENTRY_BYTES = 4;

/** What the layout section says of a kind: bytes after the first three words, and bytes of an element. */
export interface LayoutEntry {
  readonly infoBytes: number;
  readonly elementBytes: number;
  readonly flags: number;
}

/** Reads the layout section: one entry a kind, by kind number. Its flags are 16-bit halves, never words. */
export function readLayout(bytes: Uint8Array, endian: Endian): LayoutEntry[] {
  const entries: LayoutEntry[] = [];
  for (let at = 0; at + LAYOUT_ENTRY_BYTES <= bytes.length; at += LAYOUT_ENTRY_BYTES) {
    const [low, high] = endian === "little" ? [bytes[at + 2]!, bytes[at + 3]!] : [bytes[at + 3]!, bytes[at + 2]!];
    entries.push({ infoBytes: bytes[at]!, elementBytes: bytes[at + 1]!, flags: low | (high << 8) });
  }
  return entries;
}

/**
 * The layout section that describes the kinds up to `kinds`, in the byte order of the host. libbpf 1.8 writes entries
 * for kinds 0 to 19, all flags 0.
 */
export function canonicalLayout(kinds = KIND_COUNT): Uint8Array {
  const bytes = new Uint8Array(kinds * LAYOUT_ENTRY_BYTES);
  for (let kind = 0; kind < kinds; kind++) {
    const row = KINDS[KIND_NAMES[kind]!];
    bytes[kind * LAYOUT_ENTRY_BYTES] = row.trailer.length * 4;
    bytes[kind * LAYOUT_ENTRY_BYTES + 1] = row.element.length * 4;
  }
  return bytes;
}

/** A copy of a layout section in the other byte order: the two bytes of an entry stay, its 16-bit flags are swapped. */
export function swapLayout(bytes: Uint8Array): Uint8Array {
  const swapped = bytes.slice();
  for (let at = 0; at + LAYOUT_ENTRY_BYTES <= swapped.length; at += LAYOUT_ENTRY_BYTES) {
    swapped[at + 2] = bytes[at + 3]!;
    swapped[at + 3] = bytes[at + 2]!;
  }
  return swapped;
}

/** A layout section kept in the byte order of the host, as bytes of the wanted order. */
export function layoutIn(bytes: Uint8Array, endian: Endian): Uint8Array {
  return endian === HOST_ENDIAN ? bytes : swapLayout(bytes);
}

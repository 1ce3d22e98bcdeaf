/** Byte order of a BTF or an object file. */
export type Endian = "little" | "big";

/** The magic number in a BTF header, `BTF_MAGIC`. */
export const MAGIC = 0xeb9f;

/** Bytes of the header that every release reads: up to and with `str_len`. */
export const HEADER_BYTES = 24;

/** Bytes of the header that names a layout section (2026). */
export const HEADER_BYTES_WITH_LAYOUT = 32;

/** `struct btf_header`. Offsets and lengths are bytes; offsets count from the end of the header. */
export interface Header {
  readonly endian: Endian;
  readonly version: number;
  readonly flags: number;
  readonly headerLength: number;
  readonly typeOffset: number;
  readonly typeLength: number;
  readonly stringOffset: number;
  readonly stringLength: number;
  readonly layoutOffset: number;
  readonly layoutLength: number;
}

/** The byte order that the magic number shows, or undefined when there is none. */
export function endianOf(bytes: Uint8Array): Endian | undefined {
  if (bytes[0] === 0x9f && bytes[1] === 0xeb) return "little";
  if (bytes[0] === 0xeb && bytes[1] === 0x9f) return "big";
  return undefined;
}

/** Byte offset of each header field. */
export const HEADER_FIELD_OFFSETS = {
  magic: 0,
  version: 2,
  flags: 3,
  headerLength: 4,
  typeOffset: 8,
  typeLength: 12,
  stringOffset: 16,
  stringLength: 20,
  layoutOffset: 24,
  layoutLength: 28,
} as const;

/**
 * Reads the header of at least {@link HEADER_BYTES} bytes that begin with the magic number. What lies beyond `hdr_len`
 * reads as 0, as the kernel and libbpf read it, and so do the layout fields of a header that has no room for both.
 */
export function readHeader(bytes: Uint8Array, endian: Endian): Header {
  const little = endian === "little";
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
    HEADER_FIELD_OFFSETS.headerLength,
    little,
  );
  const known = new Uint8Array(HEADER_BYTES_WITH_LAYOUT);
  known.set(bytes.subarray(0, Math.min(headerLength, HEADER_BYTES_WITH_LAYOUT)));
  if (headerLength < HEADER_BYTES_WITH_LAYOUT) known.fill(0, HEADER_BYTES);
  const view = new DataView(known.buffer);
  return {
    endian,
    version: bytes[HEADER_FIELD_OFFSETS.version]!,
    flags: bytes[HEADER_FIELD_OFFSETS.flags]!,
    headerLength,
    typeOffset: view.getUint32(HEADER_FIELD_OFFSETS.typeOffset, little),
    typeLength: view.getUint32(HEADER_FIELD_OFFSETS.typeLength, little),
    stringOffset: view.getUint32(HEADER_FIELD_OFFSETS.stringOffset, little),
    stringLength: view.getUint32(HEADER_FIELD_OFFSETS.stringLength, little),
    layoutOffset: view.getUint32(HEADER_FIELD_OFFSETS.layoutOffset, little),
    layoutLength: view.getUint32(HEADER_FIELD_OFFSETS.layoutLength, little),
  };
}

/** Writes the header to the start of `bytes`: 24 bytes, and the two layout fields when `headerLength` has room. */
export function writeHeader(bytes: Uint8Array, header: Header): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = header.endian === "little";
  view.setUint16(HEADER_FIELD_OFFSETS.magic, MAGIC, little);
  view.setUint8(HEADER_FIELD_OFFSETS.version, header.version);
  view.setUint8(HEADER_FIELD_OFFSETS.flags, header.flags);
  view.setUint32(HEADER_FIELD_OFFSETS.headerLength, header.headerLength, little);
  view.setUint32(HEADER_FIELD_OFFSETS.typeOffset, header.typeOffset, little);
  view.setUint32(HEADER_FIELD_OFFSETS.typeLength, header.typeLength, little);
  view.setUint32(HEADER_FIELD_OFFSETS.stringOffset, header.stringOffset, little);
  view.setUint32(HEADER_FIELD_OFFSETS.stringLength, header.stringLength, little);
  if (header.headerLength < HEADER_BYTES_WITH_LAYOUT) return;
  view.setUint32(HEADER_FIELD_OFFSETS.layoutOffset, header.layoutOffset, little);
  view.setUint32(HEADER_FIELD_OFFSETS.layoutLength, header.layoutLength, little);
}

import {
  HEADER_BYTES,
  HEADER_BYTES_WITH_LAYOUT,
  HEADER_FIELD_OFFSETS as AT,
  MAGIC,
  type Endian,
} from "../wire/header.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import { refuse } from "./refuse.js";

/** A header as the kernel copied it: what lies beyond `hdr_len` reads as 0. */
export interface CopiedHeader {
  readonly magic: number;
  readonly version: number;
  readonly flags: number;
  readonly hdrLen: number;
  readonly typeOff: number;
  readonly typeLen: number;
  readonly strOff: number;
  readonly strLen: number;
  readonly layoutOff: number;
  readonly layoutLen: number;
}

const NEWLINE = 10;

const LABELS = {
  magic: ascii("magic: 0x"),
  version: ascii("version: "),
  flags: ascii("flags: 0x"),
  hdrLen: ascii("hdr_len: "),
  typeOff: ascii("type_off: "),
  typeLen: ascii("type_len: "),
  strOff: ascii("str_off: "),
  strLen: ascii("str_len: "),
  layoutOff: ascii("layout_off: "),
  layoutLen: ascii("layout_len: "),
  total: ascii("btf_total_size: "),
};

function copyHeader(bytes: Uint8Array, hdrLen: number, known: number, endian: Endian): CopiedHeader {
  const copy = new Uint8Array(HEADER_BYTES_WITH_LAYOUT);
  copy.set(bytes.subarray(0, Math.min(hdrLen, known)));
  const view = new DataView(copy.buffer);
  const little = endian === "little";
  const word = (offset: number): number => view.getUint32(offset, little);
  return {
    magic: view.getUint16(AT.magic, little),
    version: copy[AT.version]!,
    flags: copy[AT.flags]!,
    hdrLen: word(AT.headerLength),
    typeOff: word(AT.typeOffset),
    typeLen: word(AT.typeLength),
    strOff: word(AT.stringOffset),
    strLen: word(AT.stringLength),
    layoutOff: word(AT.layoutOffset),
    layoutLen: word(AT.layoutLength),
  };
}

function writeHeaderDump({ log, bytes }: Load, header: CopiedHeader, withLayout: boolean): void {
  if (log === undefined) return;
  const hex = (label: Uint8Array, value: number): void => log.text(label).hex(value).byte(NEWLINE).end();
  const decimal = (label: Uint8Array, value: number): void => log.text(label).unsigned(value).byte(NEWLINE).end();
  hex(LABELS.magic, header.magic);
  decimal(LABELS.version, header.version);
  hex(LABELS.flags, header.flags);
  decimal(LABELS.hdrLen, header.hdrLen);
  decimal(LABELS.typeOff, header.typeOff);
  decimal(LABELS.typeLen, header.typeLen);
  decimal(LABELS.strOff, header.strOff);
  decimal(LABELS.strLen, header.strLen);
  if (withLayout) {
    decimal(LABELS.layoutOff, header.layoutOff);
    decimal(LABELS.layoutLen, header.layoutLen);
  }
  decimal(LABELS.total, bytes.length);
}

/** The header's own checks, in the kernel's order; undefined when one of them refused. */
export function checkHeader(load: Load): CopiedHeader | undefined {
  const { bytes, profile, endian } = load;
  const no = (rule: Parameters<typeof refuse>[1], byteOffset: number): undefined => {
    refuse(load, rule, byteOffset);
    return undefined;
  };
  if (bytes.length < AT.headerLength + 4) return no("header-short", 0);
  const hdrLen = new DataView(bytes.buffer, bytes.byteOffset).getUint32(AT.headerLength, endian === "little");
  if (bytes.length < hdrLen) return no("header-cut", AT.headerLength);
  const known = profile.layoutSection ? HEADER_BYTES_WITH_LAYOUT : HEADER_BYTES;
  for (let at = known; at < hdrLen; at++) if (bytes[at] !== 0) return no("header-tail", at);

  const header = copyHeader(bytes, hdrLen, known, endian);
  writeHeaderDump(load, header, profile.layoutSection && header.hdrLen >= HEADER_BYTES_WITH_LAYOUT);
  if (header.magic !== MAGIC) return no("magic", AT.magic);
  if (header.version !== 1) return no("version", AT.version);
  if (header.flags !== 0) return no("flags", AT.flags);
  if (bytes.length === header.hdrLen) return no("no-data", header.hdrLen);
  return header;
}

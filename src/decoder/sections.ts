import {
  HEADER_BYTES,
  HEADER_BYTES_WITH_LAYOUT,
  HEADER_FIELD_OFFSETS,
  endianOf,
  readHeader,
  type Header,
} from "../wire/header.js";
import { LAYOUT_ENTRY_BYTES } from "../wire/layout.js";
import type { Problems } from "./problems.js";

/** A part of the input, in bytes from its start. */
export interface Section {
  readonly start: number;
  readonly end: number;
}

/** The header and where its sections lie; each lies within the input. */
export interface Sections {
  readonly header: Header;
  readonly types: Section;
  readonly strings: Section;
  readonly layout: Section;
}

/** The longest string section, `BTF_MAX_STR_OFFSET` of libbpf and one. */
const STRINGS_MAX = 0x80000000;

/** A section clamped to the input. */
function clamp(bytes: Uint8Array, start: number, length: number): Section {
  const from = Math.min(start, bytes.length);
  return { start: from, end: Math.min(start + length, bytes.length) };
}

function checkHeader(bytes: Uint8Array, header: Header, problems: Problems): void {
  const { headerLength, version, flags } = header;
  if (version !== 1) {
    problems.report(`header: version is ${version}, 1 expected`, {
      code: "ENOTSUPP",
      rule: "header-version",
      field: "version",
      byteOffset: HEADER_FIELD_OFFSETS.version,
    });
  }
  if (flags !== 0) {
    problems.report(`header: flags are 0x${flags.toString(16)}, 0 expected`, {
      code: "ENOTSUPP",
      rule: "header-flags",
      field: "flags",
      byteOffset: HEADER_FIELD_OFFSETS.flags,
    });
  }
  // A header of 25 to 31 bytes is of no release either: what it has beyond the 24 can't be told.
  const known = headerLength < HEADER_BYTES_WITH_LAYOUT ? HEADER_BYTES : HEADER_BYTES_WITH_LAYOUT;
  const tail = bytes.subarray(known, Math.max(known, headerLength)).findIndex((byte) => byte !== 0);
  if (tail !== -1) {
    problems.report(
      `header: byte ${known + tail} is 0x${bytes[known + tail]!.toString(16)}; of a header of ${headerLength} bytes ` +
        `only the first ${known} are known, 0 expected after them`,
      { code: "E2BIG", rule: "header-tail", field: "hdr_len", byteOffset: known + tail },
    );
  }
}

function checkLayoutSection(header: Header, problems: Problems): void {
  const { typeOffset, typeLength, stringOffset, layoutOffset, layoutLength } = header;
  const at = { field: "layout_off", byteOffset: HEADER_FIELD_OFFSETS.layoutOffset, rule: "layout-section" };
  if (layoutOffset % 4 !== 0) problems.report(`header: layout_off ${layoutOffset} is not a multiple of 4`, at);
  if (layoutOffset < typeOffset + typeLength || layoutOffset + layoutLength > stringOffset) {
    problems.report(
      `header: the layout section ${layoutOffset}+${layoutLength} is not between types ` +
        `${typeOffset}+${typeLength} and strings at ${stringOffset}`,
      at,
    );
  }
  if (layoutLength % LAYOUT_ENTRY_BYTES !== 0) {
    const byteOffset = HEADER_FIELD_OFFSETS.layoutLength;
    problems.report(`header: layout_len ${layoutLength} is not a multiple of ${LAYOUT_ENTRY_BYTES}`, {
      ...at,
      field: "layout_len",
      byteOffset,
    });
  }
}

function checkStrings(bytes: Uint8Array, sections: Sections, split: boolean, problems: Problems): void {
  const { strings, header } = sections;
  const length = strings.end - strings.start;
  if (length === 0) {
    if (split) return;
    problems.report("string section: it is empty, a NUL at its start was expected", {
      rule: "string-section",
      field: "str_len",
      byteOffset: HEADER_FIELD_OFFSETS.stringLength,
    });
  }
  if (header.stringLength > STRINGS_MAX) {
    problems.report(`string section: ${header.stringLength} bytes are more than ${STRINGS_MAX}`, {
      rule: "string-section",
      field: "str_len",
      byteOffset: HEADER_FIELD_OFFSETS.stringLength,
    });
  }
  if (length > 0 && bytes[strings.end - 1] !== 0) {
    problems.report("string section: its last byte is not NUL", {
      rule: "string-section-end",
      byteOffset: strings.end - 1,
    });
  }
  if (length > 0 && !split && bytes[strings.start] !== 0) {
    problems.report("string section: its first byte is not NUL; a split BTF needs its base", {
      rule: "string-section-start",
      byteOffset: strings.start,
    });
  }
}

/**
 * Reads the header and finds the sections, with the checks that libbpf makes when it opens a BTF. `undefined` when
 * there is no header to read.
 */
export function readSections(bytes: Uint8Array, split: boolean, problems: Problems): Sections | undefined {
  if (bytes.length < HEADER_BYTES) {
    const message = `header: ${bytes.length} bytes of BTF are fewer than the ${HEADER_BYTES} of a header`;
    problems.report(message, { rule: "header-short", byteOffset: 0 });
    return undefined;
  }
  const endian = endianOf(bytes);
  if (endian === undefined) {
    const found = [bytes[0]!, bytes[1]!].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const message = `header: magic is ${found}, 9f eb (little endian) or eb 9f (big endian) expected`;
    problems.report(message, { rule: "header-magic", field: "magic", byteOffset: 0 });
    return undefined;
  }
  const header = readHeader(bytes, endian);
  const { headerLength, typeOffset, typeLength, stringOffset, stringLength, layoutOffset, layoutLength } = header;
  if (headerLength > bytes.length) {
    problems.report(`header: hdr_len ${headerLength} is more than the ${bytes.length} bytes of BTF`, {
      rule: "header-length",
      field: "hdr_len",
      byteOffset: HEADER_FIELD_OFFSETS.headerLength,
    });
  }
  // libbpf reads a shorter header in the byte order of the machine alone, and most machines are little endian.
  if (endian === "big" && headerLength < HEADER_BYTES) {
    problems.report(`header: hdr_len ${headerLength} is less than ${HEADER_BYTES}, the least of a big-endian BTF`, {
      code: "EOPNOTSUPP",
      rule: "header-length",
      field: "hdr_len",
      byteOffset: HEADER_FIELD_OFFSETS.headerLength,
    });
  }
  checkHeader(bytes, header, problems);
  const left = Math.max(0, bytes.length - headerLength);
  if (stringOffset + stringLength > left) {
    problems.report(
      `header: strings ${stringOffset}+${stringLength} end beyond the ${left} bytes that follow the header`,
      { rule: "section-end", field: "str_len", byteOffset: HEADER_FIELD_OFFSETS.stringLength },
    );
  }
  if (typeOffset + typeLength > stringOffset) {
    problems.report(`header: types ${typeOffset}+${typeLength} do not end before the strings at ${stringOffset}`, {
      rule: "section-order",
      field: "type_len",
      byteOffset: HEADER_FIELD_OFFSETS.typeLength,
    });
  }
  if (typeOffset % 4 !== 0) {
    problems.report(`header: type_off ${typeOffset} is not a multiple of 4`, {
      rule: "type-alignment",
      field: "type_off",
      byteOffset: HEADER_FIELD_OFFSETS.typeOffset,
    });
  }
  if (layoutLength > 0) checkLayoutSection(header, problems);
  const sections: Sections = {
    header,
    types: clamp(bytes, headerLength + typeOffset, typeLength),
    strings: clamp(bytes, headerLength + stringOffset, stringLength),
    layout: clamp(bytes, headerLength + layoutOffset, layoutLength),
  };
  checkStrings(bytes, sections, split, problems);
  return sections;
}

import { KIND, KIND_NAMES } from "../wire/kinds.js";
import type { Load } from "./load.js";
import { ascii, type Log } from "./log.js";

const SPACE = 32;
const NEWLINE = 10;
const TAB = 9;

const TEXT = {
  typeId: ascii("type_id="),
  size: ascii("size="),
  vlen: ascii(" vlen="),
  bitsOffset: ascii(" bits_offset="),
  nrBits: ascii(" nr_bits="),
  encoding: ascii(" encoding="),
  indexTypeId: ascii(" index_type_id="),
  nrElems: ascii(" nr_elems="),
  struct: ascii("struct"),
  union: ascii("union"),
  return: ascii("return="),
  openArgs: ascii(" args=("),
  void: ascii("void"),
  vararg: ascii("vararg"),
  comma: ascii(", "),
  linkage: ascii(" linkage="),
  type: ascii("type="),
  componentIdx: ascii(" component_idx="),
  memberTypeId: ascii(" type_id="),
  bitfieldSize: ascii(" bitfield_size="),
  offset: ascii(" offset="),
  entrySize: ascii(" size="),
  val: ascii(" val="),
};

const KIND_TEXT = KIND_NAMES.map(ascii);
const ENCODINGS = ["(none)", "SIGNED", "CHAR", "UNKN", "BOOL"].map(ascii);
const UNKNOWN_ENCODING = ascii("UNKN");

/** Writes what a kind's line says after the name. */
type Details = (load: Load, log: Log, at: number) => void;

const sizeAndVlen: Details = (load, log, at) => {
  log
    .text(TEXT.size)
    .unsigned(load.words[at + 2]!)
    .text(TEXT.vlen)
    .unsigned(load.vlenAt(at));
};
const target: Details = (load, log, at) => {
  log.text(TEXT.typeId).unsigned(load.words[at + 2]!);
};

/** The details of a type line, by kind. */
const DETAILS: Readonly<Record<number, Details>> = {
  [KIND.INT]: ({ words }, log, at) => {
    const data = words[at + 3]!;
    log.text(TEXT.size).unsigned(words[at + 2]!);
    log.text(TEXT.bitsOffset).unsigned((data >>> 16) & 0xff);
    log.text(TEXT.nrBits).unsigned(data & 0xff);
    log.text(TEXT.encoding).text(ENCODINGS[(data >>> 24) & 0xf] ?? UNKNOWN_ENCODING);
  },
  [KIND.PTR]: target,
  [KIND.TYPEDEF]: target,
  [KIND.CONST]: target,
  [KIND.VOLATILE]: target,
  [KIND.RESTRICT]: target,
  [KIND.TYPE_TAG]: target,
  [KIND.FUNC]: target,
  [KIND.FWD]: (load, log, at) => {
    log.text(load.kindFlagAt(at) ? TEXT.union : TEXT.struct);
  },
  [KIND.ARRAY]: ({ words }, log, at) => {
    log.text(TEXT.typeId).unsigned(words[at + 3]!);
    log.text(TEXT.indexTypeId).unsigned(words[at + 4]!);
    log.text(TEXT.nrElems).unsigned(words[at + 5]!);
  },
  [KIND.STRUCT]: sizeAndVlen,
  [KIND.UNION]: sizeAndVlen,
  [KIND.ENUM]: sizeAndVlen,
  [KIND.ENUM64]: sizeAndVlen,
  [KIND.DATASEC]: sizeAndVlen,
  [KIND.FUNC_PROTO]: (load, log, at) => {
    const { words, strings } = load;
    const count = load.vlenAt(at);
    log
      .text(TEXT.return)
      .unsigned(words[at + 2]!)
      .text(TEXT.openArgs)
      .end();
    if (count === 0) log.text(TEXT.void).end();
    for (let i = 0; i < count; i++) {
      const param = at + 3 + i * 2;
      const type = words[param + 1]!;
      if (i > 0) log.text(TEXT.comma);
      // Only the last parameter can be the vararg; one of type 0 before it is printed as it is.
      if (type === 0 && i === count - 1) log.text(TEXT.vararg);
      else log.unsigned(type).byte(SPACE).name(strings, words[param]!);
      log.end();
    }
    log.byte(41);
  },
  [KIND.VAR]: ({ words }, log, at) => {
    log
      .text(TEXT.typeId)
      .unsigned(words[at + 2]!)
      .text(TEXT.linkage)
      .unsigned(words[at + 3]!);
  },
  [KIND.FLOAT]: ({ words }, log, at) => {
    log.text(TEXT.size).unsigned(words[at + 2]!);
  },
  [KIND.DECL_TAG]: ({ words }, log, at) => {
    log
      .text(TEXT.type)
      .unsigned(words[at + 2]!)
      .text(TEXT.componentIdx)
      .signed(words[at + 3]!);
  },
};

function head(load: Load, log: Log, id: number, at: number): Log {
  const { words, strings, profile } = load;
  const kind = (words[at + 1]! >>> 24) & profile.kindMask;
  return log.byte(91).unsigned(id).byte(93).byte(SPACE).text(KIND_TEXT[kind]!).byte(SPACE).name(strings, words[at]!);
}

function close(log: Log, text: Uint8Array | undefined): void {
  if (text !== undefined) {
    log.byte(SPACE).end();
    log.text(text).end();
  }
  log.byte(NEWLINE).end();
}

/** `[id] KIND name details`, then a text where the type is refused. */
export function writeTypeLine(load: Load, log: Log, id: number, at: number, text?: Uint8Array): void {
  head(load, log, id, at).byte(SPACE).end();
  const kind = (load.words[at + 1]! >>> 24) & load.profile.kindMask;
  DETAILS[kind]!(load, log, at);
  log.end();
  close(log, text);
}

/** `[id] KIND name text`. */
export function writeBasicLine(load: Load, log: Log, id: number, at: number, text: Uint8Array): void {
  head(load, log, id, at).end();
  close(log, text);
}

/** `[id] text`, without an end of line. */
export function writeBareLine(log: Log, id: number, text: Uint8Array): void {
  log.byte(91).unsigned(id).byte(93).byte(SPACE).end();
  log.text(text).end();
}

/** A member of the struct at `at`; `typeId` is what the line says, which may be the type behind typedefs. */
export function writeMemberLine(
  load: Load,
  log: Log,
  at: number,
  index: number,
  typeId: number,
  text?: Uint8Array,
): void {
  const { words, strings } = load;
  const member = at + 3 + index * 3;
  const offset = words[member + 2]!;
  log.byte(TAB).name(strings, words[member]!).text(TEXT.memberTypeId).unsigned(typeId);
  if (load.kindFlagAt(at)) {
    log.text(TEXT.bitfieldSize).unsigned(offset >>> 24);
    log.text(TEXT.bitsOffset).unsigned(offset & 0xffffff);
  } else {
    log.text(TEXT.bitsOffset).unsigned(offset);
  }
  log.end();
  close(log, text);
}

/** An entry of the DATASEC at `at`. */
export function writeEntryLine(load: Load, log: Log, at: number, index: number, text?: Uint8Array): void {
  const { words } = load;
  const entry = at + 3 + index * 3;
  log.byte(TAB).text(TEXT.memberTypeId).unsigned(words[entry]!);
  log.text(TEXT.offset).unsigned(words[entry + 1]!);
  log
    .text(TEXT.entrySize)
    .unsigned(words[entry + 2]!)
    .end();
  close(log, text);
}

/** An enumerator; `at` is its first word. One piece, so that a long name can cut the end of the line off. */
export function writeValueLine(load: Load, log: Log, at: number, wide: boolean, signed: boolean): void {
  const { words, strings } = load;
  log.byte(TAB).name(strings, words[at]!).text(TEXT.val);
  if (wide) log.wide(words[at + 1]!, words[at + 2]!, signed);
  else if (signed) log.signed(words[at + 1]!);
  else log.unsigned(words[at + 1]!);
  log.byte(NEWLINE).end();
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes in one line at most. */
const BYTES = 16;

/** Bytes that most lines have; what is more sticks out. */
const COLUMN = 4;

/** Width of the column that says what the bytes are. */
const LABEL = 24;

function hexBytes(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += at === start ? HEX[bytes[at]!]! : ` ${HEX[bytes[at]!]!}`;
  return text;
}

function address(offset: number): string {
  return offset.toString(16).padStart(8, "0");
}

/** One or more lines for the bytes from `start` up to `end`: where, which, what they are, what they say. */
export function hexLine(bytes: Uint8Array, start: number, end: number, label: string, meaning: string): string {
  const first = Math.min(end, start + BYTES);
  let line = `${address(start)}  ${hexBytes(bytes, start, first).padEnd(COLUMN * 3 - 1)}  ${label.padEnd(LABEL)}  ${meaning}`;
  line = `${line.trimEnd()}\n`;
  for (let at = first; at < end; at += BYTES) {
    line += `${address(at)}  ${hexBytes(bytes, at, Math.min(end, at + BYTES))}\n`;
  }
  return line;
}

/** A number as a word: all eight hexadecimal digits. */
export function wordHex(word: number): string {
  return `0x${word.toString(16).padStart(8, "0")}`;
}

/** Text for one line: what would break or hide in it is escaped. */
export function visible(text: string): string {
  let shown = "";
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point >= 0xdc80 && point <= 0xdcff) shown += `\\x${HEX[point & 0xff]!}`;
    else if (point < 0x20 || point === 0x7f) shown += `\\x${HEX[point]!}`;
    else shown += character;
  }
  return shown;
}

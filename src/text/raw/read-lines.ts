import { rawError, type SourceLine } from "./source-line.js";

/** Marks of a quoted mail, and the plus of a patch. */
const QUOTE_MARKS = /^(?:(?:[ \t]*>)+ ?)?(?:[ \t]*\+(?=[ \t]*["[]))?/;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v" };

/** A byte of an escape in a C string as a character of a name: what is not ASCII stands for itself, as in names. */
function escapedByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 | byte);
}

/** The lines inside of the C strings of a source line, each of which may hold several. */
function* linesInStrings(source: string, start: number, end: number): Generator<SourceLine> {
  let text = "";
  let offsets: number[] = [];
  let at = start;
  const line = (endOffset: number): SourceLine => {
    const indent = text.length - text.trimStart().length;
    return { text: text.trim(), isQuoted: true, offsets: [...offsets.slice(indent), endOffset] };
  };
  while (at < end) {
    if (source[at] !== '"') {
      at++;
      continue;
    }
    const opened = at++;
    while (source[at] !== '"') {
      if (at >= end) throw rawError(source, { message: 'a C string without its closing "', offset: opened });
      const from = at;
      let character = source[at++]!;
      if (character === "\\") {
        const [escape] = /^(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)/.exec(source.slice(at, at + 3)) ?? [""];
        at += escape.length;
        if (/^[0-7]/.test(escape)) character = escapedByte(parseInt(escape, 8) & 0xff);
        else if (/^x./.test(escape)) character = escapedByte(parseInt(escape.slice(1), 16));
        else character = ESCAPES[escape] ?? escape;
        if (escape === "n") {
          yield line(from);
          text = "";
          offsets = [];
          continue;
        }
      }
      text += character;
      offsets.push(from);
    }
    at++;
    if (text !== "") yield line(at - 1);
    text = "";
    offsets = [];
  }
}

/** The lines of a dump in a text, whatever stands around them: `>` of a mail, `+` of a patch, quotes of C. */
export function* readLines(source: string): Generator<SourceLine> {
  for (let start = 0; start <= source.length;) {
    const newline = source.indexOf("\n", start);
    const end = newline === -1 ? source.length : newline;
    const whole = source.slice(start, end);
    const marks = QUOTE_MARKS.exec(whole)?.[0].length ?? 0;
    const text = whole.slice(marks).trimEnd();
    const indent = text.length - text.trimStart().length;
    const from = start + marks + indent;
    if (text[indent] === '"') yield* linesInStrings(source, from, start + marks + text.length);
    else yield { text: text.slice(indent), isQuoted: false, offsets: { start: from } };
    start = end + 1;
  }
}

/**
 * C text as tokens. Identifiers are those of BTF: after the first character they may hold dots, as `foo.llvm.123` does,
 * and any character beyond ASCII is a letter.
 */

/** A word, a number, a string with its quotes, a character constant with its quotes, punctuation, or the end. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "character" | "punctuator" | "end";
  /** As written, but for digraphs; "" for the end. A string or character has the prefix of its quote, as `L"a"`. */
  readonly text: string;
  /** Where it starts, in characters (UTF-16 units) from the start of the text. */
  readonly offset: number;
}

/** Why a text could not be read. */
export interface SpellingFailure {
  readonly ok: false;
  /** What was expected and what was found. */
  readonly message: string;
  /** Where, in characters (UTF-16 units) from the start of the text. */
  readonly offset: number;
}

/** What a reader of whole files adds; spellings have no lines that begin with "#", and nowhere to go on from. */
export interface TokenizeOptions {
  /** Takes a directive, at its "#", and gives where it ends; `before` is the number of tokens so far. */
  readonly directive?: (offset: number, before: number) => number;
  /** Takes what is no token; it is read over. Without it the whole text is a failure. */
  readonly stray?: (message: string, offset: number) => void;
  /** Whether words may hold dots, as symbols do and C's own do not; true unless told otherwise. */
  readonly dots?: boolean;
  /** Whether `<:` is "[" and so on, and `L"..."` one token; false unless told otherwise. */
  readonly digraphs?: boolean;
  /** Gives an offset as the tokens are to have it. */
  readonly origin?: (offset: number) => number;
}

/** Two characters that stand for one. */
const DIGRAPHS: ReadonlyMap<string, string> = new Map([
  ["<%", "{"],
  ["%>", "}"],
  ["<:", "["],
  [":>", "]"],
]);

/** What may stand before the quote of a string or a character. */
const PREFIX = /^(?:L|u8|u|U)$/;

/** Longest first among those that start alike. */
const PUNCTUATORS = /\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|##|[-[\](){}.&*+~!/%<>^|?:;=,#@]/y;

/** Punctuators that no other begins with: the greater part of all. */
const SINGLE = new Set("[](){}~?:;,@");

const [SPACE, LETTER, DIGIT] = [1, 2, 3];

/** What each ASCII character is; 0 for all others. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return SPACE;
  if (/[A-Za-z_$]/.test(character)) return LETTER;
  return /[0-9]/.test(character) ? DIGIT : 0;
});

/** What the character at a place is; beyond ASCII it is a letter if it is no space, and NaN, past the end, is nothing. */
function classOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return CLASSES[code]!;
  if (Number.isNaN(code)) return 0;
  return /\s/.test(text.charAt(at)) ? SPACE : LETTER;
}

// Loops and not one expression for a whole token: an expression runs out of stack on a token of some million characters.

function endOfWord(text: string, start: number, dots: boolean): number {
  for (let i = start + 1; ; i++) {
    const inside = classOf(text, i) > SPACE || (dots && text[i] === "." && !text.startsWith("...", i));
    if (!inside) return i;
  }
}

function endOfNumber(text: string, start: number): number {
  for (let i = start + 1; ; i++) {
    if (classOf(text, i) > SPACE || text[i] === ".") continue;
    const signOfExponent = /[-+]/.test(text[i] ?? "") && /[eEpP]/.test(text[i - 1] ?? "");
    if (!signOfExponent) return i;
  }
}

/** The end of a string or character constant, undefined if it has none on its line. */
function endOfQuoted(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length && text[i] !== "\n"; i++) {
    if (text[i] === text[start]) return i + 1;
    if (text[i] === "\\") i++;
  }
  return undefined;
}

/** The end of spaces, comments and directives; a comment that is not closed is none. */
function endOfSpace(text: string, start: number, before: number, { directive }: TokenizeOptions): number {
  let startsLine = start === 0;
  for (let i = start; ;) {
    if (classOf(text, i) === SPACE) {
      startsLine ||= text[i] === "\n";
      i++;
      continue;
    }
    switch (text[i]) {
      case "/":
        if (text[i + 1] === "/") {
          const end = text.indexOf("\n", i);
          i = end < 0 ? text.length : end;
        } else if (text[i + 1] === "*") {
          const end = text.indexOf("*/", i + 2);
          if (end < 0) return i;
          i = end + 2;
        } else {
          return i;
        }
        break;
      case "\\":
        // A line that goes on in the next.
        if (directive === undefined || !/[\r\n]/.test(text[i + 1] ?? "")) return i;
        i++;
        break;
      case "#":
        if (directive === undefined || !startsLine) return i;
        i = directive(i, before);
        break;
      default:
        return i;
    }
  }
}

/**
 * Splits C text into tokens; spaces and comments are dropped and the last token is the end.
 *
 * @example
 * ```ts
 * const tokens = tokenize("struct sock *");
 * Array.isArray(tokens) && tokens.map((token) => token.text); // ["struct", "sock", "*", ""]
 * ```
 */
export function tokenize(text: string, options: TokenizeOptions = {}): readonly Token[] | SpellingFailure {
  const { stray, dots = true, digraphs = false, origin = (offset: number) => offset } = options;
  const tokens: Token[] = [];
  // One string for all tokens that read alike: a header has many of few.
  const texts = new Map<string, string>();
  for (let last = 0; ;) {
    let offset = endOfSpace(text, last, tokens.length, options);
    // What no other begins with is most of all tokens, and one of a few strings that are there already.
    const character = text.charAt(offset);
    if (digraphs && (character === "<" || character === "%" || character === ":")) {
      const meant = DIGRAPHS.get(text.slice(offset, offset + 2));
      if (meant !== undefined) {
        tokens.push({ kind: "punctuator", text: meant, offset: origin(offset) });
        last = offset + 2;
        continue;
      }
    }
    if (SINGLE.has(character)) {
      tokens.push({ kind: "punctuator", text: character, offset: origin(offset) });
      last = offset + 1;
      continue;
    }
    const isOpen = character === "/" && text.startsWith("/*", offset);
    if (offset < text.length && !isOpen) {
      let [kind, end] = scan(text, offset, dots);
      if (digraphs && kind === "word" && end !== undefined && end - offset <= 2) {
        const quote = text.charAt(end);
        if ((quote === '"' || quote === "'") && PREFIX.test(text.slice(offset, end))) {
          [kind, end] = [quote === '"' ? "string" : "character", endOfQuoted(text, end)];
        }
      }
      if (end !== undefined) {
        const found = text.slice(offset, end);
        let known = texts.get(found);
        if (known === undefined) texts.set(found, (known = found));
        tokens.push({ kind, text: known, offset: origin(offset) });
        last = end;
        continue;
      }
    }
    if (offset < text.length) {
      const message = isOpen ? "this comment is not closed" : describeStray(text[offset] ?? "");
      if (stray === undefined) return { ok: false, message, offset };
      stray(message, offset);
      last = isOpen ? text.length : endOfStray(text, offset);
      if (last < text.length) continue;
      offset = text.length;
    }
    tokens.push({ kind: "end", text: "", offset: origin(offset) });
    return tokens;
  }
}

/** Where reading goes on after what is no token: behind a character, or a quote that is not closed and its line. */
function endOfStray(text: string, offset: number): number {
  if (text[offset] !== '"' && text[offset] !== "'") return offset + 1;
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** The kind and end of the token at an offset; no end if there is none. */
function scan(text: string, offset: number, dots: boolean): [kind: Token["kind"], end: number | undefined] {
  const character = text[offset]!;
  const kind = classOf(text, offset);
  if (kind === LETTER) return ["word", endOfWord(text, offset, dots)];
  if (kind === DIGIT || (character === "." && classOf(text, offset + 1) === DIGIT)) {
    return ["number", endOfNumber(text, offset)];
  }
  if (character === '"') return ["string", endOfQuoted(text, offset)];
  if (character === "'") return ["character", endOfQuoted(text, offset)];
  PUNCTUATORS.lastIndex = offset;
  return ["punctuator", PUNCTUATORS.test(text) ? PUNCTUATORS.lastIndex : undefined];
}

function describeStray(character: string): string {
  return character === '"' || character === "'"
    ? `what the ${character} opens is not closed on its line`
    : `the character ${JSON.stringify(character)} has no place in C`;
}

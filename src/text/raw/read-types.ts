import { KIND_NAMES, type KindName } from "../../wire/kinds.js";
import { OLD_KIND_NAMES, RAW_FORMS, type RawForm } from "./raw-kinds.js";
import { rawWords, type RawWords } from "./raw-words.js";
import { LineFields } from "./read-fields.js";
import { readLines } from "./read-lines.js";
import { joinLines, rawError, sourceOffset, type SourceLine } from "./source-line.js";

/** A type as a dump shows it. */
export interface ShownType {
  readonly id: number;
  /** Offset in the source, in characters. */
  readonly offset: number;
  /** Undefined for a kind that the tool which made the dump did not know. */
  readonly words: RawWords | undefined;
  /** Members or the like that a mark like `...` stands for. */
  readonly left: number;
}

/** A type whose elements may follow. */
interface OpenType {
  readonly id: number;
  readonly kind: KindName;
  readonly form: RawForm;
  readonly line: SourceLine;
  /** Where name and fields begin in the line. */
  readonly from: number;
  readonly elements: SourceLine[];
  hasGap: boolean;
}

const HEAD = /^\[\s*(\d+)\s*\]\s+([A-Z][A-Z_0-9]*)\s+(?=')/;
const HEAD_LIKE = /^\[\s*\d+\s*\]|^[A-Z][A-Z_0-9]+ '/;
/** `...`, `[ ... ]`, `[...] 12 more`, `<snip>`. */
const GAP = /^[[(<{]?\s*(?:\.{2,}|…|snip\b|cut\b).*$/i;
const FIELD_START = /^([a-z_0-9]+)=/;
const ELEMENT_START = /^'|^(?:type_id|value|func_type_id|name)=/;
/** What stands around a dump in C, in a shell, and what a broken line leaves of a DATASEC's entry. */
const AROUND = /^(?:\/[/*].*|\*.*|[#$].*|VALIDATE_RAW_BTF\s*\(.*|[\w>.-]+\s*,|[)};,]+|\([A-Z_0-9]+ '.*'\))$/;

/** Reads the types of a dump one by one. */
class TypeReader {
  readonly types: ShownType[] = [];
  readonly #source: string;
  #open: OpenType | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  line(line: SourceLine): void {
    const { text } = line;
    if (text === "") return;
    if (HEAD_LIKE.test(text)) this.#head(line);
    else if (this.#isBroken(text)) this.#append(line);
    else if (ELEMENT_START.test(text)) this.#element(line);
    else if (GAP.test(text)) {
      if (this.#open !== undefined) this.#open.hasGap = true;
    } else if (this.#open !== undefined && !AROUND.test(text)) {
      this.#fail(line, 0, `a type as "[1] INT 'int' …" or a member as "'name' type_id=1 …" expected`);
    }
  }

  #fail(line: SourceLine, at: number, message: string): never {
    throw rawError(this.#source, { message, offset: sourceOffset(line, at) });
  }

  #head(line: SourceLine): void {
    this.close();
    const match = HEAD.exec(line.text);
    if (match === null) return this.#fail(line, 0, `"[1] INT 'int' …" expected: an id, a kind and a name`);
    const id = Number(match[1]);
    const word = match[2]!;
    if (id === 0 || id > 0x7fffffff) return this.#fail(line, 1, `id ${match[1]} is none from 1 to 2147483647`);
    if (word === "UNKNOWN") {
      this.types.push({ id, offset: sourceOffset(line, 0), words: undefined, left: 0 });
      return;
    }
    const kind = OLD_KIND_NAMES[word] ?? KIND_NAMES.find((name) => name === word);
    const form = kind === undefined ? undefined : RAW_FORMS[kind];
    if (kind === undefined || form === undefined) {
      return this.#fail(line, line.text.indexOf(word), `[${id}]: ${word} is no kind of BTF`);
    }
    this.#open = { id, kind, form, line, from: match[0].length, elements: [], hasGap: false };
  }

  /** True for the rest of a line that was too long for somebody. */
  #isBroken(text: string): boolean {
    const open = this.#open;
    const key = FIELD_START.exec(text)?.[1];
    if (open === undefined || key === undefined) return false;
    const last = open.elements.at(-1) ?? open.line;
    const form = open.elements.length > 0 ? open.form.element! : open.form.head;
    return [...form.required, ...(form.optional ?? [])].includes(key) && !last.text.includes(`${key}=`);
  }

  #append(line: SourceLine): void {
    const { elements } = this.#open!;
    if (elements.length > 0) elements.push(joinLines(elements.pop()!, line));
    else this.#open = { ...this.#open!, line: joinLines(this.#open!.line, line) };
  }

  #element(line: SourceLine): void {
    const open = this.#open;
    // What was cut off before the first type, or belongs to a type that can't be read.
    if (open === undefined) return;
    if (open.form.element === undefined) return this.#fail(line, 0, `[${open.id}] ${open.kind} has no members`);
    open.elements.push(line);
  }

  /** Ends the type that is open. */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { id, kind, form, line, from } = open;
    const head = new LineFields(this.#source, line, from, form.head, id, kind);
    const elements = open.elements.map((element) => new LineFields(this.#source, element, 0, form.element!, id, kind));
    const words = rawWords(kind, head, elements, line.isQuoted);
    const expected = head.has("vlen") ? head.number("vlen") : words.vlen;
    const found = kind === "FUNC" || form.element === undefined ? expected : words.vlen;
    if (found > expected || (found < expected && !open.hasGap)) {
      head.fail(head.placeOf("vlen"), `vlen is ${expected}, and ${found} follow`, "vlen");
    }
    this.types.push({ id, offset: sourceOffset(line, 0), words, left: expected - found });
  }
}

/** The types that a text shows, in its order. */
export function readTypes(source: string): readonly ShownType[] {
  const reader = new TypeReader(source);
  for (const line of readLines(source)) reader.line(line);
  reader.close();
  return reader.types;
}

import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND, KIND_NAMES, KINDS, type WordRole } from "../wire/kinds.js";
import { forEachStringWord } from "../wire/shapes.js";
import { graphOf, type Btf } from "../model/btf.js";
import { copyTypeWords } from "../model/graph.js";
import { cEscaped, cString } from "./code/c-text.js";
import { isPlain } from "./code/plain.js";
import { refusal, typeRefusal } from "./code/refusal.js";
import { stringBytes } from "./code/string-section.js";
import { typeComment } from "./code/type-comment.js";

/** How {@link formatSelftest} writes. */
export interface SelftestOptions {
  /** Makes it a whole test of `raw_tests[]`, in braces and with this `.descr`. */
  readonly descr?: string;
  /** False lets the bytes differ: the header, and the byte order, which is always that of the host. */
  readonly exact?: boolean;
}

/** Words of `raw_types`, `BTF_END_RAW` included. */
const MOST_WORDS = 1024;

/** What the test program takes for the next name, and for the name with a number. */
const NAME_TBD = 0xdeadb33f;
const NAME_NTH = 0xfffe;

/** `BTF_MAX_VLEN` of the headers up to 7.0, which `BTF_INFO_ENC` cuts to. */
const VLEN_MAX = 0xffff;

/** Kinds that every header names which these tests are compiled with. */
const LAST_NAMED: number = KIND.ENUM64;

const ENCODINGS: Readonly<Record<number, string>> = {
  0: "0",
  1: "BTF_INT_SIGNED",
  2: "BTF_INT_CHAR",
  4: "BTF_INT_BOOL",
};

/** Macros that give a head with no vlen and no kind_flag, by kind: the words after the macro's name. */
const REFERENCE_MACROS: Readonly<Record<number, string>> = {
  [KIND.PTR]: "BTF_PTR_ENC",
  [KIND.CONST]: "BTF_CONST_ENC",
  [KIND.VOLATILE]: "BTF_VOLATILE_ENC",
  [KIND.RESTRICT]: "BTF_RESTRICT_ENC",
};
const NAMED_MACROS: Readonly<Record<number, string>> = {
  [KIND.TYPEDEF]: "BTF_TYPEDEF_ENC",
  [KIND.FUNC]: "BTF_FUNC_ENC",
  [KIND.FLOAT]: "BTF_TYPE_FLOAT_ENC",
  [KIND.TYPE_TAG]: "BTF_TYPE_TAG_ENC",
};
const ELEMENT_MACROS: Readonly<Record<number, string>> = {
  [KIND.STRUCT]: "BTF_MEMBER_ENC",
  [KIND.UNION]: "BTF_MEMBER_ENC",
  [KIND.ENUM]: "BTF_ENUM_ENC",
  [KIND.ENUM64]: "BTF_ENUM64_ENC",
  [KIND.FUNC_PROTO]: "BTF_FUNC_PROTO_ARG_ENC",
  [KIND.DATASEC]: "BTF_VAR_SECINFO_ENC",
};

const word = (value: number): string => (value < 0x10000 ? String(value) : `0x${value.toString(16)}`);

/** Names as the test program finds them: the next one, by number, or by their offset. */
class Names {
  readonly #numbers = new Map<number, number>();
  readonly #inOrder: boolean;

  constructor(strings: Uint8Array, words: readonly Uint32Array[]) {
    for (let at = strings.indexOf(0); at !== -1 && at + 1 < strings.length; at = strings.indexOf(0, at + 1)) {
      this.#numbers.set(at + 1, this.#numbers.size + 1);
    }
    let next = 1;
    let inOrder = strings[0] === 0;
    for (const type of words) {
      forEachStringWord(type, 0, (position) => {
        if (type[position] !== 0) inOrder &&= this.#numbers.get(type[position]!) === next++;
      });
    }
    this.#inOrder = inOrder;
    if (strings[0] !== 0) this.#numbers.clear();
  }

  text(offset: number): string {
    if (offset === 0) return "0";
    if (this.#inOrder) return "NAME_TBD";
    const number = this.#numbers.get(offset);
    return number === undefined || number > 0xffff ? word(offset) : `NAME_NTH(${number})`;
  }
}

function infoText(info: number): string {
  const kind = infoKind(info);
  if (kind > LAST_NAMED || kind === 0 || infoVlen(info) > VLEN_MAX) return `0x${info.toString(16).padStart(8, "0")}`;
  return `BTF_INFO_ENC(BTF_KIND_${KIND_NAMES[kind]!}, ${Number(infoKindFlag(info))}, ${infoVlen(info)})`;
}

/** Writes the words of one type as macros. */
class TypeMacros {
  readonly #words: Uint32Array;
  readonly #names: Names;
  readonly #kind: number;
  readonly #isBare: boolean;

  constructor(words: Uint32Array, names: Names) {
    this.#words = words;
    this.#names = names;
    this.#kind = infoKind(words[1]!);
    this.#isBare = words[1] === this.#kind << 24;
  }

  /** One entry for the type, and one for each element. */
  lines(): string[] {
    const row = KINDS[KIND_NAMES[this.#kind]!];
    if (this.#kind === 0 || row === undefined) {
      return [`${this.#head()}${Array.from(this.#words.subarray(3), (each) => `, ${word(each)}`).join("")}`];
    }
    const lines = [this.#type()];
    const stride = row.element.length;
    if (stride === 0) return lines;
    for (let at = HEAD_WORDS + row.trailer.length; at < this.#words.length; at += stride) {
      lines.push(this.#element(at, row.element));
    }
    return lines;
  }

  #name(at = 0): string {
    return this.#names.text(this.#words[at]!);
  }

  #head(): string {
    return `BTF_TYPE_ENC(${this.#name()}, ${infoText(this.#words[1]!)}, ${word(this.#words[2]!)})`;
  }

  #type(): string {
    const [name, info, third, fourth] = this.#words as unknown as readonly number[];
    const kind = this.#kind;
    const flag = infoKindFlag(info!);
    if (this.#isBare && name === 0 && REFERENCE_MACROS[kind] !== undefined)
      return `${REFERENCE_MACROS[kind]}(${third})`;
    if (this.#isBare && NAMED_MACROS[kind] !== undefined)
      return `${NAMED_MACROS[kind]}(${this.#name()}, ${word(third!)})`;
    switch (kind) {
      case KIND.INT:
        // What no part of the macro reaches.
        if ((fourth! & 0xf000ff00) !== 0) return `${this.#head()}, ${word(fourth!)}`;
        return this.#isBare
          ? `BTF_TYPE_INT_ENC(${this.#name()}, ${intParts(fourth!)}, ${word(third!)})`
          : `${this.#head()}, BTF_INT_ENC(${intParts(fourth!)})`;
      case KIND.ARRAY: {
        const parts = Array.from(this.#words.subarray(3), word).join(", ");
        return this.#isBare && name === 0 && third === 0
          ? `BTF_TYPE_ARRAY_ENC(${parts})`
          : `${this.#head()}, BTF_ARRAY_ENC(${parts})`;
      }
      case KIND.STRUCT:
      case KIND.UNION: {
        const macro = kind === KIND.STRUCT ? "BTF_STRUCT_ENC" : "BTF_UNION_ENC";
        const vlen = infoVlen(info!);
        return flag || vlen > VLEN_MAX ? this.#head() : `${macro}(${this.#name()}, ${vlen}, ${word(third!)})`;
      }
      case KIND.FWD:
        return infoVlen(info!) === 0 && third === 0 ? `BTF_FWD_ENC(${this.#name()}, ${Number(flag)})` : this.#head();
      case KIND.FUNC_PROTO:
        if (flag || name !== 0 || infoVlen(info!) > VLEN_MAX) return this.#head();
        return `BTF_FUNC_PROTO_ENC(${word(third!)}, ${infoVlen(info!)})`;
      case KIND.VAR:
        return this.#isBare
          ? `BTF_VAR_ENC(${this.#name()}, ${third}, ${word(fourth!)})`
          : `${this.#head()}, ${word(fourth!)}`;
      case KIND.DECL_TAG:
        return this.#isBare
          ? `BTF_DECL_TAG_ENC(${this.#name()}, ${third}, ${fourth! | 0})`
          : `${this.#head()}, ${fourth! | 0}`;
      case KIND.LOC_PARAM:
        return `${this.#head()}, ${word(fourth!)}`;
      default:
        return this.#head();
    }
  }

  #element(at: number, roles: readonly WordRole[]): string {
    const values = roles.map((role, i) => {
      const value = this.#words[at + i]!;
      return role === "string" ? this.#name(at + i) : word(value);
    });
    const isComposite = this.#kind === KIND.STRUCT || this.#kind === KIND.UNION;
    if (isComposite && infoKindFlag(this.#words[1]!)) {
      const offset = this.#words[at + 2]!;
      // From 128 bits on the macro's shift would leave an int.
      if (offset >>> 31 === 0) values[2] = `BTF_MEMBER_OFFSET(${offset >>> 24}, ${offset & 0xffffff})`;
    }
    if (this.#kind === KIND.ENUM && infoKindFlag(this.#words[1]!)) values[1] = String(this.#words[at + 1]! | 0);
    const macro = ELEMENT_MACROS[this.#kind];
    return macro === undefined ? values.join(", ") : `${macro}(${values.join(", ")})`;
  }
}

function intParts(data: number): string {
  const encoding = data >>> 24;
  return `${ENCODINGS[encoding] ?? encoding}, ${(data >>> 16) & 0xff}, ${data & 0xff}`;
}

/** Columns at which comments begin, where there is room; a tab is eight of them. */
const COMMENT_COLUMN = 64;

function commented(line: string, tabs: number, comment: string): string {
  const start = "\t".repeat(tabs) + line;
  let column = tabs * 8 + line.length;
  let blanks = "";
  while (column < COMMENT_COLUMN) {
    blanks += "\t";
    column = (column + 8) & ~7;
  }
  return `${start}${blanks === "" ? " " : blanks}/* ${comment} */`;
}

/** The string section without its last NUL as C strings, one or several in lines of their own. */
function stringText(strings: Uint8Array, tabs: number): string {
  const pieces: string[] = [];
  let piece = "";
  for (let at = 0; at < strings.length - 1;) {
    const next = strings.indexOf(0, at + 1);
    const end = next === -1 || next === strings.length - 1 ? strings.length - 1 : next;
    const text = cEscaped(strings.subarray(at, end));
    // A NUL at the start of a piece is followed by what stands after it here.
    if (piece !== "" && piece.length + text.length > 60) {
      pieces.push(piece);
      piece = "";
    }
    piece += text;
    at = end;
  }
  pieces.push(piece);
  const [first, ...rest] = pieces.map((each) => `"${each}"`);
  return [first!, ...rest.map((each) => `${"\t".repeat(tabs + 1)}    ${each}`)].join("\n");
}

/**
 * A graph as the kernel's selftests have it in `prog_tests/btf.c`: `.raw_types` of `BTF_*_ENC` macros with each type's id
 * in a comment, and `BTF_STR_SEC`. Names are `NAME_TBD` where the types take all strings one after another, else
 * `NAME_NTH(n)`, or the offset in bytes where a name begins inside of a string.
 *
 * @throws BtfError EOPNOTSUPP `not-expressible`, with the type where it is one's: words that the test program takes for a
 * name to be filled in, more than 1,023 words, split BTF, a header or byte order that is not the host's
 *
 * @example
 * ```ts
 * formatSelftest(btf().addInt("int", 4, "signed").addPtr("int").build());
 * // .raw_types = {
 * //         BTF_TYPE_INT_ENC(NAME_TBD, BTF_INT_SIGNED, 0, 32, 4),   /* [1] INT int *\/
 * //         BTF_PTR_ENC(1),                                         /* [2] PTR int * *\/
 * //         BTF_END_RAW,
 * // },
 * // BTF_STR_SEC("\0int"),
 * ```
 */
export function formatSelftest(graph: Btf, { descr, exact = true }: SelftestOptions = {}): string {
  const target = "selftest";
  if (graph.base !== undefined) throw refusal(target, "the test program has no base for split BTF");
  if (exact && graph.endian !== "little")
    throw refusal(target, "big endian; the test program writes the host's byte order");
  if (exact && !isPlain(graph)) {
    throw refusal(target, "its header, or where its sections lie, is not as the test program writes it");
  }
  const strings = stringBytes(graph);
  if (strings.length === 0) throw refusal(target, "it has no string section, and a C string has a NUL at least");
  const all: Uint32Array[] = [];
  let count = 1;
  for (let id = graph.startId; id < graph.typeCount; id++) {
    const words = copyTypeWords(graphOf(graph), id);
    checkWords(graph, id, words);
    count += words.length;
    if (count > MOST_WORDS) {
      throw typeRefusal(
        target,
        id,
        graph.type(id),
        `with it there are ${count - 1} words; raw_types has room for 1023`,
      );
    }
    all.push(words);
  }
  const names = new Names(strings, all);
  const tabs = descr === undefined ? 0 : 1;
  const pad = "\t".repeat(tabs);
  const lines = [`${pad}.raw_types = {`];
  for (const [i, words] of all.entries()) {
    const id = graph.startId + i;
    const [head, ...elements] = new TypeMacros(words, names).lines();
    lines.push(commented(`${head!},`, tabs + 1, `[${id}] ${typeComment(graph, id)}`));
    for (const element of elements) lines.push(`${pad}\t\t${element},`);
  }
  lines.push(`${pad}\tBTF_END_RAW,`, `${pad}},`, `${pad}BTF_STR_SEC(${stringText(strings, tabs)}),`);
  if (descr === undefined) return `${lines.join("\n")}\n`;
  return ["{", `\t.descr = ${cString(descr)},`, ...lines, "},", ""].join("\n");
}

/** Refuses words that mean something else to the test program. */
function checkWords(graph: Btf, id: number, words: Uint32Array): void {
  for (const [i, value] of words.entries()) {
    if (value !== NAME_TBD && value >>> 16 !== NAME_NTH) continue;
    const what = value === NAME_TBD ? "NAME_TBD" : "NAME_NTH()";
    const hex = `0x${value.toString(16)}`;
    throw typeRefusal("selftest", id, graph.type(id), `word ${i} is ${hex}, which the test program takes for ${what}`);
  }
}

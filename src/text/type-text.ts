import { HEAD_WORDS, infoKind, infoKindFlag, infoVlen, KIND, KIND_NAMES } from "../wire/kinds.js";
import { graphOf, type Btf } from "../model/btf.js";
import { locate, type Graph } from "../model/graph.js";
import { readName } from "../model/read-name.js";

/** Types that one text names at most; what is more is `…`, so that a type without an end has one here. */
const MOST_TYPES = 96;

const KEYWORDS: Readonly<Record<number, string>> = {
  [KIND.STRUCT]: "struct",
  [KIND.UNION]: "union",
  [KIND.ENUM]: "enum",
  [KIND.ENUM64]: "enum",
};

const QUALIFIERS: Readonly<Record<number, string>> = {
  [KIND.CONST]: "const",
  [KIND.VOLATILE]: "volatile",
  [KIND.RESTRICT]: "restrict",
};

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** Adds a qualifier in front, once: that of an array is one of its elements. */
function addQualifier(qualifiers: string[], qualifier: string): void {
  if (!qualifiers.includes(qualifier)) qualifiers.unshift(qualifier);
}

/** How many types a text may still name; each level of parameters takes one at least, so that it bounds all. */
interface Budget {
  left: number;
}

/** Texts of the types of one graph; what many types have in common is made once. */
export class TypeTexts {
  readonly #graph: Graph;
  readonly #typeCount: number;
  /** {@link TypeTexts.#left} by id. */
  readonly #lefts = new Map<number, string>();

  constructor(graph: Btf) {
    this.#graph = graphOf(graph);
    this.#typeCount = graph.typeCount;
  }

  /** As {@link typeText}. */
  of(id: number, declarator = ""): string {
    return this.#declaration(id, declarator, { left: MOST_TYPES });
  }

  #name(offset: number): string {
    return readName(this.#graph.runs, offset) ?? "";
  }

  /** The name of a type that is no pointer to others and the like: `struct sock`. */
  #base(id: number): string {
    if (id === 0) return "void";
    const { words: all, at } = locate(this.#graph.runs, id);
    const kind = infoKind(all[at + 1]!);
    const name = this.#name(all[at]!);
    if (kind === KIND.FWD) return `${infoKindFlag(all[at + 1]!) ? "union" : "struct"} ${name}`;
    const keyword = KEYWORDS[kind];
    if (keyword !== undefined) return `${keyword} ${name === "" ? "{…}" : name}`;
    return name === "" ? `${(KIND_NAMES[kind] ?? "UNKNOWN").toLowerCase()} [${id}]` : name;
  }

  /** What stands left of a declarator of this type; "" when something stands right of it too. */
  #left(id: number): string {
    let left = this.#lefts.get(id);
    if (left === undefined) {
      left = this.#makeLeft(id);
      this.#lefts.set(id, left);
    }
    return left;
  }

  #makeLeft(id: number): string {
    let text = "";
    let qualifiers: string[] = [];
    let at = id;
    for (let types = 0; types < MOST_TYPES && at < this.#typeCount; types++) {
      const { words: all, at: head } = locate(this.#graph.runs, at);
      const kind = infoKind(all[head + 1]!);
      if (kind === KIND.ARRAY || kind === KIND.FUNC_PROTO) return "";
      const qualifier = this.#qualifier(all, head);
      if (qualifier !== undefined) addQualifier(qualifiers, qualifier);
      else if (kind === KIND.PTR) {
        text = `*${words(...qualifiers, text)}`;
        qualifiers = [];
      } else return words(...qualifiers, this.#base(at), text);
      at = all[head + 2]!;
    }
    return "";
  }

  #qualifier(all: Uint32Array, head: number): string | undefined {
    const info = all[head + 1]!;
    if (infoKind(info) !== KIND.TYPE_TAG) return QUALIFIERS[infoKind(info)];
    const name = this.#name(all[head]!);
    return infoKindFlag(info) ? `__attribute__((${name}))` : `__tag("${name}")`;
  }

  #declaration(id: number, declarator: string, budget: Budget): string {
    let text = declarator;
    let qualifiers: string[] = [];
    let isPointed = false;
    let at = id;
    // Taken before what is inside, so that a prototype that is its own parameter comes to an end.
    while (budget.left > 0) {
      budget.left--;
      const left = qualifiers.length === 0 ? this.#left(at) : "";
      if (left !== "") return text === "" || left.endsWith("*") ? left + text : `${left} ${text}`;
      if (at >= this.#typeCount) return words(...qualifiers, `[${at}]`, text);
      const { words: all, at: head } = locate(this.#graph.runs, at);
      const qualifier = this.#qualifier(all, head);
      let next = all[head + 2]!;
      if (qualifier !== undefined) addQualifier(qualifiers, qualifier);
      else {
        switch (infoKind(all[head + 1]!)) {
          case KIND.PTR:
            text = `*${words(...qualifiers, text)}`;
            qualifiers = [];
            isPointed = true;
            break;
          case KIND.ARRAY:
            text = `${isPointed ? `(${text})` : text}[${all[head + HEAD_WORDS + 2]!}]`;
            isPointed = false;
            next = all[head + HEAD_WORDS]!;
            break;
          case KIND.FUNC_PROTO:
            text = `${isPointed ? `(${text})` : text}(${this.#params(all, head, budget)})`;
            isPointed = false;
            break;
          default:
            return words(...qualifiers, this.#base(at), text);
        }
      }
      at = next;
    }
    return words("…", text);
  }

  #params(all: Uint32Array, head: number, budget: Budget): string {
    // Only a type that was made wrong on purpose has a vlen beyond its words.
    const count = Math.min(infoVlen(all[head + 1]!), Math.floor((all.length - head - HEAD_WORDS) / 2));
    if (count === 0) return "void";
    let text = "";
    for (let i = 0; i < count; i++) {
      const at = head + HEAD_WORDS + i * 2;
      const name = this.#name(all[at]!);
      const type = all[at + 1]!;
      if (i > 0) text += ", ";
      if (type === 0 && name === "" && i === count - 1) text += "...";
      else if (budget.left > 0) text += this.#declaration(type, name, budget);
      else return `${text}…`;
    }
    return text;
  }
}

/**
 * A type, or the declaration of `declarator`, in one line for people to read: C, but for anonymous types, whose members
 * it leaves out (`struct {…} *`), and for types without an end.
 */
export function typeText(graph: Btf, id: number, declarator = ""): string {
  return new TypeTexts(graph).of(id, declarator);
}

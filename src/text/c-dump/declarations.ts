import { BtfError } from "../../model/errors.js";
import { token, type Token } from "../../model/byte-writer.js";
import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import type { CRules } from "./c-style.js";
import type { CWriter } from "./c-writer.js";
import { Enums } from "./enums.js";
import type { KnownDeclarators } from "./known-declarators.js";
import { Layouts } from "./layouts.js";
import { isNatural, writePadding } from "./padding.js";
import type { TypeTable } from "./type-table.js";
import type { UniqueNames } from "./unique-names.js";

const TEXT = {
  struct: token("struct"),
  union: token("union"),
  enum: token("enum "),
  typedef: token("typedef "),
  void: token("void"),
  space: token(" "),
  open: token(" {"),
  close: token("}"),
  colon: token(": "),
  semicolon: token(";"),
  pointer: token("*"),
  spacedPointer: token(" *"),
  openParen: token("("),
  spacedParen: token(" ("),
  closeParen: token(")"),
  openBracket: token("["),
  closeBracket: token("]"),
  comma: token(", "),
  vararg: token("..."),
  noParams: token("void)"),
  openTag: token(" __attribute__(("),
  openTypeTag: token('btf_type_tag("'),
  closeTypeTag: token('")))'),
  closeTag: token("))"),
};
const PACKED = " __attribute__((packed))";

/** Qualifiers before what they qualify, and behind a pointer. */
const QUALIFIERS: Readonly<Record<number, readonly [before: Token, behind: Token]>> = {
  [KIND.CONST]: [token("const "), token(" const")],
  [KIND.VOLATILE]: [token("volatile "), token(" volatile")],
  [KIND.RESTRICT]: [token("restrict "), token(" restrict")],
};

const MEMBER_WORDS = 3;
const PARAM_WORDS = 2;

/** The declared name: a string offset, or -1 for {@link Declarations.ownName}; and the number behind it, 1 for none. */
interface DeclaredName {
  readonly offset: number;
  readonly number: number;
}

/** Something that was begun: a declarator, or the members of a STRUCT or UNION. Frames are used again and again. */
class Frame {
  /** A declarator, not members. */
  isChain = false;
  depth = 0;

  // A declarator: the types that are still to be written, from `start` to before `end` in the chain stack.
  start = 0;
  end = 0;
  nameOffset = 0;
  nameNumber = 1;
  wasPointer = true;
  /** Nothing is left but what stands behind the name. */
  isNamed = false;
  /** Where what stands behind the name begins. */
  suffixStart = 0;
  /** Where the name is in the text, the space before it included; -1 for a declarator without a place for one. */
  nameStart = -1;
  nameEnd = -1;
  /** The FUNC_PROTO whose parameters are being written, or 0, and the next of them. */
  proto = 0;
  param = 0;

  // Members.
  id = 0;
  member = 0;
  /** The member before was declared but for what stands behind its declarator. */
  isMemberOpen = false;
  bitsOffset = 0;
  isPacked = false;
  inBitField = false;
}

/** What declarations are left without when the caller asks so. */
export interface Omissions {
  /** Qualifiers and type tags. */
  readonly qualifiers?: boolean;
  /** Members of anonymous STRUCTs and UNIONs, values of anonymous enums. */
  readonly anonymous?: boolean;
}

/**
 * Writes declarations: a type and a name as C puts them around each other, with the members of anonymous types. What a
 * declaration holds is on a stack of its own, as types can be nested to any depth.
 */
export class Declarations {
  /** The name that is no string of the graph. */
  ownName: Uint8Array = new Uint8Array(0);
  readonly enums: Enums;
  readonly layouts: Layouts;
  omit: Omissions = {};
  readonly #table: TypeTable;
  readonly #names: UniqueNames;
  readonly #writer: CWriter;
  readonly #rules: CRules;
  readonly #pointerSize: number;
  /** Types of declarators, outermost first. */
  readonly #chain: number[] = [];
  #chainEnd = 0;
  /** ARRAYs and FUNC_PROTOs whose brackets are still to be written: twice the id, and 1 for a parenthesis before. */
  readonly #suffixes: number[] = [];
  readonly #frames: Frame[] = [];
  #frameCount = 0;
  readonly #known: KnownDeclarators | undefined;
  /** Enums that were defined where they are used. */
  #enumsInside = 0;

  /** @param known for who declares many names, and sets no {@link omit} */
  constructor(
    table: TypeTable,
    names: UniqueNames,
    writer: CWriter,
    rules: CRules,
    pointerSize: number,
    known?: KnownDeclarators,
  ) {
    this.#known = known;
    this.#table = table;
    this.#names = names;
    this.#writer = writer;
    this.#rules = rules;
    this.#pointerSize = pointerSize;
    this.layouts = new Layouts(table, pointerSize);
    this.enums = new Enums(table, names, writer, rules, pointerSize);
  }

  /** A declaration of a name as a type, without a semicolon. */
  declare(id: number, name: DeclaredName, depth: number): void {
    if (!this.#start(id, name.offset, name.number, depth)) this.#finish();
  }

  /** The definition of a STRUCT or UNION, without a semicolon. */
  define(id: number, depth: number): void {
    this.#open(id, depth);
    this.#finish();
  }

  /** `struct name`. */
  tag(id: number): void {
    const writer = this.#writer;
    writer.out.token(this.#table.kinds[id] === KIND.UNION ? TEXT.union : TEXT.struct);
    this.#spacedTag(id);
  }

  /** `struct name` or `union name` of a FWD. */
  forward(id: number): void {
    const writer = this.#writer;
    writer.out.token(this.#table.kindFlag(id) ? TEXT.union : TEXT.struct);
    writer.out.token(TEXT.space);
    writer.numbered(this.#table.nameOffset(id), this.#names.tag(id));
  }

  #spacedTag(id: number): void {
    const name = this.#table.nameOffset(id);
    if (name === 0) return;
    this.#writer.out.token(TEXT.space);
    this.#writer.numbered(name, this.#names.tag(id));
  }

  /** Goes on until nothing is begun. */
  #finish(): void {
    const frames = this.#frames;
    while (this.#frameCount > 0) {
      const frame = frames[this.#frameCount - 1]!;
      if (frame.isChain) this.#declarator(frame);
      else this.#members(frame);
    }
  }

  #push(isChain: boolean, depth: number): Frame {
    const count = this.#frameCount;
    // A type that leads back to itself would be written for ever; each can be in a declarator and in members.
    if (count > this.#table.count * 2) this.#refuseLoop();
    const frame = (this.#frames[count] ??= new Frame());
    this.#frameCount = count + 1;
    frame.isChain = isChain;
    frame.depth = depth;
    return frame;
  }

  #refuseLoop(): never {
    this.#frameCount = 0;
    this.#chainEnd = 0;
    this.#suffixes.length = 0;
    throw new BtfError("the declaration leads back to itself, so that it has no end", {
      code: "ELOOP",
      rule: "type-cycle",
    });
  }

  /** As {@link #start} of a member or parameter, which has no number: by a text that is known where there is one. */
  #startPart(id: number, nameOffset: number, depth: number): boolean {
    const known = this.#known;
    if (known === undefined) return this.#start(id, nameOffset, 1, depth);
    if (known.write(id, nameOffset)) return true;
    if (!known.isWanted(id)) return this.#start(id, nameOffset, 1, depth);
    const { out } = this.#writer;
    const start = out.length;
    const enumsBefore = this.#enumsInside;
    if (!this.#start(id, nameOffset, 1, depth)) return false;
    // Enumerators are numbered and indented anew each time. The frame is as it was when it was left.
    const { nameStart, nameEnd, wasPointer } = this.#frames[this.#frameCount]!;
    if (nameStart < 0 || this.#enumsInside !== enumsBefore) return true;
    const behind = out.bytes.subarray(nameEnd, out.length);
    if (nameEnd === nameStart && behind.length > 0) return true;
    known.keep(id, out.bytes.subarray(start, nameStart), !wasPointer, behind);
    return true;
  }

  /** Begins a declarator; true when it is done already. */
  #start(id: number, nameOffset: number, nameNumber: number, depth: number): boolean {
    const frame = this.#push(true, depth);
    frame.start = this.#chainEnd;
    this.#collect(id);
    frame.end = this.#chainEnd;
    frame.nameOffset = nameOffset;
    frame.nameNumber = nameNumber;
    frame.wasPointer = true;
    frame.isNamed = false;
    frame.suffixStart = this.#suffixes.length;
    frame.nameStart = -1;
    frame.proto = 0;
    return this.#declarator(frame);
  }

  /** Puts the types of a declarator on the chain stack, from the outermost to the one that has a name or members. */
  #collect(id: number): void {
    const { kinds, words, at, count } = this.#table;
    const chain = this.#chain;
    const start = this.#chainEnd;
    const skipsQualifiers = this.omit.qualifiers === true;
    let end = start;
    let current = id;
    for (let steps = 0; ; steps++) {
      const kind = kinds[current]!;
      let next = words[at[current]! + 2]!;
      let isQualifier = false;
      switch (kind) {
        case KIND.PTR:
        case KIND.FUNC_PROTO:
          break;
        case KIND.CONST:
        case KIND.VOLATILE:
        case KIND.RESTRICT:
        case KIND.TYPE_TAG:
          isQualifier = skipsQualifiers;
          break;
        case KIND.ARRAY:
          next = words[at[current]! + HEAD_WORDS]!;
          break;
        default:
          chain[end++] = current;
          this.#chainEnd = end;
          return;
      }
      if (steps > count) this.#refuseLoop();
      if (!isQualifier) chain[end++] = current;
      current = next;
    }
  }

  /** Writes a declarator as far as it goes without members or parameters that take a frame; true when it is done. */
  #declarator(frame: Frame): boolean {
    for (;;) {
      if (!frame.isNamed && !this.#types(frame)) return false;
      if (frame.proto !== 0 && !this.#params(frame)) return false;
      if (this.#suffixes.length === frame.suffixStart) break;
      this.#suffix(frame);
    }
    this.#chainEnd = frame.start;
    this.#frameCount--;
    return true;
  }

  /** From the type with a name outwards up to the declared name; false when members have to be written first. */
  #types(frame: Frame): boolean {
    const { kinds, words, at } = this.#table;
    const writer = this.#writer;
    const { out } = writer;
    const chain = this.#chain;
    while (frame.end > frame.start) {
      const id = chain[--frame.end]!;
      const kind = kinds[id]!;
      switch (kind) {
        case KIND.PTR:
          out.token(frame.wasPointer ? TEXT.pointer : TEXT.spacedPointer);
          writer.room();
          frame.wasPointer = true;
          continue;
        case KIND.INT:
        case KIND.FLOAT:
          this.#qualifiers(frame);
          if (words[at[id]!] !== 0) writer.name(words[at[id]!]!);
          break;
        case KIND.STRUCT:
        case KIND.UNION:
          this.#qualifiers(frame);
          if (words[at[id]!] === 0 && this.omit.anonymous !== true) {
            frame.wasPointer = false;
            this.#open(id, frame.depth);
            return false;
          }
          this.tag(id);
          break;
        case KIND.TYPEDEF:
          this.#qualifiers(frame);
          if (words[at[id]!] !== 0) writer.numbered(words[at[id]!]!, this.#names.typedef(id));
          break;
        case KIND.CONST:
        case KIND.VOLATILE:
        case KIND.RESTRICT:
          writer.text(QUALIFIERS[kind]![1]);
          break;
        case KIND.VOID:
          this.#qualifiers(frame);
          writer.text(TEXT.void);
          break;
        case KIND.ENUM:
        case KIND.ENUM64:
          this.#qualifiers(frame);
          if (words[at[id]!] === 0 && this.omit.anonymous !== true) {
            this.enums.define(id, frame.depth);
            this.#enumsInside++;
          } else {
            out.token(TEXT.enum);
            if (words[at[id]!] !== 0) writer.numbered(words[at[id]!]!, this.#names.tag(id));
          }
          break;
        case KIND.FWD:
          this.#qualifiers(frame);
          this.forward(id);
          break;
        case KIND.TYPE_TAG:
          this.#qualifiers(frame);
          this.#typeTag(id);
          break;
        case KIND.ARRAY:
          if (this.#array(frame, id)) return true;
          continue;
        case KIND.FUNC_PROTO:
          if (this.#prototype(frame, id)) return true;
          continue;
        default:
          // What is no type, as a FUNC, is not written, and neither is its name.
          frame.isNamed = true;
          return true;
      }
      frame.wasPointer = false;
    }
    this.#name(frame);
    return true;
  }

  /** Qualifiers of the type that comes now: C has them before it. */
  #qualifiers(frame: Frame): void {
    const { kinds } = this.#table;
    while (frame.end > frame.start) {
      const texts = QUALIFIERS[kinds[this.#chain[frame.end - 1]!]!];
      if (texts === undefined) return;
      this.#writer.text(texts[0]);
      frame.end--;
    }
  }

  /** Qualifiers and tags of an ARRAY or a FUNC_PROTO mean nothing in C, and gcc writes some. */
  #dropQualifiers(frame: Frame): void {
    const { kinds } = this.#table;
    while (frame.end > frame.start) {
      const kind = kinds[this.#chain[frame.end - 1]!]!;
      if (kind !== KIND.TYPE_TAG && QUALIFIERS[kind] === undefined) return;
      frame.end--;
    }
  }

  #typeTag(id: number): void {
    const writer = this.#writer;
    writer.out.token(TEXT.openTag);
    const isAttribute = this.#rules.rawAttributes && this.#table.kindFlag(id);
    if (!isAttribute) writer.out.token(TEXT.openTypeTag);
    if (this.#table.nameOffset(id) !== 0) writer.name(this.#table.nameOffset(id));
    writer.text(isAttribute ? TEXT.closeTag : TEXT.closeTypeTag);
  }

  /** True when the name is written and what is left stands behind it. */
  #array(frame: Frame, id: number): boolean {
    const writer = this.#writer;
    this.#dropQualifiers(frame);
    if (frame.end === frame.start) {
      this.#name(frame);
      this.#suffixes.push(id * 2);
      return true;
    }
    const isMultidimensional = this.#table.kinds[this.#chain[frame.end - 1]!] === KIND.ARRAY;
    if (!frame.wasPointer && this.#isNameWritten(frame)) writer.text(TEXT.space);
    if (!isMultidimensional) writer.text(TEXT.openParen);
    this.#suffixes.push(id * 2 + (isMultidimensional ? 0 : 1));
    frame.wasPointer = true;
    return false;
  }

  /** As {@link #array}. */
  #prototype(frame: Frame, id: number): boolean {
    this.#dropQualifiers(frame);
    if (frame.end === frame.start) {
      this.#name(frame);
      this.#suffixes.push(id * 2);
      return true;
    }
    this.#writer.text(TEXT.spacedParen);
    this.#suffixes.push(id * 2 + 1);
    frame.wasPointer = true;
    return false;
  }

  /** A number alone is a name too: of the second typedef whose name is the empty string. */
  #isNameWritten({ nameOffset, nameNumber }: Frame): boolean {
    if (nameOffset < 0) return this.ownName.length > 0;
    return nameNumber > 1 || this.#table.strings[this.#table.inRange(nameOffset)] !== 0;
  }

  #name(frame: Frame): void {
    const writer = this.#writer;
    const { out } = writer;
    frame.isNamed = true;
    frame.nameStart = out.length;
    if (this.#isNameWritten(frame)) {
      if (!frame.wasPointer) out.token(TEXT.space);
      if (frame.nameOffset < 0) writer.bytes(this.ownName);
      else writer.numbered(frame.nameOffset, frame.nameNumber);
    }
    frame.nameEnd = out.length;
  }

  /** The innermost brackets that are not closed yet; parameters are left to {@link #params}. */
  #suffix(frame: Frame): void {
    const { kinds, words, at } = this.#table;
    const writer = this.#writer;
    const { out } = writer;
    const suffix = this.#suffixes.pop()!;
    const id = suffix >>> 1;
    if ((suffix & 1) === 1) out.token(TEXT.closeParen);
    if (kinds[id] === KIND.ARRAY) {
      out.token(TEXT.openBracket);
      out.decimal(words[at[id]! + 5]!);
      writer.text(TEXT.closeBracket);
      return;
    }
    writer.text(TEXT.openParen);
    frame.proto = id;
    frame.param = 0;
  }

  /** Parameters; false when one of them takes a frame. */
  #params(frame: Frame): boolean {
    const { words, at } = this.#table;
    const writer = this.#writer;
    const { proto } = frame;
    const vlen = this.#table.vlen(proto);
    const first = at[proto]! + HEAD_WORDS;
    if (vlen === 1 && words[first + 1] === 0 && frame.param === 0) {
      // One parameter of type void: there is none.
      frame.proto = 0;
      writer.text(this.#rules.voidParams ? TEXT.noParams : TEXT.closeParen);
      return true;
    }
    if (vlen === 0 && this.#rules.voidParams) {
      frame.proto = 0;
      writer.text(TEXT.noParams);
      return true;
    }
    while (frame.param < vlen) {
      const param = first + frame.param * PARAM_WORDS;
      if (frame.param > 0) writer.text(TEXT.comma);
      frame.param++;
      if (frame.param === vlen && words[param + 1] === 0) writer.text(TEXT.vararg);
      else if (!this.#startPart(words[param + 1]!, words[param]!, frame.depth)) return false;
    }
    frame.proto = 0;
    writer.text(TEXT.closeParen);
    return true;
  }

  /** Begins the definition of a STRUCT or UNION. */
  #open(id: number, depth: number): void {
    const frame = this.#push(false, depth);
    frame.id = id;
    frame.member = 0;
    frame.isMemberOpen = false;
    frame.bitsOffset = 0;
    frame.inBitField = false;
    frame.isPacked = this.#table.kinds[id] === KIND.STRUCT && this.layouts.isPacked(id);
    this.tag(id);
    this.#writer.text(TEXT.open);
  }

  /** Members, until one of them takes a frame. */
  #members(frame: Frame): void {
    const table = this.#table;
    const { words, at, kinds } = table;
    const writer = this.#writer;
    const { id } = frame;
    const first = at[id]! + HEAD_WORDS;
    const vlen = table.vlen(id);
    const hasBitFields = table.kindFlag(id);
    if (frame.isMemberOpen) this.#closeMember(frame, first, hasBitFields);
    while (frame.member < vlen) {
      const member = first + frame.member * MEMBER_WORDS;
      const type = words[member + 1]!;
      const offset = words[member + 2]!;
      const bitsOffset = hasBitFields ? offset & 0xffffff : offset | 0;
      if (bitsOffset > frame.bitsOffset) {
        const isBitField = hasBitFields && offset >>> 24 !== 0;
        this.#pad(frame, bitsOffset, frame.isPacked ? 1 : this.layouts.align(type), isBitField);
      }
      writer.line(frame.depth + 1);
      if (!this.#startPart(type, words[member]!, frame.depth + 1)) {
        frame.isMemberOpen = true;
        return;
      }
      this.#closeMember(frame, first, hasBitFields);
    }
    if (kinds[id] === KIND.STRUCT) this.#padEnd(frame);
    this.#close(frame, vlen);
  }

  #pad(frame: Frame, to: number, align: number, beforeBitField: boolean): void {
    const inBitField = beforeBitField && frame.inBitField;
    if (!inBitField && isNatural(frame.bitsOffset, to, align * 8)) return;
    const gap = { from: frame.bitsOffset, to, align, inBitField };
    writePadding(this.#writer, gap, this.#pointerSize, frame.depth + 1);
  }

  #padEnd(frame: Frame): void {
    const { words, at } = this.#table;
    const end = Math.imul(words[at[frame.id]! + 2]!, 8);
    if (end <= frame.bitsOffset) return;
    this.#pad(frame, end, this.layouts.align(frame.id), false);
  }

  /** What stands behind a member's declarator, and where the next one may begin. */
  #closeMember(frame: Frame, first: number, hasBitFields: boolean): void {
    const { words } = this.#table;
    const writer = this.#writer;
    const { out } = writer;
    const member = first + frame.member * MEMBER_WORDS;
    const offset = words[member + 2]!;
    const bits = hasBitFields ? offset >>> 24 : 0;
    if (bits !== 0) {
      out.token(TEXT.colon);
      out.decimal(bits);
      frame.bitsOffset = (offset & 0xffffff) + bits;
      frame.inBitField = true;
    } else {
      const start = hasBitFields ? offset & 0xffffff : offset;
      frame.bitsOffset = (start + Math.imul(Math.max(0, this.layouts.size(words[member + 1]!)), 8)) | 0;
      frame.inBitField = false;
    }
    writer.text(TEXT.semicolon);
    frame.member++;
    frame.isMemberOpen = false;
  }

  #close(frame: Frame, vlen: number): void {
    const { words, at } = this.#table;
    const writer = this.#writer;
    if (vlen > 0 || words[at[frame.id]! + 2] !== 0) writer.line(frame.depth);
    writer.text(TEXT.close);
    if (frame.isPacked) writer.ascii(PACKED);
    this.#frameCount--;
  }
}

import { BtfError, type Errno } from "../../model/errors.js";
import { HEAD_WORDS, KIND } from "../../wire/kinds.js";
import type { CWriter } from "../c-dump/c-writer.js";
import type { Declarations } from "../c-dump/declarations.js";
import type { TypeTable } from "../c-dump/type-table.js";
import type { Memory } from "./memory.js";
import { behindNames } from "./types.js";
import { Values, type Place, type Result } from "./values.js";
import { memberPlace, Zeros } from "./zeros.js";

const MEMBER_WORDS = 3;

/** Sizes from here on libbpf takes for a mistake. */
const MAX_SIZE = 0x7fffffff;

const NO_NAME = { offset: -1, number: 1 } as const;

const LINKAGES: Readonly<Record<number, string>> = { 0: "static ", 2: "extern " };

const PRINTABLE_FROM = 0x20;
const PRINTABLE_TO = 0x7e;

/** How data is printed. */
export interface DataRules {
  readonly compact: boolean;
  readonly skipNames: boolean;
  readonly emitZeroes: boolean;
  readonly emitStrings: boolean;
  readonly indent: Uint8Array;
  readonly indentLevel: number;
  /** From libbpf 1.2 on: a bit-field needs only its own bytes. */
  readonly checksBits: boolean;
  /** From libbpf 1.5 on: the NUL of a character array is printed, and ends that array alone. */
  readonly endsTextOnce: boolean;
}

/** A STRUCT, UNION, ARRAY or DATASEC that was begun. */
interface Open {
  readonly kind: number;
  readonly id: number;
  readonly offset: number;
  next: number;
  /** Of an ARRAY: its element's type and size, and what was so before it. */
  readonly element: number;
  readonly elementSize: number;
  readonly wasArrayMember: boolean;
  readonly wasTerminated: boolean;
}

/** Prints a value as `btf_dump__dump_type_data` does. What is begun is on a stack of its own. */
export class DataDump {
  readonly #table: TypeTable;
  readonly #writer: CWriter;
  readonly #declarations: Declarations;
  readonly #memory: Memory;
  readonly #rules: DataRules;
  readonly #values: Values;
  readonly #zeros: Zeros;
  readonly #open: Open[] = [];
  #depth = 0;
  #isArrayMember = false;
  #isTerminated = false;
  /** Once an array of characters was seen, single bytes are characters too. */
  #isText = false;

  constructor(
    table: TypeTable,
    writer: CWriter,
    declarations: Declarations,
    memory: Memory,
    rules: DataRules,
    pointerSize: number,
  ) {
    this.#table = table;
    this.#writer = writer;
    this.#declarations = declarations;
    this.#memory = memory;
    this.#rules = rules;
    this.#values = new Values(table, declarations.layouts, memory, pointerSize, rules.checksBits);
    this.#zeros = new Zeros(table, declarations.layouts, memory, this.#values);
  }

  /** @throws BtfError with libbpf's errno when the data is too short, or the type has no values */
  print(id: number): void {
    let fault = this.#value(0, id, { offset: 0, bitsOffset: 0, bits: 0 });
    while (this.#open.length > 0) {
      const open = this.#open.at(-1)!;
      if (fault === undefined) {
        fault = this.#resume(open);
      } else if (open.kind === KIND.ARRAY) {
        // libbpf goes on with the next element.
        fault = undefined;
      } else {
        this.#open.pop();
      }
    }
    if (fault !== undefined) this.#refuse(id, fault);
  }

  #refuse(id: number, code: Errno): never {
    const why: Partial<Record<Errno, string>> = {
      E2BIG: `${this.#memory.end} bytes are too few for it`,
      ELOOP: "it leads back to itself",
    };
    throw new BtfError(`type [${id}]: ${why[code] ?? "it has no value that can be printed"}`, {
      code,
      rule: code === "E2BIG" ? "data-size" : "data-type",
      typeId: id,
    });
  }

  #text(text: string): void {
    this.#writer.ascii(text);
  }

  /** Ends a value, a line or neither. */
  #end(text: string): void {
    const delimiter = this.#depth === 0 ? "" : ",";
    this.#text(`${text}${delimiter}${this.#newline()}`);
  }

  #newline(): string {
    return this.#rules.compact || this.#depth === 0 ? "" : "\n";
  }

  #indent(): void {
    if (this.#rules.compact) return;
    for (let i = this.#rules.indentLevel + this.#depth; i > 0; i--) this.#writer.bytes(this.#rules.indent);
  }

  /** A value with what stands before it, unless it is left out; STRUCTs and the like are begun. */
  #value(name: number, from: number, place: Place): Errno | undefined {
    const fault = this.#shortage(from, place);
    if (fault !== undefined) return fault;
    if (!this.#rules.emitZeroes && this.#depth > 0 && (!this.#isArrayMember || this.#isText)) {
      const verdict = this.#zeros.check(from, place);
      if (verdict === "zero") return undefined;
      if (verdict !== "printed") return verdict;
    }
    this.#indent();
    if (!this.#rules.skipNames) {
      if (this.#table.strings[this.#table.inRange(name)] !== 0) {
        this.#text(".");
        this.#writer.name(name);
        this.#text(" = ");
      }
      this.#cast(from, true);
    }
    return this.#bare(from, place);
  }

  /** The errno for a type without a size, or for data that ends before a scalar does. */
  #shortage(from: number, { offset, bitsOffset, bits }: Place): Errno | undefined {
    const { end } = this.#memory;
    if (bits > 0 && this.#rules.checksBits) {
      return offset + Math.floor((bitsOffset + bits + 7) / 8) > end ? "E2BIG" : undefined;
    }
    const size = this.#declarations.layouts.size(from);
    if (size < 0 || size >= MAX_SIZE) return "EINVAL";
    switch (this.#table.kinds[behindNames(this.#table, from)]) {
      case KIND.INT:
      case KIND.FLOAT:
      case KIND.PTR:
      case KIND.ENUM:
      case KIND.ENUM64:
        return offset + size > end ? "E2BIG" : undefined;
      default:
        return undefined;
    }
  }

  /** The type's name; elements of arrays have none. */
  #cast(id: number, inParentheses: boolean): void {
    if (this.#isArrayMember) return;
    const kind = this.#table.kinds[id];
    if (kind === KIND.VAR || kind === KIND.DATASEC) return;
    if (inParentheses) this.#text("(");
    this.#declarations.omit = { qualifiers: true, anonymous: true };
    this.#declarations.declare(id, NO_NAME, 0);
    if (inParentheses) this.#text(")");
  }

  /** A value by itself. */
  #bare(from: number, place: Place): Errno | undefined {
    const id = behindNames(this.#table, from);
    const kind = this.#table.kinds[id]!;
    const { offset, bits } = place;
    switch (kind) {
      case KIND.INT:
        if (bits > 0) return this.#put(this.#bitFieldText(id, place));
        return this.#int(id, offset);
      case KIND.FLOAT:
        return this.#put(this.#values.float(id, offset));
      case KIND.PTR:
        return this.#put({ value: this.#values.pointer(from, offset) });
      case KIND.ENUM:
      case KIND.ENUM64:
        return this.#enum(id, from, place);
      case KIND.ARRAY:
        return this.#array(id, offset);
      case KIND.STRUCT:
      case KIND.UNION:
        this.#depth++;
        this.#text(`{${this.#newline()}`);
        this.#begin(kind, id, offset);
        return undefined;
      case KIND.VAR:
        return this.#variable(id, offset);
      case KIND.DATASEC:
        this.#text('SEC("');
        this.#writer.name(this.#table.nameOffset(id));
        this.#end('") ');
        this.#begin(kind, id, offset);
        return undefined;
      default:
        return "EOPNOTSUPP";
    }
  }

  #begin(kind: number, id: number, offset: number, element = 0, elementSize = 0): void {
    this.#open.push({
      kind,
      id,
      offset,
      next: 0,
      element,
      elementSize,
      wasArrayMember: this.#isArrayMember,
      wasTerminated: this.#isTerminated,
    });
  }

  #put({ value, fault }: Result<string>): Errno | undefined {
    if (fault === undefined) this.#end(value);
    return fault;
  }

  #bitFieldText(id: number, place: Place): Result<string> {
    const { value, fault } = this.#values.bitField(id, place);
    return fault === undefined ? { value: `0x${value.toString(16)}` } : { fault };
  }

  #int(id: number, offset: number): Errno | undefined {
    const { words, at } = this.#table;
    if (this.#isText && words[at[id]! + 2] === 1) {
      if (this.#isTerminated) return undefined;
      const byte = this.#memory.byte(offset);
      if (byte === 0) {
        if (this.#rules.endsTextOnce) this.#end("'\\0'");
        this.#isTerminated = true;
        return undefined;
      }
      if (isPrintable(byte)) {
        this.#end(`'${String.fromCharCode(byte)}'`);
        return undefined;
      }
    }
    return this.#put(this.#values.int(id, offset));
  }

  #enum(id: number, from: number, place: Place): Errno | undefined {
    const bitField = place.bits > 0 ? this.#values.bitField(id, place) : undefined;
    if (bitField?.fault !== undefined) return bitField.fault;
    const { value, fault } =
      bitField === undefined
        ? this.#values.enumNumber(id, from, place.offset)
        : this.#values.enumOfBits(id, bitField.value);
    if (fault !== undefined) return fault;
    const name = this.#values.enumerator(id, value);
    if (name === undefined) {
      this.#text(this.#values.enumText(id, value));
      // libbpf forgets what ends a value when it has a sign.
      if (!this.#table.kindFlag(id)) this.#end("");
    } else {
      this.#writer.name(name);
      this.#end("");
    }
    return undefined;
  }

  #variable(id: number, offset: number): Errno | undefined {
    const { words, at } = this.#table;
    const type = this.#table.target(id);
    this.#text(LINKAGES[words[at[id]! + HEAD_WORDS]!] ?? "");
    this.#cast(type, false);
    this.#text(" ");
    this.#writer.name(this.#table.nameOffset(id));
    this.#text(" = ");
    // A VAR of a VAR is none, so that this goes no deeper.
    if (this.#table.kinds[behindNames(this.#table, type)] === KIND.VAR) return "EINVAL";
    return this.#value(0, type, { offset, bitsOffset: 0, bits: 0 });
  }

  #array(id: number, offset: number): Errno | undefined {
    const { words, at, kinds } = this.#table;
    const element = words[at[id]! + HEAD_WORDS]!;
    const size = this.#declarations.layouts.size(element);
    if (size <= 0) return "EINVAL";
    if (size === 1 && kinds[behindNames(this.#table, element)] === KIND.INT) {
      if (this.#rules.emitStrings && this.#string(id, offset)) return undefined;
      this.#isText = true;
    }
    this.#depth++;
    this.#text(`[${this.#newline()}`);
    this.#begin(KIND.ARRAY, id, offset, element, size);
    this.#isArrayMember = true;
    if (this.#rules.endsTextOnce) this.#isTerminated = false;
    return undefined;
  }

  /** An array of characters as a string; false when no NUL ends it. */
  #string(id: number, offset: number): boolean {
    const length = this.#table.words[this.#table.at[id]! + HEAD_WORDS + 2]!;
    const limit = Math.min(offset + length, this.#memory.end);
    let end = offset;
    while (end < limit && this.#memory.byte(end) !== 0) end++;
    if (end >= limit) return false;
    this.#indent();
    this.#text('"');
    for (let at = offset; at < end; at++) {
      const byte = this.#memory.byte(at);
      this.#text(isPrintable(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
    }
    this.#text('"');
    return true;
  }

  /** Goes on with what was begun last. */
  #resume(open: Open): Errno | undefined {
    if (open.kind === KIND.ARRAY) return this.#element(open);
    if (open.kind === KIND.DATASEC) return this.#entry(open);
    return this.#member(open);
  }

  #element(open: Open): Errno | undefined {
    const { words, at } = this.#table;
    const length = words[at[open.id]! + HEAD_WORDS + 2]!;
    const offset = open.offset + open.next * open.elementSize;
    if (open.next < length && !this.#isTerminated && !this.#isBehind(open.element, offset)) {
      open.next++;
      return this.#value(0, open.element, { offset, bitsOffset: 0, bits: 0 });
    }
    this.#isArrayMember = open.wasArrayMember;
    if (this.#rules.endsTextOnce) this.#isTerminated = open.wasTerminated;
    this.#close("]");
    return undefined;
  }

  /** Scalars behind the end of the data are not printed, and neither are those after them. */
  #isBehind(element: number, offset: number): boolean {
    return offset >= this.#memory.end && this.#shortage(element, { offset, bitsOffset: 0, bits: 0 }) === "E2BIG";
  }

  #member(open: Open): Errno | undefined {
    const { words, at } = this.#table;
    if (open.next === this.#table.vlen(open.id)) {
      this.#close("}");
      return undefined;
    }
    const member = at[open.id]! + HEAD_WORDS + open.next * MEMBER_WORDS;
    open.next++;
    return this.#value(words[member]!, words[member + 1]!, memberPlace(this.#table, open.id, member, open.offset));
  }

  #entry(open: Open): Errno | undefined {
    const { words, at } = this.#table;
    if (open.next > 0) this.#text(";");
    if (open.next === this.#table.vlen(open.id)) {
      this.#open.pop();
      return undefined;
    }
    const entry = at[open.id]! + HEAD_WORDS + open.next * MEMBER_WORDS;
    open.next++;
    return this.#value(0, words[entry]!, { offset: open.offset + words[entry + 1]!, bitsOffset: 0, bits: 0 });
  }

  #close(bracket: string): void {
    this.#open.pop();
    this.#depth--;
    this.#indent();
    this.#end(bracket);
  }
}

function isPrintable(byte: number): boolean {
  return byte >= PRINTABLE_FROM && byte <= PRINTABLE_TO;
}

import type { Endian } from "../../../wire/header.js";
import type { Shape } from "./shapes.js";
import type { Field } from "./records.js";

/** Functions that the text of a view brings along, by name. */
export type Helper =
  "bitsAt" | "putBits" | "bytesAt" | "putBytes" | "textAt" | "putText" | "listOf" | "putList" | "wideAt" | "putWide";

/** Names of counters of nested lists. */
const COUNTERS = ["i", "j", "k"];

/** A unit of bytes that a bit-field lies in. */
interface Unit {
  /** Bytes from the start of the record. */
  readonly at: number;
  readonly bytes: 1 | 2 | 4;
  /** Bits to the right of the field when the unit is read as a number. */
  readonly shift: number;
}

/** Writes expressions that read, and statements that write. */
export class Access {
  readonly helpers = new Set<Helper>();
  readonly #endian: Endian;
  readonly #nameOf: (id: number) => string;

  constructor(endian: Endian, nameOf: (id: number) => string) {
    this.#endian = endian;
    this.#nameOf = nameOf;
  }

  /** The TypeScript type of a shape. */
  type(shape: Shape): string {
    switch (shape.kind) {
      case "integer":
        return shape.bytes > 4 ? "bigint" : "number";
      case "boolean":
        return "boolean";
      case "float":
        return "number";
      case "pointer":
        return "bigint";
      case "text":
        return "string";
      case "bytes":
        return "Uint8Array";
      case "list":
        return `${this.type(shape.of)}[]`;
      default:
        return this.#nameOf(shape.id);
    }
  }

  /** The type of a field; of a bit-field by its bits and not by its type. */
  fieldType({ shape, bitSize }: Field): string {
    if (bitSize === 0 || shape.kind === "boolean") return this.type(shape);
    if (shape.kind === "enum" && shape.bytes <= 4) return this.type(shape);
    return bitSize > 32 ? "bigint" : "number";
  }

  /** An expression that reads a field of a record with so many bytes. */
  read(field: Field, recordBytes: number): string {
    if (field.bitSize > 0) return this.#readBits(field, recordBytes);
    return this.#read(field.shape, place(field.bitsOffset / 8), 0);
  }

  /** A statement that writes `value` to a field. */
  write(field: Field, recordBytes: number, value: string): string {
    if (field.bitSize > 0) return this.#writeBits(field, recordBytes, value);
    return `${this.#write(field.shape, place(field.bitsOffset / 8), value, 0)};`;
  }

  #use(helper: Helper): Helper {
    this.helpers.add(helper);
    return helper;
  }

  /** The last argument of a call of DataView for more than one byte. */
  get #order(): string {
    return this.#endian === "little" ? ", true" : ", false";
  }

  #get(method: string, bytes: number, at: string): string {
    return `view.get${method}${bytes * 8}(${at}${bytes === 1 ? "" : this.#order})`;
  }

  #set(method: string, bytes: number, at: string, value: string): string {
    return `view.set${method}${bytes * 8}(${at}, ${value}${bytes === 1 ? "" : this.#order})`;
  }

  #method(bytes: number, signed: boolean): string {
    return `${bytes === 8 ? "Big" : ""}${signed ? "Int" : "Uint"}`;
  }

  #read(shape: Shape, at: string, depth: number): string {
    switch (shape.kind) {
      case "integer":
        if (shape.bytes === 16) return `${this.#use("wideAt")}(view, ${at}, ${shape.signed})`;
        return this.#get(this.#method(shape.bytes, shape.signed), shape.bytes, at);
      case "enum":
        return this.#get(this.#method(shape.bytes, shape.signed), shape.bytes, at);
      case "boolean":
        return `${this.#get(this.#method(shape.bytes, false), shape.bytes, at)} !== ${shape.bytes === 8 ? "0n" : "0"}`;
      case "float":
        return this.#get("Float", shape.bytes, at);
      case "pointer":
        return shape.bytes === 8 ? this.#get("BigUint", 8, at) : `BigInt(${this.#get("Uint", 4, at)})`;
      case "text":
        return `${this.#use("textAt")}(view, ${at}, ${shape.bytes})`;
      case "bytes":
        return `${this.#use("bytesAt")}(view, ${at}, ${shape.bytes})`;
      case "record":
        return `read${this.#nameOf(shape.id)}(view, ${at})`;
      default: {
        const i = COUNTERS[depth] ?? `i${depth}`;
        const item = this.#read(shape.of, `${at} + ${scaled(i, shape.stride)}`, depth + 1);
        return `${this.#use("listOf")}(${shape.count}, (${i}) => ${item})`;
      }
    }
  }

  #write(shape: Shape, at: string, value: string, depth: number): string {
    switch (shape.kind) {
      case "integer":
        if (shape.bytes === 16) return `${this.#use("putWide")}(view, ${at}, ${value})`;
        return this.#set(this.#method(shape.bytes, shape.signed), shape.bytes, at, value);
      case "enum":
        return this.#set(this.#method(shape.bytes, shape.signed), shape.bytes, at, value);
      case "boolean": {
        const one = shape.bytes === 8 ? "1n : 0n" : "1 : 0";
        return this.#set(this.#method(shape.bytes, false), shape.bytes, at, `${value} ? ${one}`);
      }
      case "float":
        return this.#set("Float", shape.bytes, at, value);
      case "pointer":
        return shape.bytes === 8 ? this.#set("BigUint", 8, at, value) : this.#set("Uint", 4, at, `Number(${value})`);
      case "text":
        return `${this.#use("putText")}(view, ${at}, ${shape.bytes}, ${value})`;
      case "bytes":
        return `${this.#use("putBytes")}(view, ${at}, ${shape.bytes}, ${value})`;
      case "record":
        return `write${this.#nameOf(shape.id)}(view, ${value}, ${at})`;
      default: {
        const i = COUNTERS[depth] ?? `i${depth}`;
        const item = depth === 0 ? "item" : `item${depth + 1}`;
        const inner = this.#write(shape.of, `${at} + ${scaled(i, shape.stride)}`, item, depth + 1);
        return `${this.#use("putList")}(${value}, ${shape.count}, (${item}, ${i}) => ${inner})`;
      }
    }
  }

  /** The smallest unit of a number's size, aligned to it, that holds a bit-field and lies in the record. */
  #unit({ bitsOffset, bitSize }: Field, recordBytes: number): Unit | undefined {
    for (const bytes of [1, 2, 4] as const) {
      const at = Math.floor(bitsOffset / (bytes * 8)) * bytes;
      const from = bitsOffset - at * 8;
      if (from + bitSize > bytes * 8 || at + bytes > recordBytes) continue;
      return { at, bytes, shift: this.#endian === "little" ? from : bytes * 8 - from - bitSize };
    }
    return undefined;
  }

  #readBits(field: Field, recordBytes: number): string {
    const { shape, bitSize } = field;
    const signed = "signed" in shape && shape.signed;
    const unit = this.#unit(field, recordBytes);
    const isBool = shape.kind === "boolean";
    if (unit === undefined) {
      const wide = `${this.#use("bitsAt")}(view, ${this.#span(field)}, ${signed})`;
      if (isBool) return `${wide} !== 0n`;
      return this.fieldType(field) === "bigint" ? wide : `Number(${wide})`;
    }
    const whole = this.#get("Uint", unit.bytes, place(unit.at));
    const value = numberBits(whole, unit, bitSize, signed);
    return isBool ? `(${value}) !== 0` : value;
  }

  #writeBits(field: Field, recordBytes: number, value: string): string {
    const { shape, bitSize } = field;
    const isBool = shape.kind === "boolean";
    const unit = this.#unit(field, recordBytes);
    if (unit === undefined) {
      const isBig = this.fieldType(field) === "bigint";
      const wide = isBig ? value : isBool ? `${value} ? 1n : 0n` : `BigInt(${value})`;
      return `${this.#use("putBits")}(view, ${this.#span(field)}, ${wide});`;
    }
    const at = place(unit.at);
    const plain = isBool ? `Number(${value})` : value;
    if (bitSize === unit.bytes * 8) return `${this.#set("Uint", unit.bytes, at, plain)};`;
    const mask = 2 ** bitSize - 1;
    const shifted = unit.shift === 0 ? `(${plain} & ${hex(mask)})` : `((${plain} & ${hex(mask)}) << ${unit.shift})`;
    const kept = hex((~(mask << unit.shift) >>> 0) % 2 ** (unit.bytes * 8));
    return `${this.#set("Uint", unit.bytes, at, `(${this.#get("Uint", unit.bytes, at)} & ${kept}) | ${shifted}`)};`;
  }

  /** The bytes that a bit-field touches, and where it lies in them: arguments of a helper. */
  #span({ bitsOffset, bitSize }: Field): string {
    const first = Math.floor(bitsOffset / 8);
    const bytes = Math.ceil((bitsOffset + bitSize) / 8) - first;
    const from = bitsOffset - first * 8;
    const shift = this.#endian === "little" ? from : bytes * 8 - from - bitSize;
    return `${place(first)}, ${bytes}, ${shift}, ${bitSize}`;
  }
}

function numberBits(whole: string, { bytes, shift }: Unit, bitSize: number, signed: boolean): string {
  if (signed) {
    const left = 32 - shift - bitSize;
    const top = left === 0 ? whole : `(${whole} << ${left})`;
    return bitSize === 32 ? `${top} | 0` : `${top} >> ${32 - bitSize}`;
  }
  if (bitSize === bytes * 8) return whole;
  const mask = hex(2 ** bitSize - 1);
  return shift === 0 ? `${whole} & ${mask}` : `(${whole} >>> ${shift}) & ${mask}`;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** A place so many bytes after the record's start. */
const place = (bytes: number): string => (bytes === 0 ? "at" : `at + ${bytes}`);

const scaled = (counter: string, stride: number): string => (stride === 1 ? counter : `${counter} * ${stride}`);

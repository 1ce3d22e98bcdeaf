import { infoKind, KIND, packInfo, type KindName } from "../wire/kinds.js";
import { encodeName } from "../wire/names.js";
import { typeStarts, type Parts } from "./parts.js";

const POINTER = packInfo(KIND.PTR, 0);

/** What a type is made of beside its kind; what is left out is 0. */
export interface DraftType {
  /** A name, or a name offset. */
  readonly name?: string | number;
  readonly vlen?: number;
  readonly kindFlag?: boolean;
  /** The whole second word, in place of kind, vlen and kindFlag. */
  readonly info?: number;
  /** The third word. */
  readonly third?: number;
  /** The words after these. */
  readonly extra?: readonly number[];
}

/** A BTF that a recipe adds to. What it holds already is sound, so what is added is what a kernel stops at. */
export class Draft {
  readonly parts: Parts;
  readonly #words: number[] = [];
  readonly #strings: number[] = [];
  readonly #offsets = new Map<string, number>();
  #endId: number;
  #keepsTypes = true;
  #keepsStrings = true;
  #integer = 0;
  readonly #special = new Map<string, number>();
  readonly #nameless: number[] = [];
  #starts: readonly number[] | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
    this.#endId = parts.endId;
    // Every string section begins with an empty string; that of a split BTF is its base's.
    if (parts.strings.length === 0 && parts.stringStart === 0) this.#strings.push(0);
    if (parts.endId === 1) this.int();
  }

  /** The id of the next type. */
  get nextId(): number {
    return this.#endId;
  }

  /** Bytes of the types so far. */
  get typeLength(): number {
    return ((this.#keepsTypes ? this.parts.words.length : 0) + this.#words.length) * 4;
  }

  /** Bytes of the strings so far. */
  get stringLength(): number {
    return (this.#keepsStrings ? this.parts.strings.length : 0) + this.#strings.length;
  }

  /** The first name offset that lies beyond the strings so far. */
  get stringEnd(): number {
    return this.parts.stringStart + this.stringLength;
  }

  /** The name offset of a string. */
  string(text: string): number {
    if (text === "") return 0;
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.stringEnd;
    for (const byte of encodeName(text)) this.#strings.push(byte);
    this.#strings.push(0);
    this.#offsets.set(text, offset);
    return offset;
  }

  /** Adds empty strings until the string section has a length that will do. */
  padStrings(fits: (length: number) => boolean): void {
    while (!fits(this.stringLength)) this.#strings.push(0);
  }

  /** Adds a type, and gives its id. */
  add(kind: KindName, { name = 0, vlen = 0, kindFlag = false, info, third = 0, extra = [] }: DraftType = {}): number {
    const nameOffset = typeof name === "string" ? this.string(name) : name;
    this.#words.push(nameOffset, info ?? packInfo(KIND[kind], vlen, kindFlag), third, ...extra);
    return this.#endId++;
  }

  /** Adds a PTR to void: the shortest type, for very many of them. */
  addPointer(): void {
    this.#words.push(0, POINTER, 0);
    this.#endId++;
  }

  /** Adds words that make no whole type. */
  addWords(...words: readonly number[]): void {
    this.#words.push(...words);
  }

  /** The INT `int` of 4 bytes, added once. */
  int(): number {
    if (this.#integer === 0) this.#integer = this.add("INT", { name: "int", third: 4, extra: [0x01000020] });
    return this.#integer;
  }

  /** A STRUCT `broken`, or a UNION; a member is its name, its type, and its third word. */
  struct(
    size: number,
    members: readonly (readonly [name: string | number, type: number, offset: number])[],
    { kind = "STRUCT", kindFlag = false }: { kind?: "STRUCT" | "UNION"; kindFlag?: boolean } = {},
  ): number {
    const extra = members.flatMap(([name, type, offset]) => [
      typeof name === "string" ? this.string(name) : name,
      type,
      offset,
    ]);
    return this.add(kind, { name: "broken", vlen: members.length, kindFlag, third: size, extra });
  }

  /**
   * A struct that the kernel gives a meaning: the first of its name, which is the one that counts. One that is there but
   * has another size loses its name, which a STRUCT need not have.
   */
  special(name: string, size: number): number {
    const known = this.#special.get(name);
    if (known !== undefined) return known;
    const there = this.#structsNamed(name);
    const first = there.findIndex(({ bytes }) => bytes === size);
    // Those before it would be found first.
    for (const each of there.slice(0, first === -1 ? there.length : first)) this.#nameless.push(each.id);
    const id = there[first]?.id ?? this.add("STRUCT", { name, third: size });
    this.#special.set(name, id);
    return id;
  }

  /** A name that no STRUCT has. */
  unusedName(wanted: string): string {
    let name = wanted;
    while (this.#structsNamed(name).length > 0) name += "_";
    return name;
  }

  /** The STRUCTs of a name that were there before. */
  #structsNamed(name: string): { readonly id: number; readonly bytes: number }[] {
    const { words, strings, stringStart, endId } = this.parts;
    this.#starts ??= typeStarts(words);
    const wanted = encodeName(name);
    const found: { id: number; bytes: number }[] = [];
    const firstId = endId - this.#starts.length + 1;
    for (const [i, at] of this.#starts.slice(0, -1).entries()) {
      if (infoKind(words[at + 1]!) !== KIND.STRUCT) continue;
      const offset = words[at]! - stringStart;
      if (offset < 0 || strings[offset + wanted.length] !== 0) continue;
      if (wanted.every((byte, k) => strings[offset + k] === byte))
        found.push({ id: firstId + i, bytes: words[at + 2]! });
    }
    return found;
  }

  /** Types that are to lose their names. */
  get nameless(): readonly number[] {
    return this.#nameless;
  }

  /** A FUNC_PROTO; a parameter is its name and its type. */
  proto(returned: number, params: readonly (readonly [name: string, type: number])[] = []): number {
    const extra = params.flatMap(([name, type]) => [this.string(name), type]);
    return this.add("FUNC_PROTO", { vlen: params.length, third: returned, extra });
  }

  /** A VAR `variable`, global unless told. */
  variable(type = this.int(), linkage = 1): number {
    return this.add("VAR", { name: "variable", third: type, extra: [linkage] });
  }

  /** A DATASEC `.broken`; an entry is a type, an offset and a size in bytes. */
  datasec(
    size: number,
    entries: readonly (readonly [type: number, offset: number, size: number])[],
    name = ".broken",
  ): number {
    return this.add("DATASEC", { name, vlen: entries.length, third: size, extra: entries.flat() });
  }

  /** Leaves out all types. */
  dropTypes(): void {
    this.#keepsTypes = false;
    this.#words.length = 0;
  }

  /** Leaves out all strings. */
  dropStrings(): void {
    this.#keepsStrings = false;
    this.#strings.length = 0;
  }

  /** The whole, as it stands. */
  finish(): Parts {
    const { parts } = this;
    const words = new Uint32Array(this.typeLength / 4);
    const strings = new Uint8Array(this.stringLength);
    if (this.#keepsTypes) words.set(parts.words);
    words.set(this.#words, words.length - this.#words.length);
    if (this.#keepsStrings) strings.set(parts.strings);
    strings.set(this.#strings, strings.length - this.#strings.length);
    return { ...parts, words, strings, endId: this.#endId };
  }
}

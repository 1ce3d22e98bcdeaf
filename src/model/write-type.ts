import { HEAD_WORDS, KIND, KIND_NAMES, packInfo, VLEN_MAX, type KindName } from "../wire/kinds.js";
import { nameFault } from "../wire/names.js";
import { BtfError } from "./errors.js";
import { INT_ENCODINGS, LINKAGES, type BtfType } from "./types.js";

/** What writing a type has to know of the graph that it goes into. */
export interface TypePlace {
  /** The id that the type has or gets, for errors. */
  readonly typeId: number;
  /** One more than the last id that it may refer to. */
  readonly endId: number;
  /** Gives the string offset of a name. */
  readonly intern: (name: string) => number;
}

const WORD_MAX = 0xffffffff;

/** A value as an error shows it. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the fields of a type object, or of one of its elements; what is wrong with one is a {@link BtfError}. */
class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #place: TypePlace;
  readonly #kind: KindName;
  /** Begins each message: the type, and its element. */
  readonly #subject: string;
  readonly #known = new Set(["kind"]);

  constructor(value: Readonly<Record<string, unknown>>, place: TypePlace, kind: KindName, subject: string) {
    this.#value = value;
    this.#place = place;
    this.#kind = kind;
    this.#subject = subject;
  }

  fail(field: string, problem: string, rule = "type-field"): never {
    throw new BtfError(`${this.#subject}: ${field} ${problem}`, {
      code: "EINVAL",
      rule,
      typeId: this.#place.typeId,
      kind: this.#kind,
      field,
    });
  }

  #get(field: string): unknown {
    this.#known.add(field);
    return this.#value[field];
  }

  /** A whole number. */
  number(field: string, max = WORD_MAX, min = 0): number {
    const value = this.#get(field);
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    return this.fail(field, `is ${shown(value)}; expected a whole number from ${min} to ${max}`);
  }

  /** A type id. */
  id(field: string): number {
    return this.#checkedId(field, this.#get(field));
  }

  #checkedId(field: string, value: unknown): number {
    const { endId } = this.#place;
    if (!Number.isInteger(value) || (value as number) < 0) this.fail(field, `is ${shown(value)}; expected a type id`);
    if ((value as number) < endId) return value as number;
    return this.fail(field, `${shown(value)} is out of range (${endId - 1} types)`, "type-id-range");
  }

  flag(field: string): boolean {
    const value = this.#get(field);
    return typeof value === "boolean" ? value : this.fail(field, `is ${shown(value)}; expected true or false`);
  }

  /** One of a few words, or the number itself. */
  wordOrNumber(field: string, words: Readonly<Record<string, number>>, max: number): number {
    const value = this.#get(field);
    if (typeof value === "string" && Object.hasOwn(words, value)) return words[value]!;
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max) return value as number;
    const known = Object.keys(words).map((word) => `"${word}"`);
    return this.fail(field, `is ${shown(value)}; expected ${known.join(", ")} or a number from 0 to ${max}`);
  }

  oneOf(field: string, words: readonly string[]): string {
    const value = this.#get(field);
    if (typeof value === "string" && words.includes(value)) return value;
    return this.fail(field, `is ${shown(value)}; expected ${words.map((word) => `"${word}"`).join(" or ")}`);
  }

  bigint(field: string): bigint {
    const value = this.#get(field);
    if (typeof value === "bigint" && value >= -(1n << 63n) && value < 1n << 64n) return value;
    return this.fail(field, `is ${shown(value)}; expected a bigint from -2^63 to 2^64 - 1`);
  }

  /** The string offset of a name. */
  name(): number {
    const value = this.#get("name");
    if (typeof value !== "string") return this.fail("name", `is ${shown(value)}; expected a string, "" for none`);
    const fault = nameFault(value);
    if (fault === undefined) return this.#place.intern(value);
    const problem = fault === "nul" ? "a NUL, which ends a name in BTF" : "half a surrogate pair, which has no UTF-8";
    return this.fail("name", `${JSON.stringify(value)} holds ${problem}`, "name-bytes");
  }

  #list(field: string): readonly unknown[] {
    const value = this.#get(field);
    if (!Array.isArray(value)) return this.fail(field, `is ${shown(value)}; expected a list`);
    if (value.length <= VLEN_MAX) return value;
    return this.fail(field, `has ${value.length} entries; a type holds at most ${VLEN_MAX}`, "vlen");
  }

  /** The words of all elements of a list, and how many elements there are. */
  elements(field: string, noun: string, write: (element: Fields) => readonly number[]): Elements {
    const list = this.#list(field);
    const rest: number[] = [];
    for (const [i, value] of list.entries()) {
      if (!isRecord(value)) return this.fail(field, `: ${noun} ${i} is ${shown(value)}; expected an object`);
      const name = typeof value["name"] === "string" ? ` '${value["name"] === "" ? "(anon)" : value["name"]}'` : "";
      const element = new Fields(value, this.#place, this.#kind, `${this.#subject}: ${noun} ${i}${name}`);
      rest.push(...write(element));
      element.end();
    }
    return { vlen: list.length, rest };
  }

  /** A list of ids, or of plain words. */
  numbers(field: string, what: "id" | "word"): Elements {
    const rest = this.#list(field).map((value, i) => {
      if (what === "id") return this.#checkedId(`${field}[${i}]`, value);
      if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= WORD_MAX) return value as number;
      return this.fail(`${field}[${i}]`, `is ${shown(value)}; expected a whole number from 0 to ${WORD_MAX}`);
    });
    return { vlen: rest.length, rest };
  }

  /** Refuses fields that nobody asked for: they would be lost. */
  end(): void {
    for (const field of Object.keys(this.#value)) {
      if (!this.#known.has(field)) this.fail(field, `is no field here; known are ${[...this.#known].join(", ")}`);
    }
  }
}

interface Elements {
  readonly vlen: number;
  readonly rest: readonly number[];
}

/** What a writer of one kind gives: the parts of `info`, the third word, and all words after that. */
interface Body {
  readonly vlen?: number;
  readonly kindFlag?: boolean;
  readonly sizeOrType?: number;
  readonly rest?: readonly number[];
}

const LINKAGE_NUMBERS: Readonly<Record<string, number>> = Object.fromEntries(LINKAGES.map((word, i) => [word, i]));

const reference = (f: Fields): Body => ({ sizeOrType: f.id("typeId") });

function composite(f: Fields): Body {
  const kindFlag = f.flag("kindFlag");
  return {
    sizeOrType: f.number("size"),
    kindFlag,
    ...f.elements("members", "member", (m) => {
      const name = m.name();
      const typeId = m.id("typeId");
      const bitsOffset = m.number("bitsOffset", kindFlag ? 0xffffff : WORD_MAX);
      const bitfieldSize = m.number("bitfieldSize", 0xff);
      if (bitfieldSize > 0 && !kindFlag) m.fail("bitfieldSize", `is ${bitfieldSize}, which needs kindFlag true`);
      return [name, typeId, kindFlag ? ((bitfieldSize << 24) | bitsOffset) >>> 0 : bitsOffset];
    }),
  };
}

const WRITERS: Readonly<Record<Exclude<KindName, "VOID">, (f: Fields) => Body>> = {
  INT: (f) => {
    const encoding = f.wordOrNumber("encoding", INT_ENCODINGS, 0xf);
    const word = (encoding << 24) | (f.number("bitsOffset", 0xff) << 16) | f.number("nrBits", 0xff);
    return { sizeOrType: f.number("size"), rest: [word >>> 0] };
  },
  PTR: reference,
  ARRAY: (f) => ({ rest: [f.id("typeId"), f.id("indexTypeId"), f.number("nrElems")] }),
  STRUCT: composite,
  UNION: composite,
  ENUM: (f) => ({
    sizeOrType: f.number("size"),
    kindFlag: f.flag("signed"),
    ...f.elements("values", "value", (v) => [v.name(), v.number("val", WORD_MAX, -0x80000000) >>> 0]),
  }),
  FWD: (f) => ({ kindFlag: f.oneOf("fwdKind", ["struct", "union"]) === "union" }),
  TYPEDEF: reference,
  VOLATILE: reference,
  CONST: reference,
  RESTRICT: reference,
  FUNC: (f) => ({ vlen: f.wordOrNumber("linkage", LINKAGE_NUMBERS, VLEN_MAX), sizeOrType: f.id("typeId") }),
  FUNC_PROTO: (f) => ({
    sizeOrType: f.id("retTypeId"),
    ...f.elements("params", "param", (p) => [p.name(), p.id("typeId")]),
  }),
  VAR: (f) => ({ sizeOrType: f.id("typeId"), rest: [f.wordOrNumber("linkage", LINKAGE_NUMBERS, WORD_MAX)] }),
  DATASEC: (f) => ({
    sizeOrType: f.number("size"),
    ...f.elements("vars", "var", (v) => [v.id("typeId"), v.number("offset"), v.number("size")]),
  }),
  FLOAT: (f) => ({ sizeOrType: f.number("size") }),
  DECL_TAG: (f) => ({
    sizeOrType: f.id("typeId"),
    kindFlag: f.flag("attribute"),
    rest: [f.number("componentIdx", 0x7fffffff, -0x80000000) >>> 0],
  }),
  TYPE_TAG: (f) => ({ sizeOrType: f.id("typeId"), kindFlag: f.flag("attribute") }),
  ENUM64: (f) => ({
    sizeOrType: f.number("size"),
    kindFlag: f.flag("signed"),
    ...f.elements("values", "value", (v) => {
      const name = v.name();
      const val = BigInt.asUintN(64, v.bigint("val"));
      return [name, Number(val & 0xffffffffn), Number(val >> 32n)];
    }),
  }),
  LOC_PARAM: (f) => {
    const flags = f.number("flags");
    const { vlen, rest } = f.numbers("values", "word");
    return { sizeOrType: f.number("size"), vlen, rest: [flags, ...rest] };
  },
  LOC_PROTO: (f) => f.numbers("params", "id"),
  LOCSEC: (f) => f.elements("locs", "loc", (l) => [l.id("funcTypeId"), l.id("locProtoTypeId"), l.number("offset")]),
};

/** A type as error messages begin: `type [7] STRUCT 'sock'`. */
export function typeSubject(typeId: number, type: { readonly kind?: unknown; readonly name?: unknown }): string {
  const name = typeof type.name === "string" && type.name !== "" ? type.name : "(anon)";
  return `type [${typeId}] ${String(type.kind)} '${name}'`;
}

/**
 * The words of a type that is given as an object: the reverse of `readType`. Words that an object has no field for are
 * 0; an ENUM's values may be signed or unsigned, whatever `signed` says.
 *
 * @throws BtfError EINVAL `type-field` for a field that is missing, of the wrong kind, out of range or unknown,
 * `type-id-range`, `name-bytes`, `vlen`, and `kind` for an object of no kind that can be written
 */
export function writeType(type: BtfType, place: TypePlace): Uint32Array {
  const value: unknown = type;
  if (!isRecord(value)) {
    throw new BtfError(`type [${place.typeId}] is ${shown(value)}; expected an object with a kind`, {
      code: "EINVAL",
      rule: "kind",
      typeId: place.typeId,
      field: "kind",
    });
  }
  const subject = typeSubject(place.typeId, value);
  const kind = value["kind"];
  if (typeof kind !== "string" || !Object.hasOwn(WRITERS, kind)) {
    throw new BtfError(`${subject}: expected one of the kinds ${KIND_NAMES.slice(1).join(", ")}`, {
      code: "EINVAL",
      rule: "kind",
      typeId: place.typeId,
      field: "kind",
    });
  }
  const kindName = kind as Exclude<KindName, "VOID">;
  const fields = new Fields(value, place, kindName, subject);
  const name = fields.name();
  const { vlen = 0, kindFlag = false, sizeOrType = 0, rest = [] } = WRITERS[kindName](fields);
  fields.end();
  const words = new Uint32Array(HEAD_WORDS + rest.length);
  words[0] = name;
  words[1] = packInfo(KIND[kindName], vlen, kindFlag);
  words[2] = sizeOrType;
  words.set(rest, HEAD_WORDS);
  return words;
}

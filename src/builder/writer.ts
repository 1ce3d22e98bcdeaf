import { infoKind, infoVlen, KIND, KIND_NAMES, packInfo } from "../wire/kinds.js";
import { Btf } from "../model/btf.js";
import { BtfError, type Errno } from "../model/errors.js";
import { findSpelled, spellingId, type DerivedType, type Slot } from "../model/find-spelling.js";
import { endIdOf, locate } from "../model/graph.js";
import { readName } from "../model/read-name.js";
import { LINKAGES, type FwdKind, type IntEncoding, type Linkage } from "../model/types.js";
import type { Run } from "../model/segment.js";
import { formatTypeName, parseTypeName, type DataModel } from "../spelling/index.js";
import { addGraph, addOneType } from "./add-graph.js";
import { Arena, PLACEHOLDER_BASE, TYPE_ID_MAX, type ArenaState, type Extras } from "./arena.js";
import { impliedWords } from "./implied.js";
import type { Labels } from "./labels.js";
import { placeMember, placeVariable, startLayout, type OpenRecord } from "./record-layout.js";

/** A type: its id, or its C spelling, label or name. */
export type Ref = number | string;

/** Words of a type for `addRaw`: anything goes. */
export interface RawType {
  /** The name, or a string offset. */
  readonly name?: string | number;
  /** vlen, kind and kind_flag, packed as on the wire. */
  readonly info: number;
  readonly sizeOrType?: number;
  /** The words after the first three. */
  readonly extra?: Iterable<number>;
}

const WORD_MAX = 0xffffffff;
const BITFIELD_OFFSET_MAX = 0xffffff;
const KIND_FLAG = 0x80000000;

/** What a call got and what it would take, for the message of a refusal. */
interface Refused {
  readonly call: string;
  readonly name?: string;
  readonly field: string;
  readonly found: unknown;
  readonly expected: string;
  readonly rule: string;
  readonly code?: Errno;
}

function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= WORD_MAX;
}

/**
 * The calls of libbpf's `btf__add_*` on an {@link Arena}: same order of arguments, same ids, same words, same
 * refusals. Both forms of the builder, chain and recipe, are faces of it.
 */
export class Writer extends Arena {
  readonly model: DataModel;

  constructor(
    prefix: readonly Run[],
    ownFrom: number,
    maxReference: number,
    labels: Labels,
    extras: Extras,
    model: DataModel,
  ) {
    super(prefix, ownFrom, maxReference, labels, extras);
    this.model = model;
  }

  /** The id of the type that a method was last named for, never one that a spelling implied; 0 before the first. */
  get lastId(): number {
    return this.openId === 0 ? this.nextId - 1 : this.openId;
  }

  // --- refusals

  /** Throws what libbpf refuses; inside `unchecked` lets it pass. */
  #refuse({ call, name, field, found, expected, rule, code = "EINVAL" }: Refused): void {
    if (this.extras.unchecked) return;
    const subject = name === undefined || name === "" ? call : `${call} '${name}'`;
    const shown = typeof found === "string" ? JSON.stringify(found) : String(found);
    throw new BtfError(`${subject}: ${field} is ${shown}; expected ${expected}`, { code, rule, field });
  }

  #needName(call: string, name: string, field = "name"): void {
    if (name === "") {
      this.#refuse({ call, field, found: name, expected: "a name that is not empty", rule: "name-required" });
    }
  }

  #word(call: string, name: string, field: string, value: number): number {
    if (!isWord(value)) {
      this.#refuse({ call, name, field, found: value, expected: "a whole number from 0 to 2^32 - 1", rule: "word" });
    }
    return value >>> 0;
  }

  // --- references

  /** Checks a type id, which may well be that of a type still to come. */
  #id(id: number, call: string): number {
    if ((id | 0) === id && id >= 0) {
      if (id > this.maxReference) this.maxReference = id;
      return id;
    }
    return this.#oddId(id, call);
  }

  #oddId(id: number, call: string): number {
    const isPromised = id >= PLACEHOLDER_BASE && id < PLACEHOLDER_BASE + this.extras.forwards.length;
    if (!isPromised) {
      const expected = `a whole number from 0 to ${TYPE_ID_MAX}`;
      this.#refuse({ call, field: "type id", found: id, expected, rule: "type-id" });
    }
    return id >>> 0;
  }

  /** The id that a reference stands for; what a spelling implies is added. */
  #resolve(ref: Ref, slot: Slot): number {
    if (typeof ref === "number") return ref;
    return spellingId(
      () => ({
        runs: this.runs(),
        openId: this.openId,
        label: (name) => this.#labelled(name),
        add: (type) => this.#imply(type),
        suggestions: () => this.labels.entries(this.extras.labelCount).map(([label]) => label),
      }),
      ref,
      slot,
    );
  }

  #labelled(name: string): number | undefined {
    const id = this.labels.get(name, this.extras.labelCount);
    if (id !== undefined) return id;
    const promised = this.extras.forwards.indexOf(name);
    if (promised === -1) return undefined;
    return this.#defined(name) ?? PLACEHOLDER_BASE + promised;
  }

  /** The type that a promised spelling names by now. */
  #defined(spelling: string): number | undefined {
    return findSpelled(() => ({ runs: this.runs(), openId: this.openId }), spelling, "any");
  }

  #imply(type: DerivedType): number {
    return this.implied(
      impliedWords(
        type,
        this.model,
        (name) => this.intern(name),
        () => this.#arrayIndexId(),
      ),
    );
  }

  /** The INT that counts the elements of arrays, as clang has it. */
  #arrayIndexId(): number {
    const id = new Btf(this.#view(), undefined).find("__ARRAY_SIZE_TYPE__", "INT");
    return id ?? this.implied([this.intern("__ARRAY_SIZE_TYPE__"), packInfo(KIND.INT, 0), 4, 32]);
  }

  #view() {
    const runs = this.runs();
    return {
      runs,
      ownFrom: this.ownFrom,
      endian: this.model.endian,
      pointerSize: this.model.pointerSize === 4 ? (4 as const) : (8 as const),
      layout: new Uint8Array(0),
      source: undefined,
      ids: {},
      diagnostics: [],
    };
  }

  /** Runs `add`; when it throws, nothing has happened. */
  attempt<T>(add: () => T): T {
    const mark = this.mark();
    try {
      return add();
    } catch (error) {
      this.restore(mark);
      throw error;
    }
  }

  /** The id of a reference in a call that adds a type: what it implies comes before that type. */
  #before(ref: Ref, slot: Slot = "type"): number {
    this.close();
    return this.#resolve(ref, slot);
  }

  // --- types of one piece

  /** `btf__add_str`. */
  addString(text: string): number {
    return this.intern(text);
  }

  addInt(name: string, size: number, encoding: IntEncoding | number = "none"): number {
    const call = "addInt";
    const bits = encodingNumber(encoding);
    this.#needName(call, name);
    if (!(size >= 1 && size <= 16 && Number.isInteger(size) && (size & (size - 1)) === 0)) {
      this.#refuse({ call, name, field: "size", found: size, expected: "1, 2, 4, 8 or 16 bytes", rule: "int-size" });
    }
    if ((bits & 7) !== bits) {
      const expected = `"none", "signed", "char", "bool" or a number from 0 to 7`;
      this.#refuse({ call, name, field: "encoding", found: encoding, expected, rule: "int-encoding" });
    }
    this.close();
    const id = this.head(this.intern(name), KIND.INT << 24, size);
    this.trailer((bits << 24) | (size * 8));
    return id;
  }

  addFloat(name: string, size: number): number {
    const call = "addFloat";
    this.#needName(call, name);
    if (size !== 2 && size !== 4 && size !== 8 && size !== 12 && size !== 16) {
      this.#refuse({ call, name, field: "size", found: size, expected: "2, 4, 8, 12 or 16 bytes", rule: "float-size" });
    }
    this.close();
    return this.head(this.intern(name), KIND.FLOAT << 24, size);
  }

  #reference(call: string, kind: number, type: Ref): number {
    if (typeof type === "string") return this.attempt(() => this.#reference(call, kind, this.#before(type)));
    const typeId = this.#id(type, call);
    this.close();
    return this.head(0, kind << 24, typeId);
  }

  #named(call: string, info: number, name: string, type: Ref, field = "name", slot: Slot = "type"): number {
    if (typeof type === "string") {
      return this.attempt(() => this.#named(call, info, name, this.#before(type, slot), field));
    }
    this.#needName(call, name, field);
    const typeId = this.#id(type, call);
    this.close();
    return this.head(this.intern(name), info, typeId);
  }

  addPtr(type: Ref): number {
    return this.#reference("addPtr", KIND.PTR, type);
  }

  addConst(type: Ref): number {
    return this.#reference("addConst", KIND.CONST, type);
  }

  addVolatile(type: Ref): number {
    return this.#reference("addVolatile", KIND.VOLATILE, type);
  }

  addRestrict(type: Ref): number {
    return this.#reference("addRestrict", KIND.RESTRICT, type);
  }

  addTypedef(name: string, type: Ref): number {
    return this.#named("addTypedef", KIND.TYPEDEF << 24, name, type);
  }

  addTypeTag(value: string, type: Ref): number {
    return this.#named("addTypeTag", KIND.TYPE_TAG << 24, value, type, "value");
  }

  addTypeAttr(value: string, type: Ref): number {
    return this.#named("addTypeAttr", packInfo(KIND.TYPE_TAG, 0, true), value, type, "value");
  }

  addArray(indexType: Ref, elementType: Ref, nrElems: number): number {
    const call = "addArray";
    if (typeof indexType === "string" || typeof elementType === "string") {
      return this.attempt(() => {
        const index = this.#before(indexType);
        return this.addArray(index, this.#resolve(elementType, "type"), nrElems);
      });
    }
    const index = this.#id(indexType, call);
    const element = this.#id(elementType, call);
    const count = this.#word(call, "", "nrElems", nrElems);
    this.close();
    const id = this.head(0, KIND.ARRAY << 24, 0);
    this.trailer(element);
    this.trailer(index);
    this.trailer(count);
    return id;
  }

  addFwd(name: string, fwdKind: FwdKind | "enum" | number): number {
    const call = "addFwd";
    this.#needName(call, name);
    const word = typeof fwdKind === "number" ? fwdKind : ["struct", "union", "enum"].indexOf(fwdKind);
    if (word !== 0 && word !== 1 && word !== 2) {
      const expected = `"struct", "union" or "enum"`;
      this.#refuse({ call, name, field: "kind", found: fwdKind, expected, rule: "fwd-kind" });
    }
    // libbpf writes the promise of an enum as an enum without values.
    if (word === 2) return this.addEnum(name, 4);
    this.close();
    return this.head(this.intern(name), packInfo(KIND.FWD, 0, word === 1), 0);
  }

  #linkage(call: string, name: string, linkage: Linkage | number): number {
    const word = typeof linkage === "number" ? linkage : LINKAGES.indexOf(linkage);
    if (word !== 0 && word !== 1 && word !== 2) {
      const expected = `"static", "global" or "extern"`;
      this.#refuse({ call, name, field: "linkage", found: linkage, expected, rule: "linkage" });
    }
    return word;
  }

  addFunc(name: string, linkage: Linkage | number, proto: Ref): number {
    const word = this.#linkage("addFunc", name, linkage);
    return this.#named("addFunc", packInfo(KIND.FUNC, word), name, proto);
  }

  addVar(name: string, linkage: Linkage | number, type: Ref): number {
    const word = this.#linkage("addVar", name, linkage);
    const id = this.#named("addVar", KIND.VAR << 24, name, type);
    this.trailer(word);
    return id;
  }

  #declTag(call: string, info: number, value: string, type: Ref, componentIdx: number): number {
    if ((componentIdx | 0) !== componentIdx || componentIdx < -1) {
      const expected = "-1 or a whole number from 0 to 2^31 - 1";
      this.#refuse({ call, name: value, field: "componentIdx", found: componentIdx, expected, rule: "component-idx" });
    }
    const id = this.#named(call, info, value, type, "value", "declaration");
    this.trailer(componentIdx);
    return id;
  }

  addDeclTag(value: string, type: Ref, componentIdx = -1): number {
    return this.#declTag("addDeclTag", KIND.DECL_TAG << 24, value, type, componentIdx);
  }

  addDeclAttr(value: string, type: Ref, componentIdx = -1): number {
    return this.#declTag("addDeclAttr", packInfo(KIND.DECL_TAG, 0, true), value, type, componentIdx);
  }

  // --- types with elements

  #open(call: string, kind: number, name: string, size: number, kindFlag = false): number {
    const third = this.#word(call, name, "size", size);
    this.close();
    return this.openHead(this.intern(name), kind, third, kindFlag);
  }

  #composite(call: string, kind: number, name: string, size: number | undefined): number {
    const id = this.#open(call, kind, name, size ?? 0);
    if (size === undefined) this.extras = { ...this.extras, layout: startLayout(true) };
    return id;
  }

  addStruct(name: string, size?: number): number {
    return this.#composite("addStruct", KIND.STRUCT, name, size);
  }

  addUnion(name: string, size?: number): number {
    return this.#composite("addUnion", KIND.UNION, name, size);
  }

  #enumSize(call: string, name: string, size: number): void {
    if (size === 1 || size === 2 || size === 4 || size === 8) return;
    this.#refuse({ call, name, field: "size", found: size, expected: "1, 2, 4 or 8 bytes", rule: "enum-size" });
  }

  addEnum(name: string, size = 4): number {
    this.#enumSize("addEnum", name, size);
    return this.#open("addEnum", KIND.ENUM, name, size);
  }

  addEnum64(name: string, size = 8, isSigned = false): number {
    this.#enumSize("addEnum64", name, size);
    return this.#open("addEnum64", KIND.ENUM64, name, size, isSigned);
  }

  addFuncProto(retType: Ref): number {
    if (typeof retType === "string") return this.attempt(() => this.addFuncProto(this.#before(retType)));
    const typeId = this.#id(retType, "addFuncProto");
    this.close();
    return this.openHead(0, KIND.FUNC_PROTO, typeId, false);
  }

  addDatasec(name: string, size?: number): number {
    this.#needName("addDatasec", name);
    const id = this.#open("addDatasec", KIND.DATASEC, name, size ?? 0);
    if (size === undefined) this.extras = { ...this.extras, layout: startLayout(true) };
    return id;
  }

  /** Makes sure that a type of one of two kinds is open, opening the last type of the graph again if it is one. */
  #need(call: string, kind: number, other = kind): void {
    const open = infoKind(this.openInfo);
    if (this.openId !== 0 && (open === kind || open === other)) return;
    this.#reopen(call, kind, other);
  }

  #reopen(call: string, kind: number, other: number): void {
    const runs = this.runs();
    const last = this.lastId;
    const isOwn = last >= endIdOf(runs.slice(0, this.ownFrom));
    const { words, at } = locate(runs, isOwn ? last : 0);
    const found = infoKind(words[at + 1]!);
    if (this.openId === 0 && isOwn && (found === kind || found === other) && this.reopenLast()) return;
    const expected = [...new Set([kind, other])].map((each) => KIND_NAMES[each]!).join(" or ");
    const name = isOwn ? (readName(runs, words[at]!) ?? "") : "";
    const shown = isOwn ? `type [${last}] ${KIND_NAMES[found] ?? found} '${name}'` : "no type of this graph";
    // No words could say what was meant, so that `unchecked` can't let it pass.
    throw new BtfError(`${call}: the last type is ${shown}, ${expected} expected`, {
      code: "EINVAL",
      rule: "open-type",
      ...(isOwn ? { typeId: last } : {}),
    });
  }

  #openRecord(): OpenRecord {
    const { segment, openAt, openInfo, openId, extras, model } = this;
    return { runs: () => this.runs(), words: segment.words, openAt, openInfo, openId, layout: extras.layout, model };
  }

  addField(name: string, type: Ref, bitOffset?: number, bitSize = 0): void {
    if (typeof type === "string") {
      return this.attempt(() => {
        this.#need("addField", KIND.STRUCT, KIND.UNION);
        return this.addField(name, this.#resolve(type, "type"), bitOffset, bitSize);
      });
    }
    this.#need("addField", KIND.STRUCT, KIND.UNION);
    const typeId = this.#id(type, "addField");
    if (bitOffset !== undefined && this.extras.layout === undefined) {
      this.#field(name, typeId, bitOffset, bitSize);
      return;
    }
    this.attempt(() => {
      const { bitsOffset, layout } = placeMember(this.#openRecord(), name, typeId, bitOffset, bitSize);
      this.#field(name, typeId, bitsOffset, bitSize);
      this.extras = { ...this.extras, layout };
    });
  }

  #field(name: string, typeId: number, bitOffset: number, bitSize: number): void {
    const call = "addField";
    if (!isWord(bitOffset)) this.#word(call, name, "bitOffset", bitOffset);
    const isUnion = infoKind(this.openInfo) === KIND.UNION;
    if (isUnion && bitOffset !== 0) {
      const expected = "0 in a UNION";
      this.#refuse({ call, name, field: "bitOffset", found: bitOffset, expected, rule: "union-offset" });
    }
    const isBitfield = bitSize !== 0 || bitOffset % 8 !== 0;
    if (isBitfield) this.#checkBitfield(name, bitOffset, bitSize);
    const hadFlag = this.openInfo >= KIND_FLAG;
    if (hadFlag && !isBitfield && bitOffset > BITFIELD_OFFSET_MAX) {
      const expected = "at most 16777215 bits beside a bit-field";
      this.#refuse({ call, name, field: "bitOffset", found: bitOffset, expected, rule: "bitfield-offset" });
    }
    const string = this.intern(name);
    const at = this.element();
    const { words } = this.segment;
    words[at] = string;
    words[at + 1] = typeId;
    if (isBitfield && !hadFlag) this.openInfo += KIND_FLAG;
    words[at + 2] = isBitfield || hadFlag ? (bitOffset & BITFIELD_OFFSET_MAX) | (bitSize << 24) : bitOffset;
    this.wordEnd = at + 3;
  }

  #checkBitfield(name: string, bitOffset: number, bitSize: number): void {
    const call = "addField";
    if (!(Number.isInteger(bitSize) && bitSize >= 1 && bitSize <= 255)) {
      const expected = bitSize === 0 ? "a multiple of 8 for what is no bit-field" : "1 to 255 bits";
      const [field, found] = bitSize === 0 ? ["bitOffset", bitOffset] : ["bitSize", bitSize];
      this.#refuse({ call, name, field, found, expected, rule: "bitfield-size" });
    }
    if (bitOffset > BITFIELD_OFFSET_MAX) {
      const expected = "at most 16777215 bits for a bit-field";
      this.#refuse({ call, name, field: "bitOffset", found: bitOffset, expected, rule: "bitfield-offset" });
    }
    if (this.openInfo >= KIND_FLAG) return;
    // From here on the high byte of every member's offset is a bit-field size: libbpf corrupts larger offsets.
    const { words } = this.segment;
    for (let at = this.openAt + 3, i = 0; i < infoVlen(this.openInfo); at += 3, i++) {
      if (words[at + 2]! <= BITFIELD_OFFSET_MAX) continue;
      const expected = `no bit-field, as member ${i} lies at bit ${words[at + 2]!} and 16777215 is the most beside one`;
      this.#refuse({ call, name, field: "bitSize", found: bitSize, expected, rule: "bitfield-offset" });
    }
  }

  addEnumValue(name: string, value: number | bigint): void {
    const call = "addEnumValue";
    this.#need(call, KIND.ENUM);
    this.#needName(call, name);
    const number = Number(value);
    if (!(Number.isInteger(number) && number >= -0x80000000 && number <= WORD_MAX)) {
      const expected = "a whole number from -2147483648 to 4294967295";
      this.#refuse({ call, name, field: "value", found: value, expected, rule: "enum-value", code: "E2BIG" });
    }
    const string = this.intern(name);
    const at = this.element();
    const { words } = this.segment;
    words[at] = string;
    words[at + 1] = typeof value === "bigint" ? Number(BigInt.asUintN(32, value)) : number;
    this.wordEnd = at + 2;
    // One negative value makes the whole ENUM signed.
    if (number < 0 && this.openInfo < KIND_FLAG) this.openInfo += KIND_FLAG;
  }

  addEnum64Value(name: string, value: number | bigint): void {
    const call = "addEnum64Value";
    this.#need(call, KIND.ENUM64);
    this.#needName(call, name);
    if (typeof value === "number" && !Number.isInteger(value)) {
      const expected = "a whole number";
      this.#refuse({ call, name, field: "value", found: value, expected, rule: "enum-value", code: "E2BIG" });
    }
    const exact = BigInt(typeof value === "number" ? Math.trunc(value) || 0 : value);
    if (exact < -(1n << 63n) || exact >= 1n << 64n) {
      const expected = "a whole number from -2^63 to 2^64 - 1";
      this.#refuse({ call, name, field: "value", found: value, expected, rule: "enum-value", code: "E2BIG" });
    }
    const string = this.intern(name);
    const at = this.element();
    const { words } = this.segment;
    words[at] = string;
    words[at + 1] = Number(BigInt.asUintN(32, exact));
    words[at + 2] = Number(BigInt.asUintN(32, exact >> 32n));
    this.wordEnd = at + 3;
  }

  addFuncParam(name: string, type: Ref): void {
    const call = "addFuncParam";
    if (typeof type === "string") {
      return this.attempt(() => {
        this.#need(call, KIND.FUNC_PROTO);
        return this.addFuncParam(name, this.#resolve(type, "type"));
      });
    }
    this.#need(call, KIND.FUNC_PROTO);
    const typeId = this.#id(type, call);
    const string = this.intern(name);
    const at = this.element();
    const { words } = this.segment;
    words[at] = string;
    words[at + 1] = typeId;
    this.wordEnd = at + 2;
  }

  addDatasecVarInfo(variable: Ref, offset?: number, size?: number): void {
    const call = "addDatasecVarInfo";
    if (typeof variable === "string") {
      return this.attempt(() => {
        this.#need(call, KIND.DATASEC);
        return this.addDatasecVarInfo(this.#resolve(variable, "variable"), offset, size);
      });
    }
    this.#need(call, KIND.DATASEC);
    const typeId = this.#id(variable, call);
    if (offset !== undefined && size !== undefined && this.extras.layout === undefined) {
      this.#sectionVar(typeId, offset, size);
      return;
    }
    this.attempt(() => {
      const place = placeVariable(this.#openRecord(), typeId, offset, size);
      this.#sectionVar(typeId, place.offset, place.size);
      this.extras = { ...this.extras, layout: place.layout };
    });
  }

  #sectionVar(typeId: number, offset: number, size: number): void {
    const call = "addDatasecVarInfo";
    const offsetWord = this.#word(call, "", "offset", offset);
    const sizeWord = this.#word(call, "", "size", size);
    const at = this.element();
    const { words } = this.segment;
    words[at] = typeId;
    words[at + 1] = offsetWord;
    words[at + 2] = sizeWord;
    this.wordEnd = at + 3;
  }

  // --- bpf-next

  addLocParam(size: number, flags: number): number {
    const flagsWord = this.#word("addLocParam", "", "flags", flags);
    const id = this.#open("addLocParam", KIND.LOC_PARAM, "", size);
    this.trailer(flagsWord);
    return id;
  }

  addLocParamValue(value: number): void {
    this.#need("addLocParamValue", KIND.LOC_PARAM);
    const word = this.#word("addLocParamValue", "", "value", value);
    const at = this.element();
    this.segment.words[at] = word;
    this.wordEnd = at + 1;
  }

  addLocProto(): number {
    return this.#open("addLocProto", KIND.LOC_PROTO, "", 0);
  }

  addLocProtoParam(param: Ref): void {
    if (typeof param === "string") {
      return this.attempt(() => this.addLocProtoParam(this.#resolve(param, "any")));
    }
    this.#need("addLocProtoParam", KIND.LOC_PROTO);
    const typeId = this.#id(param, "addLocProtoParam");
    const at = this.element();
    this.segment.words[at] = typeId;
    this.wordEnd = at + 1;
  }

  addLocsec(name: string): number {
    this.#needName("addLocsec", name);
    return this.#open("addLocsec", KIND.LOCSEC, name, 0);
  }

  addLocsecLoc(func: Ref, locProto: Ref, offset: number): void {
    const call = "addLocsecLoc";
    if (typeof func === "string" || typeof locProto === "string") {
      return this.attempt(() => {
        const funcId = this.#resolve(func, "variable");
        return this.addLocsecLoc(funcId, this.#resolve(locProto, "any"), offset);
      });
    }
    this.#need(call, KIND.LOCSEC);
    const funcId = this.#id(func, call);
    const locProtoId = this.#id(locProto, call);
    const offsetWord = this.#word(call, "", "offset", offset);
    const at = this.element();
    const { words } = this.segment;
    words[at] = funcId;
    words[at + 1] = locProtoId;
    words[at + 2] = offsetWord;
    this.wordEnd = at + 3;
  }

  // --- from other graphs

  addType(source: Btf, id: number): number {
    this.close();
    return addOneType(this, source, id);
  }

  addBtf(source: Btf): number {
    this.close();
    return addGraph(this, source);
  }

  addRaw({ name = 0, info, sizeOrType = 0, extra = [] }: RawType): number {
    const call = "addRaw";
    const infoWord = this.#word(call, "", "info", info);
    const third = this.#word(call, "", "sizeOrType", sizeOrType);
    const words = Array.from(extra, (word) => this.#word(call, "", "extra", word));
    const offset = typeof name === "number" ? this.#word(call, "", "name", name) : undefined;
    this.close();
    const id = this.head(offset ?? this.intern(String(name)), infoWord, third);
    this.rawWords(words);
    this.maxReference = TYPE_ID_MAX;
    return id;
  }

  // --- names for references

  /** Gives the newest type a label. */
  as(label: string): void {
    const known = this.labels.get(label, this.extras.labelCount);
    if (known !== undefined) {
      throw new BtfError(`as '${label}': type [${known}] has this label already`, {
        code: "EEXIST",
        rule: "label-clash",
        typeId: known,
      });
    }
    if (this.lastId === 0) {
      throw new BtfError(`as '${label}': there is no type yet to give it to`, { code: "EINVAL", rule: "label-type" });
    }
    this.labels.set(label, this.lastId, this.extras.labelCount);
    this.extras = { ...this.extras, labelCount: this.extras.labelCount + 1 };
    this.stamp++;
  }

  /** Accepts what libbpf refuses while `f` runs. */
  unchecked<T>(f: () => T): T {
    const { unchecked } = this.extras;
    this.extras = { ...this.extras, unchecked: true };
    try {
      return f();
    } finally {
      this.extras = { ...this.extras, unchecked };
    }
  }

  /** Promises a type by its spelling or label, and gives the id that stands for it. */
  forward(spelling: string): number {
    const parsed = parseTypeName(spelling);
    const name = parsed.ok ? formatTypeName(parsed.type) : spelling;
    const known = this.extras.forwards.indexOf(name);
    if (known !== -1) return PLACEHOLDER_BASE + known;
    this.extras = { ...this.extras, forwards: [...this.extras.forwards, name] };
    this.stamp++;
    return PLACEHOLDER_BASE + this.extras.forwards.length - 1;
  }

  /** The type that each promise of a place came to; undefined where it came to none. */
  promised(runs: readonly Run[], { extras }: ArenaState): readonly (number | undefined)[] {
    return extras.forwards.map(
      (name) => this.labels.get(name, extras.labelCount) ?? findSpelled(() => ({ runs }), name, "any"),
    );
  }
}

function encodingNumber(encoding: IntEncoding | number): number {
  switch (encoding) {
    case "none":
      return 0;
    case "signed":
      return 1;
    case "char":
      return 2;
    case "bool":
      return 4;
    default:
      return typeof encoding === "number" ? encoding : -1;
  }
}

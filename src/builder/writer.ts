import { infoKind, infoVlen, KIND, KIND_NAMES } from "../wire/kinds.js";
import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { endIdOf, locate } from "../model/graph.js";
import { readName } from "../model/read-name.js";
import { addGraph, addOneType } from "./add-graph.js";
import { TYPE_ID_MAX } from "./arena.js";
import { addExternSections, addKconfig, addKsym } from "./externs.js";
import { placeMember, placeVariable, startLayout, type OpenRecord } from "./record-layout.js";
import { isWord, WORD_MAX, type Ref } from "./references.js";
import { SingleTypes } from "./single-types.js";

export type { Ref } from "./references.js";

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

const BITFIELD_OFFSET_MAX = 0xffffff;
const KIND_FLAG = 0x80000000;

/**
 * The calls of libbpf's `btf__add_*`: same order of arguments, same ids, same words, same refusals. Both forms of the
 * builder, chain and recipe, are faces of it. Here are the calls that open a type and those that add to it.
 */
export class Writer extends SingleTypes {
  #open(call: string, kind: number, name: string, size: number, kindFlag = false): number {
    const third = this.checkedWord(call, name, "size", size);
    const string = this.intern(name);
    this.close();
    return this.openHead(string, kind, third, kindFlag);
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
    this.refuse({ call, name, field: "size", found: size, expected: "1, 2, 4 or 8 bytes", rule: "enum-size" });
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
    if (typeof retType === "string") return this.attempt(() => this.addFuncProto(this.resolveBefore(retType)));
    const typeId = this.checkedId(retType, "addFuncProto");
    this.close();
    return this.openHead(0, KIND.FUNC_PROTO, typeId, false);
  }

  addDatasec(name: string, size?: number): number {
    this.needName("addDatasec", name);
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
        return this.addField(name, this.resolve(type, "type"), bitOffset, bitSize);
      });
    }
    this.#need("addField", KIND.STRUCT, KIND.UNION);
    const typeId = this.checkedId(type, "addField");
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
    if (!isWord(bitOffset)) this.checkedWord(call, name, "bitOffset", bitOffset);
    const isUnion = infoKind(this.openInfo) === KIND.UNION;
    if (isUnion && bitOffset !== 0) {
      const expected = "0 in a UNION";
      this.refuse({ call, name, field: "bitOffset", found: bitOffset, expected, rule: "union-offset" });
    }
    const isBitfield = bitSize !== 0 || bitOffset % 8 !== 0;
    if (isBitfield) this.#checkBitfield(name, bitOffset, bitSize);
    const hadFlag = this.openInfo >= KIND_FLAG;
    if (hadFlag && !isBitfield && bitOffset > BITFIELD_OFFSET_MAX) {
      const expected = "at most 16777215 bits beside a bit-field";
      this.refuse({ call, name, field: "bitOffset", found: bitOffset, expected, rule: "bitfield-offset" });
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
      this.refuse({ call, name, field, found, expected, rule: "bitfield-size" });
    }
    if (bitOffset > BITFIELD_OFFSET_MAX) {
      const expected = "at most 16777215 bits for a bit-field";
      this.refuse({ call, name, field: "bitOffset", found: bitOffset, expected, rule: "bitfield-offset" });
    }
    if (this.openInfo >= KIND_FLAG) return;
    // From here on the high byte of every member's offset is a bit-field size: libbpf corrupts larger offsets.
    const { words } = this.segment;
    for (let at = this.openAt + 3, i = 0; i < infoVlen(this.openInfo); at += 3, i++) {
      if (words[at + 2]! <= BITFIELD_OFFSET_MAX) continue;
      const expected = `no bit-field, as member ${i} lies at bit ${words[at + 2]!} and 16777215 is the most beside one`;
      this.refuse({ call, name, field: "bitSize", found: bitSize, expected, rule: "bitfield-offset" });
    }
  }

  addEnumValue(name: string, value: number | bigint): void {
    const call = "addEnumValue";
    this.#need(call, KIND.ENUM);
    this.needName(call, name);
    const number = Number(value);
    if (!(Number.isInteger(number) && number >= -0x80000000 && number <= WORD_MAX)) {
      const expected = "a whole number from -2147483648 to 4294967295";
      this.refuse({ call, name, field: "value", found: value, expected, rule: "enum-value", code: "E2BIG" });
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
    this.needName(call, name);
    if (typeof value === "number" && !Number.isInteger(value)) {
      const expected = "a whole number";
      this.refuse({ call, name, field: "value", found: value, expected, rule: "enum-value", code: "E2BIG" });
    }
    const exact = BigInt(typeof value === "number" ? Math.trunc(value) || 0 : value);
    if (exact < -(1n << 63n) || exact >= 1n << 64n) {
      const expected = "a whole number from -2^63 to 2^64 - 1";
      this.refuse({ call, name, field: "value", found: value, expected, rule: "enum-value", code: "E2BIG" });
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
        return this.addFuncParam(name, this.resolve(type, "type"));
      });
    }
    this.#need(call, KIND.FUNC_PROTO);
    const typeId = this.checkedId(type, call);
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
        return this.addDatasecVarInfo(this.resolve(variable, "variable"), offset, size);
      });
    }
    this.#need(call, KIND.DATASEC);
    const typeId = this.checkedId(variable, call);
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
    const offsetWord = this.checkedWord(call, "", "offset", offset);
    const sizeWord = this.checkedWord(call, "", "size", size);
    const at = this.element();
    const { words } = this.segment;
    words[at] = typeId;
    words[at + 1] = offsetWord;
    words[at + 2] = sizeWord;
    this.wordEnd = at + 3;
  }

  // --- bpf-next

  addLocParam(size: number, flags: number): number {
    const flagsWord = this.checkedWord("addLocParam", "", "flags", flags);
    const id = this.#open("addLocParam", KIND.LOC_PARAM, "", size);
    this.trailer(flagsWord);
    return id;
  }

  addLocParamValue(value: number): void {
    this.#need("addLocParamValue", KIND.LOC_PARAM);
    const word = this.checkedWord("addLocParamValue", "", "value", value);
    const at = this.element();
    this.segment.words[at] = word;
    this.wordEnd = at + 1;
  }

  addLocProto(): number {
    return this.#open("addLocProto", KIND.LOC_PROTO, "", 0);
  }

  addLocProtoParam(param: Ref): void {
    if (typeof param === "string") {
      return this.attempt(() => this.addLocProtoParam(this.resolve(param, "any")));
    }
    this.#need("addLocProtoParam", KIND.LOC_PROTO);
    const typeId = this.checkedId(param, "addLocProtoParam");
    const at = this.element();
    this.segment.words[at] = typeId;
    this.wordEnd = at + 1;
  }

  addLocsec(name: string): number {
    this.needName("addLocsec", name);
    return this.#open("addLocsec", KIND.LOCSEC, name, 0);
  }

  addLocsecLoc(func: Ref, locProto: Ref, offset: number): void {
    const call = "addLocsecLoc";
    if (typeof func === "string" || typeof locProto === "string") {
      return this.attempt(() => {
        const funcId = this.resolve(func, "variable");
        return this.addLocsecLoc(funcId, this.resolve(locProto, "any"), offset);
      });
    }
    this.#need(call, KIND.LOCSEC);
    const funcId = this.checkedId(func, call);
    const locProtoId = this.checkedId(locProto, call);
    const offsetWord = this.checkedWord(call, "", "offset", offset);
    const at = this.element();
    const { words } = this.segment;
    words[at] = funcId;
    words[at + 1] = locProtoId;
    words[at + 2] = offsetWord;
    this.wordEnd = at + 3;
  }

  // --- externs

  addKsym(declaration: string): number {
    return addKsym(this, declaration);
  }

  addKconfig(name: string, type: Ref): number {
    return addKconfig(this, name, type);
  }

  /** Writes the DATASECs that externs wait for: at the end. */
  addExternSections(): void {
    addExternSections(this);
  }

  // --- from other graphs

  addType(source: Btf, id: number): number {
    return this.attempt(() => {
      this.close();
      return addOneType(this, source, id);
    });
  }

  addBtf(source: Btf): number {
    return this.attempt(() => {
      this.close();
      return addGraph(this, source);
    });
  }

  addRaw({ name = 0, info, sizeOrType = 0, extra = [] }: RawType): number {
    const call = "addRaw";
    const infoWord = this.checkedWord(call, "", "info", info);
    const third = this.checkedWord(call, "", "sizeOrType", sizeOrType);
    const words = Array.from(extra, (word) => this.checkedWord(call, "", "extra", word));
    const offset = typeof name === "number" ? this.checkedWord(call, "", "name", name) : this.intern(name);
    this.close();
    const id = this.head(offset, infoWord, third);
    this.rawWords(words);
    this.maxReference = TYPE_ID_MAX;
    return id;
  }
}

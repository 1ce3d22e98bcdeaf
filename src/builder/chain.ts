import type { Btf } from "../model/btf.js";
import type { FwdKind, IntEncoding, Linkage } from "../model/types.js";
import type { ArenaState, Extras } from "./arena.js";
import { compact } from "./segments.js";
import { buildGraph, previewGraph, type BuildOptions, type Origin } from "./build.js";
import { Labels } from "./labels.js";
import { Writer, type RawType, type Ref } from "./writer.js";

/**
 * A builder value: a place in an arena. While it is the newest there, the next call writes on; any other value opens a
 * segment of its own on what it sees. Values never change. {@link Writer} says what each call does.
 */
export class Chain implements ArenaState {
  readonly nextId: number;
  readonly wordEnd: number;
  readonly stringLength: number;
  readonly openId: number;
  readonly openAt: number;
  readonly openInfo: number;
  readonly maxReference: number;
  readonly extras: Extras;
  readonly #writer: Writer;
  readonly #stamp: number;
  readonly #origin: Origin;

  constructor(writer: Writer, origin: Origin) {
    this.nextId = writer.nextId;
    this.wordEnd = writer.wordEnd;
    this.stringLength = writer.stringLength;
    this.openId = writer.openId;
    this.openAt = writer.openAt;
    this.openInfo = writer.openInfo;
    this.maxReference = writer.maxReference;
    this.extras = writer.extras;
    this.#writer = writer;
    this.#stamp = writer.stamp;
    this.#origin = origin;
  }

  /** The writer to go on with: this value's own while nothing was added after it, else a new one. */
  #own(): Writer {
    const writer = this.#writer;
    return writer.stamp === this.#stamp ? writer : this.#branch();
  }

  /** The writer for an element: opening a closed type again needs a segment that no other value stands on. */
  #ownOpen(): Writer {
    return this.openId === 0 ? this.#branch() : this.#own();
  }

  #branch(): Writer {
    const { ownFrom, labels, model, segment } = this.#writer;
    const prefix = compact(this.#writer.runsBefore(this), ownFrom);
    const { extras } = this;
    const own = new Labels({ labels, count: extras.labelCount });
    const branch = new Writer(prefix, ownFrom, this.maxReference, own, extras, model);
    branch.continueOpen(this, segment);
    // The numbering of a table of its own starts again at 0.
    if (extras.labelCount !== 0) branch.extras = { ...extras, labelCount: 0 };
    return branch;
  }

  #next(writer: Writer): Chain {
    return new Chain(writer, this.#origin);
  }

  /** The id of the type that a method was last named for, never one that a spelling implied; 0 before the first. */
  get lastId(): number {
    return this.openId === 0 ? this.nextId - 1 : this.openId;
  }

  addString(text: string): Chain {
    const writer = this.#own();
    writer.addString(text);
    return this.#next(writer);
  }

  addInt(name: string, size: number, encoding?: IntEncoding | number): Chain {
    const writer = this.#own();
    writer.addInt(name, size, encoding);
    return this.#next(writer);
  }

  addFloat(name: string, size: number): Chain {
    const writer = this.#own();
    writer.addFloat(name, size);
    return this.#next(writer);
  }

  addPtr(type: Ref): Chain {
    const writer = this.#own();
    writer.addPtr(type);
    return this.#next(writer);
  }

  addConst(type: Ref): Chain {
    const writer = this.#own();
    writer.addConst(type);
    return this.#next(writer);
  }

  addVolatile(type: Ref): Chain {
    const writer = this.#own();
    writer.addVolatile(type);
    return this.#next(writer);
  }

  addRestrict(type: Ref): Chain {
    const writer = this.#own();
    writer.addRestrict(type);
    return this.#next(writer);
  }

  addArray(indexType: Ref, elementType: Ref, nrElems: number): Chain {
    const writer = this.#own();
    writer.addArray(indexType, elementType, nrElems);
    return this.#next(writer);
  }

  addStruct(name: string, size?: number): Chain {
    const writer = this.#own();
    writer.addStruct(name, size);
    return this.#next(writer);
  }

  addUnion(name: string, size?: number): Chain {
    const writer = this.#own();
    writer.addUnion(name, size);
    return this.#next(writer);
  }

  addEnum(name: string, size?: number): Chain {
    const writer = this.#own();
    writer.addEnum(name, size);
    return this.#next(writer);
  }

  addEnum64(name: string, size?: number, isSigned?: boolean): Chain {
    const writer = this.#own();
    writer.addEnum64(name, size, isSigned);
    return this.#next(writer);
  }

  addFwd(name: string, fwdKind: FwdKind | "enum" | number): Chain {
    const writer = this.#own();
    writer.addFwd(name, fwdKind);
    return this.#next(writer);
  }

  addTypedef(name: string, type: Ref): Chain {
    const writer = this.#own();
    writer.addTypedef(name, type);
    return this.#next(writer);
  }

  addTypeTag(value: string, type: Ref): Chain {
    const writer = this.#own();
    writer.addTypeTag(value, type);
    return this.#next(writer);
  }

  addTypeAttr(value: string, type: Ref): Chain {
    const writer = this.#own();
    writer.addTypeAttr(value, type);
    return this.#next(writer);
  }

  addFunc(name: string, linkage: Linkage | number, proto: Ref): Chain {
    const writer = this.#own();
    writer.addFunc(name, linkage, proto);
    return this.#next(writer);
  }

  addFuncProto(retType: Ref): Chain {
    const writer = this.#own();
    writer.addFuncProto(retType);
    return this.#next(writer);
  }

  addVar(name: string, linkage: Linkage | number, type: Ref): Chain {
    const writer = this.#own();
    writer.addVar(name, linkage, type);
    return this.#next(writer);
  }

  addDatasec(name: string, size?: number): Chain {
    const writer = this.#own();
    writer.addDatasec(name, size);
    return this.#next(writer);
  }

  addDeclTag(value: string, type: Ref, componentIdx?: number): Chain {
    const writer = this.#own();
    writer.addDeclTag(value, type, componentIdx);
    return this.#next(writer);
  }

  addDeclAttr(value: string, type: Ref, componentIdx?: number): Chain {
    const writer = this.#own();
    writer.addDeclAttr(value, type, componentIdx);
    return this.#next(writer);
  }

  addLocParam(size: number, flags: number): Chain {
    const writer = this.#own();
    writer.addLocParam(size, flags);
    return this.#next(writer);
  }

  addLocProto(): Chain {
    const writer = this.#own();
    writer.addLocProto();
    return this.#next(writer);
  }

  addLocsec(name: string): Chain {
    const writer = this.#own();
    writer.addLocsec(name);
    return this.#next(writer);
  }

  addKsym(declaration: string): Chain {
    const writer = this.#own();
    writer.addKsym(declaration);
    return this.#next(writer);
  }

  addKconfig(name: string, type: Ref): Chain {
    const writer = this.#own();
    writer.addKconfig(name, type);
    return this.#next(writer);
  }

  addType(source: Btf, id: number): Chain {
    const writer = this.#own();
    writer.addType(source, id);
    return this.#next(writer);
  }

  addBtf(source: Btf): Chain {
    const writer = this.#own();
    writer.addBtf(source);
    return this.#next(writer);
  }

  addRaw(type: RawType): Chain {
    const writer = this.#own();
    writer.addRaw(type);
    return this.#next(writer);
  }

  addField(name: string, type: Ref, bitOffset?: number, bitSize?: number): Chain {
    const writer = this.#ownOpen();
    writer.addField(name, type, bitOffset, bitSize);
    return this.#next(writer);
  }

  addEnumValue(name: string, value: number | bigint): Chain {
    const writer = this.#ownOpen();
    writer.addEnumValue(name, value);
    return this.#next(writer);
  }

  addEnum64Value(name: string, value: number | bigint): Chain {
    const writer = this.#ownOpen();
    writer.addEnum64Value(name, value);
    return this.#next(writer);
  }

  addFuncParam(name: string, type: Ref): Chain {
    const writer = this.#ownOpen();
    writer.addFuncParam(name, type);
    return this.#next(writer);
  }

  addDatasecVarInfo(variable: Ref, offset?: number, size?: number): Chain {
    const writer = this.#ownOpen();
    writer.addDatasecVarInfo(variable, offset, size);
    return this.#next(writer);
  }

  addLocParamValue(value: number): Chain {
    const writer = this.#ownOpen();
    writer.addLocParamValue(value);
    return this.#next(writer);
  }

  addLocProtoParam(param: Ref): Chain {
    const writer = this.#ownOpen();
    writer.addLocProtoParam(param);
    return this.#next(writer);
  }

  addLocsecLoc(func: Ref, locProto: Ref, offset: number): Chain {
    const writer = this.#ownOpen();
    writer.addLocsecLoc(func, locProto, offset);
    return this.#next(writer);
  }

  as(label: string): Chain {
    const writer = this.#own();
    writer.as(label);
    return this.#next(writer);
  }

  forward(...spellings: string[]): Chain {
    const writer = this.#own();
    for (const spelling of spellings) writer.forward(spelling);
    return this.#next(writer);
  }

  call<T>(f: (builder: this) => T): T {
    return f(this);
  }

  unchecked(f: (builder: Chain) => Chain): Chain {
    const inner = f(this.#withUnchecked(true));
    return inner.#withUnchecked(this.extras.unchecked);
  }

  #withUnchecked(unchecked: boolean): Chain {
    const writer = this.#own();
    writer.extras = { ...writer.extras, unchecked };
    writer.stamp++;
    return this.#next(writer);
  }

  widen(): Chain {
    return this;
  }

  build(options: BuildOptions = {}): Btf {
    const done = this.#withExternSections();
    return buildGraph(done.#writer, done, this.#origin, options);
  }

  /** This value with the DATASECs that its externs wait for. */
  #withExternSections(): Chain {
    if (this.extras.externs === undefined) return this;
    const writer = this.#own();
    writer.addExternSections();
    return this.#next(writer);
  }

  /** The raw dump of what is there so far. */
  toString(): string {
    const shown = this.#withExternSections();
    return previewGraph(shown.#writer, shown, this.#origin).toString();
  }

  toJSON(): string[] {
    return this.toString().split("\n");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  get [Symbol.toStringTag](): string {
    return "BtfBuilder";
  }
}

import { KIND, packInfo } from "../wire/kinds.js";
import type { Slot } from "../model/find-spelling.js";
import { LINKAGES, type FwdKind, type IntEncoding, type Linkage } from "../model/types.js";
import { References, type Ref } from "./references.js";

/**
 * The calls that add a string or a type of one piece. All that a call may refuse, names included, comes before it closes
 * the type that is open.
 */
export class SingleTypes extends References {
  /** `btf__add_str`. */
  addString(text: string): number {
    return this.intern(text);
  }

  addInt(name: string, size: number, encoding: IntEncoding | number = "none"): number {
    const call = "addInt";
    const bits = encodingNumber(encoding);
    this.needName(call, name);
    if (!(size >= 1 && size <= 16 && Number.isInteger(size) && (size & (size - 1)) === 0)) {
      this.refuse({ call, name, field: "size", found: size, expected: "1, 2, 4, 8 or 16 bytes", rule: "int-size" });
    }
    if ((bits & 7) !== bits) {
      const expected = `"none", "signed", "char", "bool" or a number from 0 to 7`;
      this.refuse({ call, name, field: "encoding", found: encoding, expected, rule: "int-encoding" });
    }
    const string = this.intern(name);
    this.close();
    const id = this.head(string, KIND.INT << 24, size);
    this.trailer((bits << 24) | (size * 8));
    return id;
  }

  addFloat(name: string, size: number): number {
    const call = "addFloat";
    this.needName(call, name);
    if (size !== 2 && size !== 4 && size !== 8 && size !== 12 && size !== 16) {
      this.refuse({ call, name, field: "size", found: size, expected: "2, 4, 8, 12 or 16 bytes", rule: "float-size" });
    }
    const string = this.intern(name);
    this.close();
    return this.head(string, KIND.FLOAT << 24, size);
  }

  #reference(call: string, kind: number, type: Ref): number {
    if (typeof type === "string") return this.attempt(() => this.#reference(call, kind, this.resolveBefore(type)));
    const typeId = this.checkedId(type, call);
    this.close();
    return this.head(0, kind << 24, typeId);
  }

  #named(call: string, info: number, name: string, type: Ref, field = "name", slot: Slot = "type"): number {
    if (typeof type === "string") {
      return this.attempt(() => this.#named(call, info, name, this.resolveBefore(type, slot), field));
    }
    this.needName(call, name, field);
    const typeId = this.checkedId(type, call);
    const string = this.intern(name);
    this.close();
    return this.head(string, info, typeId);
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
        const index = this.resolveBefore(indexType);
        return this.addArray(index, this.resolve(elementType, "type"), nrElems);
      });
    }
    const index = this.checkedId(indexType, call);
    const element = this.checkedId(elementType, call);
    const count = this.checkedWord(call, "", "nrElems", nrElems);
    this.close();
    const id = this.head(0, KIND.ARRAY << 24, 0);
    this.trailer(element);
    this.trailer(index);
    this.trailer(count);
    return id;
  }

  addFwd(name: string, fwdKind: FwdKind | "enum" | number): number {
    const call = "addFwd";
    this.needName(call, name);
    const word = typeof fwdKind === "number" ? fwdKind : ["struct", "union", "enum"].indexOf(fwdKind);
    if (word !== 0 && word !== 1 && word !== 2) {
      const expected = `"struct", "union" or "enum"`;
      this.refuse({ call, name, field: "kind", found: fwdKind, expected, rule: "fwd-kind" });
    }
    const string = this.intern(name);
    this.close();
    // libbpf writes the promise of an enum as an enum without values, which takes values later.
    if (word === 2) return this.head(string, KIND.ENUM << 24, 4);
    return this.head(string, packInfo(KIND.FWD, 0, word === 1), 0);
  }

  #linkage(call: string, name: string, linkage: Linkage | number): number {
    const word = typeof linkage === "number" ? linkage : LINKAGES.indexOf(linkage);
    if (word !== 0 && word !== 1 && word !== 2) {
      const expected = `"static", "global" or "extern"`;
      this.refuse({ call, name, field: "linkage", found: linkage, expected, rule: "linkage" });
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
      this.refuse({ call, name: value, field: "componentIdx", found: componentIdx, expected, rule: "component-idx" });
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

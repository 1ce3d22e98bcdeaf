import { INT_ENCODINGS, type BtfType } from "../../model/types.js";
import type { Slot } from "../../model/find-spelling.js";
import type { RawType } from "../../builder/index.js";
import type { Writer } from "../../builder/writer.js";

/** A type that a call refers to. */
export interface Reference {
  readonly typeId: number;
  /** What may stand there by name. */
  readonly slot: Slot;
  /** True where a spelling has to be a prototype. */
  readonly isProto?: true;
}

/** An argument of a call. The library's words, as `"signed"`, are strings too. */
export type Argument = string | number | bigint | boolean | Reference | RawType;

/** The builder's methods that add to a graph. */
export type Method = Extract<keyof Writer, `add${string}`>;

/** A call of the builder, whose methods are libbpf's `btf__add_*` with its order of arguments. */
export interface Call {
  readonly method: Method;
  readonly args: readonly Argument[];
}

const to = (typeId: number, slot: Slot = "type"): Reference => ({ typeId, slot });

const call = (method: Method, ...args: readonly Argument[]): Call => ({ method, args });

const REFERENCES = {
  PTR: "addPtr",
  CONST: "addConst",
  VOLATILE: "addVolatile",
  RESTRICT: "addRestrict",
} as const;

/**
 * The calls that write a type: the one that adds it, and one for each of its elements. What the type has and no argument
 * says, as a flag that its kind doesn't have, is lost; see `formOf`. Undefined for a kind that no call writes.
 */
export function callsOf(type: BtfType): readonly [Call, ...Call[]] | undefined {
  switch (type.kind) {
    case "INT": {
      const { name, size, encoding } = type;
      // A number that has a word is one too, so that 0 is left out.
      const isPlain = encoding === "none" || encoding === INT_ENCODINGS.none;
      return [isPlain ? call("addInt", name, size) : call("addInt", name, size, encoding)];
    }
    case "FLOAT":
      return [call("addFloat", type.name, type.size)];
    case "PTR":
    case "CONST":
    case "VOLATILE":
    case "RESTRICT":
      return [call(REFERENCES[type.kind], to(type.typeId))];
    case "TYPEDEF":
      return [call("addTypedef", type.name, to(type.typeId))];
    case "TYPE_TAG":
      return [call(type.attribute ? "addTypeAttr" : "addTypeTag", type.name, to(type.typeId))];
    case "DECL_TAG": {
      const { name, typeId, componentIdx, attribute } = type;
      const args = componentIdx === -1 ? [] : [componentIdx];
      return [call(attribute ? "addDeclAttr" : "addDeclTag", name, to(typeId, "declaration"), ...args)];
    }
    case "ARRAY":
      return [call("addArray", to(type.indexTypeId), to(type.typeId), type.nrElems)];
    case "STRUCT":
    case "UNION":
      return [
        call(type.kind === "STRUCT" ? "addStruct" : "addUnion", type.name, type.size),
        ...type.members.map(({ name, typeId, bitsOffset, bitfieldSize }) =>
          call("addField", name, to(typeId), bitsOffset, ...(bitfieldSize === 0 ? [] : [bitfieldSize])),
        ),
      ];
    case "ENUM":
      return [
        call("addEnum", type.name, type.size),
        ...type.values.map(({ name, val }) => call("addEnumValue", name, val)),
      ];
    case "ENUM64":
      return [
        call("addEnum64", type.name, type.size, ...(type.signed ? [true] : [])),
        ...type.values.map(({ name, val }) => call("addEnum64Value", name, val)),
      ];
    case "FWD":
      return [call("addFwd", type.name, type.fwdKind)];
    case "FUNC":
      return [call("addFunc", type.name, type.linkage, { ...to(type.typeId), isProto: true })];
    case "FUNC_PROTO":
      return [
        call("addFuncProto", to(type.retTypeId)),
        ...type.params.map(({ name, typeId }) => call("addFuncParam", name, to(typeId))),
      ];
    case "VAR":
      return [call("addVar", type.name, type.linkage, to(type.typeId))];
    case "DATASEC":
      return [
        call("addDatasec", type.name, type.size),
        ...type.vars.map(({ typeId, offset, size }) => call("addDatasecVarInfo", to(typeId, "variable"), offset, size)),
      ];
    case "LOC_PARAM":
      return [
        call("addLocParam", type.size, type.flags),
        ...type.values.map((value) => call("addLocParamValue", value)),
      ];
    case "LOC_PROTO":
      return [call("addLocProto"), ...type.params.map((typeId) => call("addLocProtoParam", to(typeId, "any")))];
    case "LOCSEC":
      return [
        call("addLocsec", type.name),
        ...type.locs.map(({ funcTypeId, locProtoTypeId, offset }) =>
          call("addLocsecLoc", to(funcTypeId, "variable"), to(locProtoTypeId, "any"), offset),
        ),
      ];
    default:
      return undefined;
  }
}

/** True for an argument that refers to a type. */
export function isReference(argument: Argument): argument is Reference {
  return typeof argument === "object" && "slot" in argument;
}

type AnyMethod = (...args: readonly unknown[]) => unknown;

/** Makes a call, with ids for references unless `spell` has something else for one; gives what it gives. */
export function makeCall(
  writer: Writer,
  { method, args }: Call,
  spell: (reference: Reference) => string | undefined = () => undefined,
): unknown {
  const values = args.map((argument) => (isReference(argument) ? (spell(argument) ?? argument.typeId) : argument));
  return (writer[method] as AnyMethod).apply(writer, values);
}

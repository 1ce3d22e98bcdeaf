import { KIND, packInfo } from "../../wire/kinds.js";
import type { BtfType } from "../../model/types.js";
import type { Writer } from "../../builder/writer.js";

/** Writes types as they are, the first of them with the id that the writer gives next. */
export function writeTypes(writer: Writer, nodes: readonly BtfType[]): void {
  for (const node of nodes) writeType(writer, node);
}

function writeType(writer: Writer, node: BtfType): void {
  switch (node.kind) {
    case "INT":
      writer.addInt(node.name, node.size, node.encoding);
      return;
    case "FLOAT":
      writer.addFloat(node.name, node.size);
      return;
    case "PTR":
      writer.addPtr(node.typeId);
      return;
    case "CONST":
      writer.addConst(node.typeId);
      return;
    case "VOLATILE":
      writer.addVolatile(node.typeId);
      return;
    case "RESTRICT":
      writer.addRestrict(node.typeId);
      return;
    case "TYPEDEF":
      writer.addTypedef(node.name, node.typeId);
      return;
    case "TYPE_TAG":
      writer.addTypeTag(node.name, node.typeId);
      return;
    case "DECL_TAG":
      writer.addDeclTag(node.name, node.typeId, node.componentIdx);
      return;
    case "ARRAY":
      writer.addArray(node.indexTypeId, node.typeId, node.nrElems);
      return;
    case "STRUCT":
    case "UNION": {
      // Words and not calls: offsets that are cut off may lie where no call lets a member lie.
      const extra: number[] = [];
      for (const { name, typeId, bitsOffset, bitfieldSize } of node.members) {
        extra.push(writer.addString(name), typeId, bitsOffset + bitfieldSize * 2 ** 24);
      }
      const info = packInfo(KIND[node.kind], node.members.length, node.kindFlag);
      writer.addRaw({ name: node.name, info, sizeOrType: node.size, extra });
      return;
    }
    case "ENUM": {
      const extra: number[] = [];
      for (const { name, val } of node.values) extra.push(writer.addString(name), val >>> 0);
      const info = packInfo(KIND.ENUM, node.values.length, node.signed);
      writer.addRaw({ name: node.name, info, sizeOrType: node.size, extra });
      return;
    }
    case "ENUM64":
      writer.addEnum64(node.name, node.size, node.signed);
      for (const { name, val } of node.values) writer.addEnum64Value(name, val);
      return;
    case "FWD":
      writer.addFwd(node.name, node.fwdKind);
      return;
    case "FUNC":
      writer.addFunc(node.name, node.linkage, node.typeId);
      return;
    case "FUNC_PROTO":
      writer.addFuncProto(node.retTypeId);
      for (const { name, typeId } of node.params) writer.addFuncParam(name, typeId);
      return;
    case "VAR":
      writer.addVar(node.name, node.linkage, node.typeId);
      return;
    case "DATASEC":
      writer.addDatasec(node.name, node.size);
      for (const { typeId, offset, size } of node.vars) writer.addDatasecVarInfo(typeId, offset, size);
      return;
    default:
      throw new Error(`no C makes a ${node.kind}`);
  }
}

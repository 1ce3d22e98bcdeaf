import type { SectionVar } from "../../model/types.js";
import type { FunctionEntity, ObjectEntity } from "./entities.js";
import { isQualified, measure, resolveTree } from "./measure.js";
import type { Unit } from "./unit.js";

/** The section that clang puts a variable or function in; undefined for one that stands in no DATASEC. */
export function sectionOf(entity: ObjectEntity | FunctionEntity): string | undefined {
  if (entity.kind === "function") return entity.isDefined ? undefined : entity.section;
  if (entity.section !== undefined) return entity.section;
  if (entity.storage === "extern") return undefined;
  if (entity.addressSpace !== 0) return `.addr_space.${entity.addressSpace}`;
  if (isQualified(entity.type, "const")) return ".rodata";
  return entity.isZero ? ".bss" : ".data";
}

/** Bytes of a variable in its section, and its alignment there. */
function room(unit: Unit, entity: ObjectEntity | FunctionEntity): { readonly size: number; readonly align: number } {
  if (entity.kind === "function") return { size: 0, align: 1 };
  const resolved = resolveTree(entity.type);
  // An `extern void` is a byte to LLVM, and of an extern that is incomplete nobody knows more.
  const isVoid = resolved.kind === "base" && resolved.name === "void";
  const { size, align } = measure(unit, entity.type) ?? { size: isVoid ? 1 : 0, align: 1 };
  return { size: size + entity.extraSize, align: Math.max(align, entity.align) };
}

/** A section as it fills. */
export class Section {
  readonly name: string;
  readonly vars: SectionVar[] = [];
  size = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Adds a variable behind the others; one that is defined elsewhere takes no room. */
  add(unit: Unit, entity: ObjectEntity | FunctionEntity, typeId: number): void {
    const { size, align } = room(unit, entity);
    if (entity.kind === "function" || entity.storage === "extern") {
      this.vars.push({ typeId, offset: 0, size });
      return;
    }
    const offset = Math.ceil(this.size / align) * align;
    this.vars.push({ typeId, offset, size });
    this.size = offset + size;
  }
}

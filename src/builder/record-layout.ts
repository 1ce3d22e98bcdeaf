import { infoKind, infoVlen, KIND } from "../wire/kinds.js";
import { BtfError } from "../model/errors.js";
import { locate } from "../model/graph.js";
import { alignOfType, resolveId, sizeOfType } from "../model/sizes.js";
import type { Run } from "../model/segment.js";
import {
  EMPTY_RECORD,
  finishRecord,
  placeMember as placeInRecord,
  type DataModel,
  type RecordCursor,
} from "../spelling/index.js";

/** How far a STRUCT, UNION or DATASEC is laid out whose offsets or size the builder works out. */
export interface RecordLayout {
  /** Bits in use and the strictest alignment; of a DATASEC the bytes in use, as bits. */
  readonly cursor: RecordCursor;
  /** True when the size was left out. */
  readonly autoSize: boolean;
}

/** What is open, and where types are looked up. */
export interface OpenRecord {
  readonly runs: () => readonly Run[];
  readonly words: Uint32Array;
  /** Word offset of the open type. */
  readonly openAt: number;
  readonly openInfo: number;
  readonly openId: number;
  readonly layout: RecordLayout | undefined;
  readonly model: DataModel;
}

const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Alignment in bytes of scalars on a target: that of the base type of the same size. */
function scalarAlign(model: DataModel): (size: number, float: boolean) => number {
  return (size, float) => {
    const wanted = float ? "FLOAT" : "INT";
    for (const layout of Object.values(model.base)) {
      if (layout.kind === wanted && layout.size === size) return layout.align;
    }
    return Math.min(size, model.pointerSize);
  };
}

/** A layout that begins. */
export function startLayout(autoSize: boolean): RecordLayout {
  return { cursor: EMPTY_RECORD, autoSize };
}

/** The size in bytes of an open type whose size was left out, were it closed now. */
export function layoutSize(kind: number, { cursor }: RecordLayout): number {
  return kind === KIND.DATASEC ? Math.ceil(cursor.usedBits / 8) : finishRecord(cursor).size;
}

interface Measures {
  readonly size: number;
  readonly align: number;
}

/** Size and alignment in bytes of a member's or variable's type, which the builder needs to place it. */
function measure(open: OpenRecord, subject: string, typeId: number): Measures {
  const runs = open.runs();
  const { model } = open;
  const behind = typeId < runs[runs.length - 1]!.endId ? resolveId(runs, typeId) : undefined;
  const isOpen = behind === open.openId;
  const size = behind === undefined || isOpen ? undefined : sizeOfType(runs, behind, model.pointerSize);
  const align = size === undefined ? undefined : alignOfType(runs, behind!, model.pointerSize, scalarAlign(model));
  if (size !== undefined && align !== undefined) return { size, align };
  const why = isOpen ? "is the type that is still open" : "has no size yet";
  throw new BtfError(`${subject}: type [${typeId}] ${why}; give the offset and sizes yourself`, {
    code: "EINVAL",
    rule: "layout-size",
    field: "type",
    typeId,
  });
}

/** The layout that the members there are already make, when their offsets were given. */
function layoutSoFar(open: OpenRecord, autoSize: boolean): RecordLayout {
  const { words, openAt, openInfo } = open;
  const hasFlag = openInfo >= 0x80000000;
  let cursor = EMPTY_RECORD;
  for (let i = 0; i < infoVlen(openInfo); i++) {
    const at = openAt + 3 + i * 3;
    const word = words[at + 2]!;
    const [offset, bits] = hasFlag ? [word & 0xffffff, word >>> 24] : [word, 0];
    cursor = take(cursor, offset, bits, measure(open, `member ${i}`, words[at + 1]!));
  }
  return { cursor, autoSize };
}

/** The cursor after a member at a given offset in bits. */
function take(cursor: RecordCursor, bitsOffset: number, bitSize: number, { size, align }: Measures): RecordCursor {
  const end = bitsOffset + (bitSize === 0 ? size * 8 : bitSize);
  return { usedBits: Math.max(cursor.usedBits, end), align: Math.max(cursor.align, align) };
}

/** The offset in bits of the next member of the open STRUCT or UNION, as C lays it out unless it is given. */
export function placeMember(
  open: OpenRecord,
  name: string,
  typeId: number,
  bitOffset: number | undefined,
  bitSize: number,
): { readonly bitsOffset: number; readonly layout: RecordLayout } {
  const layout = open.layout ?? layoutSoFar(open, false);
  const isUnion = infoKind(open.openInfo) === KIND.UNION;
  const shape = measure(open, `addField '${name}'`, typeId);
  if (bitOffset !== undefined) {
    return { bitsOffset: bitOffset, layout: { ...layout, cursor: take(layout.cursor, bitOffset, bitSize, shape) } };
  }
  const member = bitSize === 0 ? shape : { ...shape, bitSize };
  const { bitsOffset, cursor } = placeInRecord(layout.cursor, member, open.model, isUnion);
  return { bitsOffset, layout: { ...layout, cursor } };
}

/** True for what a DATASEC lists without room for it: FUNCs and extern VARs, as compilers write them. */
function isExtern(runs: readonly Run[], typeId: number): "func" | "var" | undefined {
  if (typeId >= runs[runs.length - 1]!.endId) return undefined;
  const { words, at } = locate(runs, typeId);
  const kind = infoKind(words[at + 1]!);
  if (kind === KIND.FUNC) return "func";
  return kind === KIND.VAR && words[at + 3] === 2 ? "var" : undefined;
}

/**
 * Offset and size in bytes of the next entry of the open DATASEC: a variable comes at the next multiple of its
 * alignment; a FUNC has offset 0 and size 0, an extern VAR offset 0 and the size of its type.
 */
export function placeVariable(
  open: OpenRecord,
  typeId: number,
  offset: number | undefined,
  size: number | undefined,
): { readonly offset: number; readonly size: number; readonly layout: RecordLayout } {
  const runs = open.runs();
  const subject = `addDatasecVarInfo [${typeId}]`;
  const layout = open.layout ?? sectionSoFar(open);
  const external = isExtern(runs, typeId);
  if (external === "func") return { offset: offset ?? 0, size: size ?? 0, layout };
  if (external === "var") {
    return { offset: offset ?? 0, size: size ?? measure(open, subject, typeId).size, layout };
  }
  const shape = size === undefined || offset === undefined ? measure(open, subject, typeId) : undefined;
  const usedBytes = layout.cursor.usedBits / 8;
  const place = offset ?? alignUp(usedBytes, shape!.align);
  const bytes = size ?? shape!.size;
  const usedBits = Math.max(usedBytes, place + bytes) * 8;
  return { offset: place, size: bytes, layout: { ...layout, cursor: { usedBits, align: 1 } } };
}

/** Where the entries there are already end. */
function sectionSoFar(open: OpenRecord): RecordLayout {
  const layout = startLayout(false);
  const { words, openAt, openInfo } = open;
  let usedBits = 0;
  for (let i = 0; i < infoVlen(openInfo); i++) {
    const at = openAt + 3 + i * 3;
    usedBits = Math.max(usedBits, (words[at + 1]! + words[at + 2]!) * 8);
  }
  return { ...layout, cursor: { usedBits, align: 1 } };
}

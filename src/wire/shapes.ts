import { KIND, KINDS, KIND_LIMIT, KIND_NAMES, type KindRow, type WordRole } from "./kinds.js";
import type { LayoutEntry } from "./layout.js";

/**
 * The kind table as one packed word a kind number, for loops over many types: every one of them reads a type's shape
 * from here with one load. Kinds without a row are 0.
 *
 * | bits | what they say | read by |
 * | --- | --- | --- |
 * | 0 | the kind is known | |
 * | 1 | the third word is a type id | {@link headIsType} |
 * | 2-7 | words between the first three and the elements | {@link trailerWords} |
 * | 8-9 | how many of these, from the first, are type ids | {@link trailerTypes} |
 * | 10-15 | words of an element | {@link elementWords} |
 * | 16 | an element's first word is a string offset | {@link elementIsNamed} |
 * | 17-18 | where in an element its type ids begin | {@link elementTypeColumn} |
 * | 19-20 | how many type ids an element has | {@link elementTypes} |
 * | 21 | libbpf range-checks the third word: all type ids but what a FUNC_PROTO returns | |
 * | 22 | FUNC | |
 *
 * The numbers are written out below: a bundler turns a module's constants into variables, which V8 loads in each round
 * of a loop (a fifth of the time that opening a BTF takes).
 */
export type Shapes = Uint32Array;

function typesIn(roles: readonly WordRole[]): number {
  return roles.filter((role) => role === "type").length;
}

function shapeOf(row: KindRow): number {
  const headType = row.sizeOrType === "type";
  return (
    1 |
    (headType ? 1 << 1 : 0) |
    (row.trailer.length << 2) |
    (typesIn(row.trailer) << 8) |
    (row.element.length << 10) |
    (row.element[0] === "string" ? 1 << 16 : 0) |
    (Math.max(0, row.element.indexOf("type")) << 17) |
    (typesIn(row.element) << 19) |
    (headType && row.kind !== KIND.FUNC_PROTO ? 1 << 21 : 0) |
    (row.kind === KIND.FUNC ? 1 << 22 : 0)
  );
}

/** The shapes of the kinds that have a row; kind 0 is no kind of a type in a file. */
export const SHAPES: Shapes = Uint32Array.from({ length: KIND_LIMIT }, (_, kind) => {
  const name = KIND_NAMES[kind];
  return name === undefined || kind === KIND.VOID ? 0 : shapeOf(KINDS[name]);
});

/**
 * The shapes that a layout section adds for kinds without a row: their length, so that they can be skipped. An entry
 * whose sizes are not whole words adds none.
 */
export function shapesWithLayout(layout: readonly LayoutEntry[]): Shapes {
  const shapes = SHAPES.slice();
  for (const [kind, entry] of layout.entries()) {
    if (kind >= KIND_LIMIT || shapes[kind] !== 0 || entry.infoBytes % 4 !== 0 || entry.elementBytes % 4 !== 0) continue;
    shapes[kind] = 1 | ((entry.infoBytes / 4) << 2) | ((entry.elementBytes / 4) << 10);
  }
  return shapes;
}

/** Words of a type with this `info`, the first three included; 0 for a kind without a shape. */
export function typeWords(shapes: Shapes, info: number): number {
  const shape = shapes[(info >>> 24) & 0x7f]!;
  if (shape === 0) return 0;
  return 3 + trailerWords(shape) + elementWords(shape) * (info & 0xffffff);
}

/** What {@link scanTypes} found: how many types, and whether a FUNC points at a type that the scan had not seen yet. */
export interface Scan {
  readonly count: number;
  readonly hasForwardFunc: boolean;
}

/** True when the third word of a type of this shape is a type id. */
export function headIsType(shape: number): boolean {
  return (shape & 2) !== 0;
}

/** True when nothing follows the first three words of a type of this shape. */
export function isBare(shape: number): boolean {
  return (shape & 0xfcfc) === 0;
}

/** Words between the first three and the elements. */
export function trailerWords(shape: number): number {
  return (shape >>> 2) & 0x3f;
}

/** How many trailer words, from the first, are type ids. */
export function trailerTypes(shape: number): number {
  return (shape >>> 8) & 3;
}

/** Words of an element, 0 for kinds that have none. */
export function elementWords(shape: number): number {
  return (shape >>> 10) & 0x3f;
}

/** True when the first word of an element is a string offset. */
export function elementIsNamed(shape: number): boolean {
  return (shape & 0x10000) !== 0;
}

/** Where in an element its type ids begin. */
export function elementTypeColumn(shape: number): number {
  return (shape >>> 17) & 3;
}

/** How many type ids an element has, side by side. */
export function elementTypes(shape: number): number {
  return (shape >>> 19) & 3;
}

/**
 * One pass over a section of types: fills `offsets` with the word offset of each, and checks what libbpf checks when
 * it opens a BTF: known kinds, whole types, type ids and string offsets in range, FUNCs that point at a FUNC_PROTO.
 * Undefined when any of it fails; the decoder then looks again, slowly, to say what and where.
 *
 * Every BTF that is opened goes through this loop, and its form is what was measured best of a dozen: a string offset
 * is compared with its limit at once (a running maximum is a chain of dependent steps), names and type ids of elements
 * are read in one loop, and kinds without a trailer and elements go on at once.
 */
export function scanTypes(
  words: Uint32Array,
  shapes: Shapes,
  startId: number,
  stringLimit: number,
  offsets: Uint32Array,
): Scan | undefined {
  const FUNC_PROTO = KIND.FUNC_PROTO;
  const length = words.length;
  const lastHead = length - 3;
  let count = 0;
  let at = 0;
  let maxType = 0;
  let hasForwardFunc = false;
  while (at <= lastHead) {
    const info = words[at + 1]!;
    const shape = shapes[(info >>> 24) & 0x7f]!;
    if (words[at]! >= stringLimit) return undefined;
    if ((shape & 0x200000) !== 0) {
      const type = words[at + 2]!;
      if (type > maxType) maxType = type;
      if ((shape & 0x400000) !== 0) {
        const target = type - startId;
        if (target >= count || target < 0) hasForwardFunc = true;
        else if (((words[offsets[target]! + 1]! >>> 24) & 0x7f) !== FUNC_PROTO) return undefined;
      }
    }
    offsets[count++] = at;
    at += 3;
    if (isBare(shape)) {
      if (shape === 0) return undefined;
      continue;
    }
    const first = at + trailerWords(shape);
    const stride = elementWords(shape);
    const end = first + stride * (info & 0xffffff);
    if (end > length) return undefined;
    const types = elementTypes(shape);
    if (elementIsNamed(shape)) {
      // A named element has at most one type id, in its second word; a test holds the kind table to that.
      if (types === 0) {
        for (let element = first; element < end; element += stride) {
          if (words[element]! >= stringLimit) return undefined;
        }
      } else {
        for (let element = first; element < end; element += stride) {
          if (words[element]! >= stringLimit) return undefined;
          const type = words[element + 1]!;
          if (type > maxType) maxType = type;
        }
      }
    } else {
      for (const trailerEnd = at + trailerTypes(shape); at < trailerEnd; at++) {
        const type = words[at]!;
        if (type > maxType) maxType = type;
      }
      for (let i = 0; i < types; i++) {
        for (let element = first + elementTypeColumn(shape) + i; element < end; element += stride) {
          const type = words[element]!;
          if (type > maxType) maxType = type;
        }
      }
    }
    at = end;
  }
  if (at !== length || maxType >= startId + count) return undefined;
  return { count, hasForwardFunc };
}

/**
 * Calls `f` with the position of each word of the type at `at` that holds a type id, in wire order. With `f` replacing
 * the word, this is also how ids are renumbered. A type that was made on purpose with a vlen beyond its words is read
 * into what follows, as any reader would, but never beyond the words.
 */
export function forEachTypeWord(words: Uint32Array, at: number, f: (position: number) => void): void {
  const info = words[at + 1]!;
  const shape = SHAPES[(info >>> 24) & 0x7f]!;
  if (headIsType(shape)) f(at + 2);
  if (isBare(shape)) return;
  const rest = at + 3;
  const trailerEnd = Math.min(rest + trailerTypes(shape), words.length);
  for (let position = rest; position < trailerEnd; position++) f(position);
  const types = elementTypes(shape);
  if (types === 0) return;
  const stride = elementWords(shape);
  const first = rest + trailerWords(shape);
  const end = Math.min(first + stride * (info & 0xffffff), words.length);
  for (let element = first + elementTypeColumn(shape); element < end; element += stride) {
    f(element);
    if (types === 2 && element + 1 < end) f(element + 1);
  }
}

/** Calls `f` with the position of each word of the type at `at` that holds a string offset, in wire order. */
export function forEachStringWord(words: Uint32Array, at: number, f: (position: number) => void): void {
  const info = words[at + 1]!;
  const shape = SHAPES[(info >>> 24) & 0x7f]!;
  f(at);
  if (!elementIsNamed(shape)) return;
  const stride = elementWords(shape);
  const first = at + 3 + trailerWords(shape);
  const end = Math.min(first + stride * (info & 0xffffff), words.length);
  for (let element = first; element < end; element += stride) f(element);
}

/**
 * Rewrites the type at `at` in place: every string offset by `mapString`, and every type id from `startId` on by adding
 * `shift`; id 0 stays. Returns the highest id that it refers to afterwards, or -1 for a kind without a row.
 */
export function remapType(
  words: Uint32Array,
  at: number,
  mapString: (offset: number) => number,
  startId: number,
  shift: number,
): number {
  const info = words[at + 1]!;
  const shape = SHAPES[(info >>> 24) & 0x7f]!;
  if (shape === 0) return -1;
  let max = 0;
  if (words[at] !== 0) words[at] = mapString(words[at]!);
  if (headIsType(shape)) max = moveType(words, at + 2, startId, shift, max);
  let next = at + 3;
  const trailerEnd = next + trailerTypes(shape);
  const first = next + trailerWords(shape);
  for (; next < trailerEnd; next++) max = moveType(words, next, startId, shift, max);
  const stride = elementWords(shape);
  if (stride === 0) return max;
  const end = Math.min(first + stride * (info & 0xffffff), words.length);
  if (elementIsNamed(shape)) {
    for (let element = first; element < end; element += stride) {
      if (words[element] !== 0) words[element] = mapString(words[element]!);
    }
  }
  const types = elementTypes(shape);
  if (types === 0) return max;
  for (let element = first + elementTypeColumn(shape); element < end; element += stride) {
    for (let i = 0; i < types; i++) max = moveType(words, element + i, startId, shift, max);
  }
  return max;
}

function moveType(words: Uint32Array, at: number, startId: number, shift: number, max: number): number {
  const type = words[at]!;
  const moved = type !== 0 && type >= startId ? type + shift : type;
  words[at] = moved;
  return moved > max ? moved : max;
}

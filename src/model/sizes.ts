import { infoKind, infoKindFlag, infoVlen, KIND } from "../wire/kinds.js";
import { endIdOf, locate } from "./graph.js";
import type { Run } from "./segment.js";

/** Alignment in bytes of a scalar: `float` tells a FLOAT from an INT or ENUM of the same `size` in bytes. */
export type ScalarAlign = (size: number, float: boolean) => number;

/** Sizes beyond it can't be written in a BTF. */
const SIZE_MAX = 0xffffffff;

const TRANSPARENT: ReadonlySet<number> = new Set([
  KIND.TYPEDEF,
  KIND.VOLATILE,
  KIND.CONST,
  KIND.RESTRICT,
  KIND.TYPE_TAG,
  KIND.VAR,
]);

/** The id behind typedefs, qualifiers, tags and VARs; undefined when they form a loop or lead out of range. */
export function resolveId(runs: readonly Run[], id: number): number | undefined {
  const endId = endIdOf(runs);
  let current = id;
  for (let steps = 0; steps < endId; steps++) {
    if (current >= endId) return undefined;
    const { words, at } = locate(runs, current);
    if (!TRANSPARENT.has(infoKind(words[at + 1]!))) return current;
    current = words[at + 2]!;
  }
  return undefined;
}

/** Size in bytes of a type as `btf__resolve_size` gives it; undefined for what has none, or one above 2^32 - 1. */
export function sizeOfType(runs: readonly Run[], id: number, pointerSize: number): number | undefined {
  const endId = endIdOf(runs);
  let current = id;
  let count = 1;
  for (let steps = 0; steps <= endId; steps++) {
    const behind = resolveId(runs, current);
    if (behind === undefined) return undefined;
    const { words, at } = locate(runs, behind);
    switch (infoKind(words[at + 1]!)) {
      case KIND.INT:
      case KIND.STRUCT:
      case KIND.UNION:
      case KIND.ENUM:
      case KIND.ENUM64:
      case KIND.DATASEC:
      case KIND.FLOAT: {
        const size = count * words[at + 2]!;
        return size <= SIZE_MAX ? size : undefined;
      }
      case KIND.PTR: {
        const size = count * pointerSize;
        return size <= SIZE_MAX ? size : undefined;
      }
      case KIND.DECL_TAG:
        current = words[at + 2]!;
        break;
      case KIND.ARRAY:
        count *= words[at + 5]!;
        if (count > SIZE_MAX) return undefined;
        current = words[at + 3]!;
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}

/** The element behind arrays, typedefs and qualifiers; undefined for a loop. */
function scalarBehind(runs: readonly Run[], id: number): number | undefined {
  const endId = endIdOf(runs);
  let current = id;
  for (let steps = 0; steps <= endId; steps++) {
    const behind = resolveId(runs, current);
    if (behind === undefined) return undefined;
    const { words, at } = locate(runs, behind);
    if (infoKind(words[at + 1]!) !== KIND.ARRAY) return behind;
    current = words[at + 3]!;
  }
  return undefined;
}

/**
 * Alignment in bytes as `btf__align_of` gives it: a STRUCT with a member off its alignment, or a size that is no
 * multiple of it, is packed and has 1. Undefined for what has none. Nested structs are walked with a stack of ours.
 */
export function alignOfType(
  runs: readonly Run[],
  id: number,
  pointerSize: number,
  scalarAlign: ScalarAlign = (size) => Math.min(pointerSize, size),
): number | undefined {
  const known = new Map<number, number | undefined>();
  const stack: number[] = [id];
  const open = new Set<number>();
  while (stack.length > 0) {
    const wanted = stack[stack.length - 1]!;
    const behind = scalarBehind(runs, wanted);
    if (behind === undefined || known.has(behind)) {
      known.set(wanted, behind === undefined ? undefined : known.get(behind));
      stack.pop();
      continue;
    }
    const { words, at } = locate(runs, behind);
    const info = words[at + 1]!;
    const kind = infoKind(info);
    if (kind !== KIND.STRUCT && kind !== KIND.UNION) {
      known.set(behind, alignOfScalar(kind, words[at + 2]!, pointerSize, scalarAlign));
      continue;
    }
    const missing = missingMember(runs, words, at, known);
    if (missing !== undefined && !open.has(behind)) {
      open.add(behind);
      for (let i = 0; i < infoVlen(info); i++) {
        const member = scalarBehind(runs, words[at + 3 + i * 3 + 1]!);
        if (member !== undefined && !known.has(member)) stack.push(member);
      }
      continue;
    }
    known.set(behind, missing === undefined ? alignOfComposite(runs, words, at, known) : undefined);
  }
  const behind = scalarBehind(runs, id);
  return behind === undefined ? undefined : known.get(behind);
}

function alignOfScalar(kind: number, size: number, pointerSize: number, scalarAlign: ScalarAlign): number | undefined {
  switch (kind) {
    case KIND.PTR:
      return pointerSize;
    case KIND.INT:
    case KIND.ENUM:
    case KIND.ENUM64:
      return scalarAlign(size, false);
    case KIND.FLOAT:
      return scalarAlign(size, true);
    default:
      return undefined;
  }
}

function missingMember(
  runs: readonly Run[],
  words: Uint32Array,
  at: number,
  known: ReadonlyMap<number, number | undefined>,
): number | undefined {
  for (let i = 0; i < infoVlen(words[at + 1]!); i++) {
    const member = scalarBehind(runs, words[at + 3 + i * 3 + 1]!);
    if (member !== undefined && !known.has(member)) return member;
  }
  return undefined;
}

function alignOfComposite(
  runs: readonly Run[],
  words: Uint32Array,
  at: number,
  known: ReadonlyMap<number, number | undefined>,
): number | undefined {
  const info = words[at + 1]!;
  let align = 1;
  for (let i = 0; i < infoVlen(info); i++) {
    const element = at + 3 + i * 3;
    const member = scalarBehind(runs, words[element + 1]!);
    const memberAlign = member === undefined ? undefined : known.get(member);
    if (memberAlign === undefined) return undefined;
    align = Math.max(align, memberAlign);
    const offset = words[element + 2]!;
    const isBitfield = infoKindFlag(info) && offset >>> 24 !== 0;
    if (!isBitfield && offset % (8 * memberAlign) !== 0) return 1;
  }
  return words[at + 2]! % align === 0 ? align : 1;
}

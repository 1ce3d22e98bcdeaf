import { HEAD_WORDS, infoKind, infoVlen, KIND } from "../wire/kinds.js";
import type { DerivedIndex, DerivedKey } from "./indexes.js";
import { readName } from "./read-name.js";
import { forEachRunType, type Run } from "./segment.js";

/** The key of a PTR, CONST, VOLATILE or RESTRICT. */
export function referenceKey(kind: number, typeId: number): DerivedKey {
  return `${kind}:${typeId}`;
}

/** The key of a TYPE_TAG. */
export function typeTagKey(value: string, typeId: number): DerivedKey {
  return `${KIND.TYPE_TAG}:${typeId}:${value}`;
}

/** The key of an ARRAY; which INT counts its elements makes no difference. */
export function arrayKey(typeId: number, nrElems: number): DerivedKey {
  return `${KIND.ARRAY}:${typeId}:${nrElems}`;
}

/** The key of a FUNC_PROTO: what it returns, and its parameters with their names. */
export function protoKey(retTypeId: number, params: readonly { name: string; typeId: number }[]): DerivedKey {
  return `${KIND.FUNC_PROTO}:${retTypeId}:${params.map(({ name, typeId }) => `${typeId} ${name}`).join(",")}`;
}

/** The key of the type whose words begin at `at`; undefined for one that has a name or no reference. */
function keyOf(runs: readonly Run[], words: Uint32Array, at: number): DerivedKey | undefined {
  const info = words[at + 1]!;
  const rest = at + HEAD_WORDS;
  const kind = infoKind(info);
  switch (kind) {
    case KIND.PTR:
    case KIND.CONST:
    case KIND.VOLATILE:
    case KIND.RESTRICT:
      return referenceKey(kind, words[at + 2]!);
    case KIND.TYPE_TAG:
      return typeTagKey(readName(runs, words[at]!) ?? "", words[at + 2]!);
    case KIND.ARRAY:
      return arrayKey(words[rest]!, words[rest + 2]!);
    case KIND.FUNC_PROTO: {
      const params = Array.from({ length: infoVlen(info) }, (_, i) => ({
        name: readName(runs, words[rest + i * 2]!) ?? "",
        typeId: words[rest + i * 2 + 1]!,
      }));
      return protoKey(words[at + 2]!, params);
    }
    default:
      return undefined;
  }
}

function derivedIndexOf(run: Run, runs: readonly Run[], endId: number): DerivedIndex {
  const { segment } = run;
  const index = (segment.derivedIndex ??= { ids: new Map<DerivedKey, number[]>(), endId: segment.firstId });
  if (index.endId >= endId) return index;
  forEachRunType({ ...run, endId }, index.endId, (id, at) => {
    const key = keyOf(runs, segment.words, at);
    if (key === undefined) return;
    const ids = index.ids.get(key);
    if (ids === undefined) index.ids.set(key, [id]);
    else ids.push(id);
  });
  index.endId = endId;
  return index;
}

/**
 * The lowest id of a type with this key. A type that is still open, `openId`, is not whole and no candidate.
 */
export function findDerived(runs: readonly Run[], key: DerivedKey, openId = 0): number | undefined {
  for (const run of runs) {
    const endId = run.endId === openId + 1 ? openId : run.endId;
    const id = derivedIndexOf(run, runs, endId).ids.get(key)?.[0];
    if (id !== undefined && id < endId) return id;
  }
  return undefined;
}

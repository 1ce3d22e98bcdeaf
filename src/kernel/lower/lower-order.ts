import { infoKindFlag, infoVlen, KIND, packInfo, VLEN_MAX } from "../../wire/kinds.js";
import type { Draft } from "./draft.js";
import { readEntries } from "./entries.js";
import { isNested, mayBeTooDeep } from "./nesting.js";
import { simulateResolve, type Stumbles } from "./simulate.js";

const ID_16 = 0xffff;

/** Ids of the types that stand for a FLOAT or an ENUM64 of the graph. */
function fallenScalars(draft: Draft): number[] {
  const { btf, profile, kinds } = draft;
  const ids: number[] = [];
  const floats = !profile.kinds.has(KIND.FLOAT);
  const enums = !profile.kinds.has(KIND.ENUM64);
  if (!floats && !enums) return ids;
  const { original } = draft;
  const { FLOAT, ENUM64, STRUCT } = KIND;
  for (let id = 1, end = btf.typeCount; id < end; id++) {
    const was = original[id];
    if ((floats && was === FLOAT && kinds[id] === STRUCT) || (enums && was === ENUM64)) ids.push(id);
  }
  return ids;
}

/** Whether a DATASEC of the draft comes before one of its VARs. */
function hasForwardVar({ words, starts, kinds, endId }: Draft): boolean {
  const { DATASEC } = KIND;
  for (let id = 1; id < endId; id++) {
    if (kinds[id] !== DATASEC) continue;
    const at = starts[id]!;
    for (let i = 0, vlen = infoVlen(words[at + 1]!); i < vlen; i++) if (words[at + 3 + i * 3]! > id) return true;
  }
  return false;
}

/** Whether a member's type has an id that would be cut, and has to be resolved. */
function hasWideMember({ words, starts, kinds, endId }: Draft): boolean {
  const { STRUCT, UNION } = KIND;
  const vlenBits = VLEN_MAX;
  for (let id = 1; id < endId; id++) {
    if (kinds[id] !== STRUCT && kinds[id] !== UNION) continue;
    const at = starts[id]!;
    const end = at + 3 + (words[at + 1]! & vlenBits) * 3;
    for (let word = at + 4; word < end; word += 3) {
      const type = words[word]!;
      if (type > ID_16 && type < endId && isNested(kinds[type]!)) return true;
    }
  }
  return false;
}

/**
 * What depends on the order in which this kernel resolves types, found by going through its resolve pass: a search
 * that became too deep, DATASECs before their VARs (before 6.3), and members whose id is cut to 16 bits (before 6.1).
 */
export function lowerOrder(draft: Draft): void {
  const { profile } = draft;
  const scalars = fallenScalars(draft);
  const atRisk =
    (!profile.datasecResetsMode && profile.kinds.has(KIND.DATASEC) && hasForwardVar(draft)) ||
    (profile.memberIds16 && draft.endId > ID_16 + 1 && hasWideMember(draft)) ||
    (scalars.length > 0 && mayBeTooDeep(draft, scalars));
  if (!atRisk) return;
  let stumbles = simulateResolve(draft);
  if (stumbles.fault === "depth" && scalars.length > 0) {
    for (const id of scalars) toInt(draft, id);
    stumbles = simulateResolve(draft);
  }
  for (const id of stumbles.datasecs) moveDatasec(draft, id);
  replaceMembers(draft, stumbles);
}

/** An INT of the same size, which ends every search; a STRUCT does not. */
function toInt(draft: Draft, id: number): void {
  const at = draft.starts[id]!;
  const size = draft.words[at + 2]!;
  draft.replace("depth", id, [draft.words[at]!, packInfo(KIND.INT, 0), size, Math.min(size, 8) * 8]);
}

/** The most bits that an INT of some bytes has, when it is to be a bit-field's too. */
function regularBits(size: number): number {
  return size >= 8 ? 64 : size >= 4 ? 32 : size >= 2 ? 16 : size * 8;
}

function replaceMembers(draft: Draft, { members }: Stumbles): void {
  for (const { id, index, size } of members) {
    // A type of no size can't be an INT of a STRUCT with kind_flag; one byte may then be one too many.
    const bytes = size === 0 && infoKindFlag(draft.info(id)) ? 1 : size;
    const int = draft.int("member-id-16", 0, bytes, regularBits(bytes));
    draft.rewriteElement("member-id-16", id, index, (words, element) => {
      words[element + 1] = int;
    });
  }
}

/** Puts a DATASEC behind its VARs: where it was an empty STRUCT of its size keeps its id. */
function moveDatasec(draft: Draft, id: number): void {
  const moved = draft.wordsOf(id);
  for (const [i, entry] of readEntries(draft, id).entries()) {
    const at = draft.starts[entry.typeId]!;
    const size = draft.btf.sizeOf(draft.words[at + 2]!) ?? 0;
    if (entry.typeId >= draft.endId || draft.kinds[entry.typeId] !== KIND.VAR || size <= entry.size) continue;
    // Ahead of its VARs a DATASEC is not measured; behind them an entry must have room for its VAR.
    const int = draft.int("datasec-var-size", 0, entry.size, regularBits(entry.size));
    const variable = [draft.words[at]!, packInfo(KIND.VAR, 0), int, draft.words[at + 3]!];
    moved[3 + i * 3] = draft.append("datasec-var-size", variable);
  }
  const movedTo = draft.append(undefined, moved);
  draft.replace("datasec-moved", id, [0, packInfo(KIND.STRUCT, 0), moved[2]!], movedTo);
}

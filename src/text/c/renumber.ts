import type { BtfType } from "../../model/types.js";

/**
 * Types without some of them, with ids that leave no gap from `firstId` on. `keep` gives what stands in the place of a
 * type: itself, another, the id of another that is kept, or undefined for none. References below `firstId` stay.
 */
export function renumber(
  nodes: readonly BtfType[],
  firstId: number,
  keep: (id: number, node: BtfType) => BtfType | number | undefined,
): BtfType[] {
  const ids = new Map<number, number>();
  const aliases: [id: number, of: number][] = [];
  const kept: BtfType[] = [];
  for (const [i, node] of nodes.entries()) {
    const stand = keep(firstId + i, node);
    if (typeof stand === "number") aliases.push([firstId + i, stand]);
    else if (stand !== undefined) ids.set(firstId + i, firstId + kept.push(stand) - 1);
  }
  for (const [id, of] of aliases) ids.set(id, ids.get(of) ?? 0);
  const idOf = (id: number): number => (id < firstId ? id : (ids.get(id) ?? 0));
  return kept.map((node) => withIds(node, idOf));
}

function withIds(node: BtfType, idOf: (id: number) => number): BtfType {
  switch (node.kind) {
    case "STRUCT":
    case "UNION":
      return { ...node, members: node.members.map((each) => ({ ...each, typeId: idOf(each.typeId) })) };
    case "ARRAY":
      return { ...node, typeId: idOf(node.typeId), indexTypeId: idOf(node.indexTypeId) };
    case "FUNC_PROTO":
      return {
        ...node,
        retTypeId: idOf(node.retTypeId),
        params: node.params.map((each) => ({ ...each, typeId: idOf(each.typeId) })),
      };
    case "DATASEC":
      return { ...node, vars: node.vars.map((each) => ({ ...each, typeId: idOf(each.typeId) })) };
    default:
      return "typeId" in node ? { ...node, typeId: idOf(node.typeId) } : node;
  }
}

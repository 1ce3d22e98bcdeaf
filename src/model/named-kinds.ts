import { infoKind, infoKindFlag, KIND_NAMES, type KindName } from "../wire/kinds.js";
import { encodeName } from "../wire/names.js";
import { findNamed } from "./name-index.js";
import type { Run } from "./segment.js";

/** The lowest id of a type with this name and one of these kinds; of the kinds an earlier one wins. */
export function findNamedKind(
  runs: readonly Run[],
  name: string,
  kinds: readonly KindName[],
  accept: (info: number) => boolean = () => true,
): number | undefined {
  const bytes = encodeName(name);
  const found: (number | undefined)[] = kinds.map(() => undefined);
  findNamed(runs, bytes, (id, { segment }) => {
    const info = segment.words[segment.offsets[id - segment.firstId]! + 1]!;
    const rank = kinds.indexOf(KIND_NAMES[infoKind(info)]!);
    if (rank === -1 || !accept(info)) return false;
    found[rank] ??= id;
    return rank === 0;
  });
  return found.find((id) => id !== undefined);
}

/** The lowest id of a struct, union or enum, a whole one before its forward declaration. */
export function findTagged(
  runs: readonly Run[],
  { kind, name }: { readonly kind: "struct" | "union" | "enum"; readonly name: string },
): number | undefined {
  if (kind === "enum") return findNamedKind(runs, name, ["ENUM", "ENUM64"]);
  const whole = findNamedKind(runs, name, [kind === "struct" ? "STRUCT" : "UNION"]);
  return whole ?? findNamedKind(runs, name, ["FWD"], (info) => infoKindFlag(info) === (kind === "union"));
}

import { KIND, KIND_NAMES } from "../wire/kinds.js";
import { forEachTypeWord } from "../wire/shapes.js";
import { BtfError } from "../model/errors.js";
import type { Drafting } from "./drafting.js";

/** Kinds that lose an entry, or forget an id, where others are removed along with what they refer to. */
const LISTS: ReadonlySet<number> = new Set([KIND.DATASEC, KIND.LOCSEC, KIND.LOC_PROTO]);

/** How many types an error names. */
const NAMED = 3;

/** What removals come to. */
export interface Removal {
  /** 1 for each id that goes, by draft id. */
  readonly gone: Uint8Array;
  /** Types that stay and refer to some that go: they have to forget them. */
  readonly forgetful: ReadonlySet<number>;
}

/** Who refers to a type now: of what was changed by its new words, of all else by the graph. */
function referrersNow(drafting: Drafting, written: ReadonlyMap<number, Uint32Array>): (id: number) => number[] {
  const changed = new Map<number, number[]>();
  for (const [id, words] of written) {
    forEachTypeWord(words, 0, (position) => {
      const to = words[position]!;
      const from = changed.get(to);
      if (from === undefined) changed.set(to, [id]);
      else if (from[from.length - 1] !== id) from.push(id);
    });
  }
  return (id) => {
    const before = id < drafting.addedFrom ? drafting.graph.referrers(id).filter((from) => !written.has(from)) : [];
    return [...before, ...(changed.get(id) ?? [])];
  };
}

function refuseReferenced(drafting: Drafting, id: number, from: readonly number[]): never {
  const named = from.slice(0, NAMED).map((referrer) => drafting.describe(referrer));
  const more = from.length > NAMED ? ` and ${from.length - NAMED} more` : "";
  throw new BtfError(
    `remove(): ${drafting.describe(id)} is referred to by ${named.join(", ")}${more}; expected nothing to refer to it, or ` +
      'references "void" or "remove"',
    { code: "EINVAL", rule: "referenced", typeId: id, kind: KIND_NAMES[drafting.kindOf(id)] },
  );
}

/** Says which types go with those that the recipe removed, and which have to forget them. */
export function settleRemovals(drafting: Drafting, written: ReadonlyMap<number, Uint32Array>): Removal {
  const gone = new Uint8Array(drafting.endId);
  const forgetful = new Set<number>();
  const referrers = referrersNow(drafting, written);
  for (const id of drafting.removed.keys()) gone[id] = 1;
  const along = [...drafting.removed].flatMap(([id, references]) => (references === "remove" ? [id] : []));
  for (let id = along.pop(); id !== undefined; id = along.pop()) {
    for (const from of referrers(id)) {
      if (gone[from] === 1) continue;
      if (LISTS.has(drafting.kindOf(from))) forgetful.add(from);
      else {
        gone[from] = 1;
        along.push(from);
      }
    }
  }
  for (const [id, references] of drafting.removed) {
    if (references === "remove") continue;
    const from = referrers(id).filter((referrer) => gone[referrer] === 0);
    const isRefused = (referrer: number): boolean => references === "error" || drafting.kindOf(referrer) === KIND.FUNC;
    const refused = from.filter(isRefused);
    if (refused.length > 0) refuseReferenced(drafting, id, refused);
    for (const referrer of from) forgetful.add(referrer);
  }
  for (const id of forgetful) if (gone[id] === 1) forgetful.delete(id);
  return { gone, forgetful };
}

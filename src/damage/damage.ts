import { encode } from "../encoder/index.js";
import { graphOf, type Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { stringStartOf } from "../model/graph.js";
import { applyRaw, type Start } from "./apply-raw.js";
import { assemble } from "./assemble.js";
import { RECIPES, type DamageName } from "./catalogue.js";
import { Draft } from "./draft.js";
import { partsOf } from "./parts.js";
import type { RawDamage } from "./raw-damage.js";

function startOf(x: Btf | Uint8Array): Start {
  return x instanceof Uint8Array
    ? { firstId: 1, stringStart: 0 }
    : { firstId: x.startId, stringStart: stringStartOf(graphOf(x)) };
}

/** The recipes that have most words of a name in common. */
function alike(name: string): string {
  const words = new Set(name.split("-"));
  const inCommon = (known: string): number => known.split("-").filter((word) => words.has(word)).length;
  return Object.keys(RECIPES)
    .sort((a, b) => inCommon(b) - inCommon(a))
    .slice(0, 5)
    .join(", ");
}

/** What a recipe does, and the names that types lose for it. */
function withoutNames(rest: RawDamage, ids: readonly number[]): RawDamage {
  if (ids.length === 0) return rest;
  return { ...rest, types: { ...Object.fromEntries(ids.map((id) => [id, { nameOff: 0 }])), ...rest.types } };
}

function damageByName(x: Btf | Uint8Array, name: DamageName): Uint8Array<ArrayBuffer> {
  if (!Object.hasOwn(RECIPES, name)) {
    throw new BtfError(`damage(): recipe "${name}" is not known; near it are ${alike(name)}`, {
      code: "ENOENT",
      rule: "unknown-recipe",
      field: "recipe",
    });
  }
  const draft = new Draft(partsOf(x));
  const rest = withoutNames(RECIPES[name].apply(draft) ?? {}, draft.nameless);
  return applyRaw(assemble(draft.finish(), rest.sections), rest, startOf(x));
}

/**
 * Breaks a BTF on purpose: by a recipe of the catalogue {@link DAMAGES}, or by hand.
 *
 * A recipe adds to a graph what a kernel stops at, or changes the bytes, so that of any graph that a kernel accepts the
 * same kernel gives the recipe's answer and no other, as long as its limits on ids and names leave room. By hand any bit can be set: fields of the header, words of types,
 * ids, name offsets, bytes; what is not named stays as it is, also where it is broken already.
 *
 * @param x a graph, or bytes. A recipe needs bytes whose types can be told apart; split BTF should be a graph, for its
 * bytes do not say where its ids begin
 * @param recipe a name, or what to change
 * @returns new bytes, in the byte order of `x`
 * @throws BtfError ENOENT `unknown-recipe`; EINVAL `damage-header`, `damage-section` or `damage-type` for bytes that a
 * recipe can't read; EINVAL `damage-place` for damage to what is not there
 *
 * @example
 * ```ts
 * const graph = btf().addInt("int", 4, "signed").addStruct("event").addField("pid", "int").build();
 * verify(damage(graph, "struct-member-offset-descending")).log.split("\n").at(-2);
 * // "\tb type_id=3 bits_offset=0 Invalid member bits_offset"
 * verify(damage(graph, { types: { 2: { vlen: 2 } } })).log.split("\n").at(-2);
 * // "[2] STRUCT event meta_left:12 meta_needed:24"
 * verify(damage(graph, { header: { strLen: (length) => length + 4 } })).log.split("\n").at(-1);
 * // "Total section length too long"
 * ```
 */
export function damage(x: Btf | Uint8Array, recipe: DamageName | RawDamage): Uint8Array<ArrayBuffer> {
  if (typeof recipe === "string") return damageByName(x, recipe);
  const { sections } = recipe;
  const bytes = sections === undefined ? (x instanceof Uint8Array ? new Uint8Array(x) : encode(x)) : undefined;
  return applyRaw(bytes ?? assemble(partsOf(x), sections), recipe, startOf(x));
}

import { KIND, KINDS, packInfo } from "../wire/kinds.js";
import { defineBtf, type BtfRecipe, type Target } from "../builder/index.js";
import type { Btf } from "../model/btf.js";
import { BtfError } from "../model/errors.js";
import { infoOf, type RawWords } from "./raw/raw-words.js";
import { EMPTY_NAME } from "./raw/read-fields.js";
import { readTypes, type ShownType } from "./raw/read-types.js";
import { rawError } from "./raw/source-line.js";

/** What {@link parseRaw} is told beside the text. */
export interface ParseRawOptions {
  /** The graph that the types stand on, when the dump is that of a split BTF. */
  readonly base?: Btf;
  /**
   * What stands for types that the text leaves out but whose ids it takes for granted: `"int"`, the default, an INT of 4
   * bytes, or `"fwd"`, a FWD of a struct, each named `gap_7` by its id; `"refuse"` makes a gap an error. Where a FUNC
   * refers to one it is a FUNC_PROTO without parameters instead, and a VAR where a DATASEC does.
   */
  readonly gaps?: "int" | "fwd" | "refuse";
  /** Byte order and pointer size of the graph, as for `btf()`. */
  readonly target?: Target;
}

/** So many types may be missing; a text with a wild id must not fill the memory. */
const MOST_GAPS = 1 << 22;

/** What a gap has to be for what refers to it. */
type Need = "FUNC_PROTO" | "VAR";

/** Everything that the types refer to, and what it has to be. */
function referencesOf({ kind, sizeOrType, rest }: RawWords): readonly (readonly [id: number, need?: Need])[] {
  const row = KINDS[kind];
  const ids: (readonly [number, Need?])[] = [];
  if (row.sizeOrType === "type") ids.push(kind === "FUNC" ? [sizeOrType, "FUNC_PROTO"] : [sizeOrType]);
  const roles = [...row.trailer];
  for (const [i, word] of rest.entries()) {
    const role = i < roles.length ? roles[i] : row.element[(i - roles.length) % row.element.length];
    if (role === "type") ids.push(kind === "DATASEC" ? [Number(word), "VAR"] : [Number(word)]);
  }
  return ids;
}

/** Adds what stands for a type that is not shown. */
function addGap(b: BtfRecipe, id: number, need: Need | undefined, gaps: "int" | "fwd"): void {
  const name = `gap_${id}`;
  if (need === "FUNC_PROTO") b.addRaw({ info: packInfo(KIND.FUNC_PROTO, 0) });
  else if (need === "VAR") b.addRaw({ name, info: packInfo(KIND.VAR, 0), extra: [1] });
  else if (gaps === "fwd") b.addFwd(name, "struct");
  else b.addInt(name, 4, "signed");
}

/** The string offset of a name. */
function addName(b: BtfRecipe, name: string): number {
  // The empty string has offset 0, which is no name; the end of any other string is empty too.
  return name === EMPTY_NAME ? b.addString("_") + 1 : b.addString(name);
}

function addShown(b: BtfRecipe, words: RawWords): void {
  const name = addName(b, words.name);
  const extra = words.rest.map((word) => (typeof word === "string" ? addName(b, word) : word));
  b.addRaw({ name, info: infoOf(words), sizeOrType: words.sizeOrType, extra });
}

function byId(source: string, shown: readonly ShownType[], startId: number): ReadonlyMap<number, ShownType> {
  const types = new Map<number, ShownType>();
  for (const type of shown) {
    const { id, offset } = type;
    const where = { offset, typeId: id };
    if (types.has(id)) throw rawError(source, { message: `[${id}] is there twice`, ...where, rule: "raw-duplicate" });
    if (id < startId) {
      throw rawError(source, { message: `[${id}] is in the base, which ends at [${startId - 1}]`, ...where });
    }
    types.set(id, type);
  }
  return types;
}

/**
 * Reads a raw dump back: what `bpftool btf dump file FILE` of any release prints, {@link formatRaw} in any style, or
 * the strings of a selftest's `VALIDATE_RAW_BTF`; also pasted from a mail or terminal, with `>` before the lines,
 * other indents, long lines broken, and `[ ... ]` or nothing where types or members were left out.
 *
 * Ids are those that are printed. What the text does not show is made up: string offsets; kind_flag, which a struct gets
 * with its first bit-field and a TYPE_TAG when it is named like the attribute `address_space(1)`; linkages and
 * encodings that no tool has a word for.
 *
 * @returns the graph, with every id up to the last that is shown or referred to
 * @throws BtfError EINVAL `raw-syntax` with line and column in the message and in `diagnostics`, `raw-duplicate` for an
 * id that is there twice, `raw-gap` for a gap that is to be refused, `raw-empty` for a text that shows no type
 *
 * @example
 * ```ts
 * parseRaw(`
 *   > [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 *   > [ ... ]
 *   > [3] FUNC 'foo' type_id=2 linkage=extern
 * `).toString();
 * // [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
 * // [2] FUNC_PROTO '(anon)' ret_type_id=0 vlen=0
 * // [3] FUNC 'foo' type_id=2 linkage=extern
 * ```
 */
export function parseRaw(text: string, options: ParseRawOptions = {}): Btf {
  const { base, gaps = "int", target } = options;
  const shown = readTypes(text);
  if (shown.length === 0 && /\S/.test(text)) {
    throw new BtfError(`parseRaw(): the text shows no type; "[1] INT 'int' …" expected`, {
      code: "EINVAL",
      rule: "raw-empty",
    });
  }
  const startId = base?.typeCount ?? 1;
  const types = byId(text, shown, startId);
  const needs = new Map<number, Need | undefined>();
  let endId = startId;
  for (const { id, words, left, offset } of shown) {
    endId = Math.max(endId, id + 1);
    for (const [to, need] of words === undefined ? [] : referencesOf(words)) {
      endId = Math.max(endId, to + 1);
      if (need !== undefined) needs.set(to, need);
    }
    if (gaps === "refuse" && (words === undefined || left > 0)) {
      throw rawError(text, { message: `[${id}] is not shown whole`, offset, typeId: id, rule: "raw-gap" });
    }
  }
  checkGaps(text, types, startId, endId, gaps);
  return defineBtf(
    (b) => {
      for (let id = startId; id < endId; id++) {
        const words = types.get(id)?.words;
        if (words !== undefined) addShown(b, words);
        else if (gaps !== "refuse") addGap(b, id, needs.get(id), gaps);
      }
    },
    { ...(base !== undefined && { base }), ...(target !== undefined && { target }) },
  );
}

function checkGaps(
  source: string,
  types: ReadonlyMap<number, ShownType>,
  startId: number,
  endId: number,
  gaps: "int" | "fwd" | "refuse",
): void {
  const missing = endId - startId - types.size;
  if (missing > MOST_GAPS) {
    throw new BtfError(`parseRaw(): ids go up to ${endId - 1}, of which the text shows ${types.size}`, {
      code: "E2BIG",
      rule: "raw-gap",
      typeId: endId - 1,
    });
  }
  if (gaps !== "refuse" || missing === 0) return;
  let first = startId;
  while (types.has(first)) first++;
  const next = [...types.values()].find(({ id }) => id > first);
  throw rawError(source, {
    message: `[${first}] is not shown; ${missing} types are missing`,
    offset: next?.offset ?? source.length,
    typeId: first,
    rule: "raw-gap",
  });
}

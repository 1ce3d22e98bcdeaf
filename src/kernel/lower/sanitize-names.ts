import type { Btf } from "../../model/btf.js";
import { BtfError } from "../../model/errors.js";
import type { KernelToken } from "../changes.js";
import { profileOf, type Kernel } from "../releases.js";
import { Draft } from "./draft.js";
import { findBadNames, NO_NAME, type NameFound } from "./lower-names.js";
import { NameCheck } from "./name-check.js";
import { NameMaker, type NameBit, type SanitizeMode } from "./name-maker.js";

/** Options of {@link sanitizeNames}. */
export interface SanitizeOptions {
  /** The kernel whose rules names have to keep; `"6.18"` when left out. */
  readonly kernel?: Kernel;
  /** Changes to that kernel, as `verify` takes them. */
  readonly with?: readonly KernelToken[];
  /**
   * What becomes of a name that the kernel refuses. `"underscore"`, the default: every character that may not stand
   * there becomes `_`. `"hash"`: that, and `_` with 8 hexadecimal digits that depend on the whole old name, so that names
   * that differ hardly ever become the same. `"drop"`: it goes where a type may be without a name (STRUCT, UNION, ENUM,
   * ENUM64 and members), and gets underscores elsewhere.
   */
  readonly mode?: SanitizeMode;
  /** The longest name in bytes; the kernel's limit (512, 128 before 6.1) when left out or above it. */
  readonly maxLength?: number;
  /** True: a new name is none that the graph has already, nor that another name got; false when left out. */
  readonly unique?: boolean;
}

/** What {@link sanitizeNames} gives. */
export interface Sanitized {
  /** The graph with names that the kernel takes; the same object when it took all of them. */
  readonly graph: Btf;
  /** The new name of each old one, in the order of their first use; `""` where it was dropped. */
  readonly renames: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();
/** What a hash or a number at the end of a name needs. */
const LEAST_LENGTH = 10;

function refuse(field: string, found: unknown, expected: string): never {
  throw new BtfError(`sanitizeNames(): ${field} is ${JSON.stringify(found)}; expected ${expected}`, {
    code: "EINVAL",
    rule: "sanitize-options",
    field,
  });
}

function checkOptions(graph: Btf, mode: SanitizeMode, maxLength: number, unique: boolean): void {
  if (!["underscore", "hash", "drop"].includes(mode)) refuse("mode", mode, '"underscore", "hash" or "drop"');
  const least = unique || mode === "hash" ? LEAST_LENGTH : 1;
  if (!(Number.isInteger(maxLength) && maxLength >= least)) {
    refuse("maxLength", maxLength, `a whole number of bytes from ${least} up`);
  }
  if (graph.base === undefined) return;
  throw new BtfError("sanitizeNames(): this is a split graph; expected one that stands by itself", {
    code: "EINVAL",
    rule: "split",
  });
}

/** All strings of a graph. */
function namesOf(draft: Draft): Set<string> {
  const names = new Set<string>();
  for (let at = 0; at < draft.stringEnd;) {
    const bytes = draft.nameBytes(at);
    names.add(draft.name(at));
    at += bytes.length + 1;
  }
  return names;
}

/**
 * Gives every name that a kernel would refuse one that it takes: what a compiler of another language wrote
 * (`core::option::Option<u32>`), what is too long, names of kinds that have none. Only uses that the kernel refuses
 * change, so that a VAR or a DATASEC keeps a name that a STRUCT may not have. Equal names stay equal. Ids and layout
 * stay, and so do names that no kernel looks at, of INT, FLOAT and tags.
 *
 * Names of DATASECs follow rules of their own: dots before 6.4, when other names could have none, and anything
 * printable from 6.9 on. 4.18 to 4.20 look at no name.
 *
 * @throws BtfError EINVAL `sanitize-options` or `split`, ENOENT `unknown-kernel`
 *
 * @example
 * ```ts
 * const graph = btf().addStruct("Vec<u8>", 0).addTypedef("a-b", 1).build();
 * sanitizeNames(graph).renames; // Map { "Vec<u8>" => "Vec_u8_", "a-b" => "a_b" }
 * sanitizeNames(graph, { mode: "hash", maxLength: 14 }).renames.get("a-b"); // "a_b_2a89df63"
 * sanitizeNames(graph, { mode: "drop" }).renames; // Map { "Vec<u8>" => "", "a-b" => "a_b" }
 * ```
 */
export function sanitizeNames(
  graph: Btf,
  { kernel = "6.18", with: tokens = [], mode = "underscore", maxLength, unique = false }: SanitizeOptions = {},
): Sanitized {
  const of = profileOf(kernel, tokens);
  checkOptions(graph, mode, maxLength ?? of.nameLimit, unique);
  if (!of.checksNames) return { graph, renames: NONE };
  const profile = { ...of, nameLimit: Math.min(maxLength ?? of.nameLimit, of.nameLimit) };

  const draft = new Draft(graph, profile);
  const check = new NameCheck(draft.strings.subarray(0, draft.stringEnd), profile);
  const found: Parameters<NameFound>[] = [];
  findBadNames(draft, check, draft.stringEnd, (...bad) => found.push(bad));
  if (found.length === 0) return { graph, renames: NONE };

  // Of several uses of a name the strictest rule makes the new one, so that each name has one.
  const strictest = new Map<string, number>();
  for (const [, , offset, bit] of found) {
    const name = draft.name(offset);
    strictest.set(name, Math.min(strictest.get(name) ?? NO_NAME, bit));
  }
  const maker = new NameMaker(profile, mode, unique ? namesOf(draft) : undefined);
  const renames = new Map<string, string>();
  for (const [id, index, offset, bit, optional] of found) {
    const old = draft.name(offset);
    const isDropped = bit === NO_NAME || (optional && (mode === "drop" || old === ""));
    const name = isDropped ? "" : maker.make(old, strictest.get(old) as NameBit);
    if (name !== "" || !renames.has(old)) renames.set(old, name);
    draft.rename(bit === NO_NAME ? "no-name" : "name", id, index, draft.intern(name));
  }
  return { graph: draft.finish(), renames };
}

import { KIND } from "../wire/kinds.js";
import { isFault, type Field, type RootValue } from "./field.js";
import { FieldWalk } from "./field-walk.js";
import { findKptr, hasDestructor } from "./kptr.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import { NameIndex } from "./name-index.js";
import { refuseType } from "./refuse.js";
import type { VerifyRule } from "./rules.js";
import { findSpecialTypes, namesAsBits, stringEnd, stringIs, stringIsRange } from "./special-names.js";

const HEAD_WORDS = 3;
/** Structs that can own one another, where a kernel counts them. */
const MAX_OWNERS = 8;
const LIST_NODE = ascii("bpf_list_node");
const RB_NODE = ascii("bpf_rb_node");

/** Types that make a struct with a member of them be looked at: the first STRUCT of each name, and kptrs. */
function triggers(load: Load, special: Uint8Array | undefined): Uint8Array | undefined {
  const { profile, kinds, count } = load;
  let marked: Uint8Array | undefined;
  const mark = (id: number): void => {
    marked ??= new Uint8Array(count);
    marked[id] = 1;
  };
  let wanted = special === undefined ? 0 : namesAsBits(profile.fieldTriggers);
  for (let id = 1; id < count && wanted !== 0; id++) {
    const bit = kinds[id] === KIND.STRUCT && special![id] !== 0 ? 1 << (special![id]! - 1) : 0;
    if ((bit & wanted) === 0) continue;
    mark(id);
    wanted &= ~bit;
  }
  if (!profile.kptrFields) return marked;
  for (let id = 1; id < count; id++) {
    if (kinds[id] !== KIND.PTR && kinds[id] !== KIND.VOLATILE) continue;
    if (typeof findKptr(load, id) === "object") mark(id);
  }
  return marked;
}

function refuseStruct(load: Load, rule: VerifyRule, id: number, index?: number): false {
  const at = load.starts[id]!;
  if (index === undefined) return refuseType(load, rule, { id, at, word: at });
  return refuseType(load, rule, { id, at, word: at + HEAD_WORDS + index * 3 + 2, index });
}

/** A struct of so few members is looked through each time. */
const FEW = 16;

/** The members of large structs by their names, each struct's looked through once. */
type Members = Map<number, NameIndex>;

function membersOf(load: Load, members: Members, struct: number): NameIndex {
  const known = members.get(struct);
  if (known !== undefined) return known;
  const { words, starts, strings } = load;
  const at = starts[struct]!;
  const vlen = load.vlenAt(at);
  const names = new NameIndex(strings, vlen);
  for (let i = 0; i < vlen; i++) {
    names.add(words[at + HEAD_WORDS + i * 3]!, i);
  }
  members.set(struct, names);
  return names;
}

/** The first member of a name, or -1, and whether there are more. */
function findMember(
  load: Load,
  members: Members,
  { struct, member }: RootValue,
): { index: number; isRepeated: boolean } {
  const { words, starts, strings } = load;
  const at = starts[struct]!;
  const vlen = load.vlenAt(at);
  const end = stringEnd(strings, member);
  if (vlen > FEW) {
    const names = membersOf(load, members, struct);
    return { index: names.first(member, end), isRepeated: names.isRepeated(member, end) };
  }
  let index = -1;
  for (let i = 0; i < vlen; i++) {
    if (!stringIsRange(strings, words[at + HEAD_WORDS + i * 3]!, member, end)) continue;
    if (index >= 0) return { index, isRepeated: true };
    index = i;
  }
  return { index, isRepeated: false };
}

/** The node that a root names: the one member of that name in its value, of the kernel's struct for nodes. */
function checkNode(load: Load, members: Members, name: Field["name"], value: RootValue): VerifyRule | undefined {
  const { words, starts, strings, kinds } = load;
  const { index, isRepeated } = findMember(load, members, value);
  if (index < 0) return "root-member";
  const member = starts[value.struct]! + HEAD_WORDS + index * 3;
  const type = words[member + 1]!;
  const wanted = name === "bpf_list_head" ? LIST_NODE : RB_NODE;
  if (kinds[type] !== KIND.STRUCT || !stringIs(strings, words[starts[type]!]!, wanted)) return "root-node";
  // The kernel reads the offset as the kind_flag of the node, and not of the struct that holds it, says.
  const bits = load.kindFlagAt(starts[type]!) ? words[member + 2]! & 0xffffff : words[member + 2]!;
  return bits % 64 !== 0 || isRepeated ? "root-node" : undefined;
}

const count = (fields: readonly Field[], wanted: Field["name"]): number => {
  let found = 0;
  for (const { name } of fields) if (name === wanted) found++;
  return found;
};

/** Whether a struct has two spin locks, of either sort, or two bpf_refcounts. */
function repeats(fields: readonly Field[]): boolean {
  const locks = count(fields, "bpf_spin_lock") + count(fields, "bpf_res_spin_lock");
  return locks > 1 || count(fields, "bpf_refcount") > 1;
}

/** What is wrong with the fields of one struct, by themselves. */
function checkFields(load: Load, members: Members, fields: readonly Field[]): VerifyRule | undefined {
  if (fields.length === 0) return "field-none";
  // Two of what the kernel takes to be one: whatever it answers then, it can print a warning and taint the machine.
  if (repeats(fields)) load.warns = true;
  let end = 0;
  for (const field of fields) {
    if (field.offset < end) return "field-overlap";
    end = field.offset + field.size;
    if (field.kptr !== undefined && !hasDestructor(load, field.kptr)) return "kptr-destructor";
    const wrong = field.value === undefined ? undefined : checkNode(load, members, field.name, field.value);
    if (wrong !== undefined) return wrong;
  }
  const locks = count(fields, "bpf_spin_lock");
  const resLocks = count(fields, "bpf_res_spin_lock");
  if (locks > 0 && resLocks > 0) return "two-locks";
  if (hasRoot(fields) && locks + resLocks === 0) return "root-lock";
  const isBoth = count(fields, "bpf_list_node") > 0 && count(fields, "bpf_rb_node") > 0;
  return isBoth && count(fields, "bpf_refcount") === 0 ? "node-count" : undefined;
}

const hasRoot = (fields: readonly Field[]): boolean => fields.some(({ value }) => value !== undefined);
const hasNode = (fields: readonly Field[]): boolean =>
  fields.some(({ name }) => name === "bpf_list_node" || name === "bpf_rb_node");

/** The fields of the structs that have some, in the order of their ids; a Map of as many would take most of the time. */
class Records {
  readonly structs: number[] = [];
  readonly #fields: (readonly Field[])[] = [];
  /** By id, one more than the place in the lists. */
  readonly #places: Uint32Array;

  constructor(typeCount: number) {
    this.#places = new Uint32Array(typeCount);
  }

  add(struct: number, fields: readonly Field[]): void {
    this.structs.push(struct);
    this.#places[struct] = this.#fields.push(fields);
  }

  get(struct: number): readonly Field[] | undefined {
    return this.#fields[this.#places[struct]! - 1];
  }
}

/** What roots own must have fields of its own, and no roots where the owner is a node too. */
function checkOwners(load: Load, records: Records): boolean {
  const byDepth = load.profile.ownership === "depth";
  for (const id of records.structs) {
    const fields = records.get(id)!;
    for (const { value } of fields) {
      if (value === undefined) continue;
      const owned = records.get(value.struct);
      if (owned === undefined) return refuseStruct(load, "root-value", id);
      if (!byDepth && hasNode(fields) && hasRoot(owned)) return refuseStruct(load, "root-cycle", id);
    }
  }
  return !byDepth || checkOwnerDepth(load, records);
}

/** Chains of owners, each struct once: what owns nothing is 1 deep, and a circle is as deep as one likes. */
function checkOwnerDepth(load: Load, records: Records): boolean {
  const depths = new Map<number, number>();
  /** `left` bounds the recursion, whatever the input. */
  const depthOf = (id: number, left: number): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    if (left === 0) return MAX_OWNERS + 1;
    let depth = 1;
    for (const { value, kptr } of records.get(id)!) {
      const owned = value?.struct ?? (kptr?.owning === true ? kptr.target : -1);
      if (records.get(owned) !== undefined) depth = Math.max(depth, 1 + depthOf(owned, left - 1));
      if (depth > MAX_OWNERS) return depth;
    }
    depths.set(id, depth);
    return depth;
  };
  for (const id of records.structs) {
    if (depthOf(id, MAX_OWNERS) > MAX_OWNERS) return refuseStruct(load, "owner-depth", id);
  }
  return true;
}

/** Structs with members that the kernel gives a meaning: refusals have an errno and no text. */
export function checkSpecialFields(load: Load): boolean {
  const { kinds, words, starts, profile } = load;
  if (profile.fieldTriggers.length === 0) return true;
  const special = findSpecialTypes(load);
  const marked = triggers(load, special);
  if (marked === undefined) return true;
  const walk = new FieldWalk(load, special);
  const records = new Records(load.count);
  const members: Members = new Map();
  for (let id = 1; id < load.count; id++) {
    if (kinds[id] !== KIND.STRUCT) continue;
    const at = starts[id]!;
    const vlen = load.vlenAt(at);
    let index = 0;
    while (index < vlen && marked[words[at + HEAD_WORDS + index * 3 + 1]!] === 0) index++;
    if (index === vlen) continue;
    const fields = walk.fieldsOf(id);
    if (isFault(fields)) return refuseStruct(load, fields.rule, id, fields.index);
    const wrong = checkFields(load, members, fields);
    if (wrong !== undefined) return refuseStruct(load, wrong, id, index);
    records.add(id, fields);
  }
  return checkOwners(load, records);
}

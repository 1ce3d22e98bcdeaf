import { KIND } from "../wire/kinds.js";
import { KPTR, ROOTS, type FieldStore } from "./field.js";
import { FieldWalk } from "./field-walk.js";
import { findKptr, hasDestructor, KPTR_OWNING } from "./kptr.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import { NameIndex } from "./name-index.js";
import { refuseType } from "./refuse.js";
import type { VerifyRule } from "./rules.js";
import { findSpecialTypes, namesAsBits, SPECIAL_NAMES, stringEnd, stringIs, stringIsRange } from "./special-names.js";

const HEAD_WORDS = 3;
/** Structs that can own one another, where a kernel counts them. */
const MAX_OWNERS = 8;
const LIST_NODE = ascii("bpf_list_node");
const RB_NODE = ascii("bpf_rb_node");
const KPTR_SIZE = 8;

const LIST_HEAD = SPECIAL_NAMES.indexOf("bpf_list_head");
const LOCKS = namesAsBits(["bpf_spin_lock", "bpf_res_spin_lock"]);
const NODES = namesAsBits(["bpf_list_node", "bpf_rb_node"]);
const REFCOUNT = namesAsBits(["bpf_refcount"]);

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
    const kptr = findKptr(load, id);
    if (typeof kptr === "number" && kptr !== 0) mark(id);
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
  struct: number,
  member: number,
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
function checkNode(
  load: Load,
  members: Members,
  root: number,
  struct: number,
  memberName: number,
): VerifyRule | undefined {
  const { words, starts, strings, kinds } = load;
  const { index, isRepeated } = findMember(load, members, struct, memberName);
  if (index < 0) return "root-member";
  const member = starts[struct]! + HEAD_WORDS + index * 3;
  const type = words[member + 1]!;
  const wanted = root === LIST_HEAD ? LIST_NODE : RB_NODE;
  if (kinds[type] !== KIND.STRUCT || !stringIs(strings, words[starts[type]!]!, wanted)) return "root-node";
  // The kernel reads the offset as the kind_flag of the node, and not of the struct that holds it, says.
  const bits = load.kindFlagAt(starts[type]!) ? words[member + 2]! & 0xffffff : words[member + 2]!;
  return bits % 64 !== 0 || isRepeated ? "root-node" : undefined;
}

/** The fields of the structs that have some, in the order of their ids. */
class Records {
  readonly structs: number[] = [];
  readonly fields: FieldStore;
  /** By id, the struct's fields in the store; a struct without a record has none. */
  readonly #starts: Uint32Array;
  readonly #counts: Uint8Array;

  constructor(fields: FieldStore, count: number) {
    this.fields = fields;
    this.#starts = new Uint32Array(count);
    this.#counts = new Uint8Array(count);
  }

  /** Adds a struct whose fields are the store's from `start` on. */
  add(struct: number, start: number): void {
    this.structs.push(struct);
    this.#starts[struct] = start;
    this.#counts[struct] = this.fields.length - start;
  }

  has(struct: number): boolean {
    return this.#counts[struct] !== 0;
  }

  start(struct: number): number {
    return this.#starts[struct]!;
  }

  end(struct: number): number {
    return this.#starts[struct]! + this.#counts[struct]!;
  }

  /** Whether a struct holds a list or tree. */
  hasRoot(struct: number): boolean {
    for (let i = this.start(struct); i < this.end(struct); i++) if (isRoot(this.fields, i)) return true;
    return false;
  }

  /** Whether a struct can lie in a list or tree. */
  hasNode(struct: number): boolean {
    for (let i = this.start(struct); i < this.end(struct); i++) {
      if (((1 << this.fields.names[i]!) & NODES) !== 0) return true;
    }
    return false;
  }
}

const isRoot = ({ names }: FieldStore, at: number): boolean => ((1 << names[at]!) & ROOTS) !== 0;

/** What is wrong with the fields of one struct by themselves: the store's from `start` on. */
function checkFields(load: Load, members: Members, fields: FieldStore, start: number): VerifyRule | undefined {
  const { names, offsets, targets, details, length } = fields;
  if (start === length) return "field-none";
  let met = 0;
  let twice = 0;
  for (let i = start; i < length; i++) {
    const bit = 1 << names[i]!;
    twice |= met & bit;
    met |= bit;
  }
  const isTwoLocks = (met & LOCKS) === LOCKS;
  // Two of what the kernel takes to be one: whatever it answers then, it can print a warning and taint the machine.
  if (isTwoLocks || (twice & (LOCKS | REFCOUNT)) !== 0) load.warns = true;
  let end = 0;
  for (let i = start; i < length; i++) {
    const name = names[i]!;
    if (offsets[i]! < end) return "field-overlap";
    end = offsets[i]! + (name === KPTR ? KPTR_SIZE : load.profile.fieldSizes[SPECIAL_NAMES[name]!]);
    if (name === KPTR && !hasDestructor(load, targets[i]!, details[i]!)) return "kptr-destructor";
    if (!isRoot(fields, i)) continue;
    const wrong = checkNode(load, members, name, targets[i]!, details[i]!);
    if (wrong !== undefined) return wrong;
  }
  if (isTwoLocks) return "two-locks";
  if ((met & ROOTS) !== 0 && (met & LOCKS) === 0) return "root-lock";
  return (met & NODES) === NODES && (met & REFCOUNT) === 0 ? "node-count" : undefined;
}

/** What roots own must have fields of its own, and no roots where the owner is a node too. */
function checkOwners(load: Load, records: Records): boolean {
  const byDepth = load.profile.ownership === "depth";
  const { fields } = records;
  for (const id of records.structs) {
    for (let i = records.start(id), end = records.end(id); i < end; i++) {
      if (!isRoot(fields, i)) continue;
      const owned = fields.targets[i]!;
      if (!records.has(owned)) return refuseStruct(load, "root-value", id);
      if (!byDepth && records.hasRoot(owned) && records.hasNode(id)) return refuseStruct(load, "root-cycle", id);
    }
  }
  return !byDepth || checkOwnerDepth(load, records);
}

/** Chains of owners, each struct once: what owns nothing is 1 deep, and a circle is as deep as one likes. */
function checkOwnerDepth(load: Load, records: Records): boolean {
  const { fields } = records;
  const depths = new Uint8Array(load.count);
  /** `left` bounds the recursion, whatever the input. */
  const depthOf = (id: number, left: number): number => {
    if (depths[id] !== 0) return depths[id]!;
    if (left === 0) return MAX_OWNERS + 1;
    let depth = 1;
    for (let i = records.start(id), end = records.end(id); i < end; i++) {
      if (!isRoot(fields, i) && (fields.names[i] !== KPTR || (fields.details[i]! & KPTR_OWNING) === 0)) continue;
      const owned = fields.targets[i]!;
      if (records.has(owned)) depth = Math.max(depth, 1 + depthOf(owned, left - 1));
      if (depth > MAX_OWNERS) return depth;
    }
    depths[id] = depth;
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
  const { fields } = walk;
  const records = new Records(fields, load.count);
  const members: Members = new Map();
  for (let id = 1; id < load.count; id++) {
    if (kinds[id] !== KIND.STRUCT) continue;
    const at = starts[id]!;
    const vlen = load.vlenAt(at);
    let index = 0;
    while (index < vlen && marked[words[at + HEAD_WORDS + index * 3 + 1]!] === 0) index++;
    if (index === vlen) continue;
    const start = fields.length;
    const refused = walk.find(id);
    if (refused !== undefined) return refuseStruct(load, refused, id, walk.index);
    const wrong = checkFields(load, members, fields, start);
    if (wrong !== undefined) return refuseStruct(load, wrong, id, index);
    records.add(id, start);
  }
  return checkOwners(load, records);
}

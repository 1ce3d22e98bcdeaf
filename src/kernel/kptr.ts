import { KIND } from "../wire/kinds.js";
import { decodeName } from "../wire/names.js";
import { IS, is } from "./kind-sets.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import type { VerifyRule } from "./rules.js";
import { stringEnd, stringIs } from "./special-names.js";

const TAGS = ["kptr", "kptr_untrusted", "percpu_kptr", "uptr"].map(ascii);
const FREEING = 0;
const UNTRUSTED = 1;
const USER = 3;

/** The kernel's structs that a kptr may own, each with the function that frees it. */
const DESTRUCTORS: Readonly<Record<string, readonly string[]>> = {
  task_struct: ["bpf_task_release_dtor", "bpf_task_release"],
  cgroup: ["bpf_cgroup_release_dtor", "bpf_cgroup_release"],
  bpf_cpumask: ["bpf_cpumask_release_dtor", "bpf_cpumask_release"],
  bpf_crypto_ctx: ["bpf_crypto_ctx_release_dtor", "bpf_crypto_ctx_release"],
  sk_buff: ["bpf_kfree_skb_dtor"],
  prog_test_ref_kfunc: ["bpf_kfunc_call_test_release_dtor", "bpf_kfunc_call_test_release"],
};

/** The bits of what {@link findKptr} gives that are the id of the struct pointed to. */
export const KPTR_TARGET = 0xfffff;
/** The kptr owns what it points to: not for kptr_untrusted. */
export const KPTR_OWNING = 0x100000;
/** For kptr alone: a struct of the kernel must have a destructor. */
export const KPTR_FREEING = 0x200000;

/** Modifiers between a tag and its struct: more are no chain that a kernel takes, but can be a circle. */
const MOST_MODIFIERS = 64;

/** Which of {@link TAGS} the string at `offset` is, or -1. */
function tagIndex(strings: Uint8Array, offset: number): number {
  for (let i = 0; i < TAGS.length; i++) if (stringIs(strings, offset, TAGS[i]!)) return i;
  return -1;
}

/**
 * What the kernel makes of a type that may be a kptr: a VOLATILE before the pointer, and one tag behind it. The rule
 * where it refuses, 0 where it looks away, else the struct that is pointed to, and flags.
 */
export function findKptr(load: Load, type: number): number | VerifyRule {
  const { kinds, words, starts, strings } = load;
  const pointer = kinds[type] === KIND.VOLATILE ? words[starts[type]! + 2]! : type;
  if (kinds[pointer] !== KIND.PTR) return 0;
  const tag = words[starts[pointer]! + 2]!;
  if (kinds[tag] !== KIND.TYPE_TAG || load.kindFlagAt(starts[tag]!)) return 0;
  if (kinds[words[starts[tag]! + 2]!] === KIND.TYPE_TAG) return "kptr-tag";
  const which = tagIndex(strings, words[starts[tag]!]!);
  if (which === USER && load.profile.uptr) return 0;
  if (which < 0 || which === USER) return "kptr-tag";
  let pointee = words[starts[tag]! + 2]!;
  for (let i = 0; i < MOST_MODIFIERS && is(kinds[pointee]!, IS.modifier); i++) pointee = words[starts[pointee]! + 2]!;
  if (kinds[pointee] !== KIND.STRUCT) return "kptr-type";
  return pointee | (which === UNTRUSTED ? 0 : KPTR_OWNING) | (which === FREEING ? KPTR_FREEING : 0);
}

/** Whether the kernel at hand can free what a kptr owns; without its types nothing is known against it. */
export function hasDestructor({ vmlinux, strings, words, starts }: Load, target: number, flags: number): boolean {
  if (vmlinux === undefined || (flags & KPTR_FREEING) === 0) return true;
  const offset = words[starts[target]!]!;
  const name = decodeName(strings, offset, stringEnd(strings, offset));
  if (vmlinux.find(name, "STRUCT") === undefined) return true;
  return DESTRUCTORS[name]?.some((func) => vmlinux.find(func, "FUNC") !== undefined) === true;
}

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

/** A pointer that the kernel takes for a kptr: the struct that it points to, and whether it owns it. */
export interface Kptr {
  readonly target: number;
  /** Not for kptr_untrusted. */
  readonly owning: boolean;
  /** For kptr alone: a struct of the kernel must have a destructor. */
  readonly freeing: boolean;
}

/** Which of {@link TAGS} the string at `offset` is, or -1. */
function tagIndex(strings: Uint8Array, offset: number): number {
  for (let i = 0; i < TAGS.length; i++) if (stringIs(strings, offset, TAGS[i]!)) return i;
  return -1;
}

/**
 * What the kernel makes of a type that may be a kptr: a VOLATILE before the pointer, and one tag behind it. The rule
 * where it refuses, undefined where it looks away.
 */
export function findKptr(load: Load, type: number): Kptr | VerifyRule | undefined {
  const { kinds, words, starts, strings } = load;
  const pointer = kinds[type] === KIND.VOLATILE ? words[starts[type]! + 2]! : type;
  if (kinds[pointer] !== KIND.PTR) return undefined;
  const tag = words[starts[pointer]! + 2]!;
  if (kinds[tag] !== KIND.TYPE_TAG || load.kindFlagAt(starts[tag]!)) return undefined;
  if (kinds[words[starts[tag]! + 2]!] === KIND.TYPE_TAG) return "kptr-tag";
  const which = tagIndex(strings, words[starts[tag]!]!);
  if (which === USER && load.profile.uptr) return undefined;
  if (which < 0 || which === USER) return "kptr-tag";
  let pointee = words[starts[tag]! + 2]!;
  while (is(kinds[pointee]!, IS.modifier)) pointee = words[starts[pointee]! + 2]!;
  if (kinds[pointee] !== KIND.STRUCT) return "kptr-type";
  return { target: pointee, owning: which !== UNTRUSTED, freeing: which === FREEING };
}

/** Whether the kernel at hand can free what a kptr owns; without its types nothing is known against it. */
export function hasDestructor({ vmlinux, strings, words, starts }: Load, { target, freeing }: Kptr): boolean {
  if (vmlinux === undefined || !freeing) return true;
  const offset = words[starts[target]!]!;
  const name = decodeName(strings, offset, stringEnd(strings, offset));
  if (vmlinux.find(name, "STRUCT") === undefined) return true;
  return DESTRUCTORS[name]?.some((func) => vmlinux.find(func, "FUNC") !== undefined) === true;
}

import { KIND } from "../wire/kinds.js";
import type { Load } from "./load.js";
import { ascii } from "./log.js";
import type { SpecialSizes } from "./profile.js";

/** The names of the kernel's own structs. */
export type SpecialName = keyof SpecialSizes;

const NAMES: readonly SpecialName[] = [
  "bpf_spin_lock",
  "bpf_res_spin_lock",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
];
const PREFIX = ascii("bpf_");
const BYTES = NAMES.map(ascii);

/** Whether the string at `offset` is `text`, or begins with it. */
export function stringIs(strings: Uint8Array, offset: number, text: Uint8Array, whole = true): boolean {
  if (offset + text.length > strings.length) return false;
  for (let i = 0; i < text.length; i++) if (strings[offset + i] !== text[i]) return false;
  return !whole || strings[offset + text.length] === 0;
}

/** Which of the kernel's own structs the string at `offset` names. */
export function specialName(strings: Uint8Array, offset: number): SpecialName | undefined {
  if (!stringIs(strings, offset, PREFIX, false)) return undefined;
  const index = BYTES.findIndex((bytes) => stringIs(strings, offset, bytes));
  return NAMES[index];
}

/** The bytes of the string at `offset`, without its NUL. */
export function stringAt(strings: Uint8Array, offset: number): Uint8Array {
  const end = strings.indexOf(0, offset);
  return strings.subarray(offset, end < 0 ? strings.length : end);
}

/** The first STRUCT of each of the kernel's names. */
export function findSpecialStructs({ kinds, words, starts, strings, count }: Load): Map<SpecialName, number> {
  const found = new Map<SpecialName, number>();
  for (let id = 1; id < count; id++) {
    if (kinds[id] !== KIND.STRUCT) continue;
    const name = specialName(strings, words[starts[id]!]!);
    if (name !== undefined && !found.has(name)) found.set(name, id);
  }
  return found;
}

/** The first STRUCT of a name, or -1. */
export function findStruct({ kinds, words, starts, strings, count }: Load, name: Uint8Array): number {
  for (let id = 1; id < count; id++) {
    if (kinds[id] === KIND.STRUCT && stringIs(strings, words[starts[id]!]!, name)) return id;
  }
  return -1;
}

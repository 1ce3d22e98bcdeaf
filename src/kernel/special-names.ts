import type { Load } from "./load.js";
import { ascii } from "./log.js";
import type { SpecialSizes } from "./profile.js";

/** The names of the kernel's own structs. */
export type SpecialName = keyof SpecialSizes;

/** The same in an order, for sets of them as bits and for tables by type. */
export const SPECIAL_NAMES: readonly SpecialName[] = [
  "bpf_spin_lock",
  "bpf_res_spin_lock",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
];
const PREFIX = ascii("bpf_");
const BYTES = SPECIAL_NAMES.map(ascii);

/** A set of names as bits. */
export function namesAsBits(names: Iterable<SpecialName>): number {
  let bits = 0;
  for (const name of names) bits |= 1 << SPECIAL_NAMES.indexOf(name);
  return bits;
}

/** Whether the string at `offset` is `text`, or begins with it. */
export function stringIs(strings: Uint8Array, offset: number, text: Uint8Array, whole = true): boolean {
  if (offset + text.length > strings.length) return false;
  for (let i = 0; i < text.length; i++) if (strings[offset + i] !== text[i]) return false;
  return !whole || strings[offset + text.length] === 0;
}

/** The index in {@link SPECIAL_NAMES} of the string at `offset`, or -1. */
function specialIndex(strings: Uint8Array, offset: number): number {
  if (!stringIs(strings, offset, PREFIX, false)) return -1;
  return BYTES.findIndex((bytes) => stringIs(strings, offset, bytes));
}

/** Which of the kernel's own structs the string at `offset` names. */
export function specialName(strings: Uint8Array, offset: number): SpecialName | undefined {
  return SPECIAL_NAMES[specialIndex(strings, offset)];
}

/** No identifier is longer: `KSYM_NAME_LEN`. */
const LONGEST = 512;

/** Where the string at `offset` ends, its NUL not counted; of what is longer than any identifier, a byte behind that. */
export function stringEnd(strings: Uint8Array, offset: number): number {
  const most = Math.min(offset + LONGEST + 1, strings.length);
  let end = offset;
  while (end < most && strings[end] !== 0) end++;
  return end;
}

/** Whether the string at `offset` is what lies from `start` to `end`. */
export function stringIsRange(strings: Uint8Array, offset: number, start: number, end: number): boolean {
  if (offset === start) return strings[end] === 0;
  for (let i = start; i < end; i++) if (strings[offset + i - start] !== strings[i]) return false;
  return strings[offset + end - start] === 0;
}

/** For each type, the index of its name in {@link SPECIAL_NAMES} and 1, or 0; undefined when none has such a name. */
export function findSpecialTypes({ words, starts, strings, count }: Load): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  for (let id = 1; id < count; id++) {
    const index = specialIndex(strings, words[starts[id]!]!);
    if (index < 0) continue;
    found ??= new Uint8Array(count);
    found[id] = index + 1;
  }
  return found;
}

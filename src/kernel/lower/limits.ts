import { KIND_NAMES, VLEN_MAX } from "../../wire/kinds.js";
import { BtfError } from "../../model/errors.js";
import { nameOfKernel, type Kernel } from "../releases.js";
import type { Draft } from "./draft.js";

/** The most bytes that BPF_BTF_LOAD takes. */
const MAX_BYTES = 1 << 24;
const HEADER_BYTES = 24;

const count = (value: number): string => value.toLocaleString("en-US");

/**
 * Refuses what no rewrite can help: more types, strings, elements or bytes than this kernel takes. One error names all
 * of them.
 */
export function checkLimits(draft: Draft, kernel: Kernel, when: "before" | "after"): void {
  const { profile, endId, stringEnd, wordEnd } = draft;
  const over: string[] = [];
  // Void has an id too.
  if (endId > profile.maxTypeId) {
    over.push(`${count(endId - 1)} types over ${count(profile.maxTypeId)} ids, void included`);
  }
  if (stringEnd - 1 > profile.maxNameOffset) {
    over.push(`${count(stringEnd)} bytes of strings over ${count(profile.maxNameOffset + 1)}`);
  }
  const bytes = HEADER_BYTES + wordEnd * 4 + draft.layout.length + stringEnd;
  if (bytes > MAX_BYTES) over.push(`${count(bytes)} bytes over ${count(MAX_BYTES)}`);
  const wide = widest(draft);
  if (wide !== undefined) over.push(wide);
  if (over.length === 0) return;
  const state = when === "before" ? "" : ", what was added for it included";
  throw new BtfError(
    `lower(): Linux ${nameOfKernel(kernel)} has limits that no rewrite keeps: ${over.join("; ")}${state}`,
    {
      code: "E2BIG",
      rule: "kernel-limits",
    },
  );
}

/** A type with more elements than this kernel's vlen can say. */
function widest({ profile, words, starts, kinds, endId }: Draft): string | undefined {
  const { vlenMask } = profile;
  if (vlenMask === VLEN_MAX) return undefined;
  const vlenBits = VLEN_MAX;
  for (let id = 1; id < endId; id++) {
    const vlen = words[starts[id]! + 1]! & vlenBits;
    if (vlen > vlenMask) {
      return `${count(vlen)} elements of ${KIND_NAMES[kinds[id]!] ?? "type"} [${id}] over ${count(vlenMask)}`;
    }
  }
  return undefined;
}

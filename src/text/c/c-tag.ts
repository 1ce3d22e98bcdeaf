import type { Btf } from "../../model/btf.js";
import { parseC, type ParseCOptions } from "./parse-c.js";

/** What {@link c} is with options bound to it. */
export type CTag = (source: TemplateStringsArray, ...values: readonly (string | number | bigint)[]) => Btf;

/**
 * {@link parseC} as a tagged template: C inline, with strings and numbers filled in as they are. Called with options it
 * gives a tag that has them.
 *
 * @example
 * ```ts
 * const entries = 16;
 * const graph = c`struct ring { u32 head, tail; u64 slots[${entries}]; };`;
 * graph.sizeOf(graph.id("struct ring")); // 136
 * c({ target: "i386" })`struct pair { char a; long long b; };`; // 12 bytes there
 * ```
 */
export function c(options: ParseCOptions): CTag;
export function c(source: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): Btf;
export function c(
  first: TemplateStringsArray | ParseCOptions,
  ...values: readonly (string | number | bigint)[]
): Btf | CTag {
  if (isTemplate(first)) return parseC(String.raw(first, ...values));
  return (source, ...inner) => parseC(String.raw(source, ...inner), first);
}

const isTemplate = (value: object): value is TemplateStringsArray => Array.isArray(value) && "raw" in value;

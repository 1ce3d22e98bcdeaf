import * as fc from "fast-check";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_".split("");
const REST = ["0123456789".split(""), LETTERS].flat();

/** Words that C keeps for itself. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "auto bool break case char const constexpr continue default do double else enum extern false float for goto if " +
    "inline int long nullptr register restrict return short signed sizeof static struct switch thread_local true " +
    "typedef typeof union unsigned void volatile while asm"
  ).split(" "),
);

/** Names that kernels or libbpf give a meaning, and those of compilers. */
const RESERVED = /^(?:bpf_|__|_[A-Z]|percpu_|kptr|uptr)/;

/** How long names get. */
export interface TypeNameOptions {
  /** Bytes of the longest; 12 unless given. Kernels take up to 128, from 6.1 on up to 512. */
  readonly maxLength?: number;
}

/**
 * Names that every kernel takes for types, members and variables, and that C takes as well: no keywords, and none that
 * the kernel gives a meaning (`bpf_spin_lock`, `kptr`). They shrink to `a`.
 *
 * @example
 * ```ts
 * fc.assert(fc.property(typeName(), (name) => verify(btf().addStruct(name, 4)).ok));
 * ```
 */
export function typeName({ maxLength = 12 }: TypeNameOptions = {}): fc.Arbitrary<string> {
  const rest = fc.string({ unit: fc.constantFrom(...REST), maxLength: Math.max(0, maxLength - 1) });
  return fc
    .tuple(fc.constantFrom(...LETTERS), rest)
    .map(([first, others]) => first + others)
    .filter((name) => !KEYWORDS.has(name) && !RESERVED.test(name));
}

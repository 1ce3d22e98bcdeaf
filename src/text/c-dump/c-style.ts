import type { CStyle } from "../style.js";
import { PREAMBLE_7_1, PREAMBLE_7_8 } from "./preamble.js";

/** What styles of C differ in. */
export interface CRules {
  /** An `enum` of one or eight bytes says so by an attribute. */
  readonly enumModes: boolean;
  /** A function without parameters takes `(void)`. */
  readonly voidParams: boolean;
  /** A type tag with kind_flag is an attribute as it stands. */
  readonly rawAttributes: boolean;
  /** Types are sorted unless the caller wants otherwise. */
  readonly sorted: boolean;
  /** Functions that BPF may call are declared. */
  readonly kfuncs: boolean;
  readonly preamble: string;
}

const OF_7_1: CRules = {
  enumModes: false,
  voidParams: true,
  rawAttributes: false,
  sorted: false,
  kfuncs: false,
  preamble: PREAMBLE_7_1,
};

/** The rules by style. */
export const C_RULES: Readonly<Record<CStyle, CRules>> = {
  "bpftool-7.1": OF_7_1,
  "libbpf-1.1": { ...OF_7_1, enumModes: true, voidParams: false },
  "bpftool-7.8": {
    enumModes: true,
    voidParams: true,
    rawAttributes: true,
    sorted: true,
    kfuncs: true,
    preamble: PREAMBLE_7_8,
  },
};

import type { KindName } from "../wire/kinds.js";
import { BtfError, type Errno } from "../model/errors.js";
import type { Diagnostic } from "../model/graph.js";

/** A lenient decode keeps so many diagnostics; hostile input could have millions. */
export const MOST_DIAGNOSTICS = 1000;

/** What is wrong, and where. */
export interface Problem {
  readonly rule: string;
  readonly byteOffset: number;
  readonly code?: Errno;
  readonly typeId?: number;
  readonly kind?: KindName;
  readonly field?: string;
}

/** Where the decoder says what is wrong with its input: a strict decode stops at the first, a lenient one reads on. */
export interface Problems {
  readonly found: Diagnostic[];
  /** True when no more problems are listed, and looking for them is no use. */
  readonly isFull: boolean;
  report(message: string, problem: Problem): void;
}

/** Problems that end the decode with a {@link BtfError}. */
export function strictProblems(): Problems {
  return {
    found: [],
    isFull: false,
    report(message, problem) {
      throw new BtfError(message, { code: "EINVAL", ...problem });
    },
  };
}

/** Problems that are kept as diagnostics. */
export function lenientProblems(): Problems {
  const found: Diagnostic[] = [];
  return {
    found,
    get isFull() {
      return found.length > MOST_DIAGNOSTICS;
    },
    report(message, { rule, byteOffset, typeId, kind, field }) {
      if (found.length > MOST_DIAGNOSTICS) return;
      if (found.length === MOST_DIAGNOSTICS) {
        found.push({ message: "BTF: more problems than are listed here", rule: "too-many-problems", byteOffset });
        return;
      }
      found.push({
        message,
        rule,
        ...(typeId !== undefined && { typeId }),
        ...(kind !== undefined && { kind }),
        ...(field !== undefined && { field }),
        byteOffset,
      });
    },
  };
}

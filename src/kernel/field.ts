import type { Kptr } from "./kptr.js";
import type { VerifyRule } from "./rules.js";
import type { SpecialName } from "./special-names.js";

/** A special field of a struct; `offset` in bytes from its start. */
export interface Field {
  readonly name: SpecialName | "kptr";
  readonly offset: number;
  readonly size: number;
  readonly kptr?: Kptr;
  /** What a list head or tree root holds. */
  readonly value?: RootValue;
}

/** A refusal, and the struct's member it is about. */
export interface FieldFault {
  readonly rule: VerifyRule;
  readonly index?: number;
}

/**
 * What a list head or tree root holds: a struct, and the name of the member by which it lies in the list or tree, as an
 * offset in the strings.
 */
export interface RootValue {
  readonly struct: number;
  readonly member: number;
}

/** Whether something is a refusal. */
export function isFault(found: object): found is FieldFault {
  return "rule" in found;
}

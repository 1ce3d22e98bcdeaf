import type { Errno } from "../model/errors.js";
import { KERNELS, type KernelName, type VerifyRule } from "../kernel/index.js";
import { RULES } from "../kernel/rules.js";
import { ENTRY_RECIPES } from "./recipes/entries.js";
import { FIELD_RECIPES } from "./recipes/fields.js";
import { HEAD_RECIPES } from "./recipes/heads.js";
import { HEADER_RECIPES } from "./recipes/header.js";
import { MEMBER_RECIPES } from "./recipes/members.js";
import type { Recipe } from "./recipes/recipe.js";
import { REFERENCE_RECIPES } from "./recipes/references.js";

const table = {
  ...HEADER_RECIPES,
  ...HEAD_RECIPES,
  ...MEMBER_RECIPES,
  ...ENTRY_RECIPES,
  ...REFERENCE_RECIPES,
  ...FIELD_RECIPES,
} as const satisfies Record<string, Recipe>;

/** The name of a recipe, as `"struct-member-offset-descending"`. */
export type DamageName = keyof typeof table;

/** The recipes by name. */
export const RECIPES: Readonly<Record<DamageName, Recipe>> = table;

/** What kernels say of BTF with one sort of damage, and which ones. */
export interface DamageAnswer {
  /** The rule of `verify` that it breaks. */
  readonly rule: VerifyRule;
  readonly errno: Errno;
  /** The kernel's text; `%u` and `%x` stand for numbers. Empty where it logs nothing. */
  readonly message: string;
  /** The first mainline release that says so. */
  readonly from: KernelName;
  /** The last one; without it the newest says so too. */
  readonly to?: KernelName;
  /** Distributions' kernels in between that say something else. */
  readonly except?: readonly KernelName[];
  /** Distributions' kernels elsewhere that say the same. */
  readonly also?: readonly KernelName[];
}

/** One sort of damage: what {@link damage} makes by this name. */
export interface Damage {
  readonly name: DamageName;
  /** What is wrong with the BTF, in a few words. */
  readonly breaks: string;
  /** What kernels answer; one that is not listed accepts it, or stops at something else that it does not know. */
  readonly answers: readonly DamageAnswer[];
  /** False where a live kernel should not be asked: it would print a warning of its own. */
  readonly live: boolean;
}

/**
 * Every sort of damage that `damage` knows by name, in the order in which a kernel looks for it: at least one for each
 * message that a kernel can log.
 *
 * @example
 * ```ts
 * DAMAGES.find(({ name }) => name === "struct-member-offset-descending");
 * // { name: "struct-member-offset-descending", breaks: "members go back in offset", live: true,
 * //   answers: [{ rule: "member-offset", errno: "EINVAL", message: "Invalid member bits_offset", from: "4.20" }] }
 * ```
 */
export const DAMAGES: readonly Damage[] = Object.entries(RECIPES).map(([name, { breaks, answers, live }]) => ({
  name: name as DamageName,
  breaks,
  answers: answers.map((answer) => ({
    ...answer,
    errno: RULES[answer.rule].errno,
    message: RULES[answer.rule].text,
  })),
  live,
}));

const MAINLINE = KERNELS.filter(({ from }) => from === undefined).map(({ kernel }) => kernel);

/**
 * What a kernel answers to one sort of damage of BTF that it accepted before; undefined when it accepts this too, or
 * stops at something else that it does not know.
 *
 * @example
 * ```ts
 * damageAnswer("func-linkage-extern", "5.4")?.message; // "vlen != 0"
 * damageAnswer("func-linkage-extern", "6.18")?.message; // "Invalid func linkage"
 * damageAnswer("int-bits-over-64", "6.18"); // undefined: 5.1 and later accept it
 * ```
 */
export function damageAnswer(name: DamageName, kernel: KernelName): DamageAnswer | undefined {
  const release = KERNELS.find((row) => row.kernel === kernel)?.from ?? kernel;
  const index = MAINLINE.indexOf(release);
  return DAMAGES.find((row) => row.name === name)?.answers.find(({ from, to, except, also }) => {
    const isIn = index >= MAINLINE.indexOf(from) && (to === undefined || index <= MAINLINE.indexOf(to));
    return (isIn && except?.includes(kernel) !== true) || also?.includes(kernel) === true;
  });
}

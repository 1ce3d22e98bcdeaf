import { BtfError } from "../model/errors.js";
import { CHANGES, type KernelChange, type KernelToken } from "./changes.js";
import { FIRST_PROFILE, type Profile } from "./profile.js";

const MAINLINE = [
  "4.18",
  "4.19",
  "4.20",
  "5.0",
  "5.1",
  "5.2",
  "5.3",
  "5.4",
  "5.5",
  "5.6",
  "5.7",
  "5.8",
  "5.9",
  "5.10",
  "5.11",
  "5.12",
  "5.13",
  "5.14",
  "5.15",
  "5.16",
  "5.17",
  "5.18",
  "5.19",
  "6.0",
  "6.1",
  "6.2",
  "6.3",
  "6.4",
  "6.5",
  "6.6",
  "6.7",
  "6.8",
  "6.9",
  "6.10",
  "6.11",
  "6.12",
  "6.13",
  "6.14",
  "6.15",
  "6.16",
  "6.17",
  "6.18",
  "6.19",
  "7.0",
  "7.1",
  "bpf-next",
] as const;

/** Distributions' kernels: a mainline release and the changes that were backported to it. */
const DISTRIBUTIONS = {
  "debian-6.1": { release: "6.1", backports: ["identifier-dots", "datasec-mode-reset", "no-datasec-params"] },
  "debian-6.12": { release: "6.12", backports: ["unique-nested-fields", "ownership-depth"] },
} as const satisfies Record<string, { release: (typeof MAINLINE)[number]; backports: readonly KernelToken[] }>;

/** A mainline release from 4.18 on, `bpf-next` of 2026, or a distribution's kernel. */
export type KernelName = (typeof MAINLINE)[number] | keyof typeof DISTRIBUTIONS;

/** What one kernel accepts, as the differences to the one before. */
export interface KernelRow {
  readonly kernel: KernelName;
  /** The mainline release that a distribution's kernel stands on. */
  readonly from?: KernelName;
  /** What is different from the mainline release before, or from `from`; empty when nothing is. */
  readonly changes: readonly NamedChange[];
  /** All that comes of these changes and of those before. */
  readonly accepts: Profile;
}

/** A change under the name that `with` takes. */
export type NamedChange = KernelChange & { readonly token: KernelToken };

const publicPart = ({ token, text, source }: (typeof CHANGES)[number]): NamedChange => ({ token, text, source });

/** 4.18 and the changes that are `taken`, in the order in which mainline got them. */
export function profileWith(taken: (change: (typeof CHANGES)[number]) => boolean): Profile {
  const profile: Profile = { ...FIRST_PROFILE };
  for (const change of CHANGES) if (taken(change)) Object.assign(profile, change.apply(profile));
  return Object.freeze(profile);
}

/** Whether a kernel has a change: from the mainline release it stands on, or as a backport. */
function has(kernel: KernelName, { since, token }: (typeof CHANGES)[number]): boolean {
  const order: readonly string[] = MAINLINE;
  const distributions: Partial<Record<KernelName, { release: string; backports: readonly string[] }>> = DISTRIBUTIONS;
  const distribution = distributions[kernel];
  const last = order.indexOf(distribution?.release ?? kernel);
  return (since !== undefined && order.indexOf(since) <= last) || distribution?.backports.includes(token) === true;
}

const rowOf = (kernel: KernelName, brings: (change: (typeof CHANGES)[number]) => boolean): KernelRow => ({
  kernel,
  changes: CHANGES.filter(brings).map(publicPart),
  accepts: profileWith((change) => has(kernel, change)),
});

/**
 * What each kernel accepts, oldest first: the changes it brought, each with its source, and what they come to.
 * Distributions' kernels come last.
 *
 * @example
 * ```ts
 * const row = KERNELS.find(({ kernel }) => kernel === "5.13");
 * row?.changes.map(({ text }) => text); // ["FLOAT"]
 * row?.accepts.nameLimit; // 128
 * ```
 */
export const KERNELS: readonly KernelRow[] = [
  ...MAINLINE.map((kernel) => rowOf(kernel, ({ since }) => since === kernel)),
  ...Object.entries(DISTRIBUTIONS).map(([kernel, { release, backports }]) => {
    const isBackport = ({ token }: NamedChange): boolean => (backports as readonly string[]).includes(token);
    return { ...rowOf(kernel as KernelName, isBackport), from: release };
  }),
];

/** The what-ifs: changes that no release made. */
export const WHAT_IFS: readonly NamedChange[] = CHANGES.filter(({ since }) => since === undefined).map(publicPart);

function unknown(what: string, name: string, known: readonly string[]): BtfError {
  return new BtfError(`verify(): ${what} "${name}" is not known; expected one of ${known.join(", ")}`, {
    code: "ENOENT",
    rule: "unknown-kernel",
    field: what,
  });
}

/** A kernel by name, or one whose profile is at hand: a row of {@link KERNELS}, or what `detectFeatures` found. */
export type Kernel = KernelName | KernelProfile;

/** A kernel by what it accepts. */
export interface KernelProfile {
  readonly kernel: KernelName;
  readonly accepts: Profile;
}

/** A kernel's name, for messages. */
export function nameOfKernel(kernel: Kernel): KernelName {
  return typeof kernel === "string" ? kernel : kernel.kernel;
}

/**
 * The profile of a kernel with some changes beside.
 *
 * @throws BtfError ENOENT `unknown-kernel` for a kernel or a token that is none.
 */
export function profileOf(kernel: Kernel, tokens: readonly KernelToken[] = []): Profile {
  const known = CHANGES.map(({ token }) => token);
  for (const token of tokens) if (!known.includes(token)) throw unknown("with", token, known);
  if (typeof kernel === "object") {
    const profile = { ...kernel.accepts };
    for (const change of CHANGES) if (tokens.includes(change.token)) Object.assign(profile, change.apply(profile));
    return profile;
  }
  const row = KERNELS.find((candidate) => candidate.kernel === kernel);
  if (row === undefined) {
    const names = KERNELS.map((candidate) => candidate.kernel);
    throw unknown("kernel", kernel, names);
  }
  if (tokens.length === 0) return row.accepts;
  return profileWith((change) => has(kernel, change) || tokens.includes(change.token));
}

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
  readonly changes: readonly (KernelChange & { readonly token: KernelToken })[];
}

const publicPart = ({ token, text, source }: (typeof CHANGES)[number]): KernelRow["changes"][number] => ({
  token,
  text,
  source,
});

/**
 * What each kernel accepts, oldest first: the changes it brought, each with its source. Distributions' kernels come
 * last.
 *
 * @example
 * ```ts
 * KERNELS.find((row) => row.kernel === "5.13")?.changes.map((change) => change.text); // ["FLOAT"]
 * ```
 */
export const KERNELS: readonly KernelRow[] = [
  ...MAINLINE.map((kernel) => ({
    kernel,
    changes: CHANGES.filter((change) => change.since === kernel).map(publicPart),
  })),
  ...(Object.keys(DISTRIBUTIONS) as (keyof typeof DISTRIBUTIONS)[]).map((kernel) => ({
    kernel,
    from: DISTRIBUTIONS[kernel].release,
    changes: CHANGES.filter(({ token }) => (DISTRIBUTIONS[kernel].backports as readonly string[]).includes(token)).map(
      publicPart,
    ),
  })),
];

/** What 4.18 accepts, in which no {@link KERNELS} row shows a change; every later kernel is this and the changes. */
export const FIRST_KERNEL: Pick<KernelChange, "text" | "source"> & { readonly kernel: KernelName } = {
  kernel: "4.18",
  text: "INT to RESTRICT (kinds 1-11), 65,535 ids and 64 KiB of names, whose bytes nobody looks at; no kind_flag; ENUM of 4 bytes; INT of up to 64 bits",
  source: "facts, S4.19, UAPI 2018-10",
};

/** The what-ifs: changes that no release made. */
export const WHAT_IFS: readonly (KernelChange & { readonly token: KernelToken })[] = CHANGES.filter(
  (change) => change.since === undefined,
).map(publicPart);

function unknown(what: string, name: string, known: readonly string[]): BtfError {
  return new BtfError(`verify(): ${what} "${name}" is not known; expected one of ${known.join(", ")}`, {
    code: "ENOENT",
    rule: "unknown-kernel",
    field: what,
  });
}

/** Profiles of kernels without changes beside: made once, as they are data. */
const profiles = new Map<string, Profile>();

/**
 * The profile of a kernel with some changes beside.
 *
 * @throws BtfError ENOENT `unknown-kernel` for a kernel or a token that is none.
 */
export function profileOf(kernel: KernelName, tokens: readonly KernelToken[] = []): Profile {
  const known = tokens.length === 0 ? profiles.get(kernel) : undefined;
  if (known !== undefined) return known;
  const names = KERNELS.map((row) => row.kernel);
  if (!names.includes(kernel)) throw unknown("kernel", kernel, names);
  for (const token of tokens) {
    if (!CHANGES.some((change) => change.token === token)) {
      throw unknown(
        "with",
        token,
        CHANGES.map((change) => change.token),
      );
    }
  }
  const distribution = (
    DISTRIBUTIONS as Partial<Record<KernelName, { release: string; backports: readonly string[] }>>
  )[kernel];
  const last = (MAINLINE as readonly string[]).indexOf(distribution?.release ?? kernel);
  const taken = (change: (typeof CHANGES)[number]): boolean =>
    (change.since !== undefined && (MAINLINE as readonly string[]).indexOf(change.since) <= last) ||
    distribution?.backports.includes(change.token) === true ||
    tokens.includes(change.token);
  const profile: Profile = { ...FIRST_PROFILE };
  for (const change of CHANGES) if (taken(change)) Object.assign(profile, change.apply(profile));
  if (tokens.length === 0) profiles.set(kernel, profile);
  return profile;
}

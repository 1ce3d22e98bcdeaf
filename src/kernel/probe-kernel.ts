import type { Endian } from "../wire/header.js";
import { HOST_ENDIAN } from "../wire/words.js";
import { CHANGES, type KernelToken } from "./changes.js";
import { probeBytes, PROBES } from "./probes.js";
import type { Profile } from "./profile.js";
import { KERNELS, profileWith, type KernelName } from "./releases.js";

/** What was found out about one kernel by asking it: `verify` and `lower` take it as their `kernel`. */
export interface ProbedKernel {
  /** Its release, as `uname -r` says it. */
  readonly release: string;
  /** The mainline release that it stands on: the newest known that is not newer than it. */
  readonly kernel: KernelName;
  /**
   * What libbpf asks a kernel for before it loads BTF, by its names: `func`, `global-func`, `datasec`, `qmark-datasec`,
   * `float`, `decl-tag`, `type-tag`, `enum64`, `layout`.
   */
  readonly features: Readonly<Record<string, boolean>>;
  /** Changes that it has and `kernel` has not: backports. */
  readonly added: readonly KernelToken[];
  /** Changes that `kernel` has and it has not. */
  readonly missing: readonly KernelToken[];
  /** All that it accepts. */
  readonly accepts: Profile;
}

/** Options of {@link probeKernel}. */
export interface ProbeOptions {
  /** The kernel's release, as `uname -r` says it; it settles what can't be asked for. */
  readonly release: string;
  /** Byte order of the machine that the kernel runs on; this machine's when left out. */
  readonly host?: Endian;
}

/** The numbers that a release begins with. */
const numbers = (text: string): readonly number[] => text.split(".").map((part) => Number.parseInt(part, 10));

/** The newest mainline release that is not newer than a `uname -r`; the oldest when all are. */
function mainlineOf(release: string): KernelName {
  const [major = 0, minor = 0] = numbers(release);
  const known = KERNELS.filter(({ kernel, from }) => from === undefined && /^\d/.test(kernel)).filter(({ kernel }) => {
    const [knownMajor, knownMinor] = numbers(kernel) as [number, number];
    return knownMajor < major || (knownMajor === major && knownMinor <= minor);
  });
  return known.at(-1)?.kernel ?? KERNELS[0]!.kernel;
}

/**
 * Finds out what a kernel accepts by asking it to load small BTFs: those that libbpf tries, and some more, for what
 * distributions port back. What a small BTF can't settle comes from the kernel's release.
 *
 * @param accepts asks the kernel to load these bytes, and says whether it did
 *
 * @example
 * ```ts
 * // A kernel in a virtual machine, or, here, the verifier in its place.
 * const found = probeKernel((bytes) => verify(bytes, { kernel: "debian-6.1" }).ok, { release: "6.1.0-40-amd64" });
 * found.kernel; // "6.1"
 * found.added; // ["no-datasec-params", "datasec-mode-reset", "identifier-dots"]
 * found.features["enum64"]; // true
 * lower(graph, { kernel: found });
 * ```
 */
export function probeKernel(
  accepts: (bytes: Uint8Array) => boolean,
  { release, host = HOST_ENDIAN }: ProbeOptions,
): ProbedKernel {
  const kernel = mainlineOf(release);
  const row = KERNELS.findIndex((candidate) => candidate.kernel === kernel);
  const before = new Set(KERNELS.slice(0, row + 1).flatMap(({ changes }) => changes.map(({ token }) => token)));
  const tokens = new Set(before);
  const features: Record<string, boolean> = {};
  for (const probe of PROBES) {
    const { token, feature, needs, isInverse = false } = probe;
    const has = (needs === undefined || tokens.has(needs)) && accepts(probeBytes(probe, host)) !== isInverse;
    if (feature !== undefined) features[feature] = has;
    if (has) tokens.add(token);
    else tokens.delete(token);
  }
  return Object.freeze({
    release,
    kernel,
    features: Object.freeze(features),
    added: CHANGES.map(({ token }) => token).filter((token) => tokens.has(token) && !before.has(token)),
    missing: CHANGES.map(({ token }) => token).filter((token) => before.has(token) && !tokens.has(token)),
    accepts: profileWith(({ token }) => tokens.has(token)),
  });
}

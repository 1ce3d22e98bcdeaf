import { spawnSync } from "node:child_process";

/** Whether a program that settles an argument is on this machine. */
export interface Oracle {
  readonly available: boolean;
  /** Why not, when it isn't. */
  readonly reason?: string;
}

// Where Debian puts bpftool; the path of who is not root lacks it.
process.env["PATH"] += ":/usr/sbin:/sbin";

const known = new Map<string, Oracle>();

/** Looks for a program in the path, once. Where oracles are required, one that is missing is an error. */
export function oracle(name: string): Oracle {
  let found = known.get(name);
  if (found === undefined) {
    const available = spawnSync("which", [name]).status === 0;
    found = available ? { available } : { available, reason: `${name} is not installed` };
    known.set(name, found);
  }
  if (!found.available && process.env["BTFKIT_REQUIRE_ORACLES"] === "1") {
    throw new Error(`${found.reason}, and BTFKIT_REQUIRE_ORACLES=1 asks for it`);
  }
  return found;
}

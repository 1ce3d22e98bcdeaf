import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Oracle } from "../oracles.js";

/** A program of this folder, and how to run it. */
export interface LibbpfProgram extends Oracle {
  /** Its standard output, of an exit with code 0. */
  run(...args: readonly string[]): string;
}

/** Builds `name`.c with Debian's libbpf-dev in a temporary folder. Where oracles are required, an error when it can't. */
export function libbpfProgram(name: string): LibbpfProgram {
  const program = join(mkdtempSync(join(tmpdir(), "btfkit-libbpf-")), name);
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const built = spawnSync("cc", ["-O2", "-Wall", "-Werror", "-o", program, source, "-lbpf", "-lelf", "-lz"], {
    encoding: "utf8",
  });
  const available = built.status === 0;
  const reason = `no C compiler with libbpf-dev: ${built.error?.message ?? built.stderr.split("\n")[0] ?? ""}`;
  if (!available && process.env["BTFKIT_REQUIRE_ORACLES"] === "1") {
    throw new Error(`${reason}, and BTFKIT_REQUIRE_ORACLES=1 asks for it`);
  }
  return {
    available,
    ...(available ? {} : { reason }),
    run(...args) {
      const done = spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 30, timeout: 60_000 });
      if (done.status !== 0) throw new Error(`${name}: ${done.error?.message ?? done.stderr}`);
      return done.stdout;
    },
  };
}

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { canLoad } from "btfkit/node";
import { build } from "esbuild";

import { bundleCommand } from "../../scripts/bundle-command.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BENCH = join(ROOT, "bench");

/** What is needed to run rows, made for one run of the benchmark in a folder of its own. */
export interface Workshop {
  readonly folder: string;
  /** The script that measures one operation. */
  readonly child: string;
  /** The `btfkit` command. */
  readonly cli: string;
  /** bench/libbpf.c, compiled; undefined where it can't be. */
  readonly libbpf: string | undefined;
  /** bench/peak.c, compiled. */
  readonly peak: string | undefined;
  readonly bpftool: string | undefined;
  /** Whether the running kernel loads BTF for this process. */
  readonly kernel: boolean;
  readonly versions: Readonly<Record<string, string>>;
  /** What is not there, and what would help. */
  readonly missing: readonly string[];
  close(): void;
}

// Where Debian puts bpftool; the path of who is not root lacks it.
process.env["PATH"] += ":/usr/sbin:/sbin";

/** Compiles a C file of this folder; undefined when that fails. */
function compile(folder: string, name: string, libraries: readonly string[]): string | undefined {
  const out = join(folder, name);
  const { status } = spawnSync("cc", ["-O2", "-o", out, join(BENCH, `${name}.c`), ...libraries], { stdio: "ignore" });
  return status === 0 ? out : undefined;
}

/**
 * The library as users get it: compiled by what tsup runs, for the same target. What tsx makes of the source is up to
 * twice as slow.
 */
async function bundle(folder: string): Promise<{ child: string; cli: string }> {
  const options = {
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "node",
    packages: "external",
    absWorkingDir: ROOT,
    tsconfig: join(ROOT, "tsconfig.json"),
    logLevel: "error",
  } as const;
  // The package by its name is the source, and everything else of node_modules stays outside.
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const subpaths = folders.map(({ name }) => [`btfkit/${name}`, join(ROOT, "src", name, "index.ts")]);
  const alias = Object.fromEntries([["btfkit", join(ROOT, "src/index.ts")], ...subpaths]) as Record<string, string>;
  await build({ ...options, alias, entryPoints: { child: join(BENCH, "child.ts") }, outdir: folder });
  await bundleCommand(ROOT, join(folder, "dist"));
  // The command reads its version from the package's manifest, two folders up.
  copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
  return { child: join(folder, "child.js"), cli: join(folder, "dist/cli/main.js") };
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }).version;
}

/** What libbpf calls itself; undefined when there is no libbpf. */
function libbpfVersion(libbpf: string, folder: string): string {
  const input = join(folder, "empty");
  writeFileSync(input, "");
  const { stdout } = spawnSync(libbpf, ["nop", input], { encoding: "utf8" });
  return (JSON.parse(stdout) as { lib: string }).lib;
}

/** Builds everything. The folder lies in the checkout, so that packages are found. */
export async function openWorkshop(keep: boolean): Promise<Workshop> {
  mkdirSync(join(BENCH, "build"), { recursive: true });
  const folder = mkdtempSync(join(BENCH, "build", "run-"));
  const missing: string[] = [];
  const libbpf = compile(folder, "libbpf", ["-lbpf", "-lelf", "-lz"]);
  if (libbpf === undefined) missing.push("libbpf: bench/libbpf.c does not compile; apt install gcc libbpf-dev helps");
  const peak = compile(folder, "peak", []);
  const found = spawnSync("bpftool", ["version"], { encoding: "utf8" });
  const bpftool = found.status === 0 ? "bpftool" : undefined;
  if (bpftool === undefined) missing.push("bpftool: it is not in the path; apt install bpftool helps");
  const able = canLoad();
  if (!able.ok) missing.push(`kernel: ${able.reason}`);
  const { child, cli } = await bundle(folder);
  return {
    folder,
    child,
    cli,
    libbpf,
    peak,
    bpftool,
    kernel: able.ok,
    versions: {
      btfkit: packageVersion(),
      node: process.versions.node,
      v8: process.versions.v8,
      ...(libbpf !== undefined && { libbpf: libbpfVersion(libbpf, folder) }),
      ...(bpftool !== undefined && { bpftool: found.stdout.split("\n")[0]!.replace("bpftool ", "") }),
    },
    missing,
    close() {
      if (!keep && existsSync(folder)) rmSync(folder, { recursive: true });
    },
  };
}

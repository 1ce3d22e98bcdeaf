/** Those who know what a kernel says: the running one, and older ones in a virtual machine. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { KernelName } from "../../src/kernel/index.js";
import { KERNELS } from "../../src/kernel/index.js";
import { encodeName } from "../../src/wire/names.js";
import type { Btf } from "../../src/index.js";
import { kernelBtf, loadBtf, readBtf, type LoadBtfOptions } from "../../src/node/index.js";

/** One answer: the errno's word, or OK, and the log's bytes. */
export interface Answer {
  readonly errno: string;
  readonly logBytes: Uint8Array;
}

/** A kernel that can be asked, and the profile that is to say the same. */
export interface Judge {
  readonly release: string;
  readonly profile: KernelName;
  readonly ask: (blobs: readonly Uint8Array[]) => Answer[];
  /** The kernel's own types, which decide about kptrs. */
  readonly vmlinux: () => Btf;
}

/** The kernel of `uname -r` that the verifier knows; `banner` is /proc/version, which says whose kernel it is. */
export function profileOfRelease(release: string, banner = ""): KernelName | undefined {
  const version = /^\d+\.\d+/.exec(release)?.[0];
  const names = [...(/debian/i.test(banner) ? [`debian-${version}`] : []), version];
  return names
    .map((name) => KERNELS.find(({ kernel }) => kernel === name)?.kernel)
    .find((kernel) => kernel !== undefined);
}

/** The running kernel, if the verifier knows it. */
export function runningProfile(): KernelName | undefined {
  return profileOfRelease(runningRelease(), readFileSync("/proc/version", "utf8"));
}

/** The release of the running kernel. */
export function runningRelease(): string {
  return readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
}

/** Names of structs that the kernel gives a meaning: some uses of them make it print a warning and taint the machine. */
const SPECIAL = /bpf_(?:(?:res_)?spin_lock|list_head|list_node|rb_root|rb_node|refcount)|kptr/;

/** What the running kernel says of one BTF; what could make it print a warning is never asked. */
export function askHost(blob: Uint8Array, options: LoadBtfOptions = {}): Answer {
  if (SPECIAL.test(Buffer.from(blob).toString("latin1"))) {
    throw new Error("BTF with the names of the kernel's own structs is not for a live kernel: ask a virtual machine");
  }
  const { errno, logBytes } = loadBtf(blob, options);
  return { errno: errno === 0 ? "OK" : errno, logBytes };
}

function hostJudge(): Judge {
  const release = runningRelease();
  const profile = runningProfile();
  if (profile === undefined) throw new Error(`the running kernel ${release} is none that KERNELS has`);
  return { release, profile, ask: (blobs) => blobs.map((blob) => askHost(blob)), vmlinux: kernelBtf };
}

function frame(blobs: readonly Uint8Array[]): Uint8Array {
  const parts = blobs.flatMap((blob) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, blob.length, true);
    return [length, blob];
  });
  return Buffer.concat(parts);
}

const OWN_TYPES = "/sys/kernel/btf/vmlinux";
const PROGRAM = process.env["BTFKIT_VM_VERDICT"] ?? fileURLToPath(new URL("vm-verdict/vm-verdict", import.meta.url));

/** Does something with a folder that is there for as long. */
function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "btfkit-vm-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A virtual machine with one of Debian's kernels, as `6.1` or `6.12`; all blobs go into one boot. */
function vmJudge(version: string): Judge {
  const boot = (...args: readonly string[]): void => {
    const run = spawnSync(PROGRAM, ["-k", version, "-t", "500", ...args], { encoding: "utf8" });
    if (run.error !== undefined) throw run.error;
    console.log(run.stderr.trim());
  };
  const ask = (blobs: readonly Uint8Array[]): Answer[] =>
    inFolder((folder) => {
      const input = join(folder, "in");
      const output = join(folder, "out");
      writeFileSync(input, frame(blobs));
      boot("-o", output, input);
      const lines = readFileSync(output, "utf8").split("\n").filter(Boolean);
      if (lines.length !== blobs.length) throw new Error(`${lines.length} of ${blobs.length} blobs were judged`);
      return lines.map((line) => {
        const { err, log } = JSON.parse(line) as { err: string; log: string };
        return { errno: err, logBytes: encodeName(log) };
      });
    });
  const vmlinux = (): Btf =>
    inFolder((folder) => {
      boot("--get", OWN_TYPES, "-d", folder);
      return readBtf(join(folder, basename(OWN_TYPES)));
    });
  return { release: `Debian ${version}`, profile: `debian-${version}` as KernelName, ask, vmlinux };
}

/** The judge that a command line names: nothing or `host` is the running kernel. */
export function judgeNamed(name: string): Judge {
  return name === "host" ? hostJudge() : vmJudge(name);
}

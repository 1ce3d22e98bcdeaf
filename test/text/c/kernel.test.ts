/** The running kernel's verdict on what `parseC` makes of the corpus, beside its verdict on what libbpf gives it. */

import { afterAll, describe, expect, it } from "vitest";
import { encode } from "btfkit";
import { lower, type KernelName } from "btfkit/kernel";
import { loadBtf } from "btfkit/node";
import { parseC } from "btfkit/text";
import { kernelOracle } from "../../kernel-oracle.js";
import { oracle } from "../../oracles.js";
import { profileOfRelease, runningRelease } from "../../tools/judges.js";
import { CLANG, compiled, CORPUS_FILES, preprocessed, scratch } from "./clang.js";
import { libbpfOracle, openedBtf } from "./libbpf.js";

const reason = oracle(CLANG).reason ?? kernelOracle().reason ?? libbpfOracle().reason;
const folder = scratch();
afterAll(() => folder.remove());

/** libbpf 1.1 opens none of these: weak externs and externs without a section, an unknown section, no types at all. */
const NOT_OPENED = new Set(["23-var-linkage.c", "29-weak-externs.c", "43-nothing.c", "47-arena-addrspace.c"]);

/** The errno, and the words of the log's last line that are no field of a type. */
function verdict(bytes: Uint8Array): string {
  const { ok, errno, log } = loadBtf(bytes);
  if (ok) return "ok";
  const last = log.trimEnd().split("\n").at(-1)!;
  return `${errno} ${/(?:\S+=\S+ )+([A-Z].*)$/.exec(last)?.[1] ?? "without a reason"}`;
}

describe.skipIf(reason !== undefined)(`the corpus and the running kernel ${reason ?? ""}`, () => {
  const kernel: KernelName = profileOfRelease(runningRelease()) ?? "bpf-next";
  const verdicts = new Map<string, number>();

  it.each(CORPUS_FILES)("%s: the same verdict as on what libbpf opened", (file) => {
    const opened = openedBtf(compiled(file, folder.path));
    const ours = verdict(encode(lower(parseC(preprocessed(file)), { kernel }).graph));
    expect(opened === undefined).toBe(NOT_OPENED.has(file));
    expect(ours).toBe(opened === undefined ? "ok" : verdict(opened));
    verdicts.set(ours, (verdicts.get(ours) ?? 0) + 1);
  });

  it("takes most of the corpus, and refuses the rest for what the programs have in them", () => {
    expect(verdicts.get("ok")).toBeGreaterThanOrEqual(29);
    expect(verdicts.size).toBeGreaterThan(1);
  });
});

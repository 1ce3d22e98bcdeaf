/** The verifier against what kernels said: test/vectors/kernel-*.jsonl.br. */
import { expect, it } from "vitest";

import { btf } from "btfkit";
import { differenceOf } from "../tools/differences.js";
import { readVerdicts, verdictFiles } from "./verdict-file.js";

/** What of the recording kernel's types decides about kptrs. */
const VMLINUX = btf()
  .addStruct("list_head", 16)
  .addStruct("task_struct", 64)
  .addFuncProto(0)
  .addFunc("bpf_task_release", "static", 3)
  .build();

it.each(verdictFiles())("%s: the same errno and the same bytes of log", (file) => {
  const { head, rows } = readVerdicts(file);
  // Random blobs name no kptr, so that only the probes look at the types.
  const differences = rows.flatMap(({ name, blob, options, ...answer }) => {
    const difference = differenceOf(blob, answer, { kernel: head.kernel, vmlinux: VMLINUX, ...options });
    return difference === undefined ? [] : [`${name}\n${difference}`];
  });
  expect(rows.length).toBeGreaterThan(600);
  expect(differences).toEqual([]);
});

it("there are recordings of 6.18 and of Debian's 6.1 and 6.12", () => {
  expect(verdictFiles()).toEqual([
    "kernel-6.18-first-random",
    "kernel-6.18-probes",
    "kernel-6.18-random",
    "kernel-debian-6.1-random",
    "kernel-debian-6.12-random",
  ]);
});

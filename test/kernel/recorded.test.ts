/** The verifier against what kernels said: test/vectors/kernel-*.jsonl.br. */
import { expect, it } from "vitest";

import { btf } from "btfkit";
import { differenceOf } from "../tools/differences.js";
import { LARGE_PROBES } from "./large-probes.js";
import { readVerdicts, verdictFiles } from "./verdict-file.js";

/** What of the recording kernels' types decides about kptrs to structs of the same names. */
const VMLINUX = btf()
  .addStruct("list_head", 16)
  .addStruct("task_struct", 64)
  .addStruct("bpf_spin_lock", 4)
  .addStruct("bpf_list_head", 16)
  .addStruct("bpf_list_node", 24)
  .addStruct("bpf_rb_root", 16)
  .addStruct("bpf_rb_node", 32)
  .addStruct("bpf_refcount", 4)
  .addFuncProto(0)
  .addFunc("bpf_task_release", "static", 9)
  .build();

it.each(verdictFiles())("%s: the same errno and the same bytes of log", (file) => {
  const { head, rows } = readVerdicts(file);
  const differences = rows.flatMap(({ name, blob, options, ...answer }) => {
    const difference = differenceOf(blob, answer, { kernel: head.kernel, vmlinux: VMLINUX, ...options });
    return difference === undefined ? [] : [`${name}\n${difference}`];
  });
  expect(rows.length).toBeGreaterThan(600);
  expect(differences).toEqual([]);
});

/**
 * Of the 702 probes of 6.18 these are about the call, and not about the data: the pointers, the log's address, flags,
 * the length of the attributes, permissions. `verify` has no such arguments. Eight more have large data: see
 * large.test.ts.
 */
const ABOUT_THE_CALL = [
  "attr.efault",
  "attr.flags",
  "attr.hugetail_nz",
  "attr.len28",
  "attr.tail",
  "attr.tail_nz",
  "attr.token",
  "log.badptr",
  "log.buf_nosize",
  "log.nobuf_size",
  "priv.nobody",
];

it("the probes of 6.18 are all here, but for those about the call and those with large data", () => {
  const names = readVerdicts("kernel-6.18-probes").rows.map(({ name }) => name);
  expect(names.filter((name) => ABOUT_THE_CALL.includes(name))).toEqual([]);
  expect(new Set(names).size + ABOUT_THE_CALL.length + LARGE_PROBES.length).toBe(702);
});

it("there are recordings of 6.18 and of Debian's 6.1 and 6.12", () => {
  const files = [
    "kernel-6.18-first-random",
    "kernel-6.18-probes",
    "kernel-6.18-random",
    "kernel-debian-6.1-random",
    "kernel-debian-6.12-random",
  ];
  expect(verdictFiles()).toEqual(expect.arrayContaining(files));
});

/** Functions that a kernel module offers to BPF programs: their types, with the tags that say so. */
import { btf } from "btfkit";
import { verify } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";

/** What pahole writes for `__bpf_kfunc int NAME(...)`. */
const kernel = btf().addStruct("task_struct", 8).addField("pid", "int", 0).build();
const module = btf({ base: kernel })
  .addFunc("bpf_task_pid", "static", "int (struct task_struct *task)")
  .addDeclTag("bpf_kfunc", "bpf_task_pid")
  .addDeclTag("bpf_fastcall", "bpf_task_pid")
  // A tag on one parameter, counted from 0; in C __attribute__((btf_decl_tag("nullable"))).
  .addDeclTag("nullable", "bpf_task_pid", 0)
  .build();
console.log(formatRaw(module));

const func = module.find("bpf_task_pid", "FUNC")!;
for (const id of module.referrers(func)) {
  const tag = module.type(id);
  if (tag.kind === "DECL_TAG") console.log(tag.name, tag.componentIdx === -1 ? "" : `on parameter ${tag.componentIdx}`);
}

// Tags came with 5.16, as attributes with 6.15.
const tagged = btf().addFunc("f", "static", "int (int a)").addDeclTag("bpf_kfunc", "f").build();
const attribute = btf().addFunc("f", "static", "int (int a)").addDeclAttr("bpf_kfunc", "f").build();
for (const kernelName of ["5.15", "5.16", "6.14", "6.15"] as const) {
  const answers = [tagged, attribute].map((graph) => verify(graph, { kernel: kernelName }).errno || "accepted");
  console.log(kernelName, answers.join(" | "));
}

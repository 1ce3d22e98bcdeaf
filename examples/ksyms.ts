/**
 * Externs of the kernel, from what a compiler emits to what a kernel takes: the discussion of March 2021, played through.
 * `.ksyms` holds functions that the program calls, `.kconfig` values of the kernel's configuration. No kernel has ever
 * loaded them as they are; every loader rewrites them first.
 */
import { btf, encode, type Btf } from "btfkit";
import { detectFeatures, canLoad, loadBtf } from "btfkit/node";
import { lower, toLoadShape, verify, type Externs, type VerifyOptions } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";

/** What the kernel says last, on one line. */
function verdict(graph: Btf, options: VerifyOptions): string {
  const { ok, errno, log } = verify(graph, options);
  return ok ? "accepted" : `${errno} ${log.trimEnd().split("\n").at(-1)!.trim()}`;
}

/** What clang emits for `extern int foo(struct sock *) __attribute__((section(".ksyms")))`, as in the thread. */
const foo = btf()
  .addInt("int", 4, "signed")
  .addStruct("sock", 4)
  .addField("family", "int", 0)
  .addKsym("int foo(struct sock *)");
const thread = foo.build();

/** And with a variable of the kernel, and one of its configuration. */
const emitted = foo.addKsym("extern const int bpf_prog_active").addKconfig("CONFIG_HZ", "int").build();

console.log("== As clang emits it\n");
console.log(formatRaw(emitted));

console.log("== What kernels say of it\n");
for (const kernel of ["5.12", "6.18"] as const) {
  console.log(`${kernel}: the function alone: ${verdict(thread, { kernel })}`);
  console.log(`${kernel}: with the variables: ${verdict(emitted, { kernel })}`);
}
// The patch that was withdrawn takes extern functions, and no extern variables.
const proposal = { kernel: "5.12", with: ["extern-func-in-datasec"] } as const;
console.log(`5.12 with the proposal: the function alone: ${verdict(thread, proposal)}`);
console.log(`5.12 with the proposal: with the variables: ${verdict(emitted, proposal)}`);

const ways: Record<Externs, string> = {
  libbpf: "one VAR stands for every function: what libbpf does since 2021",
  int: "a VAR for each function, by its name: as first proposed in the place of new rules in the kernel",
  drop: "no sections of externs at all: short, but nobody sees any more that they were externs",
  keep: "nothing is done: for a verifier that is to be tested",
};
for (const [way, what] of Object.entries(ways) as [Externs, string][]) {
  const { graph, rewrites } = lower(emitted, { kernel: "5.12", externs: way });
  console.log(`\n== ${way}: ${what}\n`);
  for (const { id, rule, was, became } of rewrites) {
    console.log(`[${id}] ${rule}${was === "" ? "" : `\n    ${was}`}\n -> ${became}`);
  }
  console.log(`5.12: ${verdict(graph, { kernel: "5.12" })}`);
}

console.log("\n== For a kernel that knows neither FUNC nor DATASEC\n");
const old = lower(emitted, { kernel: "4.18" }).graph;
console.log(formatRaw(old));
console.log(`4.18: ${verdict(old, { kernel: "4.18" })}`);
console.log(`once more for 4.18: ${lower(old, { kernel: "4.18" }).graph === old ? "the same object" : "another"}`);

console.log("\n== The defaults: libbpf's way, a kernel of today\n");
console.log(`6.18: ${verdict(toLoadShape(emitted), { kernel: "6.18" })}`);

// What the running kernel says goes to console.info: it is not the same everywhere.
const loadable = canLoad();
if (loadable.ok) {
  const kernel = detectFeatures();
  const { ok, errno, log } = loadBtf(encode(lower(emitted, { kernel }).graph));
  if (!ok) throw new Error(`the running kernel ${kernel.release} refuses it: ${errno}\n${log}`);
  const asEmitted = loadBtf(encode(emitted));
  console.info(`Linux ${kernel.release}, as emitted: ${asEmitted.errno}; lowered: loaded`);
} else {
  console.info(`The running kernel was not asked. ${loadable.reason}`);
}

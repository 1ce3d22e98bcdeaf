/**
 * The main job on real input: build the type graph of the 2021 mailing list thread, write it and read it back; open the
 * running kernel's own BTF, write it back and add to it; ask the running kernel to load what was built.
 */
import { existsSync, readFileSync } from "node:fs";

import { btf, decode, defineBtf, encode, isBtfError, type Btf } from "btfkit";
import { canLoad, KERNEL_BTF, kernelBtf, loadBtf } from "btfkit/node";
import { formatRaw } from "btfkit/text";

function heading(text: string): void {
  console.log(`\n== ${text}\n`);
}

/** Throws when what must hold does not: a quickstart that only says so would be no proof. */
function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what}: no`);
  console.log(`${what}: yes`);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** What a compiler emits for `extern int foo(struct sock *) __attribute__((section(".ksyms")))`. */
function externInKsyms(): Btf {
  return btf()
    .addInt("int", 4, "signed")
    .addStruct("sock", 4)
    .addField("family", "int", 0)
    .addFuncProto("int")
    .addFuncParam("", "struct sock *")
    .as("foo's prototype")
    .addFunc("foo", "extern", "foo's prototype")
    .addDatasec(".ksyms", 0)
    .addDatasecVarInfo("foo", 0, 0)
    .build();
}

/** Stands in for a kernel's BTF where there is none. */
function sample(): Btf {
  return defineBtf((b) => {
    const int = b.addInt("int", 4, "signed");
    for (let i = 0; i < 20_000; i++) {
      const struct = b.addStruct(`sample_${i}`, 8);
      b.addField("value", int, 0);
      b.addField("flags", int, 32);
      b.addPtr(struct);
    }
  });
}

heading("An extern function in DATASEC .ksyms, as compilers emit it");
const graph = externInKsyms();
console.log(formatRaw(graph));
const bytes = encode(graph);
console.log(`${bytes.length} bytes of BTF`);
check(decode(bytes).equals(graph), "decoded again it is the same graph");

heading("The running kernel's own types");
const hasKernelBtf = existsSync(KERNEL_BTF);
if (!hasKernelBtf) console.log(`There is no ${KERNEL_BTF} here; this is a sample that the quickstart built itself.`);
const file = hasKernelBtf ? readFileSync(KERNEL_BTF) : encode(sample());
const start = performance.now();
const kernel = hasKernelBtf ? kernelBtf() : decode(file);
const opened = performance.now() - start;
console.log(`${kernel.typeCount - 1} types in ${file.length} bytes, opened and checked in ${opened.toFixed(1)} ms`);
const counts = new Map<string, number>();
for (const [, { kind }] of kernel.types()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
for (const [kind, count] of counts) console.log(`  ${kind.padEnd(10)} ${String(count).padStart(7)}`);
check(sameBytes(encode(kernel), file), "written back it is the same, byte for byte");

heading("A struct of our own on top of it");
const longer = btf({ from: kernel })
  .addStruct("quickstart_event")
  .addField("pid", "int")
  .addField("comm", "char[16]")
  .build();
const added = longer.id("struct quickstart_event");
console.log(`type [${added}] has ${longer.sizeOf(added)} bytes; the last type is [${longer.typeCount - 1}] now`);
check(sameBytes(encode(kernel), file), "the graph it was added to is untouched");

heading("What the running kernel says");
const loadable = canLoad();
if (loadable.ok) {
  const taken = btf()
    .addInt("int", 4, "signed")
    .addStruct("sock")
    .addField("family", "int")
    .addFunc("foo", "global", "int (struct sock *sk)")
    .build();
  for (const [what, each] of [
    ["The extern function above", bytes],
    ["A global function instead", encode(taken)],
  ] as const) {
    const { ok, errno, log } = loadBtf(each);
    console.log(`${what}: ${ok ? "loaded" : `refused with ${errno}`}. Its log:\n`);
    console.log(log.trimEnd().replace(/^/gm, "  "), "\n");
  }
} else {
  console.log(loadable.reason);
}

heading("What is wrong is said clearly");
try {
  btf().addStruct("sock").widen().addPtr("struct sokc");
} catch (error) {
  if (!isBtfError(error)) throw error;
  console.log(`${error.code}: ${error.message}`);
}

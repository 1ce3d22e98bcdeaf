/** One graph, written as the program that makes it, in every language that has a need for BTF. */
import { decode, encode, isBtfError } from "btfkit";
import {
  formatBtfJson,
  formatBytes,
  formatCilium,
  formatLibbpf,
  formatSelftest,
  formatTypeScript,
  fromJson,
  parseC,
} from "btfkit/text";

// As a file has it: nothing is left of how it was made.
const graph = decode(
  encode(
    parseC(`
      struct sock { int family; struct sock *next; unsigned int state : 3; };
      extern int foo(struct sock *sk) __attribute__((section(".ksyms")));
    `),
  ),
);

console.log("== The btfkit program\n");
console.log(formatTypeScript(graph));

console.log("== As the kernel's selftests have it\n");
console.log(formatSelftest(graph, { descr: "extern function" }));

console.log("== libbpf's calls\n");
console.log(formatLibbpf(graph));

console.log("== Literals for cilium/ebpf\n");
console.log(formatCilium(graph));

console.log("== Bytes for Rust\n");
console.log(formatBytes(encode(graph), { lang: "rust", name: "SOCK" }));

console.log("== JSON, and back\n");
const json = formatBtfJson(graph);
console.log(json);
console.log(Buffer.compare(encode(fromJson(json)), encode(graph)) === 0 ? "the same bytes" : "other bytes");

console.log("\n== What a language can't say\n");
const odd = parseC('typedef int t __attribute__((btf_decl_tag("tagged")));');
try {
  formatCilium(odd);
} catch (error) {
  if (!isBtfError(error)) throw error;
  console.log(`${error.code} ${error.message}`);
}

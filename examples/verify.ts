/** What would a kernel say: the verdict, its log and a picture, without a kernel. */
import { btf } from "btfkit";
import { explain, KERNELS, verify } from "btfkit/kernel";

// What clang writes for `extern int foo(struct sock *) __ksym`.
const fixture = btf()
  .addInt("int", 4, "signed")
  .addStruct("sock", 4)
  .addField("family", "int", 0)
  .addFuncProto("int")
  .addFuncParam("", "struct sock *")
  .addFunc("foo", "extern", 3)
  .addDatasec(".ksyms", 0)
  .addDatasecVarInfo("foo", 0, 0)
  .build();

const verdict = verify(fixture, { kernel: "6.18" });
console.log(verdict.ok, verdict.errno);
console.log(verdict.log);
console.log(explain(verdict, fixture));
console.log(verdict.at);

// The patch of 2021 that was never merged would have let it through; its tests are a `with` away.
const proposal = verify(fixture, { kernel: "6.18", with: ["extern-func-in-datasec"] });
console.log(`with the proposal of 2021: ${proposal.ok ? "accepted" : proposal.errno}`);

// Which kernels take a FLOAT?
const float = btf().addFloat("double", 8).build();
const first = KERNELS.find(({ kernel }) => verify(float, { kernel, logLevel: 0 }).ok);
console.log(`FLOAT: from ${first?.kernel} on`);
for (const { token, text, source } of first?.changes ?? []) console.log(`${token}: ${text} (${source})`);

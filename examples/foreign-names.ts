/** Names of other languages than C, which kernels refuse: made acceptable, and told. */
import { btf } from "btfkit";
import { explain, sanitizeNames, verify } from "btfkit/kernel";
import { formatRaw } from "btfkit/text";

// As rustc and zig write them.
const graph = btf()
  .addStruct("Option<u32>", 8)
  .addField("__0", "unsigned int", 32)
  .addStruct("*xdp.Context", 4)
  .addField("café", "unsigned int", 0)
  .addDatasec("license", 4)
  .widen()
  .build();

const verdict = verify(graph, { kernel: "6.18" });
console.log(explain(verdict, graph));

for (const mode of ["underscore", "hash"] as const) {
  const { graph: sane, renames } = sanitizeNames(graph, { mode });
  console.log(mode, verify(sane).ok);
  for (const [from, to] of renames) console.log(`  ${from} -> ${to}`);
  if (mode === "underscore") console.log(formatRaw(sane));
}

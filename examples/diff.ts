/** What differs between two graphs, as two kernels' BTFs: as data, and for people. */
import { btf } from "btfkit";
import { diff, formatDiff } from "btfkit/text";

const before = btf()
  .addStruct("sock")
  .addField("family", "unsigned short")
  .addField("state", "int")
  .addFunc("close", "global", "void (struct sock *sk)")
  .build();

const after = btf()
  .addStruct("sock")
  .addField("family", "unsigned short")
  .addField("cookie", "unsigned long")
  .addField("state", "int")
  .addFunc("close", "global", "int (struct sock *sk, long timeout)")
  .build();

const found = diff(before, after);
for (const { after: type, changes } of found.changed) {
  for (const change of changes) console.log(type.name, change.what, change.path);
}
console.log(formatDiff(found));

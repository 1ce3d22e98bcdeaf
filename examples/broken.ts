/** Broken on purpose: what the checked calls refuse goes through a plainly named door. */
import { btf, decode, encode, isBtfError } from "btfkit";

try {
  btf().addInt("int", 3, "signed");
} catch (error) {
  if (isBtfError(error)) console.log(`${error.code} ${error.rule}: ${error.message}`);
}

const broken = btf()
  .unchecked((b) => b.addInt("int", 3, "signed"))
  .addRaw({ name: "s", info: 0x04000002, sizeOrType: 8, extra: [0, 1, 0, 0, 99, 32] })
  .build({ dangling: true });

try {
  decode(encode(broken));
} catch (error) {
  if (isBtfError(error)) console.log(`at byte ${error.byteOffset}: ${error.message}`);
}
console.log(decode(encode(broken), { lenient: true }).diagnostics);

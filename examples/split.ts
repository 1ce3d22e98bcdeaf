/** A module's BTF stands on the kernel's: ids and strings go on where the base ends. */
import { btf, decode, encode } from "btfkit";

const kernel = btf().addInt("int", 4, "signed").addStruct("sock").addField("family", "int").build();
const module = btf({ base: kernel })
  .addStruct("my_sock")
  .addField("sock", "struct sock")
  .addField("extra", "int")
  .build();

const bytes = encode(module);
console.log(`the module's own part: ${bytes.length} bytes, types [${module.startId}] to [${module.typeCount - 1}]`);
console.log(decode(bytes, { base: kernel }).toString());

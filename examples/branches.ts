/** Values never change: any number of graphs grow from one, and share what they have in common. */
import { btf } from "btfkit";

const common = btf().addInt("int", 4, "signed").addStruct("sock", 8).addField("family", "int", 0);
const narrow = common.addField("state", "int", 32).build();
const wide = common.addField("port", "int", 32).addPtr("struct sock").build();

console.log(common.build().toString(), "\n");
console.log(narrow.toString(), "\n");
console.log(wide.toString());

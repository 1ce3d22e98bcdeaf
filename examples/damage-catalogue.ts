/** Every way to break a BTF that has a name, and one that has none. */
import { btf } from "btfkit";
import { damage, damageAnswer, DAMAGES } from "btfkit/damage";
import { explain, verify } from "btfkit/kernel";

const event = btf().addInt("int", 4, "signed").addStruct("event").addField("pid", "int").build();

// One that breaks members, as kernels of three years see it.
const name = "struct-member-offset-descending";
const broken = damage(event, name);
console.log(explain(verify(broken), broken));
for (const kernel of ["4.19", "5.4", "6.18"] as const) {
  console.log(kernel, damageAnswer(name, kernel)?.message ?? "accepted", verify(broken, { kernel }).errno);
}

// All of them, by what the newest kernel says.
const said = new Map<string, string[]>();
for (const { name: recipe } of DAMAGES) {
  const answer = damageAnswer(recipe, "bpf-next");
  if (answer !== undefined) said.set(answer.message, [...(said.get(answer.message) ?? []), recipe]);
}
for (const [message, recipes] of [...said].slice(0, 12)) console.log(`${message || "(silent)"}: ${recipes.join(", ")}`);

// By hand, as the kernel's selftests do with their header: the string section is four bytes longer than it is.
const long = damage(event, { header: { strLen: (length) => length + 4 } });
console.log(explain(verify(long), long));

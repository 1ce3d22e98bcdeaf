/** Both byte orders from one source, as fixtures of a reader need them. */
import { btf, decode, encode, type Target } from "btfkit";
import { verify } from "btfkit/kernel";

/** The same calls for either target: a bit-field lies at other bits where the first byte is the highest. */
const make = (target: Target) =>
  btf({ target }).addStruct("flags").addField("a", "unsigned int", undefined, 3).addField("n", "long").build();

const little = encode(make("bpf"));
const big = encode(make("bpfeb"));
console.log("first bytes:", little.subarray(0, 2).join(" "), "|", big.subarray(0, 2).join(" "));

// Bytes differ; types do not.
const [el, eb] = [decode(little), decode(big)];
console.log(
  el.endian,
  eb.endian,
  "equal types:",
  el.equals(eb),
  "turned over:",
  encode(el, { endian: "big" }).join() === big.join(),
);

// A kernel takes its own byte order and no other.
for (const host of ["little", "big"] as const) {
  console.log(host, [little, big].map((bytes) => verify(bytes, { host }).errno || "accepted").join(" | "));
}

/** A fixture for a Go test from a C header: a file with a slice of bytes, each type in a comment. */
import { decode, encode } from "btfkit";
import { verify } from "btfkit/kernel";
import { formatBytes, parseC } from "btfkit/text";

const header = `
  typedef unsigned int __u32;
  struct event { __u32 pid; char comm[16]; };
`;
const bytes = encode(parseC(header));
console.log(verify(bytes).ok, decode(bytes).typeCount - 1, "types");
console.log(formatBytes(bytes, { lang: "go", package: "events", name: "EventBTF" }));

// `btfkit fixtures DIR --to go --out events` writes such a file for each fixture that DIR's *.btf.ts files define.

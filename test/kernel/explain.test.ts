import { describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { explain, verify } from "btfkit/kernel";
import { ALL_MESSAGES } from "./message-cases.js";
import { datasec, named, types } from "./raw-types.js";

const EXTERN = btf().addInt("int", 4).addFuncProto("int").addFunc("f", "extern", 2).build();

describe("explain", () => {
  it("draws the type, the field, the kernel's line and the hint", () => {
    expect(explain(verify(EXTERN), EXTERN)).toBe(
      [
        "[3] FUNC 'f' type_id=2 linkage=extern",
        "                       ^^^^^^^^^^^^^^",
        "kernel: EINVAL: [3] FUNC f type_id=2 Invalid func linkage",
        "hint: FUNC linkage extern is refused by every kernel; lower() makes it global",
      ].join("\n"),
    );
    const bytes = encode(EXTERN);
    expect(explain(verify(bytes), bytes)).toBe(explain(verify(EXTERN), EXTERN));
  });

  it("says accepted", () => {
    const graph = btf().addInt("int", 4).build();
    expect(explain(verify(graph), graph)).toBe("accepted");
  });

  it("does without a log", () => {
    const text = explain(verify(EXTERN, { logLevel: 0 }), EXTERN);
    expect(text).toContain("kernel: EINVAL: no log");
    expect(text).toContain("^^^^^^^^^^^^^^");
  });

  it("reads the byte order that verify was told", () => {
    const big = encode(EXTERN, { endian: "big" });
    const verdict = verify(big, { host: "big" });
    expect(explain(verdict, big, "big")).toBe(explain(verify(EXTERN), EXTERN));
    // What was taken past the magic number is in the host's order.
    expect(explain(verdict, big)).toBe(explain(verify(EXTERN), EXTERN));
    const wrong = verify(big);
    expect(explain(wrong, big)).toBe(
      [
        "header magic=0x9feb version=1 flags=0x0 hdr_len=402653184 type_off=0 type_len=671088640 str_off=671088640 str_len=117440512",
        "                                        ^^^^^^^^^^^^^^^^^",
        "kernel: EINVAL: btf_header not found",
        "hint: the BTF is in the other byte order than the host's: encode it with the host's endian",
      ].join("\n"),
    );
    const version = big.slice();
    version[2] = 2;
    expect(explain(verify(version, { host: "big" }), version)).toMatch(/^header magic=0xeb9f version=2 .*hdr_len=24 /);
  });

  it("says of a log that does not fit what would help", () => {
    const verdict = verify(EXTERN, { logSize: 10 });
    expect(explain(verdict, EXTERN)).toContain("hint: the log buffer is too small: give a larger logSize");
  });

  it("draws names that no terminal should see as they are", () => {
    const data = types(named("a\u0007b"));
    expect(explain(verify(data), data)).toMatch(
      /^\[2\] TYPEDEF 'a\\x07b' .*\n.*\nkernel: EINVAL: \[2\] TYPEDEF a\\x07b /,
    );
  });

  it("draws what any kernel says of what it knows or not", () => {
    const data = types(datasec(4, []));
    expect(explain(verify(data, { kernel: "5.1" }), data)).toMatchSnapshot("5.1");
    expect(explain(verify(data, { kernel: "5.2" }), data)).toMatchSnapshot("5.2");
  });
});

it.each(ALL_MESSAGES)("$rule: $name", ({ data }) => {
  expect(`\n${explain(verify(data), data)}\n`).toMatchSnapshot();
});

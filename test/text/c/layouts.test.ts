/** Declarations that Debian's clang 19.1 laid out for bpf, as recorded in layouts-bpf.json. */

import { describe, expect, it } from "vitest";
import { parseC } from "btfkit/text";
import layouts from "./layouts-bpf.json" with { type: "json" };

interface Recorded {
  readonly c: string;
  /** `5 bytes, align 1: first@0 second@8:3`: each member's offset in bits, and the bits of a bit-field. */
  readonly layouts: Readonly<Record<string, string>>;
}

describe("layouts", () => {
  it.each(layouts as unknown as Recorded[])("$c", ({ c, layouts: expected }) => {
    expect(parseC(c).diagnostics).toEqual([]);
    for (const [spelling, layout] of Object.entries(expected)) {
      // The alignment shows in where a member of this type goes.
      const graph = parseC(`${c}\nstruct alignment_probe { char first; ${spelling} probed; };`);
      const type = graph.type(graph.id(spelling));
      const probe = graph.type(graph.id("struct alignment_probe"));
      if (probe.kind !== "STRUCT" || !("members" in type)) throw new Error(`${spelling} is a ${type.kind}`);
      const members = type.members.map(({ name, bitsOffset, bitfieldSize }) => {
        return `${name}@${bitsOffset}${bitfieldSize === 0 ? "" : `:${bitfieldSize}`}`;
      });
      const align = probe.members[1]!.bitsOffset / 8;
      expect(`${type.size} bytes, align ${align}: ${members.join(" ")}`).toBe(layout);
    }
  });
});

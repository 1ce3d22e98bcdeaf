/** A broken fixture in a vitest test: what a reader of BTF should refuse, and what the kernel says of it. */
// oxlint-disable-next-line import/no-unassigned-import -- it gives `expect` its matchers
import "btfkit/vitest";
import { expect, it } from "vitest";

import { btf, decode } from "btfkit";
import { damage } from "btfkit/damage";

const event = btf().addStruct("event").addField("pid", "int").addField("comm", "char[16]").build();

it("is sound", () => {
  expect(event).toBeAcceptedBy("all");
  expect(event).toMatchInlineSnapshot(`
    [1] STRUCT 'event' size=20 vlen=2
    	'pid' type_id=2 bits_offset=0
    	'comm' type_id=5 bits_offset=32
    [2] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
    [3] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=SIGNED
    [4] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)
    [5] ARRAY '(anon)' type_id=3 index_type_id=4 nr_elems=16
  `);
});

it("is refused once a pointer leads nowhere", () => {
  const broken = damage(event, "pointer-dangling");
  expect(broken).toBeRefusedBy(["4.18", "6.18", "bpf-next"], /PTR \(anon\) type_id=7 Invalid type_id/);
  expect(() => decode(broken)).toThrow("type id 7 is out of range");
});

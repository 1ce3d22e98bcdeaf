/** Random BTF with the kernel's own structs and kptrs: some of it makes a kernel print a warning. Never load it live. */
import fc from "fast-check";

import { KIND, packInfo } from "../../src/wire/kinds.js";
import { joinBlob, pick, Strings } from "./blob-writer.js";

// Without the bias towards small numbers, which would make one type in four wild.
const number = fc.noBias(fc.nat({ max: 0xffff }));
const wanted: Readonly<Record<string, number>> = {
  bpf_spin_lock: 4,
  bpf_list_head: 16,
  bpf_list_node: 24,
  bpf_rb_root: 16,
  bpf_rb_node: 32,
  bpf_refcount: 4,
};

const KPTR_TAGS = ["kptr", "kptr_untrusted", "percpu_kptr", "kptr", "uptr", "rcu"];

/** The kernel's own structs, mostly with the right sizes, before some types that may use them. */
export const specialBlob: fc.Arbitrary<Uint8Array> = fc
  .record({
    names: fc.subarray(Object.keys(wanted), { minLength: 1 }),
    odd: fc.nat({ max: 30 }),
    structs: fc.array(
      fc.record({
        name: fc.constantFrom("a", "b", "foo", ""),
        members: fc.array(fc.tuple(number, fc.constantFrom("a", "b", "int", ""), fc.nat({ max: 60 })), {
          minLength: 1,
          maxLength: 5,
        }),
        union: fc.nat({ max: 9 }),
        contains: fc.array(
          fc.tuple(
            fc.nat({ max: 4 }),
            fc.constantFrom(
              "contains:a:b",
              "contains:b:a",
              "contains:foo:int",
              "contains:a:",
              "contains:zz:a",
              "contains:a",
              "x",
            ),
          ),
          { maxLength: 2 },
        ),
        array: fc.nat({ max: 8 }),
        kptr: fc.nat({ max: 120 }),
        odd: fc.nat({ max: 12 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ names, odd: wrongSize, structs }) => {
    const strings = new Strings();
    const words = [strings.offset("int"), packInfo(KIND.INT, 0), 4, 32];
    const sizes = [0, 4];
    for (const name of names) {
      const size = wanted[name]! + (wrongSize === 0 ? 4 : 0);
      words.push(strings.offset(name), packInfo(KIND.STRUCT, 0), size);
      sizes.push(size);
    }
    for (const { name, members, union, contains, array, kptr, odd: oddName } of structs) {
      let at = 0;
      if (kptr < 30) {
        // A pointer with a tag, to what came before: a kptr, or what a kernel refuses or looks away from.
        const next = (nameOffset: number, kind: number, third: number, size: number, flag = false): number => {
          words.push(nameOffset, packInfo(kind, 0, flag), third);
          return sizes.push(size) - 1;
        };
        const target = kptr % 10 === 0 ? 1 : sizes.length - 1 - (kptr % Math.min(4, sizes.length - 1));
        const twice = kptr === 29 ? next(strings.offset("kptr"), KIND.TYPE_TAG, target, 0) : target;
        const tag = strings.offset(pick(KPTR_TAGS, kptr));
        const tagged = next(tag, KIND.TYPE_TAG, twice, 0, kptr === 28);
        const pointer = next(0, KIND.PTR, tagged, 8);
        if (kptr % 7 === 0) next(0, KIND.VOLATILE, pointer, 8);
      }
      // A type with the name of one of the kernel's structs that is none.
      if (oddName === 0) {
        words.push(strings.offset(pick(Object.keys(wanted), kptr)), packInfo(KIND.UNION, 0), 4);
        sizes.push(4);
      }
      const placed = members.map(([choice, member, gap]) => {
        const usable = sizes.flatMap((size, i) => (size > 0 || choice % 50 === 49 ? [i] : []));
        const type = pick(usable, choice);
        const aligned = gap === 59 ? at + 4 : Math.ceil(at / 8) * 8;
        at = aligned + sizes[type]!;
        return [strings.offset(member), type, aligned * 8 + (gap === 60 ? 3 : 0)];
      });
      const isUnion = union === 0;
      const id = sizes.length;
      words.push(strings.offset(name), packInfo(isUnion ? KIND.UNION : KIND.STRUCT, placed.length), at + 8);
      for (const [member, type, bits] of placed) words.push(member!, type!, isUnion ? 0 : bits!);
      sizes.push(at + 8);
      for (const [index, tag] of contains) {
        words.push(strings.offset(tag), packInfo(KIND.DECL_TAG, 0), id, index % placed.length);
        sizes.push(0);
      }
      if (array < 3) {
        words.push(0, packInfo(KIND.ARRAY, 0), 0, id, 1, array);
        sizes.push((at + 8) * array);
      }
    }
    return joinBlob(words, strings.bytes());
  });

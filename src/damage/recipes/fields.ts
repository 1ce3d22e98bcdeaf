import type { KernelName, VerifyRule } from "../../kernel/index.js";
import type { Draft } from "../draft.js";
import { answer, type AnswerRow, type Recipe } from "./recipe.js";

/** A rule about special fields, which gives an errno and no text. Debian's kernels have some of the newest by backport. */
function silent(rule: VerifyRule, from: KernelName, rest: Partial<AnswerRow> = {}): AnswerRow {
  return { ...answer(rule, from), ...rest };
}

/**
 * Not for a live kernel: near to these lie uses of the kernel's own structs at which it prints a warning, and is tainted
 * from then on.
 */
function offline(breaks: string, answers: AnswerRow | readonly AnswerRow[], apply: Recipe["apply"]): Recipe {
  return { breaks, answers: "rule" in answers ? [answers] : answers, live: false, apply };
}

const NODE_BYTES = 24;
const NODE_BITS = NODE_BYTES * 8;
const LOCK_BIT = 128;
/** Structs within structs that a kernel goes down, and one more. */
const NESTING = 32;
/** Special fields that a struct may have, and one more. */
const TOO_MANY = 12;

const lock = (draft: Draft): number => draft.special("bpf_spin_lock", 4);
const head = (draft: Draft): number => draft.special("bpf_list_head", 16);
const node = (draft: Draft): number => draft.special("bpf_list_node", NODE_BYTES);

const tag = (draft: Draft, text: string, target: number, component: number): void => {
  draft.add("DECL_TAG", { name: text, third: target, extra: [component] });
};

/** A struct with a list head and a lock; the tag says what the list holds, of which the lock is none. */
const holder =
  (contains: (draft: Draft) => string) =>
  (draft: Draft): void => {
    const text = contains(draft);
    const types = [head(draft), lock(draft)] as const;
    const struct = draft.struct(24, [
      ["head", types[0], 0],
      ["lock", types[1], LOCK_BIT],
    ]);
    tag(draft, text, struct, 0);
  };

/** A struct of a name that is in a list, and has a list of the next. */
function link(draft: Draft, name: string, next: string): void {
  const types = [node(draft), head(draft), lock(draft)] as const;
  const names = ["node", "head", "lock"].map((each) => draft.string(each));
  const bits = [0, NODE_BITS, NODE_BITS + LOCK_BIT];
  const extra = names.flatMap((each, i) => [each, types[i]!, bits[i]!]);
  const struct = draft.add("STRUCT", { name, vlen: 3, third: 48, extra });
  tag(draft, `contains:${next}:node`, struct, 1);
}

/** A struct of a name that is in a list, and has none. */
function leaf(draft: Draft, name: string): void {
  const type = node(draft);
  draft.add("STRUCT", { name, vlen: 1, third: NODE_BYTES, extra: [draft.string("node"), type, 0] });
}

/** A struct with a lock and a pointer with a tag. */
const tagged =
  (text: string, target: (draft: Draft) => number) =>
  (draft: Draft): void => {
    const type = lock(draft);
    const pointee = draft.add("TYPE_TAG", { name: text, third: target(draft) });
    const pointer = draft.add("PTR", { third: pointee });
    draft.struct(16, [
      ["pointer", pointer, 0],
      ["lock", type, 64],
    ]);
  };

/** Faults of structs with fields that the kernel gives a meaning: the last pass, in the order of its tests. */
export const FIELD_RECIPES = {
  "field-misplaced": offline("a bpf_spin_lock at byte 2", silent("field-none", "6.2"), (draft) => {
    draft.struct(8, [["lock", lock(draft), 16]]);
  }),
  "field-beside-bits": offline(
    "a bit-field in a struct with a bpf_spin_lock",
    silent("field-bits", "6.11"),
    (draft) => {
      const types = [lock(draft), draft.int()] as const;
      draft.struct(
        8,
        [
          ["lock", types[0], 0],
          ["bits", types[1], (3 << 24) | 33],
        ],
        { kindFlag: true },
      );
    },
  ),
  "field-two-locks": offline("two bpf_spin_locks in a struct", silent("field-twice", "6.2"), (draft) => {
    const type = lock(draft);
    draft.struct(8, [
      ["a", type, 0],
      ["b", type, 32],
    ]);
  }),
  "field-too-many": offline("12 bpf_list_nodes in a struct", silent("field-count", "6.6"), (draft) => {
    const type = node(draft);
    const members = Array.from({ length: TOO_MANY }, (_, i) => [`n${i}`, type, i * NODE_BITS] as const);
    draft.struct(TOO_MANY * NODE_BYTES, members);
  }),
  "field-nesting": offline(
    "32 structs in one another beside a bpf_spin_lock",
    silent("field-depth", "6.11"),
    (draft) => {
      const type = lock(draft);
      let inner = draft.struct(4, []);
      for (let i = 1; i < NESTING; i++) inner = draft.struct(4, [["inner", inner, 0]]);
      draft.struct(8, [
        ["lock", type, 0],
        ["deep", inner, 32],
      ]);
    },
  ),
  "field-array": offline(
    "an array of bpf_list_nodes beside a bpf_spin_lock",
    silent("field-array", "6.11"),
    (draft) => {
      const types = [lock(draft), node(draft)] as const;
      const array = draft.add("ARRAY", { extra: [types[1], draft.int(), 2] });
      draft.struct(56, [
        ["lock", types[0], 0],
        ["nodes", array, 64],
      ]);
    },
  ),
  "field-overlap": offline(
    "a bpf_spin_lock and a bpf_list_node at the same place",
    silent("field-overlap", "6.6"),
    (draft) => {
      const types = [lock(draft), node(draft)] as const;
      draft.struct(32, [
        ["lock", types[0], 0],
        ["node", types[1], 0],
      ]);
    },
  ),
  "kptr-tag-unknown": offline(
    "a pointer tagged `rcu` beside a bpf_spin_lock",
    silent("kptr-tag", "6.12"),
    tagged("rcu", (draft) => draft.struct(4, [])),
  ),
  "kptr-to-int": offline(
    "a kptr to an INT beside a bpf_spin_lock",
    silent("kptr-type", "6.12"),
    tagged("kptr", (draft) => draft.int()),
  ),

  "list-head-untagged": offline("a bpf_list_head without `contains:`", silent("root-tag", "6.2"), (draft) => {
    const types = [head(draft), lock(draft)] as const;
    draft.struct(24, [
      ["head", types[0], 0],
      ["lock", types[1], LOCK_BIT],
    ]);
  }),
  "list-head-type-missing": offline(
    "`contains:` names a struct that is not there",
    silent("root-type", "6.2"),
    holder(() => "contains:not_there_at_all:node"),
  ),
  "list-head-field-missing": offline(
    "`contains:` names a field that is not there",
    silent("root-member", "6.2"),
    holder(() => "contains:bpf_spin_lock:node"),
  ),
  "list-head-field-not-node": offline(
    "`contains:` names a field that is no bpf_list_node",
    silent("root-node", "6.2"),
    holder((draft) => {
      const name = draft.unusedName("not_node");
      draft.add("STRUCT", { name, vlen: 1, third: 4, extra: [draft.string("node"), draft.int(), 0] });
      return `contains:${name}:node`;
    }),
  ),
  "list-head-without-lock": offline("a bpf_list_head without a bpf_spin_lock", silent("root-lock", "6.6"), (draft) => {
    const name = draft.unusedName("value");
    leaf(draft, name);
    const struct = draft.struct(16, [["head", head(draft), 0]]);
    tag(draft, `contains:${name}:node`, struct, 0);
  }),
  "list-head-value-plain": offline(
    "a list's struct has its node as a second struct bpf_list_node, which the kernel does not look for",
    silent("root-value", "6.2"),
    holder((draft) => {
      node(draft);
      const second = draft.add("STRUCT", { name: "bpf_list_node", third: NODE_BYTES });
      const name = draft.unusedName("value");
      draft.add("STRUCT", { name, vlen: 1, third: NODE_BYTES, extra: [draft.string("node"), second, 0] });
      return `contains:${name}:node`;
    }),
  ),
  "locks-of-two-sorts": offline(
    "a bpf_spin_lock and a bpf_res_spin_lock in a struct",
    silent("two-locks", "6.15"),
    (draft) => {
      const types = [lock(draft), draft.special("bpf_res_spin_lock", 4)] as const;
      draft.struct(8, [
        ["a", types[0], 0],
        ["b", types[1], 32],
      ]);
    },
  ),
  "nodes-without-refcount": offline(
    "a bpf_list_node and a bpf_rb_node without a bpf_refcount",
    silent("node-count", "6.6"),
    (draft) => {
      const types = [node(draft), draft.special("bpf_rb_node", 32)] as const;
      draft.struct(56, [
        ["a", types[0], 0],
        ["b", types[1], NODE_BITS],
      ]);
    },
  ),
  "owners-too-deep": offline(
    "ten structs of which each has a list of the next",
    [
      silent("owner-depth", "bpf-next", { also: ["debian-6.12"] }),
      silent("root-cycle", "6.6", { to: "7.1", except: ["debian-6.12"] }),
    ],
    (draft) => {
      const depth = 9;
      const names = Array.from({ length: depth + 1 }, (_, i) => draft.unusedName(`owner_${i}`));
      for (let i = 0; i < depth; i++) link(draft, names[i]!, names[i + 1]!);
      leaf(draft, names[depth]!);
    },
  ),
  "owners-in-a-circle": offline(
    "two structs with lists of one another",
    [
      silent("owner-depth", "bpf-next", { also: ["debian-6.12"] }),
      silent("root-cycle", "6.6", { to: "7.1", except: ["debian-6.12"] }),
    ],
    (draft) => {
      const [a, b] = [draft.unusedName("owner_a"), draft.unusedName("owner_b")];
      link(draft, a, b);
      link(draft, b, a);
    },
  ),
} as const satisfies Record<string, Recipe>;

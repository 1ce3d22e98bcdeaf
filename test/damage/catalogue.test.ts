/** The catalogue against the verifier of every release, and against the running kernel. */
import { describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { damage, damageAnswer, DAMAGES, type DamageName } from "btfkit/damage";
import { KERNELS, verify } from "btfkit/kernel";
import { RULES, type VerifyRule } from "../../src/kernel/rules.js";
import { judge } from "../../src/kernel/verify.js";
import { kernelOracle } from "../kernel-oracle.js";
import { differenceOf } from "../tools/differences.js";
import { askHost, runningProfile } from "../tools/judges.js";
import { SMALL, SOUND } from "./sound.js";

const TOO_MANY: DamageName = "types-over-limit";

const oracle = kernelOracle();
const running = oracle.available ? runningProfile() : undefined;

it("what it starts from is accepted by every kernel", () => {
  expect(KERNELS.filter(({ kernel }) => !verify(SOUND, { kernel }).ok)).toEqual([]);
});

describe.each(SMALL)("$name", ({ name, answers, breaks }) => {
  const data = damage(SOUND, name);

  it("is answered as listed by every kernel, and no other kernel answers so", () => {
    for (const { kernel } of KERNELS) {
      const { errno, log, at } = verify(data, { kernel });
      const answer = damageAnswer(name, kernel);
      const rules = answers.map(({ rule }) => rule);
      if (answer === undefined) {
        expect([kernel, rules.includes(at?.rule as VerifyRule)]).toEqual([kernel, false]);
        continue;
      }
      expect([kernel, at?.rule, errno]).toEqual([kernel, answer.rule, answer.errno]);
      const [text] = answer.message.split("%");
      expect(log.split("\n").slice(-2).join("\n")).toContain(text);
    }
    expect(breaks).toMatch(/^\S.*[^.\s]$/);
  });

  it("is answered in big-endian as well", () => {
    const big = damage(encode(SOUND, { endian: "big" }), name);
    const answer = answers[0]!;
    const { at } = verify(big, { kernel: answer.to ?? "bpf-next", host: "big" });
    expect(at?.rule).toBe(answer.to === undefined ? damageAnswer(name, "bpf-next")?.rule : answer.rule);
  });
});

describe.skipIf(running === undefined)(`the running kernel: ${running ?? oracle.reason}`, () => {
  it.each(SMALL.filter(({ live }) => live))("says the same of $name", ({ name }) => {
    const data = damage(SOUND, name);
    expect(judge(data, { kernel: running! }).warns).toBe(false);
    expect(differenceOf(data, askHost(data), { kernel: running! })).toBeUndefined();
  });
});

it.each(DAMAGES.filter(({ live }) => !live))(
  "$name holds for a graph that has the kernel's structs already",
  ({ name }) => {
    const locked = btf()
      .addUnion("bpf_spin_lock", 4)
      .addStruct("bpf_list_node", 8)
      .as("other")
      .addStruct("bpf_list_node", 24)
      .as("node")
      .addStruct("bpf_spin_lock", 4)
      .addStruct("value", 24)
      .addField("node", "node", 0)
      .addStruct("mine", 8)
      .addField("lock", "struct bpf_spin_lock", 0)
      .addField("n", "int", 32)
      .build();
    // The first bpf_list_node has another size than the kernel's; that is no fault before something is in a list.
    for (const graph of [locked, btf().addStruct("bpf_list_head", 4).addStruct("bpf_rb_node", 4).build()]) {
      for (const kernel of ["6.18", "bpf-next"] as const) {
        expect(verify(graph, { kernel }).ok).toBe(true);
        expect(verify(damage(graph, name), { kernel }).at?.rule).toBe(damageAnswer(name, kernel)?.rule);
      }
    }
  },
);

it("refuses a byte more than 16 MiB", () => {
  const data = damage(SOUND, "data-too-long");
  for (const { kernel } of KERNELS) expect(verify(data, { kernel })).toMatchObject({ errno: "E2BIG", log: "" });
  if (running !== undefined) expect(differenceOf(data, askHost(data), { kernel: running })).toBeUndefined();
});

it("says that there are too many types, and fails when the log is full", () => {
  const data = damage(SOUND, TOO_MANY);
  expect(verify(data, { logLevel: 0 }).ok).toBe(true);
  const verdict = verify(data);
  expect(verdict).toMatchObject({ errno: "ENOSPC", at: { rule: damageAnswer(TOO_MANY, "6.18")!.rule } });
  expect(verify(data, { logSize: 4096 }).log.endsWith("Exceeded max num of types")).toBe(true);
  if (running !== undefined) expect(askHost(data).errno).toBe("ENOSPC");
});

it("has a recipe for each message that a kernel can log", () => {
  const answered = new Set<VerifyRule>(DAMAGES.flatMap(({ answers }) => answers.map(({ rule }) => rule)));
  const rows = new Set([...answered].map((rule) => `${RULES[rule].form}: ${RULES[rule].text}`));
  rows.add(`${RULES["type-limit"].form}: ${RULES["type-limit"].text}`);
  const missing = Object.entries(RULES).filter(([, { form, text }]) => text !== "" && !rows.has(`${form}: ${text}`));
  expect(missing.map(([rule]) => rule)).toEqual([
    // Before 6.1, of members whose ids are above 65535.
    "member-kind",
    "member-kind-flagged",
    // What-ifs.
    "entry-kind-extern",
    "entry-extern",
    "entry-mixed",
  ]);
});

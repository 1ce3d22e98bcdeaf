import fc from "fast-check";
import { expect, test } from "vitest";
import { applyPatches, decode, editWithPatches, encode, isBtfError, type Btf, type BtfDraft } from "btfkit";
import { graphSpec, SEED, writeGraph } from "../property/word-graph.js";

/** One change of a random edit; numbers are brought into range by the graph at hand. */
interface Step {
  readonly what: "rename" | "retarget" | "drop" | "push" | "add" | "remove" | "replace" | "copy";
  readonly at: number;
  readonly to: number;
  readonly name: string;
  readonly references: "error" | "void" | "remove";
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("rename", "retarget", "drop", "push", "add", "remove", "replace", "copy"),
  at: fc.nat(),
  to: fc.nat(),
  name: fc.string({ maxLength: 4 }).map((text) => text.replaceAll("\0", "x")),
  references: fc.constantFrom("error", "void", "remove"),
});

/** Changes one type of the draft; what the draft refuses is left out. */
function change(draft: BtfDraft, added: number, { what, at, to, name, references }: Step): boolean {
  const { startId, typeCount } = draft.graph;
  const count = typeCount - startId + added;
  const target = to % (typeCount + added);
  if (what === "add") {
    draft.add({
      kind: "STRUCT",
      name,
      size: 4,
      kindFlag: false,
      members: [{ name, typeId: target, bitsOffset: 0, bitfieldSize: 0 }],
    });
    return true;
  }
  if (count === 0) return false;
  const id = startId + (at % count);
  try {
    if (what === "remove") draft.remove(id, { references });
    else if (what === "replace") draft.replace(id, { kind: "PTR", name: "", typeId: target });
    else {
      const type = draft.type(id);
      if (what === "rename") type.name = name;
      else if (what === "retarget" && "typeId" in type && type.kind !== "FUNC") type.typeId = target;
      else if ("members" in type) {
        if (what === "drop") type.members.splice(at % 3, 1);
        else if (what === "push") type.members.unshift({ name, typeId: target, bitsOffset: 8, bitfieldSize: 0 });
        else if (type.members.length > 0) type.members.push(type.members[at % type.members.length]!);
      } else if (type.kind === "ENUM64") {
        if (what === "drop") type.values.shift();
        else type.values.push({ name, val: type.signed ? -(2n ** 63n) : 2n ** 64n - 1n });
      } else if (type.kind === "DATASEC") {
        if (what === "drop") type.vars.pop();
        else type.vars.push({ typeId: target, offset: 0, size: 4 });
      }
    }
    return false;
  } catch (error) {
    if (!isBtfError(error) || error.rule !== "removed") throw error;
    return false;
  }
}

function recipeOf(steps: readonly Step[]): (draft: BtfDraft) => void {
  return (draft) => {
    let added = 0;
    for (const one of steps) if (change(draft, added, one)) added++;
  };
}

/** Types and the strings that they use, whatever else is in the string section. */
function shown(graph: Btf): string {
  return [...graph.types()]
    .map(([id, type]) => `${id} ${JSON.stringify(type, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v))}`)
    .join("\n");
}

/** What an edit gives, or the rule that it broke. */
function attempt(graph: Btf, steps: readonly Step[]): ReturnType<typeof editWithPatches> | string {
  try {
    return editWithPatches(graph, recipeOf(steps));
  } catch (error) {
    if (!isBtfError(error)) throw error;
    return error.rule;
  }
}

let edited = 0;
const refusals = new Set<string>();

function checkEdit(graph: Btf, steps: readonly Step[]): void {
  const before = encode(graph);
  const dump = shown(graph);
  const result = attempt(graph, steps);
  expect(encode(graph)).toEqual(before);
  expect(shown(graph)).toBe(dump);
  if (typeof result === "string") {
    refusals.add(result);
    return;
  }
  const { graph: made, patches, inverse } = result;
  if (patches.length === 0) {
    expect(made).toBe(graph);
    return;
  }
  edited++;
  const json = JSON.parse(JSON.stringify({ patches, inverse })) as { patches: typeof patches; inverse: typeof inverse };
  expect(json).toEqual({ patches, inverse });

  const reread = decode(encode(made), graph.base === undefined ? {} : { base: graph.base });
  expect(reread.equals(made)).toBe(true);
  expect(shown(reread)).toBe(shown(made));

  expect(applyPatches(graph, json.patches).equals(made)).toBe(true);
  const back = applyPatches(made, json.inverse);
  expect(back.equals(graph)).toBe(true);
  expect(shown(back)).toBe(dump);
  expect(back.endian).toBe(graph.endian);
  expect(applyPatches(back, json.patches).equals(made)).toBe(true);
}

test("patches lead to the edited graph, the inverse back, through JSON, for random graphs and edits", () => {
  fc.assert(
    fc.property(graphSpec, fc.array(step, { maxLength: 6 }), (spec, steps) => {
      checkEdit(decode(writeGraph(spec).bytes), steps);
    }),
    { seed: SEED, numRuns: 1500 },
  );
  expect(edited).toBeGreaterThan(300);
  expect([...refusals]).toContain("referenced");
});

test("the same on a base", () => {
  fc.assert(
    fc.property(graphSpec, graphSpec, fc.array(step, { maxLength: 5 }), (baseSpec, spec, steps) => {
      const base = writeGraph(baseSpec);
      const graph = decode(writeGraph(spec, base).bytes, { base: decode(base.bytes) });
      checkEdit(graph, steps);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { BtfError, decode, type Btf } from "btfkit";
import { libbpfProgram } from "../oracle/libbpf.js";
import { readRecorded } from "../decoder/recorded.js";

const VMLINUX = "/sys/kernel/btf/vmlinux";
const answers = libbpfProgram("answers");
const folder = mkdtempSync(join(tmpdir(), "btfkit-answers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** libbpf gives up on longer chains. */
const MOST_STEPS = 32;

/** Steps from a type to what its size comes from, arrays and tags counted. */
function chainLength(graph: Btf, id: number): number {
  let steps = 0;
  for (let current = id; steps <= MOST_STEPS; steps++) {
    const type = graph.type(current);
    if (type.kind === "PTR" || !("typeId" in type)) break;
    current = type.typeId;
  }
  return steps;
}

/** Our answers in the form of answers.c. */
function ours(graph: Btf, id: number): (number | string)[] {
  const type = graph.type(id);
  let resolved = 0;
  try {
    resolved = graph.resolve(id);
  } catch (error) {
    if (!(error instanceof BtfError)) throw error;
  }
  // To libbpf a FWD is as good as void.
  if (graph.type(resolved).kind === "FWD") resolved = 0;
  const found = type.name === "" || type.kind === "UNKNOWN" ? 0 : graph.find(type.name, type.kind)!;
  return [id, graph.sizeOf(id) ?? "none", graph.alignOf(id) ?? 0, resolved === 0 ? "none" : resolved, found];
}

function theirs(line: string): (number | string)[] {
  const [id, size, align, resolved, found] = line.split(" ").map(Number) as [number, number, number, number, number];
  // Errors are negative; an alignment of 0 is one as well.
  return [id, size < 0 ? "none" : size, align, resolved < 0 ? "none" : resolved, found];
}

/** What we say otherwise than a line of answers.c; a look-up that it left out is 0 there. */
function difference(graph: Btf, line: string): string {
  const expected = theirs(line);
  const got = ours(graph, expected[0] as number);
  if (expected[4] === 0) got[4] = 0;
  return expected.join(" ") === got.join(" ") ? "" : `libbpf ${expected.join(" ")}, btfkit ${got.join(" ")}`;
}

describe.skipIf(!answers.available)(`sizes, alignments and look-ups as libbpf's ${answers.reason ?? ""}`, () => {
  it.skipIf(!existsSync(VMLINUX))("for every type of the running kernel", () => {
    const graph = decode(new Uint8Array(readFileSync(VMLINUX)), { borrow: true });
    const lines = answers.run(VMLINUX).trimEnd().split("\n");
    expect(lines).toHaveLength(graph.typeCount - 1);
    const different = lines.map((line) => difference(graph, line)).filter((text) => text !== "");
    expect(different).toEqual([]);
  });

  it("for random BTF that a kernel loads", () => {
    const rows = readRecorded().filter(
      ({ set, kernel, base }, i) => set === "random" && kernel === "OK" && base === -1 && i % 31 === 0,
    );
    const path = join(folder, "random.btf");
    let compared = 0;
    const different: string[] = [];
    for (const { bytes, name } of rows) {
      const graph = decode(bytes);
      writeFileSync(path, bytes);
      for (const line of answers.run(path).trimEnd().split("\n")) {
        const id = Number.parseInt(line, 10);
        if (chainLength(graph, id) > MOST_STEPS) continue;
        compared++;
        const text = difference(graph, line);
        if (text !== "") different.push(`${name}: ${text}`);
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });
});
